"""SparkPost's words in ours."""

import json
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound.providers.sparkpost import SPARKPOST
from tests.inbound.examples import EXAMPLES
from tests.inbound.examples.sparkpost import wrap
from tests.inbound.requests import ADA, NOW, post

EVENT = EXAMPLES["sparkpost"].good
SILENT = {"raw_reason": None, "reason": None}
SUPPRESSED = "554 5.7.1 [internal] recipient address was suppressed due to customer policy"


def report(name: str = "message_event", **changes: Any) -> DeliveryReport:
    (found,) = SPARKPOST.reread(wrap([{**EVENT, **changes}], name), account="main", received_at=NOW).reports
    return found


@pytest.mark.parametrize("body", [b"[]", b'[{"msys": {}}]', b'[ {"msys":{}}, {"msys":{}} ]\r\n'])
def test_a_test_request_is_accepted_and_says_nothing(body: bytes):
    found = SPARKPOST.reread(body, account="main", received_at=NOW)
    assert (found.reports, found.ignored, found.quarantined) == ((), (), ())


@pytest.mark.parametrize("body", [b"[{}]", b'[{"msys": null}]', b'[{"msys": {"message_event": null}}]'])
def test_an_element_without_an_event_is_of_no_interest(body: bytes):
    found = SPARKPOST.reread(body, account="main", received_at=NOW)
    assert (found.reports, len(found.ignored), found.quarantined) == ((), 1, ())


def test_an_element_with_two_events_is_put_aside_because_it_says_nothing_of_one_message():
    two = json.dumps([{"msys": {"message_event": EVENT, "track_event": EVENT}}]).encode()
    (part,) = SPARKPOST.reread(two, account="main", received_at=NOW).quarantined
    assert "field msys" in part.why


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("relay_event", "relay_injection"),
        ("relay_event", "relay_rejection"),
        ("relay_event", "relay_delivery"),
        ("relay_event", "relay_tempfail"),
        ("relay_event", "relay_permfail"),
        ("relay_message", "any"),
        ("ab_test_event", "ab_test_completed"),
        ("ab_test_event", "ab_test_cancelled"),
        ("ingest_event", "success"),
        ("ingest_event", "error"),
    ],
)
def test_events_that_are_not_about_a_sent_message_are_of_no_interest(name: str, kind: str):
    found = SPARKPOST.reread(wrap([{**EVENT, "type": kind}], name), account="main", received_at=NOW)
    assert (found.reports, len(found.ignored)) == ((), 1)


@pytest.mark.parametrize(
    ("name", "kind", "outcome"),
    [
        ("message_event", "injection", "submitted"),
        ("message_event", "delay", "deferred"),
        ("message_event", "delivery", "delivered"),
        ("message_event", "bounce", "bounced"),
        ("message_event", "out_of_band", "bounced"),
        ("message_event", "policy_rejection", "rejected"),
        ("message_event", "spam_complaint", "complained"),
        ("message_event", "sms_status", "other"),
        ("gen_event", "generation_failure", "rejected"),
        ("gen_event", "generation_rejection", "rejected"),
        ("unsubscribe_event", "list_unsubscribe", "unsubscribed"),
        ("unsubscribe_event", "link_unsubscribe", "unsubscribed"),
        ("track_event", "open", "opened"),
        ("track_event", "initial_open", "opened"),
        ("track_event", "amp_open", "opened"),
        ("track_event", "amp_initial_open", "opened"),
        ("track_event", "click", "clicked"),
        ("track_event", "amp_click", "clicked"),
        ("new_event", "pondered", "other"),
    ],
)
def test_every_event_has_a_word_of_ours(name: str, kind: str, outcome: str):
    found = report(name, type=kind)
    assert (found.outcome, found.recipient) == (outcome, ADA)
    assert found.remote_mta == ("192.0.2.25" if name == "message_event" else None)


@pytest.mark.parametrize(
    ("kind", "outcome", "reason"),
    [
        ("1", "bounced", "undetermined"),
        ("10", "bounced", "mailbox_unknown"),
        ("20", "bounced", "undetermined"),
        ("21", "bounced", "server_unavailable"),
        ("22", "bounced", "mailbox_full"),
        ("23", "bounced", "message_too_large"),
        ("24", "bounced", "server_unavailable"),
        ("25", "rejected", "undetermined"),
        ("26", "suppressed", None),
        ("30", "bounced", "undetermined"),
        ("40", "bounced", "undetermined"),
        ("50", "bounced", "sender_blocked"),
        ("51", "bounced", "sender_blocked"),
        ("52", "bounced", "content_rejected"),
        ("53", "bounced", "content_rejected"),
        ("54", "bounced", "routing_error"),
        ("60", "auto_replied", None),
        ("70", "bounced", "server_unavailable"),
        ("80", "other", None),
        ("90", "unsubscribed", None),
        ("100", "auto_replied", None),
        ("999", "bounced", "undetermined"),
        (None, "bounced", "undetermined"),
        (22, "bounced", "mailbox_full"),
    ],
)
def test_without_words_the_class_decides(kind: Any, outcome: str, reason: str | None):
    found = report(bounce_class=kind, **SILENT)
    assert (found.outcome, found.reason) == (outcome, reason)
    late = report(type="out_of_band", bounce_class=kind, **SILENT)
    assert late.outcome == ("bounced" if outcome in ("rejected", "suppressed") else outcome)


