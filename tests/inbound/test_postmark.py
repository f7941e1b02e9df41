"""Postmark's words in ours."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound.providers.postmark import POSTMARK
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import ADA, NOW

BOUNCE = EXAMPLES["postmark"].good


def report(**changes: Any) -> DeliveryReport:
    body = json.dumps({**BOUNCE, **changes}).encode()
    (found,) = POSTMARK.reread(body, account="acme", received_at=NOW).reports
    return found


def test_a_time_with_seven_digits_and_an_offset_becomes_utc():
    assert report().occurred_at == datetime(2026, 11, 14, 16, 59, 58, 123456, UTC)


def test_a_64_bit_id_stays_as_it_is():
    assert report().provider_event_id == "4323372036854775807"


@pytest.mark.parametrize(
    ("kind", "details", "outcome", "reason"),
    [
        ("HardBounce", "smtp;550 5.1.1 user unknown", "bounced", "mailbox_unknown"),
        ("HardBounce", "", "bounced", "mailbox_unknown"),
        ("HardBounce", "smtp;554 5.7.1 blocked using zen.spamhaus.org", "bounced", "sender_blocked"),
        ("HardBounce", "something that no rule knows", "bounced", "undetermined"),
        ("SoftBounce", "smtp;552 5.2.2 mailbox full", "bounced", "mailbox_full"),
        ("SoftBounce", "smtp;550 5.1.1 user unknown", "bounced", "mailbox_unknown"),
        ("DnsError", "", "bounced", "server_unavailable"),
        ("Blocked", "", "bounced", "sender_blocked"),
        ("BadEmailAddress", "", "bounced", "address_malformed"),
        ("VirusNotification", "", "bounced", "content_rejected"),
        ("Unknown", "", "bounced", "undetermined"),
        ("TemplateRenderingFailed", "", "rejected", "content_rejected"),
        ("AddressChange", "", "auto_replied", None),
        ("ChallengeVerification", "", "auto_replied", None),
        ("OpenRelayTest", "", "other", None),
        ("Unconfirmed", "", "other", None),
        ("InboundError", "", "other", None),
        ("SpamNotification", "", "bounced", "content_rejected"),
        ("DMARCPolicy", "", "bounced", "authentication_failed"),
        ("Transient", "", "deferred", "server_unavailable"),
        ("SMTPApiError", "", "rejected", "protocol_error"),
        ("ManuallyDeactivated", "", "suppressed", None),
        ("InactiveRecipient", "", "suppressed", None),
        ("SpamComplaint", "", "complained", None),
        ("Unsubscribe", "", "unsubscribed", None),
        ("AutoResponder", "", "auto_replied", None),
        ("Subscribe", "", "other", None),
        ("NewIn2027", "", "other", None),
    ],
)
def test_words_go_before_types(kind: str, details: str, outcome: str, reason: str | None):
    found = report(Type=kind, Details=details)
    assert (found.outcome, found.reason, found.vendor_class) == (outcome, reason, kind)


@pytest.mark.parametrize(("kind", "listed"), [("ManuallyDeactivated", "manual"), ("InactiveRecipient", None)])
def test_a_drop_says_why_the_recipient_is_listed_where_postmark_does(kind: str, listed: str | None):
    assert report(Type=kind, Details="").list_reason == listed


@pytest.mark.parametrize(
    "kind",
    ["HardBounce", "SMTPApiError", "InactiveRecipient", "SpamComplaint", "Unsubscribe", "AutoResponder"],
)
def test_postmarks_own_words_are_shown_where_no_server_has_spoken(kind: str):
    assert report(Type=kind, Details="said there", Description="said here").diagnostic == "said there"
    for details in ("", None):
        found = report(Type=kind, Details=details, Description="spam, said here")
        assert (found.diagnostic, found.reason) == ("spam, said here", report(Type=kind, Details="").reason)


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        ("Delivery", "delivered"),
        ("Open", "opened"),
        ("Click", "clicked"),
        ("SpamComplaint", "complained"),
        ("SubscriptionChange", "other"),
    ],
)
def test_every_record_has_a_word_of_ours(record: str, outcome: str):
    found = report(RecordType=record, Type=None, Email=None, Recipient=ADA)
    assert (found.outcome, found.recipient) == (outcome, ADA)


def test_a_change_of_the_list_is_no_second_bounce():
    found = report(RecordType="SubscriptionChange", SuppressSending=True, SuppressionReason="HardBounce")
    assert (found.outcome, found.list_reason) == ("other", None)


@pytest.mark.parametrize(
    ("origin", "sending", "outcome"),
    [("Recipient", True, "unsubscribed"), ("Customer", True, "other"), ("Recipient", False, "other")],
)
def test_only_the_recipient_unsubscribes(origin: str, sending: bool, outcome: str):
    found = report(
        RecordType="SubscriptionChange",
        SuppressSending=sending,
        SuppressionReason="ManualSuppression",
        Origin=origin,
    )
    assert found.outcome == outcome


def test_our_own_ids_come_back_in_the_metadata():
    ids = {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}
    assert (report(Metadata=ids).message_id, report(Metadata=ids).tenant) == ("msg-1", "acme")


@pytest.mark.parametrize("metadata", [None, [], "text", {}, {"deliveryledger_message_id": 7}])
def test_other_metadata_does_not_matter(metadata: Any):
    assert report(Metadata=metadata).message_id is None


def test_a_click_has_its_link():
    found = report(RecordType="Click", Type=None, OriginalLink="https://jobs.example/1", Recipient=ADA)
    assert (found.outcome, found.url, found.by_machine) == ("clicked", "https://jobs.example/1", None)
