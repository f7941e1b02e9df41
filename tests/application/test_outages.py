"""Many unknown users of one domain within minutes are an outage: their suppressions wait for its end."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.outage.policy import OutagePolicy
from deliveryledger.domain.reports import Outcome
from tests.application.one_domain import (
    THREE,
    UNKNOWN,
    address,
    bounce,
    bounced,
    deliver,
    delivered,
    history,
    refused,
    registered,
)
from tests.application.world import Clock, about, send, tell


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, policies=THREE) as ledger:
        registered(ledger, *range(8))
        clock.move(hours=1)
        yield ledger


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


def test_a_new_kind_of_evidence_does_not_wait(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    ledger.messages.register("cand-0", sender="rec-3", subject="Again", message_id="msg-0b")
    clock.move(minutes=1)
    reason = FailureReason.DOMAIN_UNKNOWN
    tell(ledger, about("msg-0b", Outcome.BOUNCED, clock.now, reason=reason, recipient=address(0)))
    assert refused(ledger) == [0]


def test_what_happened_before_the_window_does_not_wait(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    early = clock.now
    clock.move(minutes=-30)
    report = bounced(clock, 3)
    clock.now = early
    tell(ledger, report)
    assert refused(ledger) == [3]


def test_who_was_refused_before_does_not_count(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0)
    clock.move(hours=1)
    ledger.messages.register("cand-0", sender="rec-3", subject="Again", message_id="msg-0b")
    tell(ledger, about("msg-0b", Outcome.BOUNCED, clock.now, reason=UNKNOWN, recipient=address(0)))
    bounce(ledger, clock, 1, 2)
    assert refused(ledger) == [0, 1, 2]


def test_a_batch_is_taken_in_the_order_in_which_it_happened(ledger: Ledger, clock: Clock):
    reports = []
    for number in range(3):
        clock.move(minutes=1)
        reports.append(bounced(clock, number))
        if number == 1:
            clock.move(seconds=10)
            in_between = delivered(clock, 5)
    tell(ledger, in_between, *reports)
    assert refused(ledger) == [0, 1, 2]


def test_a_batch_may_hold_a_whole_outage(ledger: Ledger, clock: Clock):
    reports = []
    for number in range(3):
        clock.move(minutes=1)
        reports.append(bounced(clock, number))
    clock.move(minutes=1)
    tell(ledger, delivered(clock, 5), *reports)
    assert refused(ledger) == []
    assert [released.applied for released in history(ledger, "HoldReleased")] == [False] * 3


def test_a_domain_that_is_busy_for_long_is_known_by_its_newest_events(ledger: Ledger, clock: Clock):
    for round_ in range(20):
        clock.move(minutes=1)
        message, candidate = f"more-{round_}", f"cand-{round_ % 5}"
        ledger.suppression_filters.lift(
            address(round_ % 5), by="sup-1", evidence="phone", as_administrator=True
        )
        send(ledger, candidate, message)
        clock.move(minutes=1)
        fields = {"reason": UNKNOWN, "recipient": address(round_ % 5)}
        tell(ledger, about(message, Outcome.BOUNCED, clock.now, **fields))
        clock.move(seconds=10)
        tell(ledger, about(message, Outcome.DELIVERED, clock.now, recipient=address(round_ % 5)))
    assert not history(ledger, "OutageSuspected")
    clock.move(hours=1)
    bounce(ledger, clock, 5, 6, 7)
    assert len(history(ledger, "OutageSuspected")) == 1
    assert {5, 6, 7}.isdisjoint(refused(ledger))


def test_settling_applies_what_was_held_once_the_hold_has_ended(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2, 3)
    assert ledger.suppression_filters.settle_outages() == 0
    clock.move(hours=24)
    assert ledger.suppression_filters.settle_outages() == 4
    assert ledger.suppression_filters.settle_outages() == 0
    assert refused(ledger) == [0, 1, 2, 3]
    held = history(ledger, "SuppressionHeld")
    assert {s.occurred_at for s in history(ledger, "AddressSuppressed")} == {h.occurred_at for h in held}
