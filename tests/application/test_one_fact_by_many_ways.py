"""Level three of deduplication: the same outcome by webhook, by mail and by poll is one fact."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Source
from deliveryledger.testing import ADDRESS, AT_DELIVERY, claim
from tests.application.world import Clock, events, send, shown, tell, told_one_by_one

HOUR = timedelta(hours=1)


def by_webhook(outcome: Outcome, **fields: Any) -> DeliveryReport:
    return claim(outcome, AT_DELIVERY, provider_message_id="p-msg-1", **fields)


def by_mail(outcome: Outcome, source: Source = Source.DSN, **fields: Any) -> DeliveryReport:
    """The mail's own date is an hour later than the webhook's time."""
    mail = {"provider": "mail", "source": source, "authenticated": False}
    return claim(outcome, AT_DELIVERY + HOUR, provider_message_id="p-msg-1@mta.example", **mail, **fields)


def by_poll(outcome: Outcome, **fields: Any) -> DeliveryReport:
    return claim(outcome, AT_DELIVERY + HOUR / 2, provider_message_id="p-msg-1", source=Source.POLL, **fields)


def send_with_message_id(ledger: Ledger) -> None:
    send(ledger, "cand-7", "msg-1")
    header = "<p-msg-1@mta.example>"
    ledger.messages.mark_submitted(
        "msg-1", provider="postmark", provider_message_id="p-msg-1", message_id_header=header
    )


BOUNCES = (
    by_webhook(Outcome.BOUNCED, reason=FailureReason.ADDRESS_MALFORMED, rule="postmark.class"),
    by_mail(
        Outcome.BOUNCED,
        reason=FailureReason.MAILBOX_UNKNOWN,
        status="5.1.1",
        diagnostic="smtp; 550 5.1.1 no such user",
    ),
    by_poll(Outcome.BOUNCED, reason=FailureReason.DOMAIN_UNKNOWN, status="5.1.2"),
)
SOFT_BOUNCES = tuple(
    report._replace(reason=reason)
    for report, reason in zip(
        BOUNCES,
        (FailureReason.SERVER_UNAVAILABLE, FailureReason.MAILBOX_FULL, FailureReason.SERVER_UNAVAILABLE),
        strict=True,
    )
)


@pytest.mark.parametrize("is_one_batch", [True, False], ids=["one batch", "one by one"])
@pytest.mark.parametrize("order", list(permutations(BOUNCES)), ids=lambda o: " ".join(r.source for r in o))
def test_a_hard_bounce_by_three_ways_is_one_fact_with_the_best_evidence(
    ledger: Ledger, clock: Clock, order: Sequence[DeliveryReport], is_one_batch: bool
):
    send(ledger, "cand-7", "msg-1")
    clock.move(hours=2)
    recording = tell(ledger, *order) if is_one_batch else told_one_by_one(ledger, order)
    assert recording == Recording(facts=1, repeats=2)
    assert told_one_by_one(ledger, order) == Recording(repeats=3)
    message = shown(ledger, "msg-1")
    assert (message.status, message.reason) == ("hard_bounced", "mailbox_unknown")
    (entry,) = ledger.recipient_filter().entries
    assert (entry.causes, entry.since) == (("hard_bounce",), AT_DELIVERY)
    (item,) = ledger.bell("rec-3").items
    assert (item.count, item.trouble) == (1, "hard_bounce")


@pytest.mark.parametrize(
    "order", list(permutations(SOFT_BOUNCES)), ids=lambda o: " ".join(r.source for r in o)
)
def test_a_soft_bounce_by_three_ways_is_one_strike(
    ledger: Ledger, clock: Clock, order: Sequence[DeliveryReport]
):
    send(ledger, "cand-7", "msg-1")
    clock.move(hours=2)
    assert told_one_by_one(ledger, order) == Recording(facts=1, repeats=2)
    message = shown(ledger, "msg-1")
    assert (message.status, message.reason) == ("soft_bounced", "mailbox_full")
    assert events(ledger).count("StrikeRecorded") == 1
    assert ledger.bell("rec-3").items[0].count == 1
    assert ledger.suppression_filters.may_send(ADDRESS)


@pytest.mark.parametrize("is_webhook_first", [True, False])
def test_a_complaint_by_webhook_and_by_mail_is_one_fact(ledger: Ledger, clock: Clock, is_webhook_first: bool):
    send_with_message_id(ledger)
    told = [
        by_webhook(Outcome.COMPLAINED, feedback_type="abuse"),
        by_mail(Outcome.COMPLAINED, Source.ARF, feedback_type="abuse", recipient=None),
    ]
    clock.move(hours=2)
    assert told_one_by_one(ledger, told if is_webhook_first else told[::-1]) == Recording(facts=1, repeats=1)
    assert ledger.recipient_filter().entries[0].causes == ("complaint",)
    assert ledger.bell("rec-3").items[0].count == 1


@pytest.mark.parametrize("is_webhook_first", [True, False])
def test_a_delivery_by_webhook_and_by_mail_is_one_fact(ledger: Ledger, clock: Clock, is_webhook_first: bool):
    send_with_message_id(ledger)
    told = [by_webhook(Outcome.DELIVERED), by_mail(Outcome.DELIVERED)]
    clock.move(hours=2)
    assert told_one_by_one(ledger, told if is_webhook_first else told[::-1]) == Recording(facts=1, repeats=1)
    assert shown(ledger, "msg-1").status == "delivered"
