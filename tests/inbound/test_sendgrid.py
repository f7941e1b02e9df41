"""SendGrid's words in ours, and its signature."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.sendgrid import SENDGRID
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import ADA, KEY, NOW, PASSWORD, post, public, signed

BOUNCE = EXAMPLES["sendgrid"].good
SECRETS = {"public_key": public(KEY)}
BODY = b'[{"event":"delivered","email":"a@b.example","timestamp":1794657598},\r\n{}]\r\n'


def report(**changes: Any) -> DeliveryReport:
    body = json.dumps([{**BOUNCE, **changes}]).encode()
    (found,) = SENDGRID.reread(body, account="main", received_at=NOW).reports
    return found


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_is_good_for_five_minutes_either_way(seconds: int):
    assert SENDGRID.read(signed(BODY), SECRETS, now=NOW + timedelta(seconds=seconds)).reports


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_stale_signature_is_refused(seconds: int):
    with pytest.raises(Unauthenticated, match="300 s"):
        SENDGRID.read(signed(BODY), SECRETS, now=NOW + timedelta(seconds=seconds))


def test_the_signature_covers_every_byte_of_the_body():
    for other in (BODY.rstrip(), BODY + b" ", json.dumps(json.loads(BODY)).encode()):
        with pytest.raises(Unauthenticated, match="does not match"):
            SENDGRID.read(signed(other, signed_body=BODY), SECRETS, now=NOW)


def test_the_signature_covers_the_timestamp():
    headers = dict(signed(BODY).headers) | {
        "x-twilio-email-event-webhook-timestamp": str(int(NOW.timestamp()) + 1)
    }
    with pytest.raises(Unauthenticated, match="does not match"):
        SENDGRID.read(post(BODY, headers), SECRETS, now=NOW)


@pytest.mark.parametrize("timestamp", ["", "soon", "-5", "1" * 13, "١٧٩٤"])
def test_an_odd_timestamp_is_refused(timestamp: str):
    headers = dict(signed(BODY).headers) | {"x-twilio-email-event-webhook-timestamp": timestamp}
    with pytest.raises(Unauthenticated):
        SENDGRID.read(post(BODY, headers), SECRETS, now=NOW)


@pytest.mark.parametrize("key", ["no base64!", base64.b64encode(b"no DER").decode()])
def test_a_key_that_cannot_be_read_does_not_lock_out_the_other_one(key: str):
    with pytest.raises(Unauthenticated, match="no configured key"):
        SENDGRID.read(signed(BODY), {"public_key": key}, now=NOW)
    assert SENDGRID.read(signed(BODY), {"public_key": [key, public(KEY)]}, now=NOW).reports


def test_with_a_password_configured_as_well_both_have_to_match():
    both = {**SECRETS, "basic_auth": PASSWORD}
    with pytest.raises(Unauthenticated, match="basic_auth"):
        SENDGRID.read(signed(BODY), both, now=NOW)
    token = "Basic " + base64.b64encode(PASSWORD.encode()).decode()
    request = post(BODY, {**signed(BODY).headers, "Authorization": token})
    assert SENDGRID.read(request, both, now=NOW).reports


def test_bytes_that_are_not_utf_8_cost_only_their_event():
    bad = b'{"event":"open","email":"\xff","timestamp":1}'
    body = b"[" + json.dumps(BOUNCE).encode() + b" ,\r\n " + bad + b"]"
    reading = SENDGRID.reread(body, account="main", received_at=NOW)
    assert len(reading.reports) == 1
    assert [(part.index, part.raw) for part in reading.quarantined] == [(1, bad)]


def test_a_lone_surrogate_or_a_huge_number_cost_only_their_event():
    bad = (
        b'{"event":"open","email":"\\ud800"},{"event":"open","email":"a","timestamp":1' + b"0" * 5_000 + b"}"
    )
    reading = SENDGRID.reread(
        b"[" + json.dumps(BOUNCE).encode() + b"," + bad + b"]", account="m", received_at=NOW
    )
    assert (len(reading.reports), len(reading.quarantined)) == (1, 2)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("processed", "submitted"),
        ("deferred", "deferred"),
        ("delivered", "delivered"),
        ("bounce", "bounced"),
        ("blocked", "bounced"),
        ("spamreport", "complained"),
        ("unsubscribe", "unsubscribed"),
        ("group_unsubscribe", "unsubscribed"),
        ("group_resubscribe", "other"),
        ("open", "opened"),
        ("click", "clicked"),
        ("account_status_change", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(event: str, outcome: str):
    assert report(event=event).outcome == outcome


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"reason": "552 5.2.2 mailbox full", "bounce_classification": "Invalid Address"}, "mailbox_full"),
        ({"reason": None, "status": None, "bounce_classification": "Invalid Address"}, "mailbox_unknown"),
        (
            {"reason": "550 no idea", "status": "5.0.0", "bounce_classification": "Invalid Address"},
            "undetermined",
        ),
        (
            {"reason": "550 no idea", "status": "5.0.0", "bounce_classification": "Reputation"},
            "sender_blocked",
        ),
        ({"reason": None, "status": "5.1.1"}, "mailbox_unknown"),
        ({"reason": None, "status": None, "bounce_classification": "Mailbox Unavailable"}, "undetermined"),
        ({"reason": None, "status": None, "bounce_classification": "Reputation"}, "sender_blocked"),
        ({"reason": None, "status": None, "bounce_classification": "Content"}, "content_rejected"),
        (
            {"reason": None, "status": None, "bounce_classification": "Frequency or Volume Too High"},
            "rate_limited",
        ),
        ({"reason": None, "status": None, "bounce_classification": "Frequency/Volume"}, "rate_limited"),
        ({"reason": None, "status": None, "bounce_classification": "Technical"}, "server_unavailable"),
        (
            {"reason": None, "status": None, "bounce_classification": "Technical Failure"},
            "server_unavailable",
        ),
        ({"reason": None, "status": None, "bounce_classification": "Unclassified"}, "undetermined"),
        ({"reason": None, "status": None, "bounce_classification": "invalid address"}, "mailbox_unknown"),
        ({"reason": None, "status": None, "type": "expired"}, "server_unavailable"),
        ({"type": "expired", "reason": "452 4.2.2 mailbox full", "status": None}, "mailbox_full"),
        ({"type": "blocked", "bounce_classification": "Invalid Address", "reason": None}, "sender_blocked"),
        ({"type": "blocked", "reason": "550 no idea", "status": "5.0.0"}, "sender_blocked"),
        ({"type": "blocked", "reason": "421 4.7.28 rate limit exceeded"}, "rate_limited"),
        ({"type": "blocked", "reason": "550 5.1.1 user unknown"}, "mailbox_unknown"),
    ],
)
def test_words_go_before_classes_and_no_class_makes_a_block_hard(changes: dict[str, Any], reason: str):
    assert report(**changes).reason == reason


@pytest.mark.parametrize(
    ("reason", "outcome", "listed"),
    [
        ("Bounced Address", "suppressed", "hard_bounce"),
        ("Unsubscribed Address", "suppressed", "unsubscribe"),
        ("Spam Reporting Address", "suppressed", "complaint"),
        ("Invalid", "rejected", None),
        ("Invalid SMTPAPI header", "rejected", None),
        ("Spam Content", "rejected", None),
        ("Spam Content (if Spam Checker app enabled)", "rejected", None),
        ("Recipient List over Package Quota", "rejected", None),
        ("a new reason", "rejected", None),
    ],
)
def test_a_drop_for_the_providers_own_list_is_a_suppression(reason: str, outcome: str, listed: str | None):
    found = report(event="dropped", reason=reason, status=None)
    assert (found.outcome, found.diagnostic) == (outcome, reason)
    assert found.list_reason == listed


@pytest.mark.parametrize(
    ("sg_message_id", "found"),
    [
        (
            "Zk3aQ_9xTtyB2mN4pQrS7w.filterdrecv-a1-5bcd-xyz12-7-6A0B1C2D-3.0",
            "Zk3aQ_9xTtyB2mN4pQrS7w",
        ),
        ("Zk3aQ_9xTtyB2mN4pQrS7w.recvd-5bcd-xyz12-1-6A0B1C2D-4.0", "Zk3aQ_9xTtyB2mN4pQrS7w"),
        ("1a2b3c4d5e6.abc.7f8e9d.filter0002.1234.6A0B1C2D3.0", "1a2b3c4d5e6.abc.7f8e9d"),
        ("filter0042.1234.6A0B1C2D5.0", "smtp-1@ismtpd"),
        (None, "smtp-1@ismtpd"),
    ],
)
def test_the_message_id_is_what_the_api_answered(sg_message_id: str | None, found: str):
    changes = {"sg_message_id": sg_message_id, "smtp-id": "<smtp-1@ismtpd>"}
    assert report(**changes).provider_message_id == found


def test_a_late_bounce_without_a_message_id_is_told_of_the_recipient():
    found = report(**{"sg_message_id": None, "smtp-id": None})
    assert (found.outcome, found.recipient, found.provider_message_id) == ("bounced", ADA, None)


def test_a_change_of_the_account_that_names_nobody_is_of_no_interest():
    body = b'[{"event": "account_status_change", "sg_event_id": "e-2", "timestamp": 1, "type": "suspended"}]'
    found = SENDGRID.reread(body, account="main", received_at=NOW)
    assert (found.reports, len(found.ignored)) == ((), 1)


@pytest.mark.parametrize(
    ("event", "group", "method", "word"),
    [
        ("unsubscribe", None, "link", "unsubscribe"),
        ("unsubscribe", 10, "link", "unsubscribe"),
        ("group_unsubscribe", 10, "group", "group_unsubscribe/10"),
        ("group_unsubscribe", None, "group", "group_unsubscribe"),
    ],
)
def test_an_unsubscription_says_from_what(event: str, group: int | None, method: str, word: str):
    found = report(event=event, asm_group_id=group)
    assert (found.method, found.vendor_class) == (method, word)


def test_our_own_ids_come_back_as_custom_arguments():
    found = report(deliveryledger_message_id="msg-1", deliveryledger_tenant="acme")
    assert (found.message_id, found.tenant) == ("msg-1", "acme")
    assert report(deliveryledger_message_id="x" * 201).message_id is None
    assert report(deliveryledger_message_id={"a": 1}, deliveryledger_tenant=[]).message_id is None


@pytest.mark.parametrize("machine", [True, False, None])
def test_an_open_says_whether_a_machine_made_it(machine: bool | None):
    assert report(event="open", sg_machine_open=machine).by_machine is machine


def test_equal_words_are_classified_alike_whatever_the_address():
    events = [
        {
            **BOUNCE,
            "email": f"c{number}@example.org",
            "reason": f"550 5.1.1 <c{number}@example.org>: user unknown",
        }
        for number in range(3)
    ]
    reading = SENDGRID.reread(json.dumps(events).encode(), account="main", received_at=NOW)
    assert {found.rule for found in reading.reports} == {"phrase.unknown_user"}
    assert {found.diagnostic for found in reading.reports} == {event["reason"] for event in events}


def test_control_characters_of_a_remote_server_do_not_reach_a_terminal():
    assert report(reason="550 \x1b[2J\x00 no").diagnostic == "550  [2J  no"
    assert report().recipient == ADA
