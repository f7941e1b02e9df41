"""When unknown users are an outage of their domain, and when it is over."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from deliveryledger.domain.outage.aggregate import MOST_COUNTED, Outage, newest_needed
from deliveryledger.domain.outage.decisions import answer, count, suspicious, time_out
from deliveryledger.domain.outage.events import (
    DomainAnswered,
    OutageEnd,
    OutageEnded,
    OutageSuspected,
    UnknownUserCounted,
)
from deliveryledger.domain.outage.policy import OutagePolicy
from deliveryledger.testing import AT_BOUNCE, given

DOMAIN: dict[str, Any] = {"tenant": "default", "domain_key": "d0"}
POLICY = OutagePolicy(version="p-1", addresses=3, within_minutes=10, hold_hours=24)
NOTHING = Outage()


def at(minutes: float) -> datetime:
    return AT_BOUNCE + timedelta(minutes=minutes)


def unknown(who: str, minutes: float) -> UnknownUserCounted:
    return UnknownUserCounted(**DOMAIN, occurred_at=at(minutes), address_key=who, message_id=f"to-{who}")


def delivered(minutes: float) -> DomainAnswered:
    return DomainAnswered(**DOMAIN, occurred_at=at(minutes), message_id="msg-9")


def suspected(minutes: float, **fields: Any) -> OutageSuspected:
    began, about = at(minutes), {**DOMAIN, "message_id": "to-c", "policy_version": "p-1", "addresses": 3}
    about |= {"outage": began.isoformat(), "until": began + timedelta(hours=24)}
    return OutageSuspected(occurred_at=began, **{**about, **fields})


def ended(how: OutageEnd, minutes: float, of: OutageSuspected) -> OutageEnded:
    return OutageEnded(**DOMAIN, occurred_at=at(minutes), outage=of.outage, how=how)


COUNTING = {"policy": POLICY, "outage_id": datetime.isoformat}
TWO = (unknown("a", 0), unknown("b", 1))
OPEN = suspected(2)
THREE = (*TWO, unknown("c", 2), OPEN)

# --- count ------------------------------------------------------------------------------------------


def test_an_unknown_user_is_counted():
    given(NOTHING).when(count, unknown("a", 0), **COUNTING).then(unknown("a", 0))


def test_so_many_within_the_window_are_an_outage():
    given(NOTHING, *TWO).when(count, unknown("c", 2), **COUNTING).then(unknown("c", 2), OPEN)


def test_the_order_in_which_they_come_in_does_not_matter():
    late = suspected(2, message_id="to-a")
    given(NOTHING, unknown("b", 1), unknown("c", 2)).when(count, unknown("a", 0), **COUNTING).then(
        unknown("a", 0), late
    )


def test_an_address_counts_once():
    given(NOTHING, *TWO).when(count, unknown("b", 2), **COUNTING).then_nothing()


@pytest.mark.parametrize(("minutes", "counts"), [(9.9, True), (10, False)])
def test_what_lies_before_the_window_does_not_count(minutes: float, counts: bool):
    decided = [unknown("c", minutes), suspected(minutes)] if counts else [unknown("c", minutes)]
    given(NOTHING, *TWO).when(count, unknown("c", minutes), **COUNTING).then(*decided)


def test_what_comes_in_far_too_late_is_not_counted():
    given(NOTHING, *TWO).when(count, unknown("c", -9), **COUNTING).then_nothing()


def test_what_lies_before_an_answer_is_not_counted():
    answering = given(NOTHING, *TWO, delivered(5))
    answering.when(count, unknown("c", 4), **COUNTING).then_nothing()
    answering.when(count, unknown("c", 6), **COUNTING).then(unknown("c", 6))


def test_while_an_outage_is_open_nothing_is_counted():
    given(NOTHING, *THREE).when(count, unknown("d", 3), **COUNTING).then_nothing()


def test_a_policy_that_is_switched_off_counts_nothing():
    off = POLICY.model_copy(update={"enabled": False})
    given(NOTHING, *TWO).when(count, unknown("c", 2), policy=off, outage_id=datetime.isoformat).then_nothing()


def test_those_that_made_it_be_suspected_are_known():
    state = given(NOTHING, unknown("z", -30), *THREE).state
    assert [c.address_key for c in suspicious(state, POLICY)] == ["a", "b", "c"]
    assert suspicious(NOTHING, POLICY) == ()


# --- answer -----------------------------------------------------------------------------------------


def test_a_delivery_does_away_with_the_unknown_users_before_it():
    answering = given(NOTHING, *TWO).when(answer, delivered(5), policy=POLICY)
    answering.then(delivered(5))
    assert given(NOTHING, *TWO, delivered(0.5)).state.counted[0].address_key == "b"


@pytest.mark.parametrize("minutes", [-1, 11, 60])
def test_a_delivery_that_says_nothing_is_not_recorded(minutes: float):
    given(NOTHING, *TWO).when(answer, delivered(minutes), policy=POLICY).then_nothing()
    given(NOTHING).when(answer, delivered(minutes), policy=POLICY).then_nothing()


def test_a_delivery_after_it_began_ends_an_outage():
    recovered = ended(OutageEnd.RECOVERED, 30, OPEN)
    given(NOTHING, *THREE).when(answer, delivered(30), policy=POLICY).then(recovered)


def test_a_delivery_from_before_does_not():
    given(NOTHING, *THREE).when(answer, delivered(1), policy=POLICY).then_nothing()


def test_a_delivery_after_the_hold_ended_comes_too_late():
    timed_out = ended(OutageEnd.TIMED_OUT, 2 + 24 * 60, OPEN)
    given(NOTHING, *THREE).when(answer, delivered(3 + 24 * 60), policy=POLICY).then(timed_out)


# --- time out ---------------------------------------------------------------------------------------


def test_an_outage_ends_with_its_hold():
    timed_out = ended(OutageEnd.TIMED_OUT, 2 + 24 * 60, OPEN)
    given(NOTHING, *THREE).when(time_out, now=OPEN.until).then(timed_out)
    given(NOTHING, *THREE).when(time_out, now=OPEN.until - timedelta(seconds=1)).then_nothing()
    given(NOTHING, *TWO).when(time_out, now=OPEN.until).then_nothing()


def test_after_the_end_counting_begins_anew():
    over = given(NOTHING, *THREE, ended(OutageEnd.RECOVERED, 30, OPEN))
    over.when(count, unknown("d", 29), **COUNTING).then_nothing()
    over.when(count, unknown("d", 31), **COUNTING).then(unknown("d", 31))


# --- what is remembered -----------------------------------------------------------------------------


def test_what_is_remembered_is_bounded():
    many = (unknown(str(number), number * 60) for number in range(MOST_COUNTED + 10))
    assert len(given(NOTHING, *many).state.counted) == MOST_COUNTED


def test_the_newest_events_tell_the_state():
    busy = [
        e for n in range(0, 600, 3) for e in (unknown(f"u{n}", n), unknown(f"v{n}", n + 1), delivered(n + 2))
    ]
    for history in (busy, [*busy, *(unknown("a", 700), unknown("b", 701))], [*busy, *THREE]):
        tail = history[-newest_needed(POLICY.addresses) :]
        whole, known = given(NOTHING, *history).state, given(NOTHING, *tail).state
        assert (known.counted, known.suspected) == (whole.counted, whole.suspected)


@pytest.mark.parametrize(
    "figures",
    [
        {"addresses": 1},
        {"addresses": 101},
        {"within_minutes": 0},
        {"hold_hours": 0},
        {"version": ""},
        {"x": 1},
    ],
)
def test_figures_are_checked(figures: dict[str, Any]):
    with pytest.raises(ValidationError):
        OutagePolicy(**figures)
