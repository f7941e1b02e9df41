"""What ended here is removed from a provider's list; what never was here did not end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import LiftRefused
from tests.application.lists import ListInMemory, both
from tests.application.one_domain import THREE, address, bounce, delivered, registered
from tests.application.world import Clock, tell

ADA, GRACE = "ada@example.org", "grace@example.org"


def test_what_was_taken_off_here_is_removed_there(ledger: Ledger, clock: Clock):
    listed = ListEntry(ADA, Cause.MANUAL, clock.now)
    ledger.suppression_filters.suppress(ADA, by="sup-1")
    clock.move(days=1)
    ledger.suppression_filters.lift(ADA, by="sup-1")
    theirs = ListInMemory("postmark", "main", listed)
    assert (both(ledger, theirs).removed_there, theirs.listed) == (1, {})
    # A newer listing is news.
    again = ListInMemory("postmark", "main", replace(listed, listed_at=clock.move(days=1)))
    assert both(ledger, again).missing_here == {"manual": 1}


@pytest.mark.parametrize("cause", [Cause.COMPLAINT, Cause.UNSUBSCRIBE])
@pytest.mark.parametrize("dated", [True, False])
def test_what_the_recipient_said_and_never_was_here_did_not_end_with_another_cause(
    ledger: Ledger, clock: Clock, cause: Cause, dated: bool
):
    listed = ListEntry(ADA, cause, clock.now if dated else None)
    clock.move(days=1)
    ledger.suppression_filters.suppress(ADA, by="sup-1")
    clock.move(days=1)
    ledger.suppression_filters.lift(ADA, by="sup-1")
    theirs = ListInMemory("postmark", "main", listed)
    assert both(ledger, theirs).missing_here == {str(cause): 1}
    assert ledger.suppression_filters.may_send(ADA).cause == cause
    assert theirs.listed


def test_a_lift_settles_older_bounces_of_which_only_the_provider_knew(ledger: Ledger, clock: Clock):
    listed = ListEntry(ADA, Cause.HARD_BOUNCE, clock.now)
    ledger.suppression_filters.suppress(ADA, by="sup-1")
    clock.move(days=1)
    ledger.suppression_filters.lift(ADA, by="sup-1")
    assert both(ledger, ListInMemory("postmark", "main", listed)).removed_there == 1
    newer = replace(listed, listed_at=clock.move(days=1))
    assert both(ledger, ListInMemory("postmark", "main", newer)).missing_here == {"hard_bounce": 1}


def complained_and_came_off(ledger: Ledger, clock: Clock) -> None:
    both(ledger, ListInMemory("sparkpost", "main", ListEntry(ADA, Cause.COMPLAINT, clock.now)))
    clock.move(days=1)
    consents(ledger)
    assert ledger.suppression_filters.lift(ADA, by="sup-1", approved_by="sup-2")


def consents(ledger: Ledger) -> None:
    ledger.suppression_filters.record_consent(ADA, kind="recipient", evidence="her mail", by="sup-1")


@pytest.mark.parametrize("cause", [Cause.COMPLAINT, Cause.UNSUBSCRIBE])
def test_a_complaint_that_ended_here_has_ended_there_whatever_they_call_it(
    ledger: Ledger, clock: Clock, cause: Cause
):
    before = clock.now
    complained_and_came_off(ledger, clock)
    theirs = ListInMemory("sendgrid", "main", ListEntry(ADA, cause, before))
    assert both(ledger, theirs).removed_there == 1
    newer = ListInMemory("sendgrid", "main", ListEntry(ADA, cause, clock.move(minutes=1)))
    assert both(ledger, newer).missing_here == {str(cause): 1}


def test_without_a_date_it_was_there_before_unless_they_had_taken_it_off(ledger: Ledger, clock: Clock):
    complained_and_came_off(ledger, clock)
    theirs = ListInMemory("mailgun", "main", ListEntry(ADA, Cause.COMPLAINT))
    assert both(ledger, theirs).removed_there == 1
    theirs = ListInMemory("mailgun", "main", ListEntry(ADA, Cause.COMPLAINT))
    assert both(ledger, theirs).missing_here == {"complaint": 1}
    assert not ledger.suppression_filters.may_send(ADA)


def test_a_complaint_after_the_consent_makes_it_void(ledger: Ledger, clock: Clock):
    both(ledger, ListInMemory("sparkpost", "main", ListEntry(ADA, Cause.COMPLAINT, clock.now)))
    clock.move(days=1)
    consents(ledger)
    theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.COMPLAINT, clock.move(days=1)))
    assert both(ledger, theirs).missing_here == {"complaint": 1}
    with pytest.raises(LiftRefused) as refused:
        ledger.suppression_filters.lift(ADA, by="sup-1", approved_by="sup-2")
    assert refused.value.missing == ("recipient_consent",)


def test_what_ended_here_may_stay_there_while_another_cause_holds(ledger: Ledger, clock: Clock):
    before = clock.now
    complained_and_came_off(ledger, clock)
    ledger.suppression_filters.suppress(ADA, by="sup-1")
    theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.COMPLAINT, before))
    assert both(ledger, theirs).in_step == 1
    assert theirs.listed


def test_a_bounce_that_waits_for_the_end_of_an_outage_is_left_to_it(clock: Clock):
    with Ledger.open(":memory:", clock=clock, policies=THREE) as ledger:
        registered(ledger, 1, 2, 3, 4)
        bounce(ledger, clock, 1, 2, 3, 4)
        words = f"550 5.1.1 <{address(4)}>: User unknown"
        theirs = ListInMemory("postmark", "main", ListEntry(address(4), Cause.HARD_BOUNCE, clock.now, words))
        assert ledger.suppression_filters.may_send(address(4))
        assert both(ledger, theirs).held == 1
        clock.move(minutes=5)
        tell(ledger, delivered(clock, 1))  # the domain answers: what was held is dropped
        assert both(ledger, theirs).removed_there == 1
        assert ledger.suppression_filters.may_send(address(4))


def test_what_expired_here_is_removed_there(ledger: Ledger, clock: Clock):
    ledger.suppression_filters.suppress(ADA, by="sup-1", expires_at=clock.now + timedelta(days=1))
    theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.MANUAL, clock.now))
    clock.move(days=2)
    assert both(ledger, theirs).removed_there == 1


def test_what_expired_by_the_policy_before_it_came_in_is_removed_there(clock: Clock):
    expiry = {"days": {"hard_bounce": (90,)}}
    with Ledger.open(":memory:", clock=clock, policies=Policies(expiry=expiry)) as ledger:
        old = ListEntry(ADA, Cause.HARD_BOUNCE, clock.now - timedelta(days=91))
        new = ListEntry(GRACE, Cause.HARD_BOUNCE, clock.now - timedelta(days=89))
        report = both(ledger, ListInMemory("postmark", "main", old, new))
        assert (report.removed_there, report.missing_here) == (1, {"hard_bounce": 1})
        (entry,) = ledger.recipient_filter().entries
        assert (entry.address, entry.expires_at) == (GRACE, clock.now + timedelta(days=1))


def test_what_they_keep_is_counted_by_why(ledger: Ledger, clock: Clock):
    before = clock.now
    complained_and_came_off(ledger, clock)
    theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.COMPLAINT, before))
    theirs.keeps[ADA] = "complaint"
    assert both(ledger, theirs).refused_there == {"complaint": 1}
    assert "The recipient complained." in str(ledger.support(ADA))
