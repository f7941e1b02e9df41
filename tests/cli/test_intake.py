"""intake: what waits, whose it is, and what trying again makes of it."""

import json
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli, capture, ingest


@pytest.fixture
def handed_in(cli: Cli, folder: Path) -> Cli:
    """Three reports that fit nothing: one for acme, one for globex, one for nobody."""
    for number, tenant in enumerate(["acme", "globex", None], start=1):
        (folder / "good.json").write_text(json.dumps(capture(number)))
        ingest(cli, folder, *(["--tenant", tenant] if tenant else []))
    return cli


def waiting(cli: Cli, *arguments: str) -> int:
    return len(cli("intake", "--json", *arguments).json["unmatched"])


def test_intake_lists_what_waits_and_tries_again(cli: Cli, folder: Path) -> None:
    ingest(cli, folder)
    assert "unmatched    postmark/main  2026-11-14 09:32  delivered" in cli("intake").out
    with Ledger.open("ledger.db") as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", by="rec-3")
        ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
        ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="b7bc2f4a")
    ran = cli("intake", "--retry", "--json")
    assert (ran.json["unmatched"], ran.json["quarantined"]) == ([], [])


def test_a_tenant_sees_what_was_handed_in_for_it(handed_in: Cli) -> None:
    assert [waiting(handed_in, "--tenant", tenant) for tenant in ("acme", "globex", "initech")] == [1, 1, 0]


def test_the_operator_sees_the_whole_ledger(handed_in: Cli) -> None:
    assert waiting(handed_in) == 3


def test_a_tenant_tries_its_own_again_and_nobody_elses(handed_in: Cli) -> None:
    tried = [
        handed_in("intake", "--retry", "--json", *tenant).json["retried"]["unmatched"]
        for tenant in (("--tenant", "acme"), ("--tenant", "initech"), ())
    ]
    assert tried == [1, 0, 3]


def test_quarantined_parts_are_a_tenants_own_too(cli: Cli, folder: Path) -> None:
    body = json.dumps({"RecordType": "Bounce", "BouncedAt": "noon"})
    (folder / "good.json").write_text(json.dumps(capture(body=body)))
    ran = ingest(cli, folder, "--tenant", "acme")
    assert (ran.code, ran.json["quarantined"]) == (ExitCode.POISONED, 1)
    listed = [
        len(cli("intake", "--json", "--tenant", tenant).json["quarantined"]) for tenant in ("acme", "globex")
    ]
    assert listed == [1, 0]
    assert "quarantined  postmark/main" in cli("intake").out


def test_an_empty_name_is_not_taken_for_the_whole_ledger(handed_in: Cli) -> None:
    ran = handed_in("intake", "--tenant", "")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")


def test_the_help_says_whose_reports_are_listed(cli: Cli) -> None:
    words = " ".join(cli("intake", "--help").out.split())
    assert "only what was handed in for that tenant is listed and tried again" in words
    assert "Without it the whole ledger is" in words


def test_times_are_in_the_zone_that_is_asked_for(handed_in: Cli) -> None:
    assert "2026-11-14 09:32" in handed_in("intake").out
    assert "2026-11-14 15:02" in handed_in("intake", "--tz", "Asia/Kolkata").out


def test_that_nothing_waits_is_said_in_both_languages(cli: Cli, ada: str) -> None:
    assert "No delivery report is waiting." in cli("intake").out
    assert "Inget leveransbesked väntar." in cli("--lang", "sv", "intake").out
