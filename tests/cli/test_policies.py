"""Every command that opens a ledger works under the policies that are named, by option or environment."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.policy_file import with_accounts
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidInput
from deliveryledger.ledger import utc_now
from deliveryledger.settings import WebhookSettings
from deliveryledger.web.serving import policies_of
from tests.application.world import Clock, about, tell
from tests.cli.conftest import PASSWORD, Cli, capture, counts, ingest

ADA = "ada@gmial.com"
THRESHOLDS = {"mailbox_full": {"strikes": 1, "within_days": 1}}
AT_ONCE = {"escalation": {"version": "ours-7", "thresholds": THRESHOLDS}}
VARIABLE = "DELIVERYLEDGER_POLICIES"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policies.json"
    path.write_text(json.dumps(AT_ONCE))
    return path


def full_mailbox(folder: Path) -> None:
    body = json.loads(capture()["body"])
    bounced = {**body, "RecordType": "Bounce", "Type": "SoftBounce", "TypeCode": 4096, "ID": 7, "Email": ADA}
    bounced |= {
        "Description": "x",
        "Details": "smtp;552 5.2.2 Mailbox full",
        "BouncedAt": "2026-11-14T09:42:00Z",
    }
    (folder / "good.json").write_text(json.dumps({**capture(), "body": json.dumps(bounced)}))


@pytest.mark.parametrize("by", ["option before", "option after", "environment", "nothing"])
def test_what_is_ingested_escalates_by_them(
    cli: Cli, ada: str, folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    full_mailbox(folder)
    file = file.rename(file.with_name("ours.json"))
    if by == "environment":
        monkeypatch.setenv(VARIABLE, str(file))
    option = ("--policies", str(file))
    ran = ingest(cli, folder, *(option if by.startswith("option") else ()))
    assert counts(ran) == {"facts": 1}
    assert (ADA in cli("filter").out) is (by != "nothing")
    with Ledger.open("ledger.db") as ledger:
        versions = {getattr(e.event, "policy_version", None) for e in ledger.history()} - {None}
    assert versions == ({"ours-7"} if by != "nothing" else {"1"})


def test_the_option_of_a_command_goes_before_the_environment(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict, lax = tmp_path / "strict.json", tmp_path / "lax.json"
    strict.write_text('{"removal": {"answer_within_hours": 1}}')
    lax.write_text('{"removal": {"answer_within_hours": 100}}')
    with Ledger.open("ledger.db", clock=Clock(utc_now() - timedelta(hours=50))) as ledger:
        ledger.suppression_filters.suppress(ADA, by="sup-1")
        ledger.suppression_filters.request_removal(ADA, by="sup-1", evidence="phone")
    monkeypatch.setenv(VARIABLE, str(strict))
    assert cli("removals", "--json").json["requests"][0]["overdue"]
    assert not cli("removals", "--json", "--policies", lax).json["requests"][0]["overdue"]
    assert not cli("--policies", lax, "removals", "--json").json["requests"][0]["overdue"]


def test_the_statistics_warn_by_them(cli: Cli, ada: str, file: Path) -> None:
    with Ledger.open("ledger.db") as ledger:
        tell(ledger, about("msg-1", Outcome.BOUNCED, utc_now(), reason=FailureReason.MAILBOX_UNKNOWN))
    assert "Act now" not in cli("stats").out
    file.write_text('{"alarms": {"hard_bounces": {"warn": 0.001, "act": 0.01, "at_least": 1}}}')
    assert "Act now" in cli("stats", "--policies", file).out


@pytest.mark.parametrize("content", ["{", '{"escalaton": {}}', None])
@pytest.mark.parametrize("command", ["ingest", "filter", "approve", "serve", "status"])
def test_a_file_that_cannot_be_meant_ends_every_command(
    cli: Cli,
    ada: str,
    folder: Path,
    file: Path,
    content: str | None,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file.unlink() if content is None else file.write_text(content)
    monkeypatch.setenv(VARIABLE, str(file))
    monkeypatch.setenv("DELIVERYLEDGER_WEBHOOKS", '{"postmark/main": {"basic_auth": "a:b"}}')
    given = {"ingest": (str(folder),), "approve": ("1.x", "--by", "sup-1"), "serve": ("--port", "0")}
    ran = cli(command, *given.get(command, ()))
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert ran.err.startswith("deliveryledger: read policies: ")


def test_the_application_of_a_server_works_under_them(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(file))
    accounts = {"postmark/main": {"basic_auth": PASSWORD, "tenant": "acme"}}
    policies = policies_of(WebhookSettings.from_environment(url="l.db", webhooks=accounts))
    assert policies.escalation.version == "ours-7"
    assert policies.accounts == {"postmark/main": "acme"}


def test_an_account_of_two_tenants_is_refused() -> None:
    bound = Policies(accounts={"postmark/main": "acme"})
    assert with_accounts(bound, {"postmark/main": "acme", "sendgrid/eu": "globex"}).accounts == {
        "postmark/main": "acme",
        "sendgrid/eu": "globex",
    }
    with pytest.raises(InvalidInput, match="another tenant"):
        with_accounts(bound, {"postmark/main": "globex"})
