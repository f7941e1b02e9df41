"""Amazon SES's words in ours."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.inbound.requests import ADA
from tests.inbound.ses_events import AT, BOUNCE, bounce, complaint, event, report


def test_a_bounce_has_the_words_of_the_server_and_its_own_time():
    found = report(BOUNCE)
    assert (found.outcome, found.recipient, found.reason) == ("bounced", ADA, "mailbox_unknown")
    assert (found.diagnostic, found.status) == ("smtp; 550 5.1.1 user unknown", "5.1.1")
    assert (found.occurred_at, found.provider_message_id) == (AT, "0110018f-7a54")
    assert (found.provider_event_id, found.vendor_class) == ("0110018f-f00d", "Permanent/General")
    assert found.remote_mta == "mx.example.org"


@pytest.mark.parametrize(
    ("kind", "name", "outcome"),
    [
        ("Bounce", "bounce", "bounced"),
        ("Complaint", "complaint", "complained"),
        ("Delivery", "delivery", "delivered"),
        ("Send", "send", "submitted"),
        ("Reject", "reject", "rejected"),
        ("Open", "open", "opened"),
        ("Click", "click", "clicked"),
        ("Rendering Failure", "failure", "rejected"),
        ("RenderingFailure", "failure", "rejected"),
        ("DeliveryDelay", "deliveryDelay", "deferred"),
        ("Subscription", "subscription", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(kind: str, name: str, outcome: str):
    assert report(event(kind, name)).outcome == outcome


@pytest.mark.parametrize(
    ("kind", "sub", "reason"),
    [
        ("Permanent", "General", "undetermined"),
        ("Permanent", "NoEmail", "mailbox_unknown"),
        ("Transient", "General", "undetermined"),
        ("Transient", "MailboxFull", "mailbox_full"),
        ("Transient", "MessageTooLarge", "message_too_large"),
        ("Transient", "ContentRejected", "content_rejected"),
        ("Transient", "AttachmentRejected", "content_rejected"),
        ("Transient", "CustomTimeoutExceeded", "server_unavailable"),
        ("Undetermined", "Undetermined", "undetermined"),
        ("Permanent", "New", "undetermined"),
    ],
)
def test_a_class_counts_only_where_there_are_no_words(kind: str, sub: str, reason: str):
    found = report(bounce(kind=kind, sub=sub))
    assert (found.outcome, found.reason, found.vendor_class) == ("bounced", reason, f"{kind}/{sub}")
    said = report(bounce(kind=kind, sub=sub, diagnosticCode="smtp; 552 5.2.2 mailbox full"))
    assert said.reason == "mailbox_full"


def test_words_that_say_nothing_are_not_made_hard_by_a_class():
    assert report(bounce(sub="NoEmail", diagnosticCode="smtp; 550 no idea")).reason == "undetermined"


@pytest.mark.parametrize(
    ("sub", "listed"),
    [
        ("Suppressed", "hard_bounce"),
        ("OnAccountSuppressionList", "hard_bounce"),
        ("OnTenantSuppressionList", "hard_bounce"),
        ("UnsubscribedRecipient", "unsubscribe"),
        ("EmailValidationSuppressed", None),
    ],
)
def test_a_drop_by_a_list_of_ses_is_no_bounce(sub: str, listed: str | None):
    found = report(bounce(sub=sub, diagnosticCode="Amazon SES has suppressed sending to this address"))
    assert (found.outcome, found.list_reason, found.reason) == ("suppressed", listed, None)
    assert found.diagnostic == "Amazon SES has suppressed sending to this address"


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("failed", "bounced"),
        (None, "bounced"),
        ("Delayed", "deferred"),
        ("relayed", "other"),
        ("new", "bounced"),
    ],
)
def test_the_action_says_whether_it_failed(action: str | None, outcome: str):
    assert report(bounce(action=action)).outcome == outcome


@pytest.mark.parametrize(
    ("reporter", "remote_mta"),
    [
        ("dns; mx.example.org", "mx.example.org"),
        ("dns; a8-70.smtp-out.amazonses.com", None),
        ("a8-70.smtp-out.eu-north-1.amazonses.com", None),
        (None, None),
    ],
)
def test_amazons_own_servers_are_not_the_remote_one(reporter: str | None, remote_mta: str | None):
    changed = deepcopy(BOUNCE)
    changed["bounce"]["reportingMTA"] = reporter
    assert report(changed).remote_mta == remote_mta


@pytest.mark.parametrize(
    ("delay", "reason"),
    [
        ("MailboxFull", "mailbox_full"),
        ("SpamDetected", "sender_blocked"),
        ("IPFailure", "sender_blocked"),
        ("RecipientServerError", "server_unavailable"),
        ("TransientCommunicationFailure", "server_unavailable"),
        ("General", "undetermined"),
        ("InternalFailure", "undetermined"),
        ("SendingDeferral", "undetermined"),
        ("BYOIPHostNameLookupUnavailable", "undetermined"),
        ("Undetermined", "undetermined"),
        ("New", "undetermined"),
    ],
)
def test_a_delay_says_why_and_until_when(delay: str, reason: str):
    detail = {
        "delayType": delay, "expirationTime": "2026-11-15T11:59:50.101Z",
        "delayedRecipients": [{"emailAddress": ADA, "status": "4.0.0"}],
    }  # fmt: skip
    found = report(event("DeliveryDelay", "deliveryDelay", detail))
    assert (found.outcome, found.reason, found.vendor_class) == ("deferred", reason, delay)
    assert found.will_retry_until == datetime(2026, 11, 15, 11, 59, 50, 101_000, tzinfo=UTC)
    detail["delayedRecipients"][0]["diagnosticCode"] = "smtp; 452 4.2.2 mailbox full"
    assert report(event("DeliveryDelay", "deliveryDelay", detail)).reason == "mailbox_full"


@pytest.mark.parametrize(
    ("feedback", "outcome", "method"),
    [
        ("abuse", "complained", None),
        ("fraud", "complained", None),
        ("virus", "complained", None),
        ("other", "complained", None),
        (None, "complained", None),
        ("not-spam", "complaint_withdrawn", "not_spam"),
        ("Not-Spam", "complaint_withdrawn", "not_spam"),
        ("opt-out", "unsubscribed", "feedback"),
        ("auth-failure", "other", None),
        ("new", "other", None),
    ],
)
def test_the_type_of_feedback_says_whether_it_is_a_complaint(
    feedback: str | None, outcome: str, method: str | None
):
    found = report(complaint(ADA, complaintFeedbackType=feedback))
    assert (found.outcome, found.method) == (outcome, method)
    assert found.feedback_type == (feedback or "abuse").lower()
    assert (found.recipient, found.attribution, found.provider_event_id) == (ADA, "reported", "f-2")


@pytest.mark.parametrize(
    ("kind", "name", "detail", "words"),
    [
        ("Reject", "reject", {"reason": "Bad content"}, "Bad content"),
        (
            "Rendering Failure",
            "failure",
            {"errorMessage": "Attribute 'user unknown' is not present"},
            "Attribute",
        ),
    ],
)
def test_what_ses_refuses_is_about_the_content_whatever_it_says(
    kind: str, name: str, detail: Any, words: str
):
    found = report(event(kind, name, detail))
    assert (found.outcome, found.reason) == ("rejected", "content_rejected")
    assert (found.diagnostic or "").startswith(words)


@pytest.mark.parametrize(
    ("new", "old", "outcome", "method"),
    [
        ({"unsubscribeAll": True}, {"unsubscribeAll": False}, "unsubscribed", "link"),
        ({"unsubscribeAll": False}, {"unsubscribeAll": True}, "other", None),
        (
            {"topicSubscriptionStatus": ["OptOut"]},
            {"topicSubscriptionStatus": ["OptIn"]},
            "unsubscribed",
            "group",
        ),
        ({"topicSubscriptionStatus": ["OptIn"]}, {"topicSubscriptionStatus": ["OptOut"]}, "other", None),
        ({"topicSubscriptionStatus": ["OptOut"]}, {"topicSubscriptionStatus": ["OptOut"]}, "other", None),
        (None, None, "other", None),
        ("new", 7, "other", None),
        ({"topicSubscriptionStatus": 7}, {"topicSubscriptionStatus": [7]}, "other", None),
    ],
)
def test_who_leaves_a_list_has_unsubscribed(new: Any, old: Any, outcome: str, method: str | None):
    def preferences(short: Any) -> Any:
        if not isinstance(short, dict) or not isinstance(short.get("topicSubscriptionStatus"), list):
            return short
        statuses = short["topicSubscriptionStatus"]
        topics = [{"topicName": "Jobs", "subscriptionStatus": each} for each in statuses]
        return {**short, "topicSubscriptionStatus": topics}

    detail = {
        "contactList": "all",
        "newTopicPreferences": preferences(new),
        "oldTopicPreferences": preferences(old),
    }
    found = report(event("Subscription", "subscription", detail))
    assert (found.outcome, found.method) == (outcome, method)
