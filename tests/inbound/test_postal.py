"""Postal's words in ours, and its signatures."""

import base64
import json
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.postal import POSTAL
from tests.inbound.examples import EXAMPLES
from tests.inbound.examples.postal import KEY, OTHER_KEY, SHA_1, public, signature, signed
from tests.inbound.requests import ADA, NOW, PASSWORD, post

EVENT = EXAMPLES["postal"].good
MESSAGE = EVENT["payload"]["message"]
SECRETS = {"public_key": public(KEY)}
BODY = json.dumps(EVENT).encode()


def reading(payload: dict[str, Any] | None, **envelope: Any) -> Reading:
    body = json.dumps({**EVENT, **envelope, "payload": payload}).encode()
    return POSTAL.reread(body, account="main", received_at=NOW)


def report(**payload: Any) -> DeliveryReport:
    (found,) = reading({**EVENT["payload"], **payload}).reports
    return found


def refused(headers: dict[str, str], match: str) -> None:
    with pytest.raises(Unauthenticated, match=match):
        POSTAL.read(post(BODY, headers), SECRETS, now=NOW)


def test_older_installations_sign_with_sha_1_only():
    request = post(BODY, {"X-Postal-Signature": signature(BODY, KEY, SHA_1)})
    assert POSTAL.read(request, SECRETS, now=NOW).reports


@pytest.mark.parametrize("strong", ["", "garbage!", signature(BODY, OTHER_KEY), signature(b"{}")])
def test_nobody_falls_back_from_sha_256_to_sha_1(strong: str):
    right = signature(BODY, KEY, SHA_1)
    refused({"X-Postal-Signature": right, "X-Postal-Signature-256": strong}, "public_key")


def test_one_algorithm_is_no_other():
    refused({"X-Postal-Signature-256": signature(BODY, KEY, SHA_1)}, "does not match")
    refused({"X-Postal-Signature": signature(BODY)}, "does not match")


@pytest.mark.parametrize(
    ("presented", "match"),
    [("", "missing"), ("garbage!", "not base64"), ("aW52YWxpZA==", "does not match"), ("ä", "not base64")],
)
def test_what_is_no_signature_is_refused(presented: str, match: str):
    refused({"X-Postal-Signature": presented}, match)
    refused({"X-Postal-Signature-256": presented}, match)


def test_the_signature_covers_every_byte():
    for body in (BODY + b"\n", BODY.replace(b"HardFail", b"SoftFail")):
        with pytest.raises(Unauthenticated, match="does not match"):
            POSTAL.read(post(body, signed(BODY).headers), SECRETS, now=NOW)


@pytest.mark.parametrize("key", ["no base64!", base64.b64encode(b"no DER").decode()])
def test_a_key_that_cannot_be_read_does_not_lock_out_the_other_one(key: str):
    with pytest.raises(Unauthenticated, match="no configured key"):
        POSTAL.read(signed(BODY), {"public_key": key}, now=NOW)
    assert POSTAL.read(signed(BODY), {"public_key": [key, public(KEY)]}, now=NOW).reports


def test_with_a_password_configured_as_well_both_have_to_match():
    with pytest.raises(Unauthenticated, match="basic_auth"):
        POSTAL.read(signed(BODY), {**SECRETS, "basic_auth": PASSWORD}, now=NOW)
    token = "Basic " + base64.b64encode(PASSWORD.encode()).decode()
    request = post(BODY, {**signed(BODY).headers, "Authorization": token})
    assert POSTAL.read(request, {**SECRETS, "basic_auth": PASSWORD}, now=NOW).reports


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Sent", "delivered"),
        ("SoftFail", "deferred"),
        ("HardFail", "bounced"),
        ("Held", "other"),
        ("Pondered", "other"),
    ],
)
def test_the_status_decides(status: str, outcome: str):
    found = report(status=status)
    assert (found.outcome, found.vendor_class) == (outcome, status)


@pytest.mark.parametrize(
    ("event", "outcome", "url"),
    [
        ("MessageLinkClicked", "clicked", "https://ats.example/jobs"),
        ("MessageLoaded", "opened", None),
        ("MessagePondered", "other", None),
    ],
)
def test_without_a_status_the_name_of_the_event_decides(event: str, outcome: str, url: str | None):
    payload = {"message": MESSAGE, "url": "https://ats.example/jobs", "ip_address": "192.0.2.1"}
    (found,) = reading(payload, event=event).reports
    assert (found.outcome, found.url, found.vendor_class) == (outcome, url, event)
    assert found.occurred_at.timestamp() == EVENT["timestamp"]


@pytest.mark.parametrize("event", ["DomainDNSError", "SendLimitApproaching", "SendLimitExceeded"])
def test_news_of_the_installation_are_of_no_interest(event: str):
    found = reading({"domain": "ats.example", "spf_status": "Missing", "server": {}, "limit": 9}, event=event)
    assert (found.reports, len(found.ignored)) == ((), 1)


