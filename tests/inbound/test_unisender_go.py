"""Unisender Go's words in ours, and a digest in the middle of what it covers."""

import hashlib
import json
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers import unisender_go
from deliveryledger.inbound.providers.unisender_go import UNISENDER_GO
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples.unisender_go import EXAMPLE, KEY, OTHER_KEY, with_auth, wrapped
from tests.inbound.requests import ADA, NOW, post

GOOD = EXAMPLE.good["event_data"]
SECRETS = EXAMPLE.secrets
NEITHER = "an event that names neither a recipient nor a message"


def reread(body: bytes) -> Reading:
    return UNISENDER_GO.reread(body, account="main", received_at=NOW)


def report(status: str = "hard_bounced", **changes: Any) -> DeliveryReport:
    data = {**GOOD, "status": status, **changes}
    (found,) = reread(wrapped([{"event_name": "transactional_email_status", "event_data": data}])).reports
    return found


def failed(
    delivery_status: str | None, words: str | None = None, status: str = "hard_bounced"
) -> DeliveryReport:
    info = {"delivery_status": delivery_status, "destination_response": words}
    return report(status, delivery_info=info)


def accepts(body: bytes) -> bool:
    try:
        UNISENDER_GO.read(post(body), SECRETS, now=NOW)
    except Unauthenticated:
        return False
    return True


# --- the proof ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b'{"auth":"","status":"sent","email":"a@example.org"}',
        b'{"status":"sent","email":"a@example.org","auth":""}',
        b' {\r\n "status": "sent", "auth":"", "email": "\\u0430\xd0\xb0@example.org" }\r\n',
        b'{"status":"sent","email":"a@example.org","metadata":{"auth":"x"},"auth":"","url":"\\/"}',
    ],
)
def test_the_bytes_around_auth_are_hashed_as_they_are(body: bytes):
    request = with_auth(body)
    assert accepts(request.body)
    for place in (2, len(request.body) - 2):
        assert not accepts(request.body[:place] + b" " + request.body[place:])


def test_an_auth_inside_of_something_else_does_not_count():
    digest = hashlib.md5(b'{"metadata":{"auth":"%s"}}' % KEY.encode()).hexdigest()
    assert not accepts(b'{"metadata":{"auth":"%s"}}' % digest.encode())


@pytest.mark.parametrize("second", [b'"auth":"x"', b'"\\u0061uth":"x"', b'"auth":null'])
def test_a_second_auth_is_refused(second: bytes):
    assert not accepts(with_auth(b'{"auth":"",%s}' % second).body)
    assert not accepts(with_auth(b'{%s,"auth":""}' % second).body)


@pytest.mark.parametrize("end", [b"x", b"\x80", b"{}", b"\x80\x00\x00\x00\x00\x00\x00\x00,{}]", b"\x00"])
def test_nothing_may_follow_the_object(end: bytes):
    """An MD5 can be lengthened by who does not know the key, but only with bytes after the end."""
    signed = b'{"auth":"%s","status":"sent","email":"a@example.org"}'
    digest = hashlib.md5(signed % KEY.encode() + end).hexdigest()
    body = signed % digest.encode() + end
    assert not accepts(body)
    assert not reread(body).reports


@pytest.mark.parametrize(
    "auth",
    [b'""', b"null", b"7", b"[]", b'"%s"' % KEY.encode(), b'"%s"' % (b"0" * 32), b'"d41d8cd98f00b204"'],
)
def test_another_auth_is_refused(auth: bytes):
    assert not accepts(b'{"auth":%s,"status":"sent","email":"a@example.org"}' % auth)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"{}", b'{"Auth":"x"}', b'[{"auth":""}]'])
def test_a_body_without_auth_is_refused(body: bytes):
    assert not accepts(body)


def test_a_body_of_very_many_members_is_refused_before_it_is_looked_through():
    members = b",".join([b'"a":1'] * 10_000)
    assert accepts(with_auth(b'{"auth":"",%s}' % members[: 6 * 9_999 - 1]).body)
    assert not accepts(with_auth(b'{"auth":"",%s}' % members).body)


def test_the_digest_is_compared_in_lower_case_and_whole():
    body = with_auth(wrapped([EXAMPLE.good])).body
    auth = json.loads(body)["auth"].encode()
    assert accepts(body)
    assert not accepts(body.replace(auth, auth.upper())) or auth.isdigit()
    assert not accepts(body.replace(auth, auth[:-1]))
    assert not accepts(with_auth(wrapped([EXAMPLE.good]), OTHER_KEY).body)


def test_a_get_asks_whether_anybody_is_there():
    request = WebhookRequest("GET", "https://ats.example/hooks", {}, b"")
    assert UNISENDER_GO.read(request, SECRETS, now=NOW).handshake == ""


# --- events ------------------------------------------------------------------------------------------


def test_an_event_becomes_a_report():
    found = report()
    assert (found.outcome, found.reason, found.severity) == ("bounced", "mailbox_unknown", "hard")
    assert (found.recipient, found.provider_message_id) == (ADA, "1vKq2R-00057m-86zr")
    assert found.occurred_at.isoformat() == "2026-11-14T11:59:58+00:00"
    assert (found.diagnostic, found.status) == ("550 5.1.1 user unknown", "5.1.1")
    assert found.vendor_class == "hard_bounced/err_user_unknown"


