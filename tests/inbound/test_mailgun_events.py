"""Mailgun's words in ours: events as JSON, and the forms of legacy webhooks."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.inbound.providers import mailgun
from deliveryledger.inbound.providers.mailgun import MAILGUN
from tests.inbound.examples.mailgun import EXAMPLE, TOKEN, proof, with_proof
from tests.inbound.requests import ADA, NOW, post
from tests.inbound.test_forms import FIELD, multipart

GOOD = EXAMPLE.good["event-data"]
SECRETS = EXAMPLE.secrets
NEITHER = "an event that names neither a recipient nor a message"


def reread(event: dict[str, Any], **more: Any) -> Reading:
    body = json.dumps({"event-data": event, **more}).encode()
    return MAILGUN.reread(body, account="main", received_at=NOW)


def report(**changes: Any) -> DeliveryReport:
    (found,) = reread({**GOOD, **{name.replace("_", "-"): value for name, value in changes.items()}}).reports
    return found


def answered(code: object, message: str, **more: Any) -> dict[str, Any]:
    return {"delivery_status": {"code": code, "message": message}, **more}


def form(*more: tuple[str, str], **fields: str) -> bytes:
    """A legacy webhook; ``more`` are fields after Mailgun's own."""
    own = {"event": "delivered", "recipient": ADA, "Message-Id": "<1.2@mail.example.com>"}
    return urlencode([*{**own, **fields}.items(), *more, *proof().items()]).encode()


def legacy(*more: tuple[str, str], **fields: str) -> DeliveryReport:
    (found,) = MAILGUN.read(post(form(*more, **fields)), SECRETS, now=NOW).reports
    return found


def test_an_event_becomes_a_report():
    found = report()
    assert (found.outcome, found.reason, found.reply_code, found.status) == (
        "bounced", "mailbox_unknown", 550, "5.1.1",
    )  # fmt: skip
    assert found.provider_message_id == "20261114115958.1.6B3C@mail.example.com"
    assert found.provider_event_id == "G1x-Yq2zRtSvWbXcYdZeFg"
    assert found.occurred_at.isoformat() == "2026-11-14T11:59:58.250000+00:00"
    assert (found.remote_mta, found.vendor_class) == ("mx.example.org", "failed/permanent/bounce")


@pytest.mark.parametrize(("event", "outcome"), mailgun._EVENTS.items())
def test_every_event_has_a_word_of_ours(event: str, outcome: Outcome):
    assert report(event=event).outcome == outcome
    assert legacy(event=event).outcome == outcome


def test_without_an_id_the_token_identifies_the_event():
    body = with_proof(EXAMPLE.body({"event-data": {**GOOD, "id": None}})).body
    (found,) = MAILGUN.reread(body, account="main", received_at=NOW).reports
    assert found.provider_event_id == TOKEN


@pytest.mark.parametrize(("mark", "listed"), mailgun._LISTS.items())
def test_a_drop_for_mailguns_own_list_is_a_suppression(mark: str, listed: str):
    changes = answered(int(mark), "") if mark.isdigit() else {"reason": mark, "delivery_status": None}
    found = report(**changes)
    assert (found.outcome, found.list_reason, found.reason) == ("suppressed", listed, None)
    if mark.isdigit():
        words = "Not delivering to previously bounced address"
        dropped = legacy(event="dropped", code=mark, reason="hardfail", description=words)
        assert (dropped.outcome, dropped.list_reason, dropped.diagnostic) == ("suppressed", listed, words)


@pytest.mark.parametrize(("mark", "reason"), mailgun._CLASSES.items())
def test_a_class_says_why_where_no_words_do(mark: str, reason: str):
    changes = answered(int(mark), "") if mark.isdigit() else {"reason": mark, "delivery_status": None}
    assert report(**changes).reason == reason
    assert report(**changes).severity == "soft"


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        (answered(452, "4.2.2 over quota", severity="temporary"), "deferred", "mailbox_full"),
        (answered(450, "Recipient address rejected: Greylisted", severity="temporary", reason="greylisted"),
         "deferred", "rate_limited"),
        (answered(498, "No MX for example.org", severity="temporary"), "deferred", "domain_unknown"),
        (answered(550, "No such user here", reason="suppressed by nobody"), "bounced", "mailbox_unknown"),
        (answered(552, "5.2.2 mailbox full", reason="bounce"), "bounced", "mailbox_full"),
        (answered(499, "Unable to connect to MX servers: [example.org]", reason="old"),
         "bounced", "server_unavailable"),
        (answered(602, "Too old", reason="old"), "bounced", "server_unavailable"),
        (answered(550, "no idea", reason="bounce"), "bounced", "undetermined"),
    ],
)  # fmt: skip
def test_words_go_before_classes(changes: dict[str, Any], outcome: str, reason: str):
    assert (report(**changes).outcome, report(**changes).reason) == (outcome, reason)


