"""Claims: when they count from, and what makes two of them one."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from deliveryledger.domain.failure_reason import Blame, FailureReason, Severity
from deliveryledger.domain.reports import Outcome, utc
from deliveryledger.testing import AT_BOUNCE, LATER, claim

HARD = {"mailbox_unknown", "domain_unknown", "address_malformed"}
BLAMES = {
    Blame.ADDRESS: HARD,
    Blame.MAILBOX: {"mailbox_disabled", "mailbox_full"},
    Blame.RECEIVER: {"server_unavailable", "routing_error", "policy_rejected"},
    Blame.CONTENT: {"message_too_large", "content_rejected"},
    Blame.SENDER: {"rate_limited", "sender_blocked", "authentication_failed", "protocol_error"},
    Blame.NOBODY: {"undetermined"},
}


@pytest.mark.parametrize("reason", FailureReason)
def test_severity_and_blame_are_properties_of_the_reason(reason: FailureReason):
    assert (reason.severity is Severity.HARD) == (reason in HARD)
    assert reason in BLAMES[reason.blame]
    assert reason.counts_as_strike == (reason in {"mailbox_disabled", "mailbox_full", "server_unavailable"})


@pytest.mark.parametrize(
    ("occurred_at", "received_at", "ordered_at"),
    [
        (AT_BOUNCE, LATER, AT_BOUNCE),
        (AT_BOUNCE, AT_BOUNCE, AT_BOUNCE),
        (AT_BOUNCE, None, AT_BOUNCE),
        (LATER, AT_BOUNCE, AT_BOUNCE),
    ],
)
def test_nothing_happened_after_it_was_told(occurred_at: datetime, received_at: Any, ordered_at: datetime):
    assert claim(Outcome.DELIVERED, occurred_at, received_at=received_at).ordered_at == ordered_at


BOUNCE: dict[str, Any] = {"outcome": Outcome.BOUNCED, "reason": FailureReason.MAILBOX_FULL}


@pytest.mark.parametrize(
    "change",
    [
        {"provider_event_id": "changes on resends"},
        {"received_at": LATER},
        {"diagnostic": "other words"},
        {"reason": FailureReason.UNDETERMINED},
        {"recipient": "ADA@gmial.com"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_is_the_same_claim(change: dict[str, Any]):
    assert claim(**{**BOUNCE, **change}).fact_key == claim(**BOUNCE).fact_key


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "sendgrid"},
        {"account": "bulk"},
        {"outcome": Outcome.DEFERRED},
        {"at": LATER},
        {"recipient": "grace@navy.example"},
        {"provider_message_id": "other"},
        {"reason": FailureReason.MAILBOX_UNKNOWN},
        {"url": "https://acme.example/job"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_is_another_claim(change: dict[str, Any]):
    assert claim(**{**BOUNCE, **change}).fact_key != claim(**BOUNCE).fact_key


def test_a_naive_moment_is_taken_as_utc():
    assert utc(datetime(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001
    there = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert utc(there).isoformat() == "2026-01-01T00:00:00+00:00"
