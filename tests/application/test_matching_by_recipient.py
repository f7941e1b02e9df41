"""A bounce that names nothing but its recipient goes to the newest message to them, or to none."""

from datetime import timedelta
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.matching import BOUNCES_WITHIN
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Source
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, send, shown, tell

HARD = {"reason": FailureReason.MAILBOX_UNKNOWN, "status": "5.1.1", "diagnostic": "550 5.1.1 no such user"}


def delayed(clock: Clock, **fields: Any) -> DeliveryReport:
    """A bounce of now that names the recipient alone."""
    bounce = claim(Outcome.BOUNCED, clock.now, provider_message_id=None, **HARD)
    return bounce._replace(**fields)


@pytest.fixture
def sent(ledger: Ledger, clock: Clock) -> Ledger:
    """msg-1 and, a day later, msg-2 to Ada."""
    send(ledger, "cand-7", "msg-1")
    clock.move(days=1)
    send(ledger, "cand-7", "msg-2")
    clock.move(hours=5)
    return ledger


@pytest.mark.parametrize("source", [Source.WEBHOOK, Source.POLL])
@pytest.mark.parametrize("recipient", [ADDRESS, ADDRESS.upper()])
def test_the_newest_message_before_it_is_the_one(sent: Ledger, clock: Clock, source: Source, recipient: str):
    bounce = delayed(clock, source=source, recipient=recipient)
    clock.move(hours=1)
    send(sent, "cand-7", "msg-3")
    assert tell(sent, bounce) == Recording(facts=1)
    assert [shown(sent, m).status for m in ("msg-1", "msg-2", "msg-3")] == [
        "submitted",
        "hard_bounced",
        "submitted",
    ]
    assert not sent.suppression_filters.may_send(ADDRESS)
    assert sent.bell("rec-3").items[0].message_id == "msg-2"
    assert tell(sent, bounce, bounce) == Recording(repeats=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"provider_message_id": "unknown"},
        {"message_id": "msg-unknown"},
        {"message_id": "no id of ours"},
        {"account": "bulk"},
        {"provider": "sendgrid"},
        {"recipient": "grace@navy.example"},
        {"recipient": None},
        {"authenticated": False},
        {"provider": "mail", "source": Source.DSN, "authenticated": False},
        {"outcome": Outcome.COMPLAINED},
        {"outcome": Outcome.DELIVERED},
        {"outcome": Outcome.UNSUBSCRIBED},
    ],
    ids=lambda fields: " ".join(map(str, fields)),
)
def test_anything_else_than_a_providers_own_word_on_a_bounce_is_not_guessed(
    sent: Ledger, clock: Clock, fields: dict[str, Any]
):
    assert tell(sent, delayed(clock, **fields)) == Recording(unmatched=1)
    assert sent.suppression_filters.may_send(ADDRESS)
    assert {shown(sent, m).status for m in ("msg-1", "msg-2")} == {"submitted"}


def test_a_bounce_may_come_days_later_and_no_more(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    before = delayed(clock)._replace(occurred_at=clock.now - timedelta(seconds=1))
    clock.move(seconds=BOUNCES_WITHIN.total_seconds())
    in_time = delayed(clock)
    clock.move(seconds=1)
    too_late = delayed(clock)
    assert [tell(ledger, bounce).facts for bounce in (before, too_late, in_time)] == [0, 0, 1]


def test_a_message_that_was_not_handed_over_cannot_have_bounced(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    assert tell(ledger, delayed(clock)).unmatched == 1


def test_it_is_found_when_it_is_tried_again(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    submitted_at = clock.now
    bounce = delayed(clock)._replace(occurred_at=clock.move(hours=1), received_at=clock.now)
    tell(ledger, bounce)
    assert ledger.intake.retry() == Recording(unmatched=1)
    tell(ledger, about("msg-1", Outcome.SUBMITTED, submitted_at, provider_message_id="p-1"))
    assert shown(ledger, "msg-1").status == "submitted"
    assert ledger.intake.retry() == Recording(facts=1)
    assert shown(ledger, "msg-1").status == "hard_bounced"
    assert ledger.intake.unmatched() == ()


@pytest.mark.parametrize("sender", ["acme", "globex"])
def test_where_messages_of_several_tenants_fit_it_is_nobodys(ledger: Ledger, clock: Clock, sender: str):
    for tenant in ("acme", "globex"):
        bound = ledger.tenant(tenant)
        bound.candidate_emails.register("cand-1", ADDRESS, by="rec-3")
        send(bound, "cand-1", "msg-9")
        clock.move(hours=1)
    bounce = delayed(clock)
    assert tell(ledger, bounce).unmatched == 1
    assert ledger.tenant(sender).record(reading(bounce)).facts == 1
    allowed = {t: bool(ledger.tenant(t).suppression_filters.may_send(ADDRESS)) for t in ("acme", "globex")}
    assert allowed == {"acme": sender != "acme", "globex": sender != "globex"}


def test_an_older_message_of_another_tenant_does_not_count(ledger: Ledger, clock: Clock):
    for tenant in ("acme", "globex"):
        bound = ledger.tenant(tenant)
        bound.candidate_emails.register("cand-1", ADDRESS, by="rec-3")
        send(bound, "cand-1", "msg-9")
        clock.move(days=7, hours=1)
    clock.move(days=-1)
    assert tell(ledger, delayed(clock)).facts == 1
    assert ledger.tenant("acme").suppression_filters.may_send(ADDRESS)
    assert not ledger.tenant("globex").suppression_filters.may_send(ADDRESS)


def test_it_is_found_after_the_address_secret_was_replaced(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    ledger.keys.rotate_address_secret()
    clock.move(hours=1)
    assert tell(ledger, delayed(clock)).facts == 1
    assert shown(ledger, "msg-1").status == "hard_bounced"


def test_a_soft_one_is_one_strike_for_the_address(sent: Ledger, clock: Clock):
    full = {"reason": FailureReason.MAILBOX_FULL, "status": "4.2.2"}
    assert tell(sent, delayed(clock, **full)).facts == 1
    assert shown(sent, "msg-2").status == "soft_bounced"
    assert [e.event for e in sent.activity("cand-7").entries].count("StrikeRecorded") == 1


def test_what_came_of_an_erased_person_stays_closed(sent: Ledger, clock: Clock):
    sent.erase("cand-7", by="dpo")
    assert tell(sent, delayed(clock)).facts == 1
    assert not sent.suppression_filters.may_send(ADDRESS)
    assert ADDRESS not in str([envelope.data for envelope in sent.history()])