def test_mailguns_description_counts_where_the_server_said_nothing():
    status = {"code": 550, "enhanced-code": "5.1.1", "message": "", "description": "no such user"}
    found = report(delivery_status=status)
    assert (found.diagnostic, found.status, found.reply_code) == ("no such user", "5.1.1", 550)


@pytest.mark.parametrize(
    ("message", "description", "words"),
    [
        ("5.1.1 no such user", "", "5.1.1 no such user"),
        ("5.1.1 no such user", "no such user", "5.1.1 no such user"),
        ("no such user", "550 no such user", "550 no such user"),
        ("5.1.1 no such user", "Mailbox is gone", "5.1.1 no such user; Mailbox is gone"),
    ],
)
def test_neither_the_servers_words_nor_mailguns_are_lost(message: str, description: str, words: str):
    status = {"code": 550, "message": message, "description": description}
    assert report(delivery_status=status).diagnostic == words
    reject = {"reason": message, "description": description}
    assert report(event="rejected", reject=reject).diagnostic == words


@pytest.mark.parametrize(
    ("code", "found"), [(550, 550), (421, 421), (498, None), (605, None), ("5.1.1", None), (None, None)]
)
def test_a_code_of_mailguns_own_is_no_reply_code(code: object, found: int | None):
    assert report(**answered(code, "no idea")).reply_code == found


@pytest.mark.parametrize(
    ("client", "machine"), [({"bot": "apple"}, True), ({"bot": ""}, False), ({}, None), (None, None)]
)
def test_an_open_or_click_says_whether_a_machine_made_it(client: object, machine: bool | None):
    assert report(event="opened", client_info=client).by_machine is machine
    found = report(event="clicked", client_info=client, url="https://ats.example/jobs")
    assert (found.by_machine, found.url) == (machine, "https://ats.example/jobs")


def test_complaints_and_unsubscriptions_say_how():
    assert report(event="complained").feedback_type == "abuse"
    assert report(event="unsubscribed").method == "link"


def test_a_rejected_message_is_one_report_for_each_of_its_recipients():
    to = "Ada Lovelace <ada.lovelace@example.org>, grace.hopper@example.org"
    event = {
        "event": "rejected", "timestamp": GOOD["timestamp"], "envelope": {"targets": to},
        "reject": {"reason": "Sandbox subdomains are for test purposes only", "description": ""},
        "message": {"headers": {"message-id": "m-1", "to": to, "subject": "Hello"}},
        "user-variables": {"deliveryledger_message_id": "msg-1"},
    }  # fmt: skip
    ada, grace = reread(event, signature=proof()).reports
    assert (ada.recipient, grace.recipient) == (ADA, "grace.hopper@example.org")
    assert ada.outcome == "rejected"
    assert ada.diagnostic == "Sandbox subdomains are for test purposes only"
    for each, other in ((ada, b"grace"), (grace, b"ada.lovelace")):
        assert each.raw is not None
        assert other not in each.raw
        assert MAILGUN.reread(each.raw, account="main", received_at=NOW).reports == (each,)


def test_an_event_about_nobody_is_ignored():
    assert reread({"event": "list_member_uploaded"}).ignored == (NEITHER,)
    assert reread({"event": "rejected", "message": {"headers": {"to": "nobody"}}}).ignored == (NEITHER,)
    assert reread({"event": "accepted", "message": {"headers": {"to": ADA}}}).ignored == (NEITHER,)


