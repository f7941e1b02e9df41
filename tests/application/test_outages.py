"""Many unknown users of one domain within minutes are an outage: their suppressions wait for its end."""

from collections.abc import Iterator
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.outage.policy import OutagePolicy
from deliveryledger.domain.reports import DeliveryReport, Outcome
from tests.application.world import Clock, about, send, tell

DOMAIN = "acme.example"
UNKNOWN = FailureReason.MAILBOX_UNKNOWN
THREE = Policies(outage=OutagePolicy(version="strict-1", addresses=3, within_minutes=10, hold_hours=24))


def address(number: int) -> str:
    return f"person.{number}@{DOMAIN}"


def registered(ledger: Ledger, *numbers: int, tenant: str = "default") -> None:
    for number in numbers:
        bound = ledger.tenant(tenant)
        bound.candidate_emails.register(f"cand-{number}", address(number), by="rec-3")
        send(bound, f"cand-{number}", f"msg-{number}")


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, policies=THREE) as ledger:
        registered(ledger, *range(8))
        clock.move(hours=1)
        yield ledger


def bounced(clock: Clock, number: int, **fields: Any) -> DeliveryReport:
    fields = {"reason": UNKNOWN, "recipient": address(number), **fields}
    return about(f"msg-{number}", Outcome.BOUNCED, clock.now, **fields)


def delivered(clock: Clock, number: int) -> DeliveryReport:
    return about(f"msg-{number}", Outcome.DELIVERED, clock.now, recipient=address(number))


def bounce(ledger: Ledger, clock: Clock, *numbers: int, **fields: Any) -> None:
    for number in numbers:
        clock.move(minutes=1)
        tell(ledger, bounced(clock, number, **fields))


def deliver(ledger: Ledger, clock: Clock, number: int) -> None:
    clock.move(minutes=1)
    tell(ledger, delivered(clock, number))


def refused(ledger: Ledger) -> list[int]:
    return [n for n in range(8) if not ledger.suppression_filters.may_send(address(n))]


def history(ledger: Ledger, *names: str) -> list[Any]:
    return [e.event for e in ledger.history() if type(e.event).__name__ in names]


def test_few_unknown_users_are_dead_addresses(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1)
    assert refused(ledger) == [0, 1]


def test_many_within_minutes_wait_all_of_them(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2, 3)
    assert refused(ledger) == []
    [suspected] = history(ledger, "OutageSuspected")
    assert (suspected.addresses, suspected.policy_version) == (3, "strict-1")
    assert {held.outage for held in history(ledger, "SuppressionHeld")} == {suspected.outage}
    assert len(history(ledger, "SuppressionHeld")) == 4


def test_in_one_batch_as_well(ledger: Ledger, clock: Clock):
    tell(ledger, *(bounced(clock, number) for number in range(4)))
    assert refused(ledger) == []


def test_when_the_domain_recovers_what_was_held_is_dropped(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    deliver(ledger, clock, 5)
    assert [released.applied for released in history(ledger, "HoldReleased")] == [False] * 3
    assert refused(ledger) == []


def test_nobody_waits_in_vain_twice(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    deliver(ledger, clock, 5)
    ledger.messages.register("cand-0", sender="rec-3", subject="Again", message_id="msg-0b")
    clock.move(minutes=1)
    tell(ledger, about("msg-0b", Outcome.BOUNCED, clock.now, reason=UNKNOWN, recipient=address(0)))
    assert refused(ledger) == [0]


def test_when_the_hold_ends_the_next_unknown_user_applies_what_was_held(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    clock.move(hours=24)
    bounce(ledger, clock, 3)
    assert refused(ledger) == [0, 1, 2, 3]
    [ended] = history(ledger, "OutageEnded")
    assert ended.how == "timed_out"


def test_a_delivery_in_between_says_that_there_is_no_outage(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1)
    deliver(ledger, clock, 5)
    bounce(ledger, clock, 2, 3)
    assert refused(ledger) == [0, 1, 2, 3]


def test_nor_do_unknown_users_far_apart(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1)
    clock.move(minutes=10)
    bounce(ledger, clock, 2, 3)
    assert refused(ledger) == [0, 1, 2, 3]


@pytest.mark.parametrize("reason", [FailureReason.DOMAIN_UNKNOWN, FailureReason.ADDRESS_MALFORMED])
def test_only_unknown_users_wait(ledger: Ledger, clock: Clock, reason: FailureReason):
    bounce(ledger, clock, 0, 1, 2)
    bounce(ledger, clock, 3, reason=reason)
    assert refused(ledger) == [3]


def test_a_complaint_never_waits(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.now, recipient=address(1)))
    assert refused(ledger) == [1]
    assert ledger.suppression_filters.may_send(address(1)).causes == ("complaint",)


def test_a_policy_may_be_switched_off(clock: Clock):
    off = Policies(outage=OutagePolicy(addresses=3, enabled=False))
    with Ledger.open(":memory:", clock=clock, policies=off) as ledger:
        registered(ledger, *range(8))
        bounce(ledger, clock, 0, 1, 2, 3)
        assert refused(ledger) == [0, 1, 2, 3]
        assert not [e for e in ledger.history() if e.name.category == "outage"]
