"""Soft failures add up: at most one a day, a delivery clears them, the policy decides."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy, Threshold
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, events, send, tell

DISABLED, FULL = FailureReason.MAILBOX_DISABLED, FailureReason.MAILBOX_FULL


@pytest.fixture
def sent(ledger: Ledger) -> Ledger:
    send(ledger, "cand-7", "msg-1")
    return ledger


def fail(ledger: Ledger, clock: Clock, reason: FailureReason, days: float) -> bool:
    """A soft bounce some days later; whether the address may be written to afterwards."""
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.move(days=days), reason=reason))
    return bool(ledger.suppression_filters.may_send(ADDRESS))


@pytest.mark.parametrize(
    ("days", "may_send"), [((0, 0.1), True), ((0, 29), False), ((0, 30), True), ((0, 1), False)]
)
def test_a_disabled_mailbox_twice_in_30_days(sent: Ledger, clock: Clock, days: list[float], may_send: bool):
    answers = [fail(sent, clock, DISABLED, gap) for gap in days]
    assert answers == [True, may_send]
    if not may_send:
        assert sent.suppression_filters.may_send(ADDRESS).cause == "escalation"


def test_a_full_mailbox_for_five_days_is_suppressed_for_a_month(sent: Ledger, clock: Clock):
    assert [fail(sent, clock, FULL, 1) for _ in range(5)] == [True, True, True, True, False]
    clock.move(days=29)
    assert not sent.suppression_filters.may_send(ADDRESS)
    clock.move(days=1)
    assert sent.suppression_filters.may_send(ADDRESS)


def test_a_delivery_clears(sent: Ledger, clock: Clock):
    fail(sent, clock, DISABLED, 0)
    tell(sent, about("msg-1", Outcome.DELIVERED, clock.move(days=1)))
    assert fail(sent, clock, DISABLED, 1)
    assert events(sent).count("StrikesCleared") == 1


def test_repeats_and_deferrals_are_no_strikes(sent: Ledger, clock: Clock):
    bounce = about("msg-1", Outcome.BOUNCED, clock.now, reason=DISABLED)
    for _ in range(3):
        clock.move(days=1)
        tell(sent, bounce, about("msg-1", Outcome.DEFERRED, clock.now, reason=DISABLED))
    assert sent.suppression_filters.may_send(ADDRESS)
    assert events(sent).count("StrikeRecorded") == 1


@pytest.mark.parametrize(
    "reason", [r for r in FailureReason if r.severity == "soft" and not r.counts_as_strike]
)
def test_the_senders_own_faults_never_touch_the_recipients_standing(
    sent: Ledger, clock: Clock, reason: FailureReason
):
    assert all(fail(sent, clock, reason, 1) for _ in range(10))
    assert "StrikeRecorded" not in events(sent)


def test_lifting_an_escalation_needs_evidence_and_begins_anew(sent: Ledger, clock: Clock):
    fail(sent, clock, DISABLED, 0)
    assert not fail(sent, clock, DISABLED, 1)
    assert sent.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone").causes == ("escalation",)
    assert fail(sent, clock, DISABLED, 1)  # about a message from before the lift
    send(sent, "cand-7", "msg-2")
    tell(sent, about("msg-2", Outcome.BOUNCED, clock.move(days=1), reason=DISABLED))
    assert sent.suppression_filters.may_send(ADDRESS)


@pytest.fixture
def strict(clock: Clock) -> Iterator[Ledger]:
    escalation = EscalationPolicy(version="strict", thresholds={FULL: Threshold(strikes=1, within_days=1)})
    with Ledger.open(":memory:", clock=clock, policies=Policies(escalation=escalation)) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        yield ledger


def test_an_ats_brings_its_own_policy(strict: Ledger, clock: Clock):
    assert [fail(strict, clock, DISABLED, 1) for _ in range(3)] == [True] * 3
    assert not fail(strict, clock, FULL, 1)


def test_what_a_policy_causes_names_its_version(strict: Ledger, clock: Clock):
    fail(strict, clock, FULL, 1)
    version = strict._services.policies.escalation.version
    caused = [
        e for e in strict.activity("cand-7").entries if e.event in ("StrikeRecorded", "AddressSuppressed")
    ]
    assert [entry.details["policy_version"] for entry in caused] == [version, version]


def test_a_hard_bounce_is_no_matter_of_an_escalation_policy(sent: Ledger, clock: Clock):
    fail(sent, clock, FailureReason.MAILBOX_UNKNOWN, 1)
    [suppressed] = [e for e in sent.activity("cand-7").entries if e.event == "AddressSuppressed"]
    assert "policy_version" not in suppressed.details
