"""Reports become facts: batches, repetition, what is ignored, who is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.errors import ReplayRefused
from deliveryledger.inbound import providers
from deliveryledger.testing import ADDRESS, AT_DELIVERY, claim
from tests.application.world import Clock, about, events, reading, send, shown, tell


@pytest.fixture
def sent(ledger: Ledger, clock: Clock) -> Ledger:
    send(ledger, "cand-7", "msg-1")
    clock.move(minutes=5)
    return ledger


def delivered(**fields: Any) -> DeliveryReport:
    return about("msg-1", Outcome.DELIVERED, AT_DELIVERY, **fields)


def sendgrid(count: int, poison: dict[str, Any]) -> bytes:
    """A body of SendGrid's with so many good events and one that is unreadable in their midst."""
    good = [
        {
            "event": "delivered",
            "email": ADDRESS,
            "timestamp": 1_794_645_005 + second,
            "sg_event_id": f"e{second}",
            "sg_message_id": "p-msg-1.recvd-abc",
        }
        for second in range(count)
    ]
    return json.dumps([*good[: count // 2], poison, *good[count // 2 :]]).encode()


def test_one_unreadable_event_of_1001_is_quarantined_and_the_others_recorded(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="sendgrid", provider_message_id="p-msg-1")
    body = sendgrid(1_000, {"event": "delivered", "email": ADDRESS, "timestamp": "not a time"})
    batch = providers.get("sendgrid").reread(body, account="main", received_at=clock.move(days=1))
    before = ledger.status().last_position
    assert ledger.record(batch) == Recording(facts=1_000, quarantined=1)
    assert ledger.status().last_position == before + 1_001
    (kept,) = ledger.intake.quarantined()
    assert (kept.provider, b"not a time" in kept.raw) == ("sendgrid", True)
    assert ledger.record(batch) == Recording(repeats=1_001)


@pytest.mark.parametrize(
    ("outcome", "ignored"),
    [(Outcome.OPENED, 1), (Outcome.CLICKED, 1), (Outcome.OTHER, 1), (Outcome.AUTO_REPLIED, 0)],
)
def test_opens_clicks_and_unknown_outcomes_are_ignored(sent: Ledger, outcome: Outcome, ignored: int):
    before = sent.status().last_position
    assert tell(sent, about("msg-1", outcome, AT_DELIVERY)).ignored == ignored
    assert (sent.status().last_position == before) == bool(ignored)


def test_an_ignored_report_about_nobody_is_not_kept(sent: Ledger):
    assert tell(sent, claim(Outcome.OPENED, provider_message_id="unknown")) == Recording(ignored=1)
    assert sent.intake.unmatched() == ()


@pytest.fixture
def engaged(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, policies=Policies(record_engagement=True)) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        yield ledger


def test_opens_and_clicks_are_recorded_where_the_ats_opted_in(engaged: Ledger):
    told = [about("msg-1", outcome, AT_DELIVERY) for outcome in (Outcome.OPENED, Outcome.CLICKED)]
    assert tell(engaged, *told, *told) == Recording(facts=2, repeats=2)
    assert events(engaged)[-2:] == ["MessageOpened", "LinkClicked"]


def test_a_providers_own_drop_is_no_bounce(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.SUPPRESSED, clock.now, list_reason="InactiveRecipient"))
    assert shown(sent, "msg-1").status == "dropped"
    assert events(sent)[-1] == "MessageDropped"
    assert sent.suppression_filters.may_send(ADDRESS)
    assert sent.bell("rec-3").items[0].trouble == "dropped"


def test_an_out_of_office_reply_is_no_failure(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.AUTO_REPLIED, clock.now))
    message = shown(sent, "msg-1")
    assert (message.status, message.auto_replied, message.headline) == ("submitted", True, None)
    assert sent.bell("rec-3").items == ()


@pytest.mark.parametrize("key", ["replay_key", "delivery_key"])
def test_a_key_with_other_content_is_refused(sent: Ledger, key: str):
    def record(content: str, *reports: DeliveryReport) -> Recording:
        if key == "replay_key":
            return sent.record(reading(*reports, replay_key="k-1", content=content))
        return sent.record(reading(*reports, content=content), delivery_key="k-1")

    assert record("one", delivered()).facts == 1
    assert sent.was_delivered("k-1")
    assert record("one", delivered()).repeats == 1
    before = sent.status().last_position
    with pytest.raises(ReplayRefused):
        record("other", delivered())
    assert sent.status().last_position == before


def test_a_delivery_key_makes_a_second_reading_a_repeat_unread(sent: Ledger, clock: Clock):
    later = about("msg-1", Outcome.DELIVERED, clock.now)
    assert sent.record(reading(delivered()), delivery_key="file-1").facts == 1
    assert sent.record(reading(later), delivery_key="file-1") == Recording(repeats=1)
    assert not sent.was_delivered("file-2")


@pytest.mark.parametrize("delivery_key", ["k-1", "k-2"], ids=["one key for both", "two keys"])
def test_both_keys_at_once(sent: Ledger, delivery_key: str):
    batch = reading(delivered(), replay_key="k-1", content="c")
    assert sent.record(batch, delivery_key=delivery_key).facts == 1
    assert sent.record(batch, delivery_key=delivery_key).repeats == 1
    assert sent.record(batch, delivery_key="k-3").repeats == 1


# --- who is told ------------------------------------------------------------------------------------


def test_the_sender_is_told_once_per_incident_and_of_the_worst(sent: Ledger, clock: Clock):
    soft = about("msg-1", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_FULL)
    hard = about("msg-1", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_UNKNOWN)
    tell(sent, soft)
    tell(sent, soft, hard, hard)
    send(sent, "cand-7", "msg-2")
    tell(sent, about("msg-2", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_FULL))
    (item,) = sent.bell("rec-3").items
    assert (item.trouble, item.reason, item.message_id) == ("hard_bounce", "mailbox_unknown", "msg-1")
    assert sent.bell("rec-4").items == ()


def test_each_sender_is_told(sent: Ledger, clock: Clock):
    sent.messages.register("cand-7", sender="rec-4", subject="Offer", message_id="msg-2")
    tell(sent, *(about(m, Outcome.COMPLAINED, clock.now) for m in ("msg-1", "msg-2")))
    assert [len(sent.bell(sender).items) for sender in ("rec-3", "rec-4")] == [1, 1]


def test_no_news_is_good_news(sent: Ledger, clock: Clock):
    tell(sent, delivered(), about("msg-1", Outcome.DEFERRED, clock.now))
    assert sent.bell("rec-3").items == ()


def test_a_wrong_clock_is_put_right_and_the_claim_kept(sent: Ledger, clock: Clock):
    tomorrow = clock.now.replace(day=clock.now.day + 1)
    tell(sent, about("msg-1", Outcome.COMPLAINED, tomorrow, received_at=clock.now))
    tell(sent, about("msg-1", Outcome.COMPLAINT_WITHDRAWN, clock.move(minutes=1)))
    assert shown(sent, "msg-1").status == "submitted"
    entry = next(e for e in sent.activity("cand-7").entries if e.event == "ComplaintReceived")
    assert entry.details["claimed_at"].startswith(tomorrow.isoformat()[:19])
