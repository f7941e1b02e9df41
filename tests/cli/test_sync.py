"""``deliveryledger sync``: removals are carried out at the providers, and the lists are kept in step."""

import json
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.suppression_lists import ListEntry, SuppressionList
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.domain.suppression_filter.events import Cause
from tests.application.lists import ListInMemory
from tests.cli.conftest import Cli

ADA, GRACE = "ada@gmial.com", "grace@navy.example"
POLICIES = {"provider_lists": ["postmark/main", "sendgrid/main"]}
NAMED = ("--lists", "tests.cli.test_sync:lists")
_lists: list[ListInMemory] = []


def lists() -> list[SuppressionList]:
    """What the command finds by its name."""
    return list(_lists)


@pytest.fixture(autouse=True)
def listed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> list[ListInMemory]:
    """Postmark lists Ada, who is on the filter by hand; SendGrid lists Grace."""
    _lists[:] = [
        ListInMemory("postmark", "main", ListEntry(ADA, Cause.MANUAL)),
        ListInMemory("sendgrid", "main", ListEntry(GRACE, Cause.HARD_BOUNCE)),
    ]
    with Ledger.open("ledger.db") as ledger:
        ledger.suppression_filters.suppress(ADA, by="sup-1")
    Path("policies.json").write_text(json.dumps(POLICIES))
    monkeypatch.setenv("DELIVERYLEDGER_POLICIES", "policies.json")
    return _lists


def test_it_says_what_differs_and_changes_nothing(cli: Cli):
    assert cli("sync", *NAMED).out == (
        "postmark/main: 1 entries, 1 in step\n"
        "sendgrid/main: 1 entries, 0 in step\n"
        "  to add here: 1 (hard_bounce)\n"
        "  to add there: 1 (manual)\n"
        "nothing is changed yet: add --apply\n"
    )
    assert GRACE not in cli("filter").out


def test_with_apply_it_repairs_it(cli: Cli):
    assert cli("sync", *NAMED, "--apply", "--provider", "sendgrid").code == ExitCode.OK
    assert GRACE in cli("filter").out
    assert _lists[0].calls == []
    assert cli("sync", *NAMED, "--apply", "--json").json["drift"][1]["in_step"] == 2


def test_an_approved_removal_comes_off_with_the_last_confirmation(cli: Cli):
    request = cli("request-removal", ADA, "--evidence", "phone", "--by", "sup-1", "--json").json["id"]
    assert cli("approve", request, "--by", "sup-2").out == (
        "approved; off the filter once these have confirmed, which sync asks: postmark/main, sendgrid/main\n"
    )
    assert ADA in cli("filter").out
    assert f"off the recipient filter: {ADA} (manual)\n" in cli("sync", *NAMED, "--apply").out
    assert ADA not in cli("filter").out


@pytest.mark.parametrize(
    ("lang", "said"), [("sv", "Mottagaren har klagat."), ("en", "The recipient complained.")]
)
def test_a_refusal_says_who_and_why(cli: Cli, lang: str, said: str):
    _lists[0].keeps[ADA] = "complaint"
    request = cli("request-removal", ADA, "--evidence", "phone", "--by", "sup-1", "--json").json["id"]
    cli("approve", request, "--by", "sup-2")
    out = cli("sync", *NAMED, "--apply", "--lang", lang).out
    assert f"postmark/main keeps {ADA}: complaint" in out
    assert said in out
    assert f"still on the filter: {ADA} waits for postmark/main\n" in out
    assert said in cli("removals", "--lang", lang).out
    assert ADA in cli("filter").out


def test_an_approval_that_a_provider_voids_is_said(cli: Cli):
    _lists[0].listed[ADA, Cause.COMPLAINT] = ListEntry(ADA, Cause.COMPLAINT)
    request = cli("request-removal", ADA, "--evidence", "phone", "--by", "sup-1", "--json").json["id"]
    cli("approve", request, "--by", "sup-2")
    assert f"approval void: postmark/main lists {ADA}: complaint\n" in cli("sync", *NAMED, "--apply").out
    assert f"{ADA} · Added by hand, Complaint" in cli("removals").out


def test_a_provider_that_is_away_does_not_stop_the_others(cli: Cli):
    _lists[0].is_away = True
    ran = cli("sync", *NAMED, "--apply", "--lang", "sv")
    assert ran.code == ExitCode.REFUSED
    assert "Leverantören svarar inte just nu." in ran.out
    assert GRACE in cli("filter").out


@pytest.mark.parametrize("value", ["", "{", "[]", "nowhere.json", '{"postmark": {"token": "s3cret"}}'])
def test_what_the_environment_says_is_checked_and_not_repeated(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, value: str
):
    monkeypatch.setenv("DELIVERYLEDGER_PROVIDER_LISTS", value)
    ran = cli("sync")
    assert ran.code == ExitCode.USAGE
    assert "DELIVERYLEDGER_PROVIDER_LISTS" in ran.err
    assert "s3cret" not in ran.err


def test_an_account_that_is_not_named_is_a_usage_error(cli: Cli):
    assert cli("sync", *NAMED, "--provider", "mailgun").code == ExitCode.USAGE