def test_a_bounce_is_told_of_the_recipient_of_the_original_message():
    bounce = {**MESSAGE, "id": 4712, "direction": "incoming", "to": "abc@psrp.ats.example", "from": ADA}
    (found,) = reading({"original_message": MESSAGE, "bounce": bounce}, event="MessageBounced").reports
    assert (found.outcome, found.recipient, found.severity) == ("bounced", ADA, "soft")
    assert (found.reason, found.vendor_class) == ("undetermined", "Bounced")
    assert found.provider_message_id == MESSAGE["message_id"]


def test_incoming_mail_is_no_news_of_ours():
    found = reading({**EVENT["payload"], "message": {**MESSAGE, "direction": "incoming"}})
    assert (found.reports, found.ignored, found.quarantined) == ((), (), ())


def test_a_request_of_a_route_for_incoming_mail_is_of_no_interest():
    body = b'{"id": 1, "rcpt_to": "a@b.example", "mail_from": "c@d.example", "message": "UmVjZWl2ZWQ="}'
    found = POSTAL.reread(body, account="main", received_at=NOW)
    assert (found.reports, len(found.ignored)) == ((), 1)


@pytest.mark.parametrize(
    ("details", "listed"),
    [
        (f"Recipient ({ADA}) is on the suppression list (reason: too many hard fails)", "hard_bounce"),
        (f"Recipient ({ADA}) is on the suppression list (reason: too many soft fails)", None),
        (f"Recipient ({ADA}) is on the suppression list", None),
    ],
)
def test_held_for_the_suppression_list_is_suppressed(details: str, listed: str | None):
    found = report(status="Held", details=details, output="")
    assert (found.outcome, found.list_reason, found.diagnostic) == ("suppressed", listed, details)


@pytest.mark.parametrize(
    "details",
    [
        "Message held because send limit (100) has been reached.",
        "Server is in development mode.",
        "Credential is configured to hold all messages authenticated by it.",
        None,
    ],
)
def test_held_for_anything_else_is_neither_delivered_nor_refused(details: str | None):
    found = report(status="Held", details=details)
    assert (found.outcome, found.reason, found.diagnostic) == ("other", None, details)


@pytest.mark.parametrize(
    ("status", "details", "outcome", "reason"),
    [
        (
            "HardFail",
            "Message is likely spam. Threshold is 5.0 and the message scored 7.1.",
            "rejected",
            "content_rejected",
        ),
        ("HardFail", "Message's domain no longer exist", "rejected", "protocol_error"),
        ("HardFail", "Message doesn't have an RCPT to", "rejected", "protocol_error"),
        ("HardFail", "Raw message has been removed. Cannot send message.", "rejected", "protocol_error"),
        (
            "HardFail",
            "Maximum number of delivery attempts (18) has been reached.",
            "bounced",
            "server_unavailable",
        ),
        ("SoftFail", "No SMTP servers were available for example.org.", "deferred", "server_unavailable"),
    ],
)
def test_postal_says_itself_when_it_did_not_ask_a_server(
    status: str, details: str, outcome: str, reason: str
):
    found = report(status=status, details=details, output="")
    assert (found.outcome, found.reason, found.rule, found.diagnostic) == (
        outcome,
        reason,
        "postal.details",
        details,
    )


@pytest.mark.parametrize(
    ("output", "reason", "severity"),
    [
        ("550 5.1.1 user unknown", "mailbox_unknown", "hard"),
        ("552 5.2.2 mailbox full", "mailbox_full", "soft"),
        ("server output", "undetermined", "soft"),
        ("", "undetermined", "soft"),
        (" \n", "undetermined", "soft"),
        (None, "undetermined", "soft"),
    ],
)
def test_a_hard_fail_is_as_hard_as_the_servers_words(output: str | None, reason: str, severity: str):
    found = report(output=output)
    assert (found.outcome, found.reason, found.severity) == ("bounced", reason, severity)
    assert found.diagnostic == ((output or "").strip() or EVENT["payload"]["details"])


def test_the_message_id_is_what_both_api_and_smtp_clients_know():
    assert report().provider_message_id == MESSAGE["message_id"]
    number = 2**63 + 1
    assert report(message={**MESSAGE, "message_id": None, "id": number}).provider_message_id == str(number)


def test_a_tag_that_is_a_json_object_brings_our_own_ids_back():
    own = '{"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}'
    found = report(message={**MESSAGE, "tag": own})
    assert (found.message_id, found.tenant) == ("msg-1", "acme")
    assert report(message={**MESSAGE, "tag": "interview"}).message_id is None


def test_the_time_is_that_of_the_attempt_and_the_event_has_an_id():
    found = report()
    assert found.occurred_at.isoformat() == "2026-11-14T11:59:58.500000+00:00"
    assert found.provider_event_id == EVENT["uuid"]
