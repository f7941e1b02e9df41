"""What is no failure and no complaint, though it comes by the same way; opens and clicks."""

from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.message.events import LinkClicked, MessageOpened
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.testing import ADDRESS, AT_REGISTRATION, claim
from tests.application.world import Clock, about, events, send, shown, tell


def test_a_withdrawal_by_webhook_is_consent_and_neither_suppresses_nor_lifts(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    not_spam = claim(Outcome.COMPLAINT_WITHDRAWN, clock.now, provider_message_id="p-msg-1", method="not_spam")
    assert tell(ledger, not_spam).facts == 1
    assert events(ledger)[-2:] == ["ComplaintWithdrawn", "RecipientConsentRecorded"]
    assert ledger.suppression_filters.may_send(ADDRESS)
    tell(ledger, claim(Outcome.COMPLAINED, clock.move(hours=1), provider_message_id="p-msg-1"))
    rescued = not_spam._replace(occurred_at=clock.move(hours=1), received_at=clock.now)
    tell(ledger, rescued, rescued)
    assert shown(ledger, "msg-1").status == "submitted"
    assert not ledger.suppression_filters.may_send(ADDRESS)
    assert "SuppressionLifted" not in events(ledger)


@pytest.mark.parametrize("list_reason", ["complaint", "hard_bounce", "OnAccountSuppressionList", None])
def test_a_providers_own_list_is_neither_complaint_nor_bounce_nor_strike(
    ledger: Ledger, clock: Clock, list_reason: str | None
):
    send(ledger, "cand-7", "msg-1")
    for day in range(1, 8):
        clock.now = AT_REGISTRATION + timedelta(days=day)
        tell(ledger, about("msg-1", Outcome.SUPPRESSED, clock.now, list_reason=list_reason))
    assert shown(ledger, "msg-1").status == "dropped"
    assert not {"ComplaintReceived", "MessageBounced", "StrikeRecorded", "AddressSuppressed"} & {
        *events(ledger)
    }
    assert ledger.suppression_filters.may_send(ADDRESS)
    assert ledger.bell("rec-3").items[0].count == 1


# --- opens and clicks ----------------------------------------------------------------------------------


def engagement(clock: Clock) -> list[DeliveryReport]:
    return [
        about("msg-1", outcome, clock.now + timedelta(seconds=n), by_machine=machine)
        for n, machine in enumerate((True, False, None, True))
        for outcome in (Outcome.OPENED, Outcome.CLICKED)
    ]


def test_opens_and_clicks_are_marked_as_a_machines_and_move_nothing(clock: Clock):
    with Ledger.open(":memory:", clock=clock, policies=Policies(record_engagement=True)) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        before = shown(ledger, "msg-1")
        assert tell(ledger, *engagement(clock)) == Recording(facts=6, repeats=2)
        assert shown(ledger, "msg-1").status == before.status == "submitted"
        recorded = [e.event for e in ledger.history() if isinstance(e.event, MessageOpened | LinkClicked)]
        assert [e.by_machine for e in recorded] == [True, True, False, False, None, None]
        tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_UNKNOWN))
        tell(ledger, about("msg-1", Outcome.OPENED, clock.move(hours=1), by_machine=False))
        assert shown(ledger, "msg-1").status == "hard_bounced"


def test_opens_and_clicks_leave_no_trace_without_an_opt_in(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    before = ledger.status().last_position
    assert tell(ledger, *engagement(clock)) == Recording(ignored=8)
    assert ledger.status().last_position == before
    assert ledger.intake.unmatched() == ()
