"""Brevo's words in ours."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers import brevo
from deliveryledger.inbound.providers.brevo import BREVO
from tests.inbound.examples.brevo import EXAMPLE
from tests.inbound.requests import ADA, NOW, post

AT = datetime(2026, 11, 14, 11, 59, 58, tzinfo=UTC)


def read(*events: dict[str, Any]) -> Reading:
    return BREVO.reread(json.dumps(events).encode(), account="main", received_at=NOW)


def report(**changes: Any) -> DeliveryReport:
    (found,) = read({**EXAMPLE.good, **changes}).reports
    return found


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("request", "submitted"),
        ("sent", "submitted"),
        ("delivered", "delivered"),
        ("deferred", "deferred"),
        ("hard_bounce", "bounced"),
        ("soft_bounce", "bounced"),
        ("blocked", "suppressed"),
        ("invalid_email", "rejected"),
        ("error", "rejected"),
        ("spam", "complained"),
        ("complaint", "complained"),
        ("unsubscribe", "unsubscribed"),
        ("unsubscribed", "unsubscribed"),
        ("opened", "opened"),
        ("unique_opened", "opened"),
        ("proxy_open", "opened"),
        ("unique_proxy_open", "opened"),
        ("click", "clicked"),
        ("list_addition", "other"),
        ("contact_updated", "other"),
        ("contact_deleted", "other"),
        ("reply", "other"),
        ("", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(event: str, outcome: str):
    found = report(event=event)
    assert (found.outcome, found.vendor_class) == (outcome, event or None)
    assert event in BREVO.about.events or outcome == "other"


def test_one_event_comes_alone_where_the_webhook_is_not_batched():
    (found,) = BREVO.reread(json.dumps(EXAMPLE.good).encode(), account="main", received_at=NOW).reports
    assert found.recipient == ADA


@pytest.mark.parametrize(
    ("event", "reason", "why"),
    [
        ("hard_bounce", "550 5.1.1 user unknown", "mailbox_unknown"),
        ("hard_bounce", "552 5.2.2 mailbox full", "mailbox_full"),
        ("hard_bounce", None, "undetermined"),
        ("hard_bounce", "554 refused", "undetermined"),
        ("soft_bounce", "undefined Unable to find MX of domain example.org", "server_unavailable"),
        ("soft_bounce", None, "undetermined"),
        ("deferred", None, "server_unavailable"),
        ("deferred", "452 4.2.2 over quota", "mailbox_full"),
        ("invalid_email", None, "address_malformed"),
        ("invalid_email", "some new words", "undetermined"),
        ("error", None, "undetermined"),
    ],
)
def test_words_go_before_the_event_and_the_event_alone_is_not_hard(event: str, reason: str | None, why: str):
    found = report(event=event, reason=reason)
    assert (found.reason, found.diagnostic) == (why, reason)


@pytest.mark.parametrize(
    ("reason", "listed"),
    [
        ("Contact unsubscribed", "unsubscribe"),
        ("unsubscribedViaEmail", "unsubscribe"),
        ("hardBounce", "hard_bounce"),
        ("blocked: hard bounce", "hard_bounce"),
        ("contactFlaggedAsSpam", "complaint"),
        ("adminBlocked", "manual"),
        ("some other words", None),
        (None, None),
    ],
)
def test_a_block_is_brevos_own_list(reason: str | None, listed: str | None):
    found = report(event="blocked", reason=reason)
    assert (found.outcome, found.list_reason, found.diagnostic) == ("suppressed", listed, reason)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, AT),
        ({"ts_event": 1, "ts": 2, "date": "no date"}, AT),
        ({"ts_epoch": None}, AT),
        ({"ts_epoch": None, "ts_event": None}, AT),
        ({"ts_epoch": None, "ts_event": None, "ts": None}, AT),
        ({"ts_epoch": None, "ts_event": None, "ts": None, "date": "2026-07-14 13:59:58"},
         datetime(2026, 7, 14, 11, 59, 58, tzinfo=UTC)),
        ({"ts_epoch": None, "ts_event": None, "ts": None, "date": "2026-11-14T11:59:58+00:00"}, AT),
        ({"ts_epoch": None, "ts_event": None, "ts": None, "date": None}, NOW),
    ],
)  # fmt: skip
def test_the_time_in_utc_is_preferred_and_the_date_is_central_european(
    times: dict[str, Any], expected: datetime
):
    assert report(**times).occurred_at == expected


def test_without_time_zone_data_the_date_is_taken_as_utc(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(brevo, "_central_european", lambda: None)
    date = {"ts_epoch": None, "ts_event": None, "ts": None, "date": "2026-11-14 11:59:58"}
    assert report(**date).occurred_at == AT


@pytest.mark.parametrize("date", ["yesterday", "0001-01-01 00:00:00"])
def test_a_date_that_cannot_be_read_costs_its_event_only_where_it_is_needed(date: str):
    bad = {**EXAMPLE.good, "ts_epoch": None, "ts_event": None, "ts": None, "date": date}
    reading = read(EXAMPLE.good, bad)
    assert (len(reading.reports), [part.index for part in reading.quarantined]) == (1, [1])


@pytest.mark.parametrize("id_", ["<a.1@smtp-relay.example.org>", "a.1@smtp-relay.example.org"])
def test_the_message_id_has_no_angle_brackets_and_the_webhooks_id_is_no_event_id(id_: str):
    found = report(**{"message-id": id_})
    assert (found.provider_message_id, found.provider_event_id) == ("a.1@smtp-relay.example.org", None)


@pytest.mark.parametrize(
    ("custom", "ids"),
    [
        ('{"deliveryledger_message_id": "msg-2", "deliveryledger_tenant": "acme"}', ("msg-2", "acme")),
        ({"deliveryledger_message_id": "msg-2"}, ("msg-2", None)),
        ("some_custom_header", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_our_own_ids_come_back_in_the_custom_header(custom: Any, ids: tuple[str | None, str | None]):
    found = report(**{"X-Mailin-custom": custom})
    assert (found.message_id, found.tenant) == ids


def test_a_proxy_is_a_machine_and_a_click_has_a_link():
    assert [report(event=event).by_machine for event in ("proxy_open", "unique_proxy_open")] == [True, True]
    assert report(event="opened").by_machine is None
    assert report(event="click", link="https://ats.example/1").url == "https://ats.example/1"


def test_a_complaint_is_abuse_and_an_unsubscription_has_a_way():
    complaint = report(event="spam", reason="reported by the recipient")
    assert (complaint.feedback_type, complaint.diagnostic) == ("abuse", "reported by the recipient")
    assert report(event="unsubscribed").method == "link"


@pytest.mark.parametrize("event", ["blocked", "spam", "soft_bounce"])
def test_words_are_kept_to_a_length_and_without_control_characters(event: str):
    words = report(event=event, reason="\x1b[2J" + "no " * 5_000).diagnostic or ""
    assert words.startswith(" [2Jno no")
    assert len(words) == 4_000


def test_a_campaigns_bounce_has_no_message_id_but_names_the_address():
    event = {"event": "hard_bounce", "email": ADA, "camp_id": 7, "ts_event": 1794657598, "reason": "no user"}
    (found,) = read(event).reports
    assert (found.provider_message_id, found.recipient, found.occurred_at) == (None, ADA, AT)


@pytest.mark.parametrize(
    "event",
    [
        {"event": "contact_deleted", "email": [ADA]},
        {"items": []},
        {"to": "46700000000", "messageId": 7, "msg_status": "delivered"},
        {},
    ],
)
def test_what_is_not_about_a_message_is_ignored(event: dict[str, Any]):
    reading = read(event)
    assert (len(reading.ignored), reading.reports, reading.quarantined) == (1, (), ())


def test_a_bearer_token_or_a_header_of_ones_own_proves_as_well():
    body = json.dumps(EXAMPLE.good).encode()
    token, header = {"bearer_token": "t-1"}, {"custom_header": "X-Hook: h-1"}
    assert BREVO.read(post(body, {"Authorization": "Bearer t-1"}), token, now=NOW).reports
    assert BREVO.read(post(body, {"x-hook": "h-1"}), header, now=NOW).reports
    for secrets in (token, header, {**token, **header}):
        with pytest.raises(Unauthenticated):
            BREVO.read(post(body, {"Authorization": "Bearer t-2", "X-Hook": "h-2"}), secrets, now=NOW)
