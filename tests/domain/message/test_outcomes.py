"""The status of a message: by rank, whatever the order of arrival."""

from datetime import datetime, timedelta
from itertools import combinations, permutations
from typing import Any

import pytest

from deliveryledger.domain.message.events import MessageEvent
from deliveryledger.domain.status import MessageStatus
from deliveryledger.testing import (
    AT_BOUNCE,
    BOUNCED,
    COMPLAINT,
    DEFERRED,
    DELIVERED,
    DROPPED,
    LATER,
    MESSAGE,
    REGISTERED,
    REJECTED,
    SOFT_BOUNCED,
    SUBMITTED,
    WITHDRAWN,
    given,
)

S = MessageStatus
# From the lowest rank to the highest; the four in the middle are of one rank, and here of one time.
FACTS: dict[MessageStatus, Any] = {
    S.SUBMITTED: SUBMITTED,
    S.DEFERRED: DEFERRED,
    S.DELIVERED: DELIVERED.model_copy(update={"occurred_at": AT_BOUNCE}),
    S.DROPPED: DROPPED,
    S.REJECTED: REJECTED,
    S.SOFT_BOUNCED: SOFT_BOUNCED,
    S.HARD_BOUNCED: BOUNCED,
    S.COMPLAINED: COMPLAINT,
}
RANKED = list(FACTS)
EQUALS = (S.DELIVERED, S.DROPPED, S.REJECTED, S.SOFT_BOUNCED)
JUST_LATER = AT_BOUNCE + timedelta(seconds=1)


def status_after(*events: MessageEvent) -> MessageStatus:
    return given(MESSAGE, REGISTERED, *events).state.status


def at(moment: datetime, event: Any) -> Any:
    return event.model_copy(update={"occurred_at": moment})


def test_begins_as_registered():
    assert status_after() is S.REGISTERED


@pytest.mark.parametrize("highest", RANKED)
def test_the_highest_rank_wins_in_every_order(highest: MessageStatus):
    below = RANKED[: RANKED.index(highest)]
    for others in combinations(below, min(3, len(below))):
        for order in permutations([highest, *others]):
            assert status_after(*(FACTS[status] for status in order)) is highest


def test_all_outcomes_in_any_order_are_a_complaint():
    assert {status_after(*order) for order in permutations(FACTS.values())} == {S.COMPLAINED}


@pytest.mark.parametrize(("one", "other"), list(permutations(EQUALS, 2)))
def test_among_equals_the_later_wins(one: MessageStatus, other: MessageStatus):
    later = at(JUST_LATER, FACTS[one])
    assert status_after(later, FACTS[other]) is status_after(FACTS[other], later) is one


@pytest.mark.parametrize("failure", EQUALS[1:])
def test_a_tie_goes_to_the_failure(failure: MessageStatus):
    delivered, failed = FACTS[S.DELIVERED], FACTS[failure]
    assert status_after(delivered, failed) is status_after(failed, delivered) is failure


@pytest.mark.parametrize("bounce", [BOUNCED, SOFT_BOUNCED], ids=["hard", "soft"])
def test_a_late_bounce_takes_the_delivery_back(bounce: Any):
    late = at(LATER, bounce)
    assert status_after(DELIVERED, late).is_failure
    assert status_after(late, DELIVERED).is_failure


def test_a_late_delivery_does_not_erase_a_hard_bounce_or_a_complaint():
    assert status_after(BOUNCED, at(LATER, DELIVERED)) is S.HARD_BOUNCED
    assert status_after(COMPLAINT, at(LATER, DELIVERED)) is S.COMPLAINED


@pytest.mark.parametrize("before", [DELIVERED, BOUNCED, SOFT_BOUNCED, SUBMITTED, DEFERRED])
def test_a_withdrawal_takes_the_status_back_to_what_it_was(before: Any):
    for order in permutations((before, COMPLAINT, WITHDRAWN)):
        assert status_after(*order) is status_after(before)


def test_a_withdrawal_counts_from_the_moment_of_the_complaint_on():
    assert status_after(COMPLAINT, at(COMPLAINT.occurred_at, WITHDRAWN)) is S.REGISTERED
    earlier = at(COMPLAINT.occurred_at - timedelta(microseconds=1), WITHDRAWN)
    assert status_after(COMPLAINT, earlier) is S.COMPLAINED


def test_a_newer_complaint_sets_it_again_in_any_order():
    newer = at(LATER + timedelta(hours=1), COMPLAINT)
    for order in permutations((COMPLAINT, WITHDRAWN, newer)):
        assert status_after(*order) is S.COMPLAINED


def test_a_withdrawal_alone_is_no_complaint():
    assert status_after(DELIVERED, WITHDRAWN) is S.DELIVERED


@pytest.mark.parametrize(
    ("fact", "slot"),
    [
        (BOUNCED, "hard"),
        (SOFT_BOUNCED, "soft"),
        (REJECTED, "rejected"),
        (DROPPED, "dropped"),
        (COMPLAINT, "complaint"),
        (DEFERRED, "deferred"),
    ],
)
def test_the_failure_is_the_one_that_the_status_names(fact: Any, slot: str):
    message = given(MESSAGE, REGISTERED, DELIVERED, at(JUST_LATER, fact)).state
    expected = None if slot == "deferred" else getattr(message, slot)
    assert message.failure == expected


def test_flags_stand_beside_the_status():
    assert [status for status in S if status.is_failure] == [
        S.SOFT_BOUNCED,
        S.REJECTED,
        S.DROPPED,
        S.HARD_BOUNCED,
        S.COMPLAINED,
    ]
    assert sorted(S, key=lambda status: status.rank) == list(S)
