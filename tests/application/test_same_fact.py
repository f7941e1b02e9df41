"""Level two of deduplication: what providers send twice, late and out of order is one fact all the same."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.inbound import providers
from deliveryledger.testing import ADDRESS, AT_DELIVERY, claim
from tests.application.failures import UNKNOWN, event, read, sent
from tests.application.world import Clock, about, events, reading, send, shown, told_one_by_one

HOUR = timedelta(hours=1)


def counted(ledger: Ledger, name: str) -> int:
    return events(ledger).count(name)


def ada(clock: Clock, **policies: Any) -> Ledger:
    """A ledger of its own, where Ada was sent msg-1."""
    ledger = Ledger.open(":memory:", clock=clock, policies=Policies(**policies))
    ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
    send(ledger, "cand-7", "msg-1")
    return ledger


# --- level two: the same claim of the same account ----------------------------------------------------


def test_sendgrid_sends_events_again_with_other_event_ids_and_in_other_batches(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1", "sg-2", "sg-3")
    at = clock.move(minutes=1)

    def delivered(number: int, attempt: int) -> Any:
        return event(at, f"sg-{number}", "delivered", sg_event_id=f"e-{number}-{attempt}")

    batches = [
        [delivered(1, 0), delivered(2, 0)],
        [delivered(2, 1), delivered(3, 0)],
        [delivered(1, 2)],
        [delivered(3, 3), delivered(2, 3), delivered(1, 3)],
    ]
    recordings = [ledger.record(read(at, *batch)) for batch in batches]
    assert [(r.facts, r.repeats) for r in recordings] == [(2, 0), (1, 1), (0, 1), (0, 3)]
    assert counted(ledger, "MessageDelivered") == 3


def test_ses_notifications_and_event_publishing_tell_the_same_fact_once(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="amazon_ses", provider_message_id="ses-1")
    clock.move(minutes=5)
    for sns_message_id in ("sns-1", "sns-2", "sns-1"):
        bounce = claim(
            Outcome.BOUNCED,
            clock.now,
            provider="amazon_ses",
            provider_message_id="ses-1",
            provider_event_id=sns_message_id,
            reason=FailureReason.MAILBOX_UNKNOWN,
        )
        ledger.record(reading(bounce, provider="amazon_ses", content=sns_message_id))
    assert counted(ledger, "MessageBounced") == counted(ledger, "AddressSuppressed") == 1
    assert ledger.bell("rec-3").items[0].count == 1


def test_postmark_tells_of_a_hard_bounce_as_bounce_and_as_subscription_change(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    at = clock.move(minutes=5).isoformat()
    common = {"MessageID": "p-msg-1"}
    bounce = {"RecordType": "Bounce", "Type": "HardBounce", "Email": ADDRESS, "BouncedAt": at, "ID": 7}
    change = {
        "RecordType": "SubscriptionChange",
        "Recipient": ADDRESS,
        "ChangedAt": at,
        "SuppressSending": True,
        "SuppressionReason": "HardBounce",
        "Origin": "Recipient",
    }
    for body in (change, bounce, change):
        request = json.dumps({**common, **body}).encode()
        ledger.record(providers.get("postmark").reread(request, account="main", received_at=clock.now))
    assert events(ledger)[-2:] == ["MessageBounced", "AddressSuppressed"]
    assert counted(ledger, "MessageBounced") == 1
    assert ledger.bell("rec-3").items[0].count == 1


def test_what_has_no_event_id_is_known_again_by_what_it_says(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    report = about("msg-1", Outcome.DEFERRED, clock.now, provider_event_id=None)
    assert told_one_by_one(ledger, [report] * 3) == Recording(facts=1, repeats=2)


def out_of_order() -> list[DeliveryReport]:
    """What Brevo sends about one message; the complaint's time lies before the delivery's."""
    return [
        about("msg-1", Outcome.DEFERRED, AT_DELIVERY, reason=FailureReason.SERVER_UNAVAILABLE),
        about("msg-1", Outcome.BOUNCED, AT_DELIVERY + HOUR, reason=FailureReason.MAILBOX_FULL),
        about("msg-1", Outcome.DELIVERED, AT_DELIVERY + 3 * HOUR),
        about("msg-1", Outcome.OPENED, AT_DELIVERY - HOUR, by_machine=True),
        about("msg-1", Outcome.COMPLAINED, AT_DELIVERY + 2 * HOUR),
    ]


def test_any_order_of_arrival_gives_the_same_card():
    cards = []
    for order in permutations(out_of_order()):
        with ada(Clock(), record_engagement=True) as ledger:
            assert told_one_by_one(ledger, order).facts == 5
            assert told_one_by_one(ledger, order[::-1]).repeats == 5
            cards.append(ledger.candidate_card("cand-7").model_dump(mode="json"))
    assert all(card == cards[0] for card in cards)
    assert cards[0]["messages"][0]["status"] == "complained"


@pytest.mark.parametrize("is_delivered_first", [True, False])
def test_a_delivery_that_is_told_after_an_open_counts(is_delivered_first: bool):
    told = [about("msg-1", Outcome.DELIVERED, AT_DELIVERY), about("msg-1", Outcome.OPENED, AT_DELIVERY)]
    with ada(Clock(), record_engagement=True) as ledger:
        told_one_by_one(ledger, told if is_delivered_first else told[::-1])
        assert shown(ledger, "msg-1").status == "delivered"


@pytest.mark.parametrize("trouble", [Outcome.DEFERRED, Outcome.BOUNCED, Outcome.REJECTED, Outcome.SUPPRESSED])
@pytest.mark.parametrize("is_late", [False, True], ids=["in order", "the failure is told late"])
def test_a_delivery_after_a_temporary_failure_counts(
    ledger: Ledger, clock: Clock, trouble: Outcome, is_late: bool
):
    send(ledger, "cand-7", "msg-1")
    told = [
        about("msg-1", trouble, AT_DELIVERY, reason=FailureReason.MAILBOX_FULL),
        about("msg-1", Outcome.DELIVERED, AT_DELIVERY + HOUR),
    ]
    clock.move(hours=2)
    told_one_by_one(ledger, told[::-1] if is_late else told)
    assert shown(ledger, "msg-1").status == "delivered"
    assert ledger.suppression_filters.may_send(ADDRESS)


@pytest.mark.parametrize("worst", [Outcome.COMPLAINED, Outcome.BOUNCED])
def test_a_late_delivery_erases_neither_a_complaint_nor_a_hard_bounce(
    ledger: Ledger, clock: Clock, worst: Outcome
):
    send(ledger, "cand-7", "msg-1")
    failure = about("msg-1", worst, AT_DELIVERY, reason=FailureReason.MAILBOX_UNKNOWN)
    later = about("msg-1", Outcome.DELIVERED, AT_DELIVERY + HOUR)
    clock.move(hours=2)
    assert told_one_by_one(ledger, [failure, later, failure, later]) == Recording(facts=2, repeats=2)
    assert shown(ledger, "msg-1").status == {"bounced": "hard_bounced"}.get(worst, worst)
    assert not ledger.suppression_filters.may_send(ADDRESS)


def test_a_bounce_may_follow_a_delivery(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1")
    at = clock.move(minutes=1)
    ledger.record(read(at, event(at, "sg-1", "delivered")))
    late = clock.move(hours=5)
    ledger.record(read(late, event(late, "sg-1", **UNKNOWN)))
    assert shown(ledger, "m-sg-1").status == "hard_bounced"
    assert ledger.bell("rec-3").unread == 1
