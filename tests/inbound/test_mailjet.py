"""Mailjet's words in ours."""

import json
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.inbound.providers.mailjet import MAILJET
from tests.inbound.examples.mailjet import EXAMPLE
from tests.inbound.requests import ADA, NOW

BOUNCE = EXAMPLE.good


def read(*events: dict[str, Any]) -> Reading:
    return MAILJET.reread(json.dumps(events).encode(), account="main", received_at=NOW)


def report(**changes: Any) -> DeliveryReport:
    (found,) = read({**BOUNCE, **changes}).reports
    return found


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("sent", "delivered"),
        ("bounce", "bounced"),
        ("blocked", "rejected"),
        ("spam", "complained"),
        ("unsub", "unsubscribed"),
        ("open", "opened"),
        ("click", "clicked"),
        ("typing", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(event: str, outcome: str):
    assert report(event=event).outcome == outcome


def test_one_event_comes_alone_in_version_1():
    (found,) = MAILJET.reread(json.dumps(BOUNCE).encode(), account="main", received_at=NOW).reports
    assert found.recipient == ADA


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("user unknown", "mailbox_unknown"),
        ("mailbox inactive", "mailbox_disabled"),
        ("quota exceeded", "mailbox_full"),
        ("invalid domain", "domain_unknown"),
        ("no mail host", "server_unavailable"),
        ("relay/access denied", "policy_rejected"),
        ("typofix", "address_malformed"),
        ("bad or empty template", "content_rejected"),
        ("error in template language", "content_rejected"),
        ("sender blocked", "sender_blocked"),
        ("content blocked", "content_rejected"),
        ("policy issue", "policy_rejected"),
        ("spam preblocked", "content_rejected"),
        ("system issue", "server_unavailable"),
        ("protocol issue", "protocol_error"),
        ("connection issue", "server_unavailable"),
        ("duplicate in campaign", "undetermined"),
        ("", "undetermined"),
    ],
)
def test_without_words_the_error_says_why(error: str, reason: str):
    for event, outcome in (("bounce", "bounced"), ("blocked", "rejected")):
        found = report(event=event, error=error, comment=None)
        assert (found.outcome, found.reason, found.diagnostic) == (outcome, reason, error or None)
        assert found.vendor_class == f"{event}/{error}".strip("/")


def test_an_error_of_another_case_is_the_same_and_an_unknown_one_is_read_as_words():
    assert report(error="Quota Exceeded", comment=None).reason == "mailbox_full"
    found = report(error="550 5.1.1 no such user here", comment=None)
    assert (found.reason, found.vendor_class) == ("mailbox_unknown", "bounce")


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("552 5.2.2 mailbox full", "mailbox_full"),
        ("some new words", "undetermined"),
        ("", "mailbox_unknown"),
    ],
)
def test_the_remote_servers_words_go_before_the_error(comment: str, reason: str):
    found = report(comment=comment)
    assert (found.reason, found.diagnostic) == (reason, comment or "user unknown")


@pytest.mark.parametrize(
    ("hard_bounce", "severity"),
    [(True, "hard"), ("true", "hard"), (None, "hard"), ("", "hard"), (False, "soft"), ("false", "soft")],
)
def test_what_mailjet_does_not_take_for_lasting_is_not_hard(hard_bounce: Any, severity: str):
    assert report(hard_bounce=hard_bounce, comment=None).severity == severity


def test_words_are_hard_whatever_mailjet_takes_them_for():
    assert report(hard_bounce=False).severity == "hard"


@pytest.mark.parametrize("hard_bounce", [False, None, "false", ""])
def test_greylisting_is_a_deferral(hard_bounce: Any):
    found = report(error="greylisted", error_related_to="domain", hard_bounce=hard_bounce, comment=None)
    assert (found.outcome, found.reason, found.diagnostic) == ("deferred", "rate_limited", "greylisted")


@pytest.mark.parametrize("hard_bounce", [True, "true"])
def test_greylisting_that_is_lasting_is_a_bounce(hard_bounce: Any):
    found = report(error="greylisted", hard_bounce=hard_bounce, comment=None)
    assert (found.outcome, found.severity) == ("bounced", "soft")


@pytest.mark.parametrize(
    ("error", "listed"),
    [("preblocked", "hard_bounce"), ("spam reporter", "complaint"), ("blacklisted", "manual")],
)
def test_a_block_by_mailjets_own_list_is_a_suppression(error: str, listed: str):
    found = report(event="blocked", error=error, comment=None)
    assert (found.outcome, found.list_reason, found.reason) == ("suppressed", listed, None)
    assert (found.diagnostic, found.vendor_class) == (error, f"blocked/{error}")


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"MessageID": 2**63 - 1}, "9223372036854775807"),
        ({"MessageID": "9223372036854775807"}, "9223372036854775807"),
        ({"MessageID": 2**80}, str(2**80)),
        ({"MessageID": 1.2345678901234568e16, "mj_message_id": "12345678901234567"}, "12345678901234567"),
        ({"MessageID": 1.2345678901234568e16}, "0c1b2a39-4857-4667-8900-aabbccddeeff"),
        ({"MessageID": None, "mj_message_id": "7"}, "7"),
        ({"MessageID": {"id": 7}}, "0c1b2a39-4857-4667-8900-aabbccddeeff"),
        ({"MessageID": True}, "0c1b2a39-4857-4667-8900-aabbccddeeff"),
        ({"MessageID": 0}, "0c1b2a39-4857-4667-8900-aabbccddeeff"),
        ({"MessageID": "", "Message_GUID": ""}, None),
    ],
)
def test_a_message_id_keeps_every_digit(ids: dict[str, Any], expected: str | None):
    assert report(**ids).provider_message_id == expected


@pytest.mark.parametrize(
    ("payload", "ids"),
    [
        ('{"deliveryledger_message_id": "msg-2", "deliveryledger_tenant": "acme"}', ("msg-2", "acme")),
        ({"deliveryledger_message_id": "msg-2"}, ("msg-2", None)),
        ('["a"]', (None, None)),
        ("plain text", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_our_own_ids_come_back_in_the_payload(payload: Any, ids: tuple[str | None, str | None]):
    found = report(Payload=payload, CustomID="msg-9")
    assert (found.message_id, found.tenant) == ids


def test_the_servers_answer_to_a_delivery_is_kept():
    reply = "sent (250 2.0.0 OK 1794657598 - gsmtp)"
    found = report(event="sent", smtp_reply=reply)
    assert (found.status, found.reply_code, found.diagnostic) == ("2.0.0", 250, reply)


@pytest.mark.parametrize(
    ("agent", "method"), [("List-Unsubscribe", "list_unsubscribe"), ("Mozilla/5.0", "link"), (None, "link")]
)
def test_an_unsubscription_says_how(agent: str | None, method: str):
    assert report(event="unsub", agent=agent).method == method


def test_a_click_has_its_url_and_a_complaint_is_abuse():
    assert report(event="click", url="https://ats.example/1").url == "https://ats.example/1"
    assert report(event="spam", source="JMRPP").feedback_type == "abuse"


@pytest.mark.parametrize(
    "event", [{}, {"event": "sent", "email": "", "MessageID": 0}, {"event": "open", "time": 1794657598}]
)
def test_a_test_post_without_anybody_is_ignored(event: dict[str, Any]):
    reading = read(event)
    assert (len(reading.ignored), reading.reports, reading.quarantined) == (1, (), ())


def test_an_empty_batch_says_nothing():
    assert (read().reports, read().ignored, read().quarantined) == ((), (), ())
