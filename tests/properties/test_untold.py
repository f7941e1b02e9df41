"""Before the ATS says who sent a message: reports of any accounts, in any order, give the same card."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.application.recording import record_reading
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from tests.properties.worlds import (
    ADA,
    GRACE,
    MOMENTS,
    NOW,
    open_ledger,
    picture,
    register_candidates,
    register_message,
)

ACCOUNTS = ("main", "bulk")


@st.composite
def own_reports(draw: st.DrawFn) -> DeliveryReport:
    """A claim that brings our own id back, and may name nobody, or somebody else."""
    account = draw(st.sampled_from(ACCOUNTS))
    outcome = draw(
        st.sampled_from([Outcome.SUBMITTED, Outcome.DELIVERED, Outcome.BOUNCED, Outcome.COMPLAINED])
    )
    is_submission = outcome is Outcome.SUBMITTED
    return DeliveryReport(
        outcome=outcome,
        provider="postmark",
        account=account,
        # That a provider took it is told once.
        occurred_at=NOW if is_submission else draw(MOMENTS),
        received_at=NOW,
        recipient=draw(st.sampled_from([ADA, None, GRACE])),
        message_id="msg-1",
        provider_message_id=f"p-{account}"
        if is_submission
        else draw(st.sampled_from([None, f"p-{account}"])),
        reason=FailureReason.MAILBOX_UNKNOWN if outcome is Outcome.BOUNCED else None,
    )


def after(reports: list[DeliveryReport], how: str) -> tuple[dict[str, Any], int]:
    """``how``: as one reading, each alone, or each a reading of its own in one transaction."""
    batches = [tuple(reports)] if how == "one reading" else [(report,) for report in reports]
    readings = [Reading(provider="postmark", received_at=NOW, reports=batch) for batch in batches]
    with open_ledger() as ledger:
        register_candidates(ledger)
        register_message(ledger, "msg-1")
        services = ledger._services
        if how == "together":
            services.transact(
                lambda unit: [record_reading(unit, reading, services.policies) for reading in readings]
            )
        else:
            for reading in readings:
                ledger.record(reading)
        return picture(ledger), len(ledger.intake.unmatched())


@settings(max_examples=120)
@given(st.data())
def test_any_order_and_any_batches_of_own_ids_give_the_same_card(data: st.DataObject):
    known = data.draw(st.lists(own_reports(), max_size=6), label="reports")
    shuffled = data.draw(st.permutations(known), label="in this order")
    how = data.draw(st.sampled_from(["one reading", "alone", "together"]), label="recorded")
    assert after(shuffled, how) == after(known, "alone")
