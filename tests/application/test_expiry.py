"""A hard bounce may expire after a growing period, if the policy says so; a recipient's word never does."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.domain.suppression_filter.expiry import ExpiryPolicy
from deliveryledger.testing import ADDRESS
from tests.application.imports import batch_of, take_in
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


@pytest.mark.parametrize("periods", [(7, 30, 90), (7, 7, 7, 30), (10,), (1, 3, 400)])
@given(days=st.lists(st.integers(0, 60), min_size=1, max_size=5, unique=True), random=st.randoms())
@settings(max_examples=40, deadline=None)
def test_in_whatever_order_bounces_come_in_the_end_is_the_same(
    periods: tuple[int, ...], days: list[int], random: Random
):
    entries = []
    for order in (sorted(days), random.sample(days, len(days))):
        clock = Clock()
        expiry = {"days": {Cause.HARD_BOUNCE: periods}}
        with Ledger.open(":memory:", clock=clock, policies=Policies(expiry=expiry)) as ledger:
            ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
            for day in days:
                send(ledger, "cand-7", f"msg-{day}")
            start = clock.now
            clock.move(days=60, hours=1)
            for day in order:
                at = start + timedelta(days=day)
                tell(ledger, about(f"msg-{day}", Outcome.BOUNCED, at, reason=FailureReason.MAILBOX_UNKNOWN))
            clock.now = start + timedelta(days=max(days))  # where it holds in any case
            entries.append(ledger.recipient_filter().entries[0].expires_at)
    assert (
        entries[0]
        == entries[1]
        == start + timedelta(days=max(days) + periods[min(len(days), len(periods)) - 1])
    )


def test_what_an_undone_import_said_counts_no_more(ledger: Ledger, clock: Clock):
    row = FilterRow(ADDRESS, Cause.HARD_BOUNCE, since=clock.now - timedelta(days=200))
    batch = batch_of(take_in(ledger, row))
    bounce(ledger, clock, "msg-1")
    assert ledger.recipient_filter().entries[0].expires_at is None
    ledger.suppression_filters.undo_import(batch, by="sup-1")
    # What was decided with it stays; the next time it is not counted.
    assert ledger.recipient_filter().entries[0].expires_at == clock.now + timedelta(days=180)
    clock.move(days=180)
    bounce(ledger, clock, "msg-2")
    assert ledger.recipient_filter().entries[0].expires_at == clock.now + timedelta(days=180)


def test_what_an_import_said_counts_as_long_as_it_stands(ledger: Ledger, clock: Clock):
    take_in(ledger, FilterRow(ADDRESS, Cause.HARD_BOUNCE, since=clock.now - timedelta(days=200)))
    ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    clock.move(days=1)
    bounce(ledger, clock, "msg-1")
    assert ledger.recipient_filter().entries[0].expires_at == clock.now + timedelta(days=180)


def test_an_approval_of_what_has_expired_starts_no_cool_down(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, "msg-1")
    request = ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
    clock.move(days=90)
    assert not ledger.suppression_filters.approve(request.id, by="sup-2")
    bounce(ledger, clock, "msg-2")
    assert ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")


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