@pytest.mark.parametrize(("status", "outcome"), unisender_go._STATUSES.items())
def test_every_status_has_a_word_of_ours(status: str, outcome: Outcome):
    assert report(status).outcome == outcome


@pytest.mark.parametrize(("status", "reason"), unisender_go._CLASSES.items())
def test_a_class_says_why_where_no_words_do(status: str, reason: str):
    assert failed(status).reason == reason
    assert failed(status, status="soft_bounced").reason == reason


def test_a_class_that_does_not_say_that_the_mailbox_is_gone_is_never_hard():
    hard = {status for status, reason in unisender_go._CLASSES.items() if reason.severity == "hard"}
    assert hard == {"err_user_unknown", "err_mailbox_discarded"}


@pytest.mark.parametrize(("status", "row"), unisender_go._NOT_TRIED.items())
def test_what_was_not_even_tried_is_no_bounce(status: str, row: tuple[Outcome, str | None]):
    found = failed(status, "skipped")
    assert (found.outcome, found.list_reason) == row
    assert found.diagnostic == "skipped"


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        ("err_user_unknown", "552 5.2.2 mailbox full", "mailbox_full"),
        ("err_user_unknown", "550 no idea", "undetermined"),
        ("err_delivery_failed", "550 5.1.1 no such user", "mailbox_unknown"),
        ("err_blacklisted", "550 no idea", "sender_blocked"),
        ("err_of_a_new_kind", None, "undetermined"),
        (None, None, "undetermined"),
    ],
)
def test_words_go_before_classes(status: str | None, words: str | None, reason: str):
    assert failed(status, words).reason == reason


@pytest.mark.parametrize("info", [None, {}, [], ""])
def test_a_failure_that_says_nothing_is_a_failure(info: object):
    assert report(delivery_info=info).reason == "undetermined"


def test_a_soft_bounce_is_still_being_tried():
    found = failed("err_will_retry", "451 4.3.0 try later", status="soft_bounced")
    assert (found.outcome, found.vendor_class) == ("deferred", "soft_bounced/err_will_retry")


def test_complaints_unsubscriptions_and_clicks_say_more():
    assert report("spam").feedback_type == "abuse"
    assert report("spam", delivery_info={"destination_response": "not wanted"}).diagnostic == "not wanted"
    assert report("unsubscribed").method == "link"
    assert report("clicked", url="https://ats.example/jobs").url == "https://ats.example/jobs"
    assert report("subscribed").vendor_class == "subscribed"


def test_our_own_ids_come_back_in_metadata():
    ids = {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}
    assert (report(metadata=ids).message_id, report(metadata=ids).tenant) == ("msg-1", "acme")
    assert report(metadata=None).message_id is None


def test_a_block_of_the_sender_names_nobody_and_is_ignored():
    data = {"block_time": "2026-11-14 12:00:00", "block_type": "one_smtp", "domain": "example.org"}
    body = wrapped([{"event_name": "transactional_spam_block", "event_data": data}])
    assert (reread(body).reports, len(reread(body).ignored)) == ((), 1)


def test_a_single_event_is_the_body():
    body = with_auth(json.dumps({"auth": "", **GOOD}, separators=(",", ":")).encode()).body
    (found,) = UNISENDER_GO.read(post(body), SECRETS, now=NOW).reports
    assert (found.reason, found.recipient, found.raw) == ("mailbox_unknown", ADA, body)


def test_events_of_several_users_keep_their_own_bytes():
    grace = {**EXAMPLE.good, "event_data": {**GOOD, "email": "grace.hopper@example.org"}}
    users = [{"user_id": 1, "events": [EXAMPLE.good]}, {"events": None}, {}, {"events": [grace]}]
    first, second = reread(json.dumps({"auth": "", "events_by_user": users}).encode()).reports
    assert json.loads(first.raw or b"") == EXAMPLE.good
    assert json.loads(second.raw or b"") == grace
    assert reread(second.raw or b"").reports == (second,)


@pytest.mark.parametrize("users", ["null", "[]", '[{"events":[]}]', '[{"events":null}]', "[{}]"])
def test_a_body_without_events_says_nothing(users: str):
    reading = reread(b'{"auth":"","events_by_user":%s}' % users.encode())
    assert (reading.reports, reading.quarantined) == ((), ())


@pytest.mark.parametrize("users", ["7", '"x"', "[7]", '[{"events":7}]', "[[]]"])
def test_a_body_of_another_form_is_quarantined_whole(users: str):
    body = b'{"auth":"","events_by_user":%s}' % users.encode()
    (part,) = reread(body).quarantined
    assert (part.index, part.raw) == (None, body)


@pytest.mark.parametrize("body", [b"{}", b'{"auth":"0"}', b'{"event_data":{}}', b'{"event_data":null}'])
def test_an_event_about_nobody_is_ignored(body: bytes):
    assert reread(body).ignored == (NEITHER,)
