"""Every recipient of a mail by Amazon SES has a report of their own, with evidence that names no other."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.inbound.requests import ADA
from tests.inbound.ses_events import (
    BOUNCE,
    GRACE,
    JEAN,
    MAIL,
    complaint,
    event,
    reading,
    report,
    reports,
    reread,
)
from tests.inbound.sns_requests import envelope


@pytest.mark.parametrize("suspects", [(), (ADA, GRACE), (ADA, GRACE, JEAN)])
@pytest.mark.parametrize("feedback", [None, "abuse", "not-spam"])
def test_who_complained_is_not_guessed_and_nobody_is_named(suspects: tuple[str, ...], feedback: str | None):
    found = report(complaint(*suspects, complaintFeedbackType=feedback))
    assert (found.recipient, found.attribution) == (None, "inferred")
    assert found.provider_message_id == "0110018f-7a54"
    for name in (ADA, GRACE, JEAN):
        assert name.encode() not in (found.raw or b"")
    assert reread(found.raw or b"").reports == (found,)


def test_a_complaint_of_a_suppression_list_is_a_drop_for_each():
    found = reports(complaint(ADA, GRACE, complaintSubType="OnAccountSuppressionList"))
    assert [(each.outcome, each.list_reason, each.recipient) for each in found] == [
        ("suppressed", "complaint", ADA),
        ("suppressed", "complaint", GRACE),
    ]


def test_a_delivery_is_of_those_it_names():
    found = report(
        event("Delivery", "delivery", {"recipients": [GRACE], "reportingMTA": "a8.smtp-out.amazonses.com"})
    )
    assert (found.outcome, found.recipient, found.remote_mta) == ("delivered", GRACE, None)


@pytest.mark.parametrize(
    ("kind", "name"), [("Open", "open"), ("Click", "click"), ("Subscription", "subscription")]
)
def test_which_of_several_opened_it_is_not_known(kind: str, name: str):
    detail = {"link": "https://ats.example/offer"}
    assert report(event(kind, name, detail)).recipient == ADA
    found = report(event(kind, name, detail, destination=[ADA, GRACE]))
    assert (found.recipient, found.provider_message_id) == (None, "0110018f-7a54")
    assert found.url == ("https://ats.example/offer" if kind == "Click" else None)
    assert GRACE.encode() not in (found.raw or b"")


@pytest.mark.parametrize(
    ("kind", "name"), [("Send", "send"), ("Reject", "reject"), ("Rendering Failure", "failure")]
)
def test_what_happens_to_the_mail_happens_to_each_at_its_time(kind: str, name: str):
    found = reports({"eventType": kind, "mail": {**MAIL, "destination": [ADA, GRACE]}, name: {}})
    assert [each.recipient for each in found] == [ADA, GRACE]
    assert {each.occurred_at for each in found} == {datetime(2026, 11, 14, 11, 59, 50, 101_000, tzinfo=UTC)}


def several(kind: str) -> dict[str, Any]:
    said = {
        "status": "5.1.1",
        "action": "failed",
        "diagnosticCode": f"smtp; 550 5.1.1 {ADA}, {GRACE}: user unknown",
    }
    entries = [{"emailAddress": each, **said} for each in (ADA, GRACE)]
    names, detail = {
        "Bounce": ("bounce", {"bounceType": "Permanent", "bouncedRecipients": entries}),
        "DeliveryDelay": ("deliveryDelay", {"delayedRecipients": entries}),
        "Delivery": ("delivery", {"recipients": [ADA, GRACE]}),
        "Send": ("send", {}),
        "Rendering Failure": ("failure", {"errorMessage": f"no data for {GRACE} and {ADA}"}),
        "Complaint": ("complaint", {"complaintSubType": "Suppressed", "complainedRecipients": entries}),
    }[kind]
    to = f'"Ada" <{ADA}>, "Grace" <{GRACE}>'
    headers = [
        {"name": "To", "value": to},
        {"name": "Cc", "value": JEAN},
        {"name": "Subject", "value": "Interview"},
    ]
    return event(
        kind, names, detail, destination=[ADA, GRACE, JEAN] if kind != "Send" else [ADA, GRACE],
        headers=[*headers, {"name": "X-Deliveryledger-Message-Id", "value": "msg-1"}],
        commonHeaders={"to": [to], "cc": [JEAN], "bcc": None, "subject": "Interview"},
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["Bounce", "DeliveryDelay", "Delivery", "Send", "Complaint"])
@pytest.mark.parametrize("is_enveloped", [True, False])
def test_each_of_several_recipients_has_evidence_that_names_no_other(kind: str, is_enveloped: bool):
    body = json.dumps(several(kind))
    found = reread(json.dumps(envelope(body)).encode() if is_enveloped else body.encode()).reports
    assert [each.recipient for each in found] == [ADA, GRACE]
    for each, other in zip(found, (GRACE, ADA), strict=True):
        raw = each.raw or b""
        assert reread(raw).reports == (each,)
        assert (each.recipient or "").encode() in raw
        assert (each.message_id, each.provider_message_id) == ("msg-1", "0110018f-7a54")
        for name in (other, JEAN):
            assert name.encode() not in raw
            assert name not in each.as_json()


def test_a_rejection_names_each_of_all_recipients_alone():
    found = reports(several("Rendering Failure"))
    assert [each.recipient for each in found] == [ADA, GRACE, JEAN]
    assert [each.diagnostic for each in found][2] == (
        "no data for somebody-else@redacted.invalid and somebody-else@redacted.invalid"
    )
    for each in found:
        assert reread(each.raw or b"").reports == (each,)


def test_who_is_only_named_in_the_header_is_not_in_the_evidence_either():
    headers = [{"name": "Cc", "value": JEAN}, {"name": 7}, 7]
    found = report({**BOUNCE, "mail": {**MAIL, "headers": headers}})
    assert JEAN.encode() not in (found.raw or b"")
    assert reread(found.raw or b"").reports == (found,)
    assert found.with_raw(None) == report(BOUNCE).with_raw(None)


def test_a_recipient_with_a_name_is_the_address():
    found = report(event("Send", "send", destination=[f"Ada Lovelace <{ADA}>"]))
    assert found.recipient == ADA


def test_more_recipients_than_ses_sends_to_are_quarantined():
    many = [f"candidate-{number}@example.org" for number in range(101)]
    assert len(reports(event("Send", "send", destination=many[:100]))) == 100
    for addresses in (many, many * 1_000):
        (part,) = reading(event("Send", "send", destination=addresses)).quarantined
        assert "candidate" not in part.why


def test_a_header_that_no_mail_has_is_quarantined():
    assert reading(event("Send", "send", headers=[{"name": "To", "value": "a" * 100_001}])).quarantined
