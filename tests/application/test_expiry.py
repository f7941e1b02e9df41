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
from tests.application.world import Clock, about, send, tell

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