def test_our_own_ids_come_back_as_user_variables():
    ids = {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}
    assert (report(user_variables=ids).message_id, report(user_variables=ids).tenant) == ("msg-1", "acme")
    assert (legacy(**ids).message_id, legacy(**ids).tenant) == ("msg-1", "acme")
    assert report(user_variables=[]).message_id is None


# --- legacy webhooks ---------------------------------------------------------------------------------


def test_a_form_becomes_a_report_with_the_form_as_evidence():
    body = form(event="bounced", code="550", error="5.1.1 no such user", notification="")
    (found,) = MAILGUN.read(post(body), SECRETS, now=NOW).reports
    assert (found.outcome, found.reason, found.recipient) == ("bounced", "mailbox_unknown", ADA)
    assert (found.provider_message_id, found.provider_event_id) == ("1.2@mail.example.com", TOKEN)
    assert (found.occurred_at, found.raw) == (NOW, body)
    assert MAILGUN.reread(body, account="main", received_at=NOW).reports == (found,)


def test_a_multipart_form_says_the_same_and_its_files_are_skipped():
    fields = {"event": "bounced", "recipient": ADA, "code": "5.1.1", "error": "550 5.1.1 unknown", **proof()}
    parts = [(FIELD.format(name), value) for name, value in fields.items()]
    attached = (FIELD.format("attachment-1") + '; filename="message.mime"', "To: grace.hopper@example.org")
    (found,) = MAILGUN.read(post(multipart(*parts, attached)), SECRETS, now=NOW).reports
    assert (found.reason, found.status, found.reply_code) == ("mailbox_unknown", "5.1.1", 550)


@pytest.mark.parametrize(("code", "reason"), [("499", "old"), ("602", "old"), ("", "old")])
def test_a_dropped_message_that_got_too_old_is_a_soft_bounce(code: str, reason: str):
    found = legacy(event="dropped", code=code, reason=reason, description="Too old")
    assert (found.outcome, found.reason, found.severity) == ("bounced", "server_unavailable", "soft")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ('[["Message-Id", "<3.4@mail.example.com>"], ["Content-Type", ["a", {}]]]', "3.4@mail.example.com"),
        ('[["message-id", "<3.4@mail.example.com>"]]', "3.4@mail.example.com"),
        ('[["Message-Id", 7], ["Message-Id"], "Message-Id", null]', None),
        ('{"Message-Id": "3.4"}', None), ("[[", None), ("7", None), ("[" * 100_000, None), ("", None),
    ],
)  # fmt: skip
def test_some_forms_have_the_message_id_in_the_messages_header_only(headers: str, found: str | None):
    fields = {"event": "complained", "recipient": ADA, "message-headers": headers, **proof()}
    reading = MAILGUN.read(post(urlencode(fields).encode()), SECRETS, now=NOW)
    assert [each.provider_message_id for each in reading.reports] == [found]


def test_the_senders_own_variables_do_not_replace_mailguns_fields():
    found = legacy(("event", "complained"), ("recipient", "grace.hopper@example.org"), ("token", "mine"))
    assert (found.outcome, found.recipient, found.provider_event_id) == ("delivered", ADA, TOKEN)


def test_words_that_are_not_utf_8_are_kept_as_far_as_they_can_be():
    body = form(event="bounced", code="550", error="550 5.1.1 unknown user: M-ller").replace(b"M-l", b"M%FCl")
    (found,) = MAILGUN.read(post(body), SECRETS, now=NOW).reports
    assert found.diagnostic == "550 5.1.1 unknown user: M\N{REPLACEMENT CHARACTER}ller"
    assert found.as_json()


def test_a_form_that_is_no_event_is_ignored():
    body = urlencode({"recipient": ADA, "sender": ADA, "body-plain": "Hello", **proof()}).encode()
    reading = MAILGUN.read(post(body), SECRETS, now=NOW)
    assert (reading.reports, len(reading.ignored)) == ((), 1)


@pytest.mark.parametrize(
    "field", ["event=%FF%FE", "recipient=%ED%A0%80&event=delivered", "event=x&timestamp=9e99"]
)
def test_a_form_with_bytes_that_are_no_text_is_quarantined_or_read(field: str):
    reading = MAILGUN.reread(field.encode(), account="main", received_at=NOW)
    assert len(reading.reports) + len(reading.ignored) + len(reading.quarantined) == 1
