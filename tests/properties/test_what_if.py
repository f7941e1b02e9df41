"""Deciding anew by the same policies changes nothing; by others, it is as if they had always been there."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy, Threshold
from tests.properties.histories import HISTORIES, Passing, Step, live_through
from tests.properties.worlds import open_ledger, reports

ESCALATING = (FailureReason.MAILBOX_FULL, FailureReason.MAILBOX_DISABLED, FailureReason.SERVER_UNAVAILABLE)
DAYS = st.one_of(st.none(), st.integers(1, 5))
THRESHOLDS = st.builds(
    Threshold, strikes=st.integers(1, 3), within_days=st.integers(3, 9), suppress_for_days=DAYS
)
POLICIES = st.dictionaries(st.sampled_from(ESCALATING), THRESHOLDS).map(
    lambda thresholds: Policies(escalation=EscalationPolicy(thresholds=thresholds))
)


@st.composite
def failures(draw: st.DrawFn) -> DeliveryReport:
    """Reports that make strikes, and deliveries that clear them."""
    report = draw(reports(outcomes=[Outcome.BOUNCED, Outcome.BOUNCED, Outcome.BOUNCED, Outcome.DELIVERED]))
    return report._replace(reason=draw(st.sampled_from(ESCALATING)))


REPORTED = st.lists(failures(), max_size=14)
LIVED = st.lists(st.one_of(HISTORIES, REPORTED), max_size=2).map(
    lambda parts: [s for part in parts for s in part]
)


def lived(policies: Policies, history: list[Step]) -> Ledger:
    clock = Passing()
    ledger = open_ledger(clock=clock, policies=policies)
    live_through(ledger, clock, history)
    clock.now += timedelta(minutes=1)
    return ledger


def causes(ledger: Ledger) -> dict[str, Any]:
    return {e.address.lower(): (e.causes, e.since, e.expires_at) for e in ledger.recipient_filter().entries}


@settings(max_examples=60)
@given(LIVED, POLICIES, st.booleans())
def test_the_policies_in_force_change_nothing(history: list[Step], policies: Policies, from_the_middle: bool):
    with lived(policies, history) as ledger:
        middle = list(ledger.history())[-1].recorded_at if from_the_middle else None
        result = ledger.replay(policies, since=middle)
        assert not result.differs, str(result)
        assert result.on_filter_before == result.on_filter_after == len(ledger.recipient_filter().entries)


@settings(max_examples=40)
@given(REPORTED, POLICIES, POLICIES)
def test_other_policies_are_as_if_they_had_always_been_there(
    history: list[DeliveryReport], ours: Policies, others: Policies
):
    with lived(ours, list(history)) as ledger, lived(others, list(history)) as elsewhere:
        result = ledger.replay(others)
        here, there = causes(ledger), causes(elsewhere)
        assert (result.on_filter_before, result.on_filter_after) == (len(here), len(there))
        different = {a for a in here.keys() | there.keys() if here.get(a) != there.get(a)}
        assert {d.address.lower() for d in result.addresses} == different


@settings(max_examples=20)
@given(LIVED, POLICIES)
def test_what_never_was_in_force_from_now_on_is_no_difference(history: list[Step], others: Policies):
    with lived(Policies(), history) as ledger:
        newest = ledger.as_of(ledger.status().last_position).moment
        since = ledger._services.clock()
        assert since > newest
        assert not ledger.replay(others, since=since).differs
