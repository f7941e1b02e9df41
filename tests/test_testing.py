"""What ships to users for their own sentences about events."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from deliveryledger import testing
from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.message.decisions import record, register, withhold
from deliveryledger.errors import AlreadyRegistered, DeliveryLedgerError, LiftRefused
from deliveryledger.testing import (
    AT_REGISTRATION,
    BOUNCE_REPORT,
    BOUNCED,
    DELIVERED,
    DELIVERY_REPORT,
    EARLIER,
    LATER,
    MESSAGE,
    REGISTERED,
    given,
)


@dataclass(frozen=True)
class Lamp:
    """A state of a user's own, beside its evolve."""

    is_lit: bool = False


class Switched(Event):
    """A user's own event."""

    on: bool


def evolve(lamp: Lamp, event: Switched) -> Lamp:
    return replace(lamp, is_lit=event.on)


def switch_on(lamp: Lamp, *, forgetful: bool = False) -> Iterator[Switched]:
    if not lamp.is_lit or forgetful:
        yield Switched(occurred_at=LATER, on=True)


LIT = Switched(occurred_at=LATER, on=True)


def test_finds_the_evolve_of_any_state():
    given(Lamp()).when(switch_on).then(LIT)
    given(Lamp(), LIT).when(switch_on).then_nothing()
    assert given(Lamp(), LIT).state.is_lit


def test_finds_a_decision_that_repeats_itself():
    with pytest.raises(AssertionError, match=r"deciding again adds:\n  Switched\("):
        given(Lamp()).when(switch_on, forgetful=True).then(LIT)


def test_says_which_field_differs():
    expected = BOUNCED.model_copy(update={"reply_code": 551})
    with pytest.raises(AssertionError) as failure:
        given(MESSAGE, REGISTERED).when(record, BOUNCE_REPORT).then(expected)
    text = str(failure.value)
    assert text.startswith("expected:\n  MessageBounced(")
    assert "event 1, MessageBounced, differs in:\n  reply_code: expected 551, decided 550" in text


@pytest.mark.parametrize(
    ("expected", "words"), [((), "expected:\n  nothing"), ((BOUNCED, DELIVERED), "decided:\n  MessageB")]
)
def test_counts_the_events(expected: tuple[Event, ...], words: str):
    with pytest.raises(AssertionError, match=words):
        given(MESSAGE, REGISTERED).when(record, BOUNCE_REPORT).then(*expected)


def test_then_nothing_names_what_was_decided_instead():
    with pytest.raises(AssertionError, match=r"decided:\n  MessageDelivered\("):
        given(MESSAGE, REGISTERED).when(record, DELIVERY_REPORT).then_nothing()


OTHER = REGISTERED.model_copy(update={"candidate_id": "cand-8"})


def test_hands_back_the_refusal():
    refusal = given(MESSAGE, REGISTERED).when(register, OTHER).then_refused(DeliveryLedgerError)
    assert isinstance(refusal, AlreadyRegistered)


def test_a_refusal_has_to_say_the_words():
    with pytest.raises(AssertionError, match="refused, but without 'no such words'"):
        given(MESSAGE, REGISTERED).when(register, OTHER).then_refused(
            AlreadyRegistered, contains="no such words"
        )


def test_another_refusal_is_not_the_expected_one():
    with pytest.raises(AlreadyRegistered):
        given(MESSAGE, REGISTERED).when(register, OTHER).then_refused(LiftRefused)


def test_says_what_was_decided_where_nothing_was_refused():
    with pytest.raises(AssertionError, match=r"not refused with AlreadyRegistered; decided:\n  MessageReg"):
        given(MESSAGE).when(register, REGISTERED).then_refused(AlreadyRegistered)


def test_passes_arguments_by_name():
    withheld = testing.WITHHELD
    given(MESSAGE, REGISTERED).when(
        withhold,
        scope=withheld.scope,
        causes=withheld.causes,
        suppressed_by=withheld.suppressed_by,
        at=AT_REGISTRATION,
    ).then(withheld)


def test_the_moments_of_the_example_follow_one_another():
    moments = [
        EARLIER,
        AT_REGISTRATION,
        testing.AT_SUBMISSION,
        testing.AT_DELIVERY,
        testing.AT_BOUNCE,
        testing.AT_COMPLAINT,
        LATER,
    ]
    assert moments == sorted(moments)
