"""The forms in which Amazon SES says the same, and the ids and times of each."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.inbound.requests import ADA, NOW
from tests.inbound.ses_events import (
    BOUNCE,
    MAIL,
    event,
    reading,
    report,
    reports,
    reread,
)
from tests.inbound.sns_requests import envelope


def test_the_same_bounce_as_a_notification_is_the_same_report():
    old = {**BOUNCE, "notificationType": "Bounce"}
    del old["eventType"]
    other = json.dumps(envelope(json.dumps(old), MessageId="another")).encode()
    assert [each.with_raw(None) for each in reread(other).reports] == [report(BOUNCE).with_raw(None)]


@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: f" \n{text}\n"])
def test_raw_delivery_says_the_same(wrap: Any):
    raw = wrap(json.dumps(BOUNCE)).encode()
    (found,) = reread(raw).reports
    assert found.with_raw(None) == report(BOUNCE).with_raw(None)
    assert found.raw == raw


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("Email Bounced", "bounced"),
        ("Email Complaint Received", "complained"),
        ("Email Delivered", "delivered"),
        ("Email Sent", "submitted"),
        ("Email Rejected", "rejected"),
        ("Email Opened", "opened"),
        ("Email Clicked", "clicked"),
        ("Email Rendering Failed", "rejected"),
        ("Email Delivery Delayed", "deferred"),
        ("Email Subscribed", "other"),
    ],
)
def test_event_bridge_wraps_the_same_events(kind: str, outcome: str):
    detail = {"mail": MAIL}
    outer = {"version": "0", "id": "1", "detail-type": kind, "source": "aws.ses", "detail": detail}
    assert reports(outer)[0].outcome == outcome
    detail["eventType"] = "Click"
    assert reports(outer)[0].outcome == "clicked"


def test_event_bridges_bounce_is_the_same_bounce():
    outer = {"detail-type": "Email Bounced", "source": "aws.ses", "detail": BOUNCE}
    assert report(outer).with_raw(None) == report(BOUNCE).with_raw(None)


@pytest.mark.parametrize(
    "mail",
    [
        {"tags": {"deliveryledger_message_id": ["msg-1"], "deliveryledger_tenant": ["acme"]}},
        {"headers": [
            {"name": "X-Deliveryledger-Message-Id", "value": "msg-1"},
            {"name": "X-Deliveryledger-Tenant", "value": "acme"},
        ]},
        {"headers": [{
            "name": "X-Metadata",
            "value": '{"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme"}',
        }]},
    ],
)  # fmt: skip
def test_our_own_ids_come_back_in_tags_and_headers(mail: dict[str, Any]):
    found = report(event("Delivery", "delivery", {"recipients": [ADA]}, **mail))
    assert (found.message_id, found.tenant) == ("msg-1", "acme")


@pytest.mark.parametrize("value", [7, "x", [], {}, [7], [{"name": "X-Metadata", "value": "{"}], {"a": ["b"]}])
def test_odd_tags_and_headers_cost_nothing_else(value: Any):
    found = report(event("Send", "send", tags=value, headers=value, commonHeaders=value))
    assert (found.message_id, found.recipient) == (None, ADA)


def test_a_time_with_a_space_before_its_offset_is_read():
    found = report({"eventType": "Send", "mail": {**MAIL, "timestamp": "2018-10-08T14:05:45 +0200"}})
    assert found.occurred_at == datetime(2018, 10, 8, 12, 5, 45, tzinfo=UTC)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_time_that_utc_does_not_have_is_quarantined(time: str):
    assert reading({"eventType": "Send", "mail": {**MAIL, "timestamp": time}}).quarantined


def test_without_a_time_of_its_own_it_is_as_old_as_the_message_of_sns():
    assert report({"eventType": "Open", "mail": MAIL}).occurred_at == NOW
    (found,) = reread(json.dumps({"eventType": "Open", "mail": MAIL}).encode()).reports
    assert found.occurred_at == datetime(2026, 11, 14, 11, 59, 50, 101_000, tzinfo=UTC)


def test_without_a_feedback_id_the_event_id_is_that_of_sns():
    assert report(event("Open", "open")).provider_event_id == "22b80b92-fdea"
    (found,) = reread(json.dumps(event("Open", "open")).encode()).reports
    assert found.provider_event_id is None


@pytest.mark.parametrize(
    "other",
    [
        {"notificationType": "Received", "mail": MAIL, "receipt": {}},
        {"source": "aws.ses", "detail-type": "Sending Status Disabled", "detail": {"data": {}}},
        {"eventType": "Bounce", "bounce": {"bouncedRecipients": []}},
        {},
    ],
)
def test_what_is_about_no_mail_of_ours_is_ignored(other: dict[str, Any]):
    found = reading(other)
    assert (found.reports, found.quarantined) == ((), ())
    assert len(found.ignored) == 1


def test_the_word_that_a_topic_was_connected_says_nothing():
    found = reading({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"})
    assert (found.reports, found.ignored, found.quarantined) == ((), (), ())


@pytest.mark.parametrize("depth", [50, 10_000])
def test_a_nest_of_envelopes_does_no_harm(depth: int):
    body = b'{"detail":' * depth + b"{}" + b"}" * depth
    found = reread(body)
    assert len(found.ignored) + len(found.quarantined) == 1
