"""When a rate is surely too high: the smallest counts that count."""

import pytest
from pydantic import ValidationError

from deliveryledger.advice.alarms import AlarmPolicy, Level, Limits, judge
from deliveryledger.advice.jeffreys import lower_bound

POLICY = AlarmPolicy()
SMALLEST = {
    # sent: hard bounces to exceed 2 %, 5 %; complaints to exceed 0.1 %, 0.3 %
    50: (3, 6, 1, 1),
    100: (5, 9, 1, 2),
    500: (16, 34, 2, 4),
    1_000: (28, 62, 3, 7),
    5_000: (117, 276, 9, 22),
}
"""The table of the design (screens, 5.4.8), which leaves out three of them."""
LIMITS = (0.02, 0.05, 0.001, 0.003)


@pytest.mark.parametrize("sent", SMALLEST)
def test_the_smallest_counts_that_exceed_a_limit(sent: int) -> None:
    found = tuple(next(n for n in range(sent) if lower_bound(n, sent) > limit) for limit in LIMITS)
    assert found == SMALLEST[sent]


@pytest.mark.parametrize(
    ("count", "of", "level", "limit"),
    [
        (50, 99, Level.TOO_FEW, 0.02),
        (4, 100, Level.OK, 0.02),
        (5, 100, Level.WARN, 0.02),
        (8, 100, Level.WARN, 0.02),
        (9, 100, Level.ACT, 0.05),
        (0, 0, Level.TOO_FEW, 0.02),
        (0, 10_000, Level.OK, 0.02),
    ],
)
def test_bounces_are_judged_from_a_hundred_messages_on(
    count: int, of: int, level: Level, limit: float
) -> None:
    found = judge(POLICY.hard_bounces, count, of, POLICY.confidence)
    assert (found.level, found.limit) == (level, limit)


@pytest.mark.parametrize(
    ("count", "of", "level"),
    [
        (2, 499, Level.TOO_FEW),
        (1, 500, Level.OK),
        (2, 500, Level.WARN),
        (3, 500, Level.WARN),
        (4, 500, Level.ACT),
    ],
)
def test_complaints_are_judged_from_five_hundred_messages_on(count: int, of: int, level: Level) -> None:
    assert judge(POLICY.complaints, count, of, POLICY.confidence).level == level


def test_a_policy_is_data() -> None:
    stricter = {"version": "2", "hard_bounces": {"warn": 0.01, "act": 0.02, "at_least": 50}}
    policy = AlarmPolicy.model_validate(stricter)
    assert judge(policy.hard_bounces, 3, 50, policy.confidence).level == Level.ACT


@pytest.mark.parametrize("wrong", [{"warn": 0.05, "act": 0.02}, {"warn": 0.0}, {"at_least": 0}, {"limit": 1}])
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate({"warn": 0.02, "act": 0.05, "at_least": 100, **wrong})
