"""Statistics: a message counts once for each outcome, on the day on which it was sent."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidIdentifier, InvalidInput
from deliveryledger.read_models.statistics_view import StatisticsRow
from tests.application.world import Clock, tell
from tests.read_models.counted import DOMAIN, about, bounced, clock, ledger, rows, sent, total

__all__ = ["clock", "ledger"]


def test_a_message_counts_once_for_each_outcome(ledger: Ledger, clock: Clock) -> None:
    message = sent(ledger, 1)
    story = [
        about(message, Outcome.DEFERRED, clock.now, reason=FailureReason.SERVER_UNAVAILABLE),
        about(message, Outcome.DEFERRED, clock.move(minutes=5), reason=FailureReason.SERVER_UNAVAILABLE),
        about(message, Outcome.DELIVERED, clock.move(minutes=5)),
        about(message, Outcome.COMPLAINED, clock.move(minutes=5), feedback_type="abuse"),
    ]
    tell(ledger, *story, *story)
    tell(ledger, *story)
    assert total(ledger.statistics()) == {"sent": 1, "delivered": 1, "deferred": 1, "complaints": 1}


def test_the_order_of_reports_does_not_matter(clock: Clock) -> None:
    at = clock.now
    story = [
        about("msg-1", Outcome.DELIVERED, at + timedelta(minutes=1)),
        about("msg-1", Outcome.BOUNCED, at + timedelta(minutes=2), reason=FailureReason.MAILBOX_FULL),
        about("msg-1", Outcome.BOUNCED, at + timedelta(minutes=3), reason=FailureReason.MAILBOX_UNKNOWN),
        about("msg-1", Outcome.BOUNCED, at + timedelta(minutes=4), reason=FailureReason.SENDER_BLOCKED),
    ]
    found = set()
    for order in permutations(story):
        with Ledger.open(":memory:", clock=lambda: at + timedelta(hours=1)) as ledger:
            sent(ledger, 1)
            for report in order:
                tell(ledger, report)
                ledger.statistics()
            found.add(ledger.statistics(by=("reason", "day", "sender", "domain")).csv())
    assert len(found) == 1


def test_a_failure_stands_under_its_reason_and_the_rest_under_none(ledger: Ledger, clock: Clock) -> None:
    tell(ledger, bounced(sent(ledger, 1), clock, FailureReason.MAILBOX_UNKNOWN))
    tell(ledger, bounced(sent(ledger, 2), clock, FailureReason.MAILBOX_FULL))
    sent(ledger, 3)
    view = ledger.statistics(by="reason")
    assert rows(view, "reason", "sent", "hard_bounces", "soft_bounces") == [
        (None, 3, 0, 0),
        ("mailbox_full", 0, 0, 1),
        ("mailbox_unknown", 0, 1, 0),
    ]


def test_days_are_those_of_sending_and_utc(ledger: Ledger, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 13, 23, 59, tzinfo=UTC)
    first = sent(ledger, 1)
    clock.move(minutes=2)
    sent(ledger, 2)
    clock.move(days=1)
    tell(ledger, bounced(first, clock, FailureReason.MAILBOX_UNKNOWN))
    view = ledger.statistics(by="day", tz="America/Los_Angeles")
    assert rows(view, "day", "sent", "hard_bounces") == [
        (date(2026, 11, 13), 1, 1),
        (date(2026, 11, 14), 1, 0),
    ]


def test_a_period_has_its_first_and_its_last_day(ledger: Ledger, clock: Clock) -> None:
    for number in range(5):
        sent(ledger, number)
        clock.move(days=1)
    first = date(2026, 11, 14)
    for since, until, number in [(0, 4, 5), (1, 3, 3), (2, 2, 1), (5, 9, 0)]:
        view = ledger.statistics(since=first + timedelta(since), until=first + timedelta(until))
        assert view.total.sent == number
    assert ledger.statistics(until=datetime(2026, 11, 15, 1, tzinfo=UTC)).total.sent == 2
    usual = ledger.statistics()
    assert (usual.until, (usual.until - usual.since).days) == (clock.now.date(), 29)


def test_what_was_stopped_is_not_sent(ledger: Ledger, clock: Clock) -> None:
    message = sent(ledger, 1)
    tell(ledger, bounced(message, clock, FailureReason.MAILBOX_UNKNOWN))
    ledger.messages.register("cand-1", sender="rec-3", subject="Again", message_id="msg-again")
    ledger.messages.register("cand-1", sender="rec-3", subject="Sent all the same", message_id="msg-sent")
    ledger.messages.mark_submitted("msg-sent", provider="postmark", provider_message_id="p-sent")
    tell(ledger, about("msg-sent", Outcome.SUPPRESSED, clock.now, list_reason="HardBounce"))
    assert total(ledger.statistics()) == {"sent": 2, "hard_bounces": 1, "dropped": 1, "withheld": 1}


def test_a_message_that_was_only_registered_is_not_counted(ledger: Ledger) -> None:
    ledger.candidate_emails.register("cand-1", f"c1@{DOMAIN}", by="rec-3")
    ledger.messages.register("cand-1", sender="rec-3", subject="Interview", message_id="msg-1")
    view = ledger.statistics(by=("reason", "day"))
    assert (total(view), view.rows) == ({}, ())
    assert "There are no messages in the period." in str(view)


def test_a_complaint_that_is_taken_back_stays_a_complaint(ledger: Ledger, clock: Clock) -> None:
    message = sent(ledger, 1)
    tell(ledger, about(message, Outcome.COMPLAINED, clock.now))
    tell(ledger, about(message, Outcome.COMPLAINT_WITHDRAWN, clock.move(hours=1), method="not_spam"))
    assert total(ledger.statistics()) == {"sent": 1, "complaints": 1, "withdrawn": 1}
    tell(ledger, about(message, Outcome.COMPLAINED, clock.move(hours=1)))
    assert total(ledger.statistics()) == {"sent": 1, "complaints": 1}


def test_tenants_are_counted_apart(ledger: Ledger) -> None:
    sent(ledger.tenant("acme"), 1)
    sent(ledger, 1)
    sent(ledger, 2)
    assert ledger.statistics().total.sent == 2
    assert ledger.statistics(tenant="acme").total.sent == ledger.tenant("acme").statistics().total.sent == 1


def test_senders_are_counted_apart(ledger: Ledger, clock: Clock) -> None:
    sent(ledger, 1)
    ledger.messages.register("cand-1", sender="rec-9", subject="Offer", message_id="msg-9")
    ledger.messages.mark_submitted("msg-9", provider="postmark", provider_message_id="p-9")
    tell(ledger, about("msg-9", Outcome.REJECTED, clock.now, reason=FailureReason.CONTENT_REJECTED))
    assert rows(ledger.statistics(by="sender"), "sender", "sent", "rejected") == [
        ("rec-3", 1, 0),
        ("rec-9", 1, 1),
    ]
    assert ledger.statistics(sender="rec-9").total.sent == 1


def test_rows_can_be_summed_up(ledger: Ledger, clock: Clock) -> None:
    for number in range(6):
        tell(ledger, bounced(sent(ledger, number), clock, FailureReason.MAILBOX_FULL))
        clock.move(hours=9)
    view = ledger.statistics(by=("reason", "domain", "day", "sender"))
    assert view.folded("day") == ledger.statistics(by="day").rows
    assert view.folded() == (StatisticsRow(**view.total.model_dump()),)


def test_as_of_a_moment_is_what_was_known_then(ledger: Ledger, clock: Clock) -> None:
    message, before = sent(ledger, 1), clock.now
    tell(ledger, bounced(message, clock, FailureReason.MAILBOX_UNKNOWN))
    clock.move(hours=1)
    tell(ledger, about(sent(ledger, 2), Outcome.DELIVERED, clock.now))
    with ledger.as_of(before) as past:
        assert total(past.statistics())["sent"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "candidate"},
        {"by": ("day", "recipient")},
        {"since": date(2026, 12, 1), "until": date(2026, 11, 1)},
        {"since": "2026-11-01"},
        {"domain": "no domain"},
        {"domain": ""},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ledger: Ledger, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ledger.statistics(**asked)


def test_an_address_is_no_sender(ledger: Ledger) -> None:
    with pytest.raises(InvalidIdentifier):
        ledger.statistics(sender="ada@example.org")
