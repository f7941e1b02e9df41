"""Scaleway's words in ours."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound.providers.scaleway_tem import SCALEWAY_TEM
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import ADA, NOW
from tests.inbound.sns_requests import envelope

GOOD = EXAMPLES["scaleway_tem"].good
GRACE = "grace.hopper@example.net"


def report(**changes: Any) -> DeliveryReport:
    fields = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    body = json.dumps(envelope(json.dumps(fields))).encode()
    (found,) = SCALEWAY_TEM.reread(body, account="main", received_at=NOW).reports
    return found


def test_a_bounce_has_the_servers_code_and_words():
    found = report()
    assert (found.outcome, found.recipient, found.reason) == ("bounced", ADA, "mailbox_unknown")
    assert (found.diagnostic, found.reply_code, found.status) == ("550 5.1.1 user unknown", 550, "5.1.1")
    assert (found.provider_message_id, found.provider_event_id) == ("6b1f", "9e2a")
    assert found.occurred_at == datetime(2026, 11, 14, 11, 59, 58, 605_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("email_queued", "submitted"),
        ("email_deferred", "deferred"),
        ("email_delivered", "delivered"),
        ("email_dropped", "bounced"),
        ("email_mailbox_not_found", "bounced"),
        ("email_spam", "bounced"),
        ("email_blocklisted", "suppressed"),
        ("blocklist_created", "other"),
        ("unknown_type", "other"),
        ("email_teleported", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(kind: str, outcome: str):
    assert report(type=kind).outcome == outcome


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("email_deferred", "undetermined"),
        ("email_dropped", "undetermined"),
        ("email_mailbox_not_found", "mailbox_unknown"),
        ("email_spam", "content_rejected"),
    ],
)
def test_a_type_counts_only_where_there_are_no_words(kind: str, reason: str):
    assert report(type=kind, email_response_code=None, email_response_message=None).reason == reason
    said = report(type=kind, email_response_code=552, email_response_message="552 5.2.2 mailbox full")
    assert (said.reason, said.diagnostic) == ("mailbox_full", "552 5.2.2 mailbox full")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(550, "bounced"), (421, "bounced"), (250, "other"), (0, "rejected"), (None, "rejected")],
)
def test_spam_is_a_filters_verdict_and_no_complaint(code: int | None, outcome: str):
    found = report(type="email_spam", email_response_code=code, email_response_message=None)
    assert (found.outcome, found.feedback_type) == (outcome, None)


def test_older_payloads_have_the_words_in_another_field():
    found = report(
        email_response_code=None, email_response_message=None, email_error="550 5.1.1 user unknown"
    )
    assert found.reason == "mailbox_unknown"


@pytest.mark.parametrize(
    ("listed", "list_reason"), [("mailbox_not_found", "hard_bounce"), ("mailbox_full", None), (None, None)]
)
def test_a_blocklist_says_why(listed: str | None, list_reason: str | None):
    found = report(
        type="email_blocklisted", email_id=None, blocklist_type=listed, blocklist_reason="bounced before"
    )
    assert (found.outcome, found.list_reason, found.provider_message_id) == ("suppressed", list_reason, None)
    assert found.vendor_class == "/".join(filter(None, ("email_blocklisted", listed)))
    assert found.diagnostic == "bounced before"
    said = report(type="email_blocklisted", email_response_message="gone", blocklist_reason=None)
    assert said.diagnostic == "gone"


def test_our_own_ids_come_back_in_the_header():
    ours = [
        {"key": "X-Deliveryledger-Message-Id", "value": "msg-1"},
        {"key": "X-Deliveryledger-Tenant", "value": "acme"},
    ]
    assert (report(email_headers=ours).message_id, report(email_headers=ours).tenant) == ("msg-1", "acme")
    found = report(email_headers=[*ours, {"key": "To", "value": f"{ADA}, Grace <{GRACE}>"}])
    assert (found.message_id, found.tenant) == ("msg-1", "acme")
    assert GRACE.encode() not in (found.raw or b"")
    assert SCALEWAY_TEM.reread(found.raw or b"", account="main", received_at=NOW).reports == (found,)


@pytest.mark.parametrize("headers", [7, "x", {}, [7], [{"key": 7, "value": None}]])
def test_an_odd_header_costs_nothing_else(headers: Any):
    assert (report(email_headers=headers).message_id, report(email_headers=headers).recipient) == (None, ADA)


@pytest.mark.parametrize(
    "time", ["2026-11-14T12:59:58.605+01:00", "2026-11-14T11:59:58.605123456Z", "2026-11-14T11:59:58.605"]
)
def test_times_are_in_utc(time: str):
    assert report(created_at=time).occurred_at.replace(microsecond=605_000) == report().occurred_at


def test_without_ids_and_time_of_its_own_it_has_those_of_the_envelope():
    found = report(id=None, created_at=None)
    assert (found.provider_event_id, found.occurred_at) == ("22b80b92-fdea", NOW)
