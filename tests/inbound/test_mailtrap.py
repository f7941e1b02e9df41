"""Mailtrap's words in ours, its two formats, and its signature."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.mailtrap import MAILTRAP
from tests.inbound.examples.mailtrap import EXAMPLE, SIGNING_KEY, with_signature
from tests.inbound.requests import ADA, NOW, post

SECRETS = {"signing_key": SIGNING_KEY}
BOUNCE = EXAMPLE.good
LINE = json.dumps(BOUNCE).encode()


def read(body: bytes) -> Reading:
    return MAILTRAP.reread(body, account="main", received_at=NOW)


def report(**changes: Any) -> DeliveryReport:
    (found,) = read(EXAMPLE.body({**BOUNCE, **changes})).reports
    return found


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("delivery", "delivered"),
        ("soft bounce", "deferred"),
        ("bounce", "bounced"),
        ("suspension", "deferred"),
        ("reject", "rejected"),
        ("spam", "complained"),
        ("unsubscribe", "unsubscribed"),
        ("open", "opened"),
        ("click", "clicked"),
        ("teleport", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(event: str, outcome: str):
    assert report(event=event).outcome == outcome


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        ({}, "mailbox_unknown", "550 5.1.1 user unknown"),
        ({"response": "550 5.1.1 user unknown"}, "mailbox_unknown", "550 5.1.1 user unknown"),
        ({"response": "bounce (552 5.2.2 full)"}, "mailbox_full", "bounce (552 5.2.2 full)"),
        (
            {"response": "4.7.1 Temporary error, please retry", "response_code": "451"},
            "server_unavailable",
            "451 4.7.1 Temporary error, please retry",
        ),
        ({"response": None, "response_code": None, "bounce_category": "spam"}, "content_rejected", None),
        ({"response": None, "response_code": None, "bounce_category": "Greylisting"}, "rate_limited", None),
        ({"response": "", "response_code": 0, "bounce_category": "unavailable"}, "server_unavailable", None),
        ({"response": None, "response_code": None, "bounce_category": "new"}, "undetermined", None),
        ({"response": "hm", "response_code": "many", "bounce_category": "spam"}, "content_rejected", "hm"),
    ],
)
def test_words_with_their_code_go_before_the_category(
    changes: dict[str, Any], reason: str, words: str | None
):
    found = report(**changes)
    assert (found.reason, found.diagnostic) == (reason, words)


def test_the_category_is_kept():
    assert report().vendor_class == "bounce/badmailbox"
    assert report(event="soft bounce", bounce_category=None).vendor_class == "soft bounce"
    assert report(event="open").vendor_class == "open"


@pytest.mark.parametrize(
    ("reason", "listed"),
    [
        ("Recipient in suppression list. Reason: unsubscription", "unsubscribe"),
        ("Recipient in suppression list. Reason: hard bounce", "hard_bounce"),
        ("Recipient in Suppression List. Reason: Spam Complaint", "complaint"),
        ("Recipient in suppression list. Reason: manual import", "manual"),
        ("Recipient in suppression list.", None),
    ],
)
def test_a_reject_by_the_suppression_list_is_a_suppression(reason: str, listed: str | None):
    found = report(event="reject", reason=reason)
    assert (found.outcome, found.list_reason, found.diagnostic) == ("suppressed", listed, reason)
    assert found.reason is None


@pytest.mark.parametrize("event", ["reject", "suspension"])
def test_mailtraps_own_words_say_why_it_did_not_try(event: str):
    said = "Your account has reached its daily sending limit."
    found = report(event=event, reason=said)
    assert (found.reason, found.diagnostic, found.reply_code) == ("rate_limited", said, None)
    assert report(event=event, reason="other").reason == "undetermined"
    assert report(event=event, reason=None).diagnostic is None


def test_ids_and_the_time_are_those_of_the_event():
    found = report()
    assert found.provider_message_id == BOUNCE["message_id"]
    assert found.provider_event_id == BOUNCE["event_id"]
    assert (found.message_id, found.tenant) == ("msg-1", "acme")
    assert found.occurred_at == datetime(2026, 11, 14, 11, 59, 58, tzinfo=UTC)
    assert report(message_id=2**63, event_id=2**63).provider_message_id == str(2**63)


@pytest.mark.parametrize("variables", [None, [], "", {"user_id": 7}, {"deliveryledger_message_id": 7}])
def test_variables_that_are_not_ours_are_passed_over(variables: Any):
    assert report(custom_variables=variables).message_id is None


def test_a_click_has_its_url_a_complaint_is_abuse_an_unsubscription_a_link():
    assert report(event="click", url="https://ats.example/1").url == "https://ats.example/1"
    assert report(event="spam").feedback_type == "abuse"
    assert report(event="unsubscribe").method == "link"


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n"])
def test_json_lines_have_an_event_a_line(end: bytes):
    reading = read(LINE + (end or b"\n") + LINE + end)
    assert [found.raw for found in reading.reports] == [LINE, LINE]
    assert reading.quarantined == ()


def test_an_event_alone_is_a_line_or_the_evidence_that_is_read_again():
    (found,) = read(LINE + b"\n").reports
    (again,) = read(found.raw or b"").reports
    assert again == found


@pytest.mark.parametrize(
    "bad",
    [b"{", b"nonsense", b'{"event": "open", "email":', b'{"event":"open","email":"\xff"}', b"[]", b"7"],
)
def test_a_bad_line_costs_only_itself(bad: bytes):
    reading = read(b"\n".join((LINE, bad, b"", LINE)))
    assert len(reading.reports) == 2
    assert [(part.index, part.raw) for part in reading.quarantined] == [(1, bad)]
    assert [part.index for part in read(reading.quarantined[0].raw).quarantined] == [None]


def test_a_document_of_several_lines_is_not_taken_for_json_lines():
    for body in (
        json.dumps({"events": [BOUNCE, BOUNCE]}, indent=2).encode(),
        b'{"events":[\n' + LINE + b",\n" + LINE + b"\n]}\n",
    ):
        assert (len(read(body).reports), read(body).quarantined) == (2, ())


def test_lines_may_be_batches_themselves():
    assert len(read(EXAMPLE.body(BOUNCE, BOUNCE) + b"\n" + LINE).reports) == 3


@pytest.mark.parametrize("body", [b"{}", b"{ }\n", b'{"events": []}'])
def test_an_empty_batch_says_nothing(body: bytes):
    reading = read(body)
    assert (reading.reports, reading.ignored, reading.quarantined) == ((), (), ())


@pytest.mark.parametrize("body", [b'{"events": null}', b'{"events": {"a": []}}', b'{"events": 7}', b"[{}]"])
def test_a_body_of_another_form_is_quarantined_or_ignored(body: bytes):
    reading = read(body)
    assert reading.reports == ()
    assert len(reading.quarantined) + len(reading.ignored) == 1


def test_too_many_lines_are_quarantined_as_they_are():
    body = b"{}\n" * 60_000
    (part,) = read(body).quarantined
    assert (part.why, part.raw, part.index) == ("the body has more than 10000 events", body, None)


def test_events_about_the_account_are_ignored():
    event = {"event": "activity_log.user.login", "actor": {"id": 1, "name": "Ada"}, "timestamp": 1794657598}
    reading = read(EXAMPLE.body(event))
    assert (len(reading.ignored), reading.reports) == (1, ())


@pytest.mark.parametrize("presented", ["", "no hex", "ab", "0" * 64, "\xff" * 64])
def test_an_odd_signature_is_refused(presented: str):
    with pytest.raises(Unauthenticated, match="signing_key"):
        MAILTRAP.read(post(LINE, {"Mailtrap-Signature": presented}), SECRETS, now=NOW)


def test_the_signature_covers_every_byte_of_the_body():
    signature = dict(with_signature(LINE).headers)
    for other in (LINE + b"\n", LINE[:-1], LINE.replace(ADA.encode(), b"eve@example.org")):
        with pytest.raises(Unauthenticated, match="does not match"):
            MAILTRAP.read(post(other, signature), SECRETS, now=NOW)
    assert MAILTRAP.read(post(LINE, signature), SECRETS, now=NOW).reports


def test_nothing_timed_is_signed_so_that_a_replay_says_the_same_again():
    early, late = (
        MAILTRAP.read(with_signature(LINE), SECRETS, now=now) for now in (NOW, NOW.replace(year=2030))
    )
    assert early.reports[0].fact_key == late.reports[0].fact_key
