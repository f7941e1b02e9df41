"""reclassify: shown first, recorded when somebody says so."""

from datetime import UTC, datetime, timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.classification.rules import RULES_VERSION
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.domain.failure_reason import FailureReason
from tests.application.failures import UNKNOWN, event, misread, read, sent
from tests.cli.conftest import Cli


@pytest.fixture
def misjudged(cli: Cli) -> Cli:
    """A message whose bounce earlier rules could not make out."""
    with Ledger.open("ledger.db") as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", by="rec-3")
        sent(ledger, "sg-1")
        at = datetime.now(UTC) + timedelta(seconds=1)
        ledger.record(misread(read(at, event(at, **UNKNOWN)), FailureReason.UNDETERMINED))
    return cli


def test_it_shows_what_would_change_and_records_nothing(misjudged: Cli) -> None:
    for _ in range(2):
        ran = misjudged("reclassify")
        assert ran.code == ExitCode.OK
        heading, first, second, summary = ran.out.splitlines()
        assert heading.split() == ["message", "candidate", "was", "is", "filter"]
        assert first.split() == [
            "m-sg-1", "cand-7", "soft", "undetermined", "hard", "mailbox_unknown", "suppress",
        ]  # fmt: skip
        assert second.split() == ["phrase.old", "(0)", "phrase.unknown_user", f"({RULES_VERSION})"]
        assert summary.startswith("1 of 1 messages with failures would change; nothing was recorded")


def test_it_records_what_somebody_decides(misjudged: Cli) -> None:
    ran = misjudged("reclassify", "--record", "--by", "op-1", "--json")
    assert (ran.json["recorded"], ran.json["changes"][0]["follows"]) == (True, "suppress")
    assert misjudged("reclassify", "--json").json["changes"] == []
    assert "op-1 had the failure" in misjudged("activity", "cand-7").out


def test_to_record_needs_somebody(misjudged: Cli) -> None:
    ran = misjudged("reclassify", "--record")
    assert (ran.code, "--by" in ran.err) == (ExitCode.USAGE, True)


def test_one_message_or_one_tenant(misjudged: Cli) -> None:
    assert len(misjudged("reclassify", "--message", "m-sg-1", "--json").json["changes"]) == 1
    assert misjudged("reclassify", "--tenant", "acme", "--json").json["changes"] == []


def test_a_message_that_is_not_there_is_said_to_be_unknown(misjudged: Cli) -> None:
    for arguments in (("--message", "m-other"), ("--message", "m-sg-1", "--tenant", "acme")):
        ran = misjudged("reclassify", *arguments)
        assert (ran.code, ran.out) == (ExitCode.REFUSED, "")
        assert "was never registered in this tenant; check the id and " in ran.err
