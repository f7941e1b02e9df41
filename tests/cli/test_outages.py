"""`deliveryledger outages`: what waits, and applying what waited long enough."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.outage.policy import OutagePolicy
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from tests.cli.conftest import Cli

POLICIES = Policies(outage=OutagePolicy(addresses=2))


def outage(path: Path, hours: int) -> None:
    """Two addresses of acme.example were unknown so many hours ago."""
    then = datetime.now(UTC) - timedelta(hours=hours)
    with Ledger.open(path, clock=lambda: then, policies=POLICIES) as ledger:
        for number in range(2):
            address = f"person.{number}@acme.example"
            ledger.candidate_emails.register(f"cand-{number}", address, by="rec-3")
            ledger.messages.register(f"cand-{number}", sender="rec-3", subject="Hi", message_id=f"m-{number}")
            report = DeliveryReport(
                outcome=Outcome.BOUNCED,
                provider="postmark",
                occurred_at=then,
                received_at=then,
                recipient=address,
                message_id=f"m-{number}",
                reason=FailureReason.MAILBOX_UNKNOWN,
                authenticated=True,
            )
            ledger.record(Reading(provider="postmark", received_at=then, reports=(report,)))


@pytest.mark.parametrize("hours", [1, 48])
def test_lists_and_settles(cli: Cli, tmp_path: Path, hours: int) -> None:
    path = tmp_path / "outages.db"
    outage(path, hours)
    listed = cli("outages", "--ledger", str(path))
    assert listed.out.startswith("acme.example: 2 held since ")
    is_over = hours > POLICIES.outage.hold_hours
    first, second = (
        json.loads(cli("outages", "--settle", "--ledger", str(path), "--json").out) for _ in "12"
    )
    assert first["applied"] == (2 if is_over else 0)
    assert second["applied"] == 0
    assert len(second["entries"]) == (0 if is_over else 1)
    everything = cli("outages", "--all", "--ledger", str(path)).out
    assert ("timed out" in everything) is is_over
