"""A hard bounce may expire after a growing period, if the policy says so; a recipient's word never does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import ValidationError

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.domain.suppression_filter.expiry import ExpiryPolicy
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, events, send, tell

DAYS = {Cause.HARD_BOUNCE: (90, 180, 365)}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, policies=Policies(expiry={"days": DAYS})) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        yield ledger


def bounce(ledger: Ledger, clock: Clock, message_id: str) -> None:
    send(ledger, "cand-7", message_id)
    clock.move(minutes=5)
    tell(ledger, about(message_id, Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_UNKNOWN))


def test_each_hard_bounce_of_an_address_lasts_longer(ledger: Ledger, clock: Clock):
    for number, days in enumerate((90, 180, 365, 365)):
        bounce(ledger, clock, f"msg-{number}")
        (entry,) = ledger.recipient_filter().entries
        assert entry.expires_at == clock.now + timedelta(days=days)
        clock.move(days=days, seconds=-1)
        assert not ledger.suppression_filters.may_send(ADDRESS)
        clock.move(seconds=1)
        assert ledger.suppression_filters.may_send(ADDRESS)


def test_several_bounces_at_once_are_one_time(ledger: Ledger, clock: Clock):
    for number in range(3):
        send(ledger, "cand-7", f"msg-{number}")
    clock.move(minutes=5)
    for number in range(3):
        at = clock.now + timedelta(seconds=number)
        tell(ledger, about(f"msg-{number}", Outcome.BOUNCED, at, reason=FailureReason.DOMAIN_UNKNOWN))
    (entry,) = ledger.recipient_filter().entries
    assert entry.expires_at == clock.now + timedelta(days=90, seconds=2)


def test_a_complaint_outlasts_the_bounce(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, "msg-1")
    tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.now))
    clock.move(days=9_000)
    assert ledger.suppression_filters.may_send(ADDRESS).causes == ("complaint",)


def test_nothing_expires_unless_the_policy_says_so(clock: Clock):
    with Ledger.open(":memory:", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        bounce(ledger, clock, "msg-1")
        assert ledger.recipient_filter().entries[0].expires_at is None


@pytest.mark.parametrize("cause", [Cause.COMPLAINT, Cause.UNSUBSCRIBE])
def test_a_policy_that_ends_what_the_recipient_said_is_refused(cause: Cause):
    with pytest.raises(ValidationError, match="never expires"):
        ExpiryPolicy(days={cause: (90,)})


@pytest.mark.parametrize("periods", [(), (0,), (4_000,), (180, 90)])
def test_periods_that_make_no_sense_are_refused(periods: tuple[int, ...]):
    with pytest.raises(ValidationError):
        ExpiryPolicy(days={Cause.HARD_BOUNCE: periods})


def test_the_activity_log_says_that_it_expired_though_nobody_recorded_it(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, "msg-1")
    clock.move(days=89)
    assert "SuppressionExpired" not in events(ledger)
    clock.move(days=1)
    bounce(ledger, clock, "msg-2")
    entries = ledger.activity("cand-7", lang="sv").entries
    (entry,) = (each for each in entries if each.event == "SuppressionExpired")
    assert entry.text == f"{ADDRESS} togs bort ur mottagarfiltret automatiskt efter 90 dagar"
    suppressed = [each for each in entries if each.event == "AddressSuppressed"]
    assert entry.event_id == suppressed[-1].event_id
    assert entries.index(suppressed[0]) < entries.index(entry) < entries.index(suppressed[-1])


def test_what_was_lifted_before_did_not_expire(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, "msg-1")
    ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    clock.move(days=200)
    assert "SuppressionExpired" not in events(ledger)


def test_what_was_prolonged_expires_once(ledger: Ledger, clock: Clock):
    for days in (1, 3):
        ledger.suppression_filters.suppress(ADDRESS, by="sup-1", expires_at=clock.now + timedelta(days=days))
    clock.move(days=4)
    (text,) = (e.text for e in ledger.activity("cand-7").entries if e.event == "SuppressionExpired")
    assert text == f"{ADDRESS} was removed from the recipient filter automatically after 3 days"
