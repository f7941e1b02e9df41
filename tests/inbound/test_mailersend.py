"""MailerSend's words in ours, in both payload versions, and its signature."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.mailersend import MAILERSEND
from tests.inbound.examples.mailersend import EXAMPLE, SIGNING_KEY, with_signature
from tests.inbound.requests import ADA, NOW, post

SECRETS = {"signing_key": SIGNING_KEY}
TEST_KEY = "test_Am3L1GuOIc4blLUuHqAPxxwkZaJyEk8G"
PING = b'{"type":"webhook.test","message":"This is a ping","created_at":"2026-11-14T11:59:58.577080Z"}'
BODY = EXAMPLE.body(EXAMPLE.good)
SECOND = {
    "type": "activity.hard_bounced",
    "created_at": "2026-11-14T11:59:58.000000Z",
    "data": {
        "id": "6917a1b2c3d4e5f601234568", "domain_id": "d1", "message_id": "6917a1b2c3d4e5f600000009",
        "email_id": "6917a1b2c3d4e5f600000008", "type": "hard_bounced", "subject": "Interview",
        "email": ADA, "tags": ["interview"], "meta": [],
    },
}  # fmt: skip
KINDS = [
    ("sent", "submitted"),
    ("delivered", "delivered"),
    ("deferred", "deferred"),
    ("soft_bounced", "bounced"),
    ("hard_bounced", "bounced"),
    ("suppressed", "suppressed"),
    ("spam_complaint", "complained"),
    ("unsubscribed", "unsubscribed"),
    ("opened", "opened"),
    ("opened_unique", "opened"),
    ("clicked", "clicked"),
    ("clicked_unique", "clicked"),
    ("survey_opened", "other"),
    ("survey_submitted", "other"),
]


def read(event: dict[str, Any]) -> Reading:
    return MAILERSEND.reread(json.dumps(event).encode(), account="main", received_at=NOW)


def first(kind: str = "hard_bounced", **data: Any) -> DeliveryReport:
    (found,) = read(
        {**EXAMPLE.good, "type": f"activity.{kind}", "data": {**EXAMPLE.good["data"], **data}}
    ).reports
    return found


def second(kind: str = "hard_bounced", **data: Any) -> DeliveryReport:
    (found,) = read({**SECOND, "type": f"activity.{kind}", "data": {**SECOND["data"], **data}}).reports
    return found


@pytest.mark.parametrize(("kind", "outcome"), KINDS)
def test_every_activity_has_a_word_of_ours_in_both_versions(kind: str, outcome: str):
    assert f"activity.{kind}" in MAILERSEND.about.events
    for found in (first(kind), second(kind)):
        assert (found.outcome, found.vendor_class, found.recipient) == (outcome, kind, ADA)


def test_the_second_version_names_its_ids_and_time_elsewhere():
    found = second()
    assert (found.provider_message_id, found.provider_event_id) == (
        "6917a1b2c3d4e5f600000009",
        "6917a1b2c3d4e5f601234568",
    )
    assert found.occurred_at == datetime(2026, 11, 14, 11, 59, 58, tzinfo=UTC)
    assert second(email=None, recipient=ADA).recipient == ADA
    assert second(email=None, recipient={"email": ADA}).recipient == ADA


def test_the_type_without_a_prefix_is_enough():
    (found,) = read({"data": SECOND["data"]}).reports
    assert found.outcome == "bounced"


@pytest.mark.parametrize("time", ["2026-11-14 11:59:58", "2026-11-14T12:59:58+01:00"])
def test_a_time_is_utc_where_it_does_not_say(time: str):
    assert second(created_at=time).occurred_at == datetime(2026, 11, 14, 11, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "words", "reason"),
    [
        ("hard_bounced", "Host or domain name not found", "domain_unknown"),
        ("hard_bounced", "552 5.2.2 mailbox full", "mailbox_full"),
        ("hard_bounced", "Unknown reason", "undetermined"),
        ("hard_bounced", None, "undetermined"),
        ("soft_bounced", None, "undetermined"),
        ("soft_bounced", "452 4.2.2 over quota", "mailbox_full"),
        ("deferred", None, "server_unavailable"),
        ("deferred", "Unknown reason", "server_unavailable"),
    ],
)
def test_words_decide_and_the_type_alone_is_not_hard(kind: str, words: str | None, reason: str):
    for found in (first(kind, morph={"reason": words}), second(kind, meta={"reason": words})):
        assert (found.reason, found.diagnostic) == (reason, words)


@pytest.mark.parametrize("nothing", [None, [], {}, "", {"reason": 7}, {"reason": ""}])
def test_details_may_be_of_any_form(nothing: Any):
    assert first(morph=nothing).diagnostic is None
    assert second(meta=nothing).diagnostic is None


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("hard_bounced", "hard_bounce"),
        ("Spam complaint", "complaint"),
        ("unsubscribed", "unsubscribe"),
        ("Recipient is on the blocklist", "manual"),
        ("on hold", None),
        (None, None),
    ],
)
def test_a_suppression_says_which_list(words: str | None, listed: str | None):
    assert second("suppressed", meta={"reason": words}).list_reason == listed


def test_a_click_has_its_url_a_complaint_is_abuse_an_unsubscription_a_link():
    url = "https://ats.example/1"
    assert first("clicked", morph={"object": "click", "url": url}).url == url
    assert second("clicked", meta={"url": url}).url == url
    complaint = first("spam_complaint", morph={"object": "spam_complaint", "reason": "reported"})
    assert (complaint.feedback_type, complaint.diagnostic) == ("abuse", "reported")
    assert first("unsubscribed", morph={"reason": "option_3"}).method == "link"


@pytest.mark.parametrize(
    "kind",
    [
        "webhook.test", "sender_identity.verified", "maintenance.start", "maintenance.end",
        "inbound_forward.failed", "inbound_message.rejected", "email_single.verified",
        "email_list.verified", "bulk_email.completed",
    ],
)  # fmt: skip
def test_an_event_about_the_account_is_ignored_whatever_it_holds(kind: str):
    reading = read({**SECOND, "type": kind})
    assert (len(reading.ignored), reading.reports) == (1, ())


@pytest.mark.parametrize("kind", ["recipient.on_hold_added", "recipient.on_hold_removed"])
def test_the_on_hold_list_is_news_about_an_address(kind: str):
    (found,) = read({"type": kind, "data": {"email": ADA, "on_hold_until": "2026-11-17"}}).reports
    assert (found.outcome, found.vendor_class, found.recipient) == ("other", kind, ADA)


def test_no_own_ids_come_back():
    assert first(tags=["deliveryledger_message_id"]).message_id is None


@pytest.mark.parametrize("presented", ["", "no hex", "ab", "0" * 64, "\xff" * 64, "ab" * 100_000])
def test_an_odd_signature_is_refused(presented: str):
    with pytest.raises(Unauthenticated, match="signing_key"):
        MAILERSEND.read(post(BODY[:100], {"Signature": presented[:60_000]}), SECRETS, now=NOW)


def test_the_signature_covers_every_byte_of_the_body():
    signature = dict(with_signature(BODY).headers)
    for other in (BODY + b" ", BODY[:-1], json.dumps(EXAMPLE.good, indent=1).encode()):
        with pytest.raises(Unauthenticated, match="does not match"):
            MAILERSEND.read(post(other, signature), SECRETS, now=NOW)
    assert MAILERSEND.read(post(BODY, signature), SECRETS, now=NOW).reports


def test_nothing_timed_is_signed_so_that_a_replay_says_the_same_again():
    early, late = (
        MAILERSEND.read(with_signature(BODY), SECRETS, now=now) for now in (NOW, NOW.replace(year=2030))
    )
    assert early.reports[0].fact_key == late.reports[0].fact_key


def test_the_ping_signed_with_the_published_key_is_answered_and_says_nothing():
    for key in (TEST_KEY, SIGNING_KEY):
        reading = MAILERSEND.read(with_signature(PING, key), SECRETS, now=NOW)
        assert (len(reading.ignored), reading.reports, reading.quarantined) == (1, (), ())


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        b"[" + PING + b"]",
        PING[:-1],
        PING.replace(b"webhook.test", b"webhook.tests"),
        PING[:-1] + b',"type":"activity.hard_bounced"}',
        PING[:-1] + b',"data":{"type":"hard_bounced","id":"' + b"1" * 1_000 + b'"}}',
    ],
)
def test_the_published_key_is_good_for_nothing_else(body: bytes):
    with pytest.raises(Unauthenticated, match="does not match"):
        MAILERSEND.read(with_signature(body, TEST_KEY), SECRETS, now=NOW)


def test_the_published_key_proves_nothing_where_no_key_is_configured():
    for secrets in ({}, {"signing_key": ""}, {"basic_auth": "hooks:x"}):
        with pytest.raises(Unauthenticated):
            MAILERSEND.read(with_signature(PING, TEST_KEY), secrets, now=NOW)


def test_whatever_the_ping_carries_is_not_read():
    body = PING[:-1] + b',"data":{"type":"hard_bounced","email":"' + ADA.encode() + b'"}}'
    assert MAILERSEND.read(with_signature(body, TEST_KEY), SECRETS, now=NOW).reports == ()