@pytest.mark.parametrize(
    ("words", "reason", "severity"),
    [
        ("552 5.2.2 mailbox full", "mailbox_full", "soft"),
        ("550 5.1.1 user unknown", "mailbox_unknown", "hard"),
        ("550 no idea", "undetermined", "soft"),
    ],
)
def test_words_go_before_the_class_and_only_they_make_it_hard(words: str, reason: str, severity: str):
    found = report(raw_reason=words, bounce_class="10")
    assert (found.reason, found.severity, found.diagnostic) == (reason, severity, words)
    assert report(raw_reason=None, reason=words).reason == reason


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "bounce", "bounce_class": "25", "raw_reason": SUPPRESSED},
        {"type": "bounce", "bounce_class": "25", "raw_reason": SUPPRESSED.replace("customer", "system")},
        {"type": "bounce", "bounce_class": None, "raw_reason": SUPPRESSED},
        {"type": "bounce", "bounce_class": "50", "raw_reason": SUPPRESSED},
        {"type": "policy_rejection", "bounce_class": "25", "raw_reason": SUPPRESSED},
        {"type": "generation_rejection", "bounce_class": None, **SILENT, "reason": SUPPRESSED},
    ],
)
def test_a_drop_by_sparkposts_own_list_is_no_bounce(changes: dict[str, Any]):
    found = report(**changes)
    assert (found.outcome, found.reason, found.list_reason) == ("suppressed", None, None)
    assert "suppressed due to" in (found.diagnostic or "")


def test_a_remote_server_that_talks_of_suppression_bounced_it():
    words = "550 5.7.1 recipient is on our suppression list"
    assert report(bounce_class="50", raw_reason=words).outcome == "bounced"
    for kind in ("25", "26", None):
        assert report(type="out_of_band", bounce_class=kind, raw_reason=words).outcome == "bounced"


def test_a_refusal_by_sparkpost_is_no_bounce_whatever_its_class():
    assert report(type="policy_rejection", bounce_class="60", **SILENT).outcome == "rejected"
    failure = report("gen_event", type="generation_failure", raw_reason="554 5.3.3 [internal] no template")
    assert (failure.reason, failure.rule) == ("content_rejected", "sparkpost.generation_failure")


def test_a_delay_is_a_delay_whatever_its_class():
    found = report(type="delay", bounce_class="60", raw_reason="451 4.7.1 greylisted")
    assert (found.outcome, found.vendor_class) == ("deferred", "delay/60")


@pytest.mark.parametrize(
    ("fbtype", "outcome", "feedback"),
    [
        ("abuse", "complained", "abuse"),
        ("fraud", "complained", "fraud"),
        (None, "complained", "abuse"),
        ("not-spam", "complaint_withdrawn", None),
    ],
)
def test_a_complaint_says_of_what(fbtype: str | None, outcome: str, feedback: str | None):
    found = report(type="spam_complaint", fbtype=fbtype)
    assert (found.outcome, found.feedback_type) == (outcome, feedback)


@pytest.mark.parametrize(
    ("changes", "method"),
    [
        ({"type": "list_unsubscribe"}, "list_unsubscribe"),
        ({"type": "link_unsubscribe"}, "link"),
        ({"type": "bounce", "bounce_class": "90"}, "mail"),
    ],
)
def test_an_unsubscription_says_how(changes: dict[str, Any], method: str):
    found = report(raw_reason="take me off", **changes)
    assert (found.method, found.diagnostic) == (method, "take me off" if method == "mail" else None)


@pytest.mark.parametrize(
    ("agent", "by_machine"),
    [({"is_prefetched": True}, True), ({"is_prefetched": False}, False), ({}, None), (None, None)],
)
def test_an_open_says_whether_a_machine_made_it(agent: Any, by_machine: bool | None):
    assert report("track_event", type="open", user_agent_parsed=agent).by_machine is by_machine


def test_a_click_has_its_link():
    link = "https://ats.example"
    assert report("track_event", type="click", target_link_url=link).url == link


def test_the_message_id_is_what_the_api_answered():
    assert report().provider_message_id == EVENT["transmission_id"]
    assert report(transmission_id=2**63 + 1).provider_message_id == str(2**63 + 1)
    assert report(transmission_id=None).provider_message_id == EVENT["message_id"]
    assert report(transmission_id=None, message_id=None).provider_message_id is None
    assert report(event_id=92356927693813856).provider_event_id == "92356927693813856"


@pytest.mark.parametrize(
    "timestamp", ["1794657598", 1794657598, "2026-11-14T11:59:58.000Z", "2026-11-14T12:59:58.000+01:00"]
)
def test_a_time_comes_in_several_forms(timestamp: Any):
    assert report(timestamp=timestamp).occurred_at.isoformat() == "2026-11-14T11:59:58+00:00"


def test_our_own_ids_come_back_as_metadata():
    meta = {"deliveryledger_message_id": "msg-1", "deliveryledger_tenant": "acme", "other": 1}
    found = report(rcpt_meta=meta)
    assert (found.message_id, found.tenant) == ("msg-1", "acme")
    assert report(rcpt_meta=[]).message_id is None


def test_the_recipient_is_the_one_that_was_given():
    assert report(raw_rcpt_to="Ada@Example.org", rcpt_to="ada@example.org").recipient == "Ada@Example.org"
    assert report(raw_rcpt_to=None, rcpt_to="ada@example.org").recipient == "ada@example.org"


def test_the_old_token_is_a_header_of_ones_own():
    request = post(b"[]", {"X-MessageSystems-Webhook-Token": "t-1"})
    secrets = {"custom_header": "X-MessageSystems-Webhook-Token: t-1"}
    assert SPARKPOST.read(request, secrets, now=NOW).reports == ()
