"""What Amazon SES calls a complaint, and what it is; two kinds of notification tell it, with two ids."""

import json
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.reports import Reading
from deliveryledger.inbound import providers
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, events, shown


def told(clock: Clock, sns_id: str, kind: str, **complaint: Any) -> Reading:
    """A complaint about Ada's message, as SNS delivers it."""
    about = {
        "complainedRecipients": [{"emailAddress": ADDRESS}],
        "timestamp": "2026-11-14T08:50:00.000Z",
        "feedbackId": "feedback-1",
        **complaint,
    }
    mail = {"messageId": "ses-1", "timestamp": "2026-11-14T08:30:01.000Z", "destination": [ADDRESS]}
    envelope = {
        "Type": "Notification",
        "MessageId": sns_id,
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:deliveries",
        "Timestamp": "2026-11-14T08:50:01.000Z",
        "Message": json.dumps({kind: "Complaint", "mail": mail, "complaint": about}),
    }
    body = json.dumps(envelope).encode()
    return providers.get("amazon_ses").reread(body, account="main", received_at=clock.now)


@pytest.mark.parametrize(
    ("complaint", "status", "follows"),
    [
        ({"complaintFeedbackType": "abuse"}, "complained", ["ComplaintReceived", "AddressSuppressed"]),
        ({"complainedRecipients": []}, "complained", ["ComplaintReceived", "AddressSuppressed"]),
        (
            {"complaintFeedbackType": "not-spam"},
            "submitted",
            ["ComplaintWithdrawn", "RecipientConsentRecorded"],
        ),
        ({"complaintSubType": "OnAccountSuppressionList"}, "dropped", ["MessageDropped"]),
    ],
    ids=["abuse", "redacted", "not-spam", "on SES's own list"],
)
def test_only_a_complaint_suppresses_and_all_are_told_once(
    ledger: Ledger, clock: Clock, complaint: dict[str, Any], status: str, follows: list[str]
):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="amazon_ses", provider_message_id="ses-1")
    clock.move(hours=1)
    before = len(events(ledger))
    for sns_id, kind in (("n-1", "notificationType"), ("n-2", "eventType"), ("n-1", "notificationType")):
        ledger.record(told(clock, sns_id, kind, **complaint))
    assert events(ledger)[before:] == follows
    assert shown(ledger, "msg-1").status == status
    assert bool(ledger.suppression_filters.may_send(ADDRESS)) == ("AddressSuppressed" not in follows)


@pytest.mark.parametrize("kind", ["abuse", "not-spam", "opt-out"])
@pytest.mark.parametrize(
    "suspects",
    [["bob@example.org", "carol@example.org"], [ADDRESS, "bob@example.org"]],
    ids=["others", "ada"],
)
def test_of_several_who_might_have_complained_nobody_did(
    ledger: Ledger, clock: Clock, suspects: list[str], kind: str
):
    """Ours may be the only message with that id that the ledger knows, and still not the one."""
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="amazon_ses", provider_message_id="ses-1")
    clock.move(hours=1)
    before = events(ledger)
    complained = [{"emailAddress": each} for each in suspects]
    ledger.record(
        told(clock, "n-1", "eventType", complainedRecipients=complained, complaintFeedbackType=kind)
    )
    ledger.intake.retry()  # which reads the evidence again
    assert events(ledger) == before
    assert len(ledger.intake.unmatched()) == 1
    assert ledger.suppression_filters.may_send(ADDRESS)
