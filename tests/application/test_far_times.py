"""Times at the ends of the calendar: nothing overflows, and nobody's card is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, moved
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, reading, send, shown, tell

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
FULL, DEAD = {"reason": FailureReason.MAILBOX_FULL}, {"reason": FailureReason.MAILBOX_UNKNOWN}


def bounce(at: datetime, received_at: datetime, **fields: Any) -> DeliveryReport:
    return claim(
        Outcome.BOUNCED, at, **{"provider_message_id": "p-msg-1", "received_at": received_at, **fields}
    )


def test_moments_beyond_the_calendar_are_its_ends():
    assert moved(FIRST, -timedelta(days=7)) == FIRST
    assert moved(LAST, timedelta(days=7)) == LAST
    assert moved(FIRST, timedelta(days=7)) == FIRST + timedelta(days=7)


@pytest.mark.parametrize("reason", [FULL, DEAD], ids=["a strike", "a hard bounce"])
@pytest.mark.parametrize("days", [0, 1, 29, 31])
def test_a_bounce_of_the_year_one_is_recorded(ledger: Ledger, clock: Clock, reason: Any, days: int):
    send(ledger, "cand-7", "msg-1")
    assert tell(ledger, bounce(FIRST + timedelta(days=days), clock.now, **reason)).facts == 1
    assert shown(ledger, "msg-1").status == ("soft_bounced" if reason is FULL else "hard_bounced")


def test_one_that_waits_holds_up_neither_the_command_nor_a_second_try(ledger: Ledger, clock: Clock):
    tell(ledger, bounce(FIRST, clock.now, **FULL), bounce(FIRST, clock.now, provider_message_id=None, **DEAD))
    early = claim(Outcome.DELIVERED, clock.now, provider_message_id="p-msg-1")
    tell(ledger, early)
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "delivered"
    assert ledger.intake.retry().unmatched == 1


def test_a_suppression_for_some_days_ends_with_the_calendar_at_the_latest(clock: Clock):
    clock.now = LAST - timedelta(days=10)
    with Ledger.open(":memory:", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        for _ in range(5):
            tell(ledger, bounce(clock.now, clock.now, **FULL))
            clock.move(days=1)
        assert ledger.recipient_filter().entries[0].expires_at == LAST


def test_where_an_account_belongs_to_one_tenant_an_unmatched_one_overflows_neither(clock: Clock):
    own = Policies(accounts={"postmark/main": "default"})
    with Ledger.open(":memory:", clock=clock, policies=own) as ledger:
        report = bounce(FIRST, clock.now, **DEAD)._replace(authenticated=True, rule="mailbox.unknown")
        assert ledger.record(reading(report)).unmatched == 1
        assert not ledger.suppression_filters.may_send(ADDRESS)


@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_ends_of_the_calendar_are_shown_in_every_zone(ledger: Ledger, clock: Clock, tz: str):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, claim(Outcome.COMPLAINED, FIRST, provider_message_id="p-msg-1", received_at=clock.now))
    trying = claim(Outcome.DEFERRED, clock.now, provider_message_id="p-msg-1", will_retry_until=LAST)
    tell(ledger, trying)
    assert ledger.candidate_card("cand-7", tz=tz).messages[0].status == "complained"
    assert ledger.activity("cand-7", tz=tz).entries
    assert ledger.recipient_filter(tz=tz).entries
    assert not ledger.suppression_filters.may_send(ADDRESS, tz=tz)
    assert ledger.bell("rec-3", tz=tz).unread == 1
