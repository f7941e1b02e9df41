"""What waits while a domain seems to have an outage."""

import pytest

from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.suppression_filter.decisions import hold, release_hold, suppress
from deliveryledger.domain.suppression_filter.events import Cause, HoldReleased, SuppressionHeld
from deliveryledger.testing import (
    ADDRESS_KEY,
    AT_BOUNCE,
    COMPLAINT_SUPPRESSED,
    EARLIER,
    FILTER_ENTRY,
    LATER,
    LIFTED,
    MESSAGE_ID,
    SUPPRESSED,
    TENANT,
    given,
)

ABOUT = {"scope": TENANT, "address_key": ADDRESS_KEY}
HELD = SuppressionHeld(
    **ABOUT,
    occurred_at=AT_BOUNCE,
    cause=Cause.HARD_BOUNCE,
    reason=FailureReason.MAILBOX_UNKNOWN,
    message_id=MESSAGE_ID,
    outage="outage-1",
)
WAITING = {"outage": "outage-1", "at": LATER}


def test_a_held_suppression_forbids_nothing():
    given(FILTER_ENTRY).when(hold, HELD).then(HELD)
    assert not given(FILTER_ENTRY, HELD).state.is_active(LATER)
    given(FILTER_ENTRY, HELD).when(hold, HELD).then_nothing()
    given(FILTER_ENTRY, SUPPRESSED).when(hold, HELD).then_nothing()


@pytest.mark.parametrize("applied", [True, False])
def test_a_hold_ends_applied_or_dropped(applied: bool):
    released = HoldReleased(**ABOUT, occurred_at=LATER, applied=applied)
    suppression = SUPPRESSED if applied else None
    expected = [released, SUPPRESSED] if applied else [released]
    given(FILTER_ENTRY, HELD).when(release_hold, **WAITING, suppression=suppression).then(*expected)
    given(FILTER_ENTRY).when(release_hold, **WAITING, suppression=suppression).then_nothing()


def test_a_suppression_that_was_applied_for_that_failure_may_wait_after_all():
    applied = given(FILTER_ENTRY, SUPPRESSED)
    applied.when(hold, HELD, undoing=True).then(HELD)
    assert not given(FILTER_ENTRY, SUPPRESSED, HELD).state.is_active(LATER)
    earlier = SUPPRESSED.model_copy(update={"occurred_at": EARLIER})
    given(FILTER_ENTRY, earlier).when(hold, HELD, undoing=True).then_nothing()
    other = SUPPRESSED.model_copy(update={"reason": FailureReason.DOMAIN_UNKNOWN})
    given(FILTER_ENTRY, other).when(hold, HELD, undoing=True).then_nothing()


def test_more_evidence_waits_with_what_is_held():
    again = SUPPRESSED.model_copy(update={"occurred_at": LATER})
    given(FILTER_ENTRY, HELD).when(suppress, again).then_nothing()


def test_other_causes_neither_wait_nor_end_the_hold():
    given(FILTER_ENTRY, HELD).when(suppress, COMPLAINT_SUPPRESSED).then(COMPLAINT_SUPPRESSED)
    state = given(FILTER_ENTRY, HELD, COMPLAINT_SUPPRESSED).state
    assert (state.held, tuple(state.active(LATER))) == (HELD, (Cause.COMPLAINT,))
    given(FILTER_ENTRY, COMPLAINT_SUPPRESSED).when(hold, HELD).then(HELD)


def test_an_address_waits_in_vain_only_once():
    dropped = HoldReleased(**ABOUT, occurred_at=LATER, applied=False)
    given(FILTER_ENTRY, HELD, dropped).when(hold, HELD).then_nothing()
    given(FILTER_ENTRY, HELD, dropped).when(suppress, SUPPRESSED).then(SUPPRESSED)
    given(FILTER_ENTRY, HELD, dropped, SUPPRESSED, LIFTED).when(hold, HELD).then(HELD)


def test_the_end_of_another_outage_decides_nothing():
    given(FILTER_ENTRY, HELD).when(
        release_hold, outage="outage-2", at=LATER, suppression=SUPPRESSED
    ).then_nothing()
