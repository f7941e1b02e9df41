"""The second removal of an address soon after the first is an administrator's affair."""

from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.domain.suppression_filter.removal import approve, lift
from deliveryledger.domain.suppression_filter.removal_policy import RemovalPolicy
from deliveryledger.errors import LiftRefused
from deliveryledger.testing import FILTER_ENTRY, LIFTED, REMOVAL_REQUESTED, SUPPRESSED, given

AT = LIFTED.occurred_at
AGAIN = SUPPRESSED.model_copy(update={"occurred_at": AT + timedelta(days=1)})
REQUEST = REMOVAL_REQUESTED.model_copy(update={"request_id": "second"})
TWICE = (SUPPRESSED, LIFTED, AGAIN, REQUEST)


def approval(days: float, **how: Any) -> dict[str, Any]:
    return {"request_id": "second", "by": "sup-2", "at": AT + timedelta(days=days), **how}


@pytest.mark.parametrize("days", [2, 29.9])
def test_within_thirty_days_it_is_refused(days: float):
    refusal = given(FILTER_ENTRY, *TWICE).when(approve, **approval(days)).then_refused(LiftRefused)
    assert refusal.missing == ("administrator",)


def test_an_administrator_may_and_it_is_recorded():
    (event,) = approve(given(FILTER_ENTRY, *TWICE).state, **approval(2, as_administrator=True))
    assert event.as_administrator


def test_after_thirty_days_it_is_like_the_first_time():
    (event,) = approve(given(FILTER_ENTRY, *TWICE).state, **approval(30))
    assert not event.as_administrator


def test_the_days_are_the_policys():
    policy = RemovalPolicy(cool_down_days=0)
    assert list(approve(given(FILTER_ENTRY, *TWICE).state, **approval(2, policy=policy)))


def test_a_lift_without_a_request_is_no_way_around_it():
    how = {"by": "sup-1", "approved_by": "sup-2", "evidence": "letter", "at": AT + timedelta(days=2)}
    entry = given(FILTER_ENTRY, *TWICE)
    assert entry.when(lift, **how).then_refused(LiftRefused).missing == ("administrator",)


def test_what_was_put_there_by_hand_comes_off_freely():
    by_hand = AGAIN.model_copy(update={"cause": Cause.MANUAL})
    entry = given(FILTER_ENTRY, SUPPRESSED, LIFTED, by_hand, REQUEST)
    assert list(approve(entry.state, **approval(2)))
