"""Resend's words in ours."""

import json
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.inbound.providers.resend import RESEND
from tests.inbound.examples import EXAMPLES
from tests.inbound.examples.resend import SECRET, signed
from tests.inbound.requests import ADA, NOW

EVENT = EXAMPLES["resend"].good


def body(kind: str = "email.bounced", **data: Any) -> bytes:
    return json.dumps({**EVENT, "type": kind, "data": {**EVENT["data"], **data}}).encode()


def reading(kind: str = "email.bounced", **data: Any) -> Reading:
    return RESEND.reread(body(kind, **data), account="main", received_at=NOW)


def report(kind: str = "email.bounced", **data: Any) -> DeliveryReport:
    (found,) = reading(kind, **data).reports
    return found


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("email.sent", "submitted"),
        ("email.scheduled", "other"),
        ("email.delivered", "delivered"),
        ("email.delivery_delayed", "deferred"),
        ("email.bounced", "bounced"),
        ("email.failed", "rejected"),
        ("email.suppressed", "suppressed"),
        ("email.complained", "complained"),
        ("email.opened", "opened"),
        ("email.clicked", "clicked"),
        ("suppression.added", "other"),
        ("suppression.removed", "other"),
        ("email.pondered", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(kind: str, outcome: str):
    found = report(kind)
    assert (found.outcome, found.recipient) == (outcome, ADA)
    assert found.occurred_at.isoformat() == "2026-11-14T11:59:58.123000+00:00"


@pytest.mark.parametrize(
    "kind",
    [
        "email.received",
        "contact.created",
        "contact.updated",
        "contact.deleted",
        "domain.created",
        "domain.updated",
        "domain.deleted",
        "inbox.thread.assigned",
        "inbox.email.sent",
    ],
)
def test_what_is_no_event_of_a_sent_message_is_of_no_interest(kind: str):
    found = reading(kind)
    assert (found.reports, len(found.ignored)) == ((), 1)


def test_an_event_without_data_is_of_no_interest():
    for text in (b'{"type": "email.sent"}', b'{"type": "email.sent", "data": null}', b"{}"):
        found = RESEND.reread(text, account="main", received_at=NOW)
        assert (found.reports, len(found.ignored), found.quarantined) == ((), 1, ())


@pytest.mark.parametrize(
    ("codes", "reason", "words"),
    [
        (["smtp; 550 5.1.1 user unknown"], "mailbox_unknown", "550 5.1.1 user unknown"),
        ("552 5.2.2 mailbox full", "mailbox_full", "552 5.2.2 mailbox full"),
        ([None, "550 5.1.1 user unknown"], "mailbox_unknown", "550 5.1.1 user unknown"),
    ],
)
def test_the_diagnostic_code_is_the_servers_words(codes: Any, reason: str, words: str):
    found = report(bounce={"type": "Transient", "subType": "MessageTooLarge", "diagnosticCode": codes})
    assert found.reason == reason
    assert words in (found.diagnostic or "")
    assert found.vendor_class == "Transient/MessageTooLarge"


@pytest.mark.parametrize(
    ("kind", "subtype", "reason"),
    [
        ("Permanent", "General", "undetermined"),
        ("Permanent", "NoEmail", "undetermined"),
        ("Undetermined", "Undetermined", "undetermined"),
        ("Transient", "General", "undetermined"),
        ("Transient", "MailboxFull", "mailbox_full"),
        ("Transient", "MessageTooLarge", "message_too_large"),
        ("Transient", "ContentRejected", "content_rejected"),
        ("Transient", "AttachmentRejected", "content_rejected"),
        ("Transient", "CustomTimeoutExceeded", "server_unavailable"),
        ("Permanent", "Pondered", "undetermined"),
    ],
)
def test_without_the_servers_words_the_subtype_decides_and_never_hard(kind: str, subtype: str, reason: str):
    advice = "Mailing on has a negative impact on your reputation as a sender."
    found = report(bounce={"type": kind, "subType": subtype, "message": advice})
    assert (found.outcome, found.reason, found.severity) == ("bounced", reason, "soft")
    assert found.diagnostic == advice


def test_a_message_that_is_the_servers_reply_is_classified():
    found = report(bounce={"message": "550 5.1.1 user unknown"})
    assert (found.reason, found.vendor_class) == ("mailbox_unknown", "email.bounced")


def test_a_bounce_that_says_nothing_is_a_bounce():
    for bounce in (None, {}, {"type": None, "subType": None, "message": None, "diagnosticCode": None}):
        found = report(bounce=bounce)
        assert (found.outcome, found.reason, found.diagnostic) == ("bounced", "undetermined", None)


@pytest.mark.parametrize(
    ("bounce", "listed"),
    [
        ({"type": "Permanent", "subType": "Suppressed"}, "hard_bounce"),
        ({"type": "Permanent", "subType": "OnAccountSuppressionList"}, "hard_bounce"),
        ({"type": "Permanent", "subType": "OnTenantSuppressionList"}, "hard_bounce"),
        ({"type": "Permanent", "subType": "UnsubscribedRecipient"}, "unsubscribe"),
        ({"message": "Resend has suppressed sending to this address."}, None),
        ({"message": "The recipient's address is on the suppression list."}, None),
        ({"message": "It is on your account-level Suppression List."}, None),
    ],
)
def test_a_drop_by_resends_own_list_is_no_bounce(bounce: dict[str, str], listed: str | None):
    found = report(bounce=bounce)
    assert (found.outcome, found.list_reason, found.reason) == ("suppressed", listed, None)


@pytest.mark.parametrize(
    ("suppressed", "listed"),
    [
        ({"type": "OnAccountSuppressionList", "message": "It has bounced."}, "hard_bounce"),
        ({"type": "OnAccountSuppressionList", "message": "It has complained."}, "complaint"),
        (None, None),
    ],
)
def test_a_suppressed_email_says_why(suppressed: dict[str, str] | None, listed: str | None):
    found = report("email.suppressed", suppressed=suppressed)
    assert (found.outcome, found.list_reason) == ("suppressed", listed)
    assert found.diagnostic == (suppressed["message"] if suppressed else None)


@pytest.mark.parametrize(
    ("reason", "ours"),
    [
        ("reached_daily_quota", "rate_limited"),
        ("reached_monthly_quota", "rate_limited"),
        ("invalid_attachment", "undetermined"),
        (None, "undetermined"),
    ],
)
def test_a_failed_email_was_refused_by_resend(reason: str | None, ours: str):
    found = report("email.failed", failed={"reason": reason})
    assert (found.outcome, found.reason, found.diagnostic) == ("rejected", ours, reason)


@pytest.mark.parametrize("origin", ["bounce", "complaint", "manual"])
def test_news_of_the_suppression_list_are_kept_with_the_email_that_caused_them(origin: str):
    data = {"id": "s-1", "email": ADA, "origin": origin, "source_id": "e-1"}
    text = json.dumps({**EVENT, "type": "suppression.added", "data": data}).encode()
    (found,) = RESEND.reread(text, account="main", received_at=NOW).reports
    assert (found.outcome, found.recipient, found.provider_message_id) == ("other", ADA, "e-1")
    assert found.vendor_class == f"suppression.added/{origin}"


def test_a_complaint_is_one_of_abuse_and_a_click_has_its_link():
    assert report("email.complained").feedback_type == "abuse"
    assert report("email.clicked", click={"link": "https://ats.example/x"}).url == "https://ats.example/x"
    assert report("email.clicked", click=None).url is None
    assert report("email.opened").by_machine is None


def test_the_message_id_is_what_the_api_answered():
    assert report().provider_message_id == EVENT["data"]["email_id"]
    assert report(email_id=None).provider_message_id == "0102@ats.example"


def test_the_event_id_is_that_of_the_headers():
    found = RESEND.read(signed(body(), event_id="msg_7"), {"signing_key": SECRET}, now=NOW)
    assert [each.provider_event_id for each in found.reports] == ["msg_7"]
    standard = signed(body(), event_id="msg_8", prefix="webhook")
    found = RESEND.read(standard, {"signing_key": SECRET}, now=NOW)
    assert [each.provider_event_id for each in found.reports] == ["msg_8"]
    assert report().provider_event_id is None


@pytest.mark.parametrize(
    "where",
    [
        {"tags": {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}},
        {
            "tags": [
                {"name": "deliveryledger_message_id", "value": "msg-1"},
                {"name": "deliveryledger_tenant", "value": "acme"},
            ]
        },
        {
            "headers": [
                {"name": "X-Deliveryledger-Message-Id", "value": "msg-1"},
                {"name": "X-Deliveryledger-Tenant", "value": "acme"},
            ]
        },
    ],
)
def test_our_own_ids_come_back_in_tags_or_in_headers(where: dict[str, Any]):
    found = report(**where)
    assert (found.message_id, found.tenant) == ("msg-1", "acme")


@pytest.mark.parametrize("tags", [None, [], "a", [None, {"name": 1}, {"name": "a"}], {"a": "b"}])
def test_other_tags_are_no_ids(tags: Any):
    assert report(tags=tags).message_id is None
