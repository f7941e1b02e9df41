"""Whatever happens to a domain: nothing waits for ever, nothing is forgotten, replaying finds the same."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.outage.policy import OutagePolicy
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy, Threshold
from deliveryledger.errors import CommandRefused
from tests.properties.histories import Passing
from tests.properties.worlds import NOW, open_ledger, position, record, tables

ADDRESSES = [f"person.{n}@acme.example" for n in range(5)] + ["other.0@elsewhere.example"]
OUTAGE = OutagePolicy(addresses=3, within_minutes=60, hold_hours=5)
OURS = Policies(outage=OUTAGE)
STRICT = Policies(
    outage=OUTAGE,
    escalation=EscalationPolicy(
        version="strict", thresholds={FailureReason.MAILBOX_FULL: Threshold(strikes=1, within_days=1)}
    ),
)
KINDS = (
    (Outcome.BOUNCED, FailureReason.MAILBOX_UNKNOWN),
    (Outcome.BOUNCED, FailureReason.MAILBOX_UNKNOWN),
    (Outcome.BOUNCED, FailureReason.MAILBOX_UNKNOWN),
    (Outcome.BOUNCED, FailureReason.DOMAIN_UNKNOWN),
    (Outcome.BOUNCED, FailureReason.MAILBOX_FULL),
    (Outcome.DELIVERED, None),
    (Outcome.COMPLAINED, None),
)
Told = tuple[int, int, tuple[Outcome, FailureReason | None], int]
TOLD = st.tuples(st.integers(0, 5), st.integers(0, 2), st.sampled_from(KINDS), st.integers(0, 90))
"""Whose message, which of theirs, what became of it, how many minutes ago."""
BATCHES = st.lists(TOLD, min_size=1, max_size=6)
PASSING = st.sampled_from(
    [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(days=1)]
)
PEOPLE = st.tuples(st.sampled_from(["suppress", "lift", "settle"]), st.integers(0, 5))
REPORTED = st.lists(st.one_of(BATCHES, BATCHES, PASSING), max_size=10)
LIVED = st.lists(st.one_of(BATCHES, BATCHES, PASSING, PEOPLE), max_size=12)


def world(clock: Passing, policies: Policies) -> Ledger:
    ledger = open_ledger(clock=clock, policies=policies)
    clock.now = NOW
    for number, address in enumerate(ADDRESSES):
        ledger.candidate_emails.register(f"cand-{number}", address, by="rec-3")
        for which in range(3):
            message = f"msg-{number}-{which}"
            ledger.messages.register(f"cand-{number}", sender="rec-3", subject="Hi", message_id=message)
            ledger.messages.mark_submitted(message, provider="postmark", provider_message_id=f"p-{message}")
    clock.now += timedelta(hours=2)
    return ledger


def live(ledger: Ledger, clock: Passing, history: Sequence[Any]) -> list[list[DeliveryReport]]:
    batches = []
    for step in history:
        match step:
            case timedelta():
                clock.now += step
            case list():
                batches.append([claim(clock, told) for told in step])
                record(ledger, batches[-1])
            case _:
                with suppress(CommandRefused):
                    act(ledger, *step)
    return batches


def claim(clock: Passing, told: Told) -> DeliveryReport:
    number, which, (outcome, reason), ago = told
    return DeliveryReport(
        outcome=outcome,
        provider="postmark",
        occurred_at=clock.now - timedelta(minutes=ago),
        received_at=clock.now,
        recipient=ADDRESSES[number],
        provider_message_id=f"p-msg-{number}-{which}",
        reason=reason,
        authenticated=True,
    )


def act(ledger: Ledger, what: str, number: int) -> None:
    match what:
        case "suppress":
            ledger.suppression_filters.suppress(ADDRESSES[number], by="sup-1")
        case "lift":
            ledger.suppression_filters.lift(
                ADDRESSES[number], by="sup-1", approved_by="sup-2", evidence="phone"
            )
        case _:
            ledger.suppression_filters.settle_outages()


def causes(ledger: Ledger) -> dict[str, Any]:
    return {e.address: (e.causes, e.since, e.expires_at) for e in ledger.recipient_filter().entries}


@settings(max_examples=25)
@given(LIVED)
def test_nothing_waits_for_ever_and_nothing_is_forgotten(history: list[Any]):
    clock = Passing()
    with world(clock, OURS) as ledger:
        batches = live(ledger, clock, history)
        clock.now += OUTAGE.hold
        ledger.suppression_filters.settle_outages()
        assert ledger.outages().entries == ()
        assert ledger.suppression_filters.settle_outages() == 0
        events = [envelope.event for envelope in ledger.history()]
        dropped = {e.address_key for e in events if type(e).__name__ == "HoldReleased" and not e.applied}
        lifted = {e.address_key for e in events if type(e).__name__ == "SuppressionLifted"}
        for report in (r for batch in batches for r in batch):
            key = ledger._services.address_key(report.recipient or "")
            if report.severity == "hard" and key not in dropped | lifted:
                assert "hard_bounce" in ledger.suppression_filters.may_send(report.recipient or "").causes


@settings(max_examples=15)
@given(LIVED)
def test_repeating_and_rebuilding_change_nothing(history: list[Any]):
    clock = Passing()
    with world(clock, OURS) as ledger:
        batches = live(ledger, clock, history)
        before = position(ledger)
        for batch in batches:
            record(ledger, batch)
        assert position(ledger) == before
        shown = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == shown


@settings(max_examples=25)
@given(LIVED, st.booleans())
def test_replaying_the_policies_in_force_finds_the_same(history: list[Any], from_the_middle: bool):
    clock = Passing()
    with world(clock, OURS) as ledger:
        live(ledger, clock, history)
        middle = list(ledger.history())[-1].recorded_at if from_the_middle else None
        result = ledger.replay(OURS, since=middle)
        assert not result.differs, str(result)


@settings(max_examples=25)
@given(REPORTED)
def test_a_stricter_escalation_suppresses_exactly_whom_it_would_have(history: list[Any]):
    ours, strict = Passing(), Passing()
    with world(ours, OURS) as ledger, world(strict, STRICT) as elsewhere:
        live(ledger, ours, history)
        live(elsewhere, strict, history)
        here, there = causes(ledger), causes(elsewhere)
        result = ledger.replay(STRICT)
        assert {d.address for d in result.addresses} == {
            a for a in here.keys() | there.keys() if here.get(a) != there.get(a)
        }
        assert result.on_filter_after == len(there)
