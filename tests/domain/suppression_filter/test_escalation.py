"""When soft failures add up."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.suppression_filter.aggregate import Strike
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy, Threshold

DAY = date(2026, 11, 14)
DISABLED, FULL, DOWN = (
    FailureReason.MAILBOX_DISABLED,
    FailureReason.MAILBOX_FULL,
    FailureReason.SERVER_UNAVAILABLE,
)


def strikes(reason: FailureReason, *days_ago: int) -> tuple[Strike, ...]:
    return tuple(Strike(DAY - timedelta(days=days), reason) for days in days_ago)


@pytest.mark.parametrize(
    ("reason", "days_ago", "is_reached"),
    [
        (DISABLED, (0,), False),
        (DISABLED, (29, 0), True),
        (DISABLED, (30, 0), False),
        (DISABLED, (0, 0), False),
        (DISABLED, (0, -1), False),
        (FULL, (3, 2, 1, 0), False),
        (FULL, (4, 3, 2, 1, 0), True),
        (DOWN, (6, 5, 4, 3, 2, 1), False),
        (DOWN, (6, 5, 4, 3, 2, 1, 0), True),
        (FailureReason.RATE_LIMITED, tuple(range(30)), False),
    ],
)
def test_counts_days_within_the_window(reason: FailureReason, days_ago: tuple[int, ...], is_reached: bool):
    reached = EscalationPolicy().reached(strikes(reason, *days_ago), reason, DAY)
    assert (reached is not None) is is_reached


def test_strikes_for_other_reasons_do_not_count():
    mixed = strikes(FULL, 3, 2, 1) + strikes(DISABLED, 0)
    assert EscalationPolicy().reached(mixed, DISABLED, DAY) is None


def test_an_ats_brings_its_own_figures():
    policy = EscalationPolicy(thresholds={FULL: Threshold(strikes=1, within_days=1)})
    assert policy.reached(strikes(FULL, 0), FULL, DAY) == Threshold(strikes=1, within_days=1)
    assert policy.reached(strikes(DISABLED, 1, 0), DISABLED, DAY) is None


@pytest.mark.parametrize("figures", [{"strikes": 0}, {"within_days": 0}, {"suppress_for_days": 0}])
def test_figures_are_checked(figures: dict[str, int]):
    with pytest.raises(ValidationError):
        Threshold(**{"strikes": 2, "within_days": 30, **figures})


@pytest.mark.parametrize("reason", [r for r in FailureReason if not r.counts_as_strike])
def test_a_reason_that_never_counts_as_a_strike_is_refused(reason: FailureReason):
    with pytest.raises(ValidationError, match=f"{reason} never counts as a strike"):
        EscalationPolicy(thresholds={reason: Threshold(strikes=2, within_days=30)})


def test_a_threshold_that_can_never_be_reached_is_refused():
    with pytest.raises(ValidationError, match="at most one strike a day"):
        EscalationPolicy(thresholds={FULL: Threshold(strikes=3, within_days=2)})


def test_a_policy_has_a_version():
    with pytest.raises(ValidationError):
        EscalationPolicy(version="")
