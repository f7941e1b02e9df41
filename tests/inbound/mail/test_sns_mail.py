"""Notifications of Amazon SES that a topic sends by e-mail: read as what anybody may have written."""

import json
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.recording import Recording
from deliveryledger.domain.reports import Outcome, Source
from deliveryledger.inbound.mail import read_mail, sns_mail

ADA = "ada@example.org"
SENT = {"timestamp": "2026-11-14T10:00:00Z", "messageId": "ses-1", "destination": [ADA]}
BOUNCE: dict[str, Any] = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "timestamp": "2026-11-14T10:00:00Z",
        "bouncedRecipients": [
            {"emailAddress": ADA, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
        ],
    },
    "mail": SENT,
}
COMPLAINT: dict[str, Any] = {"complainedRecipients": [{"emailAddress": ADA}]}


def mail(text: str) -> bytes:
    """As a topic sends it."""
    return (
        "From: no-reply@sns.amazonaws.com\nTo: bounces@ats.example\nSubject: AWS Notification Message\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n--\nIf you wish to stop receiving these\n"
    ).encode()


@pytest.mark.parametrize("event", [BOUNCE, {"Type": "Notification", "Message": json.dumps(BOUNCE)}])
def test_a_notification_is_a_claim_of_a_mail_and_of_no_provider(event: dict[str, Any]):
    raw = mail(json.dumps(event))
    (found,) = read_mail(raw).reports
    assert (found.outcome, found.severity, found.recipient) == ("bounced", "hard", ADA)
    assert (found.provider, found.source, found.authenticated) == ("mail", Source.DSN, False)
    assert (found.provider_message_id, found.raw) == ("ses-1", raw)


def test_nothing_follows_from_one_of_an_unknown_message_even_where_the_account_is_a_tenants():
    accounts = {"amazon_ses/main": "default", "mail/main": "default"}
    with Ledger.open(":memory:", policies=Policies(accounts=accounts)) as ledger:
        assert ledger.record_mail(mail(json.dumps(BOUNCE))) == Recording(unmatched=1)
        assert ledger.suppression_filters.may_send(ADA)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ({"eventType": "Delivery", "delivery": {"recipients": [ADA]}}, Outcome.DELIVERED),
        ({"eventType": "Complaint", "complaint": COMPLAINT}, Outcome.COMPLAINED),
        (
            {"eventType": "DeliveryDelay", "deliveryDelay": {"delayedRecipients": [{"emailAddress": ADA}]}},
            Outcome.DEFERRED,
        ),
        ({"eventType": "Reject", "reject": {"reason": "Bad content"}}, Outcome.REJECTED),
        ({"eventType": "Send", "send": {}}, None),
        ({"eventType": "Open", "open": {}}, None),
        ({"eventType": "Complaint", "complaint": {**COMPLAINT, "complaintFeedbackType": "not-spam"}}, None),
    ],
)
def test_only_what_a_bounce_or_a_feedback_report_may_say_is_believed(event: Any, outcome: Outcome | None):
    reading = read_mail(mail(json.dumps({**event, "mail": SENT})))
    assert [report.outcome for report in reading.reports] == ([outcome] if outcome else [])
    assert reading.ignored == (() if outcome else (sns_mail.OTHER,))


def test_one_that_cannot_be_read_is_quarantined_as_a_mail():
    raw = mail(json.dumps({**BOUNCE, "bounce": {**BOUNCE["bounce"], "bouncedRecipients": "x"}}))
    reading = read_mail(raw)
    assert [part.raw for part in reading.quarantined] == [raw]
    assert (reading.reports, reading.ignored) == ((), ())


@pytest.mark.parametrize("value", ["[" * 950 + "]" * 950, "[" * 50_000, '"\\ud800"', "NaN", "9" * 5_000])
def test_no_content_raises(value: str):
    for text in (
        json.dumps(BOUNCE).replace('"Permanent"', value),
        json.dumps(BOUNCE).replace('"bounceType"', f'"x": {value}, "bounceType"'),
        f'{{"notificationType": {value}}}',
        f'{{"Message": {value}}}',
    ):
        reading = read_mail(mail(text))
        assert reading.reports or reading.ignored or reading.quarantined


@pytest.mark.parametrize("depth", range(880, 1_000, 8))
def test_no_depth_raises(depth: int):
    reading = read_mail(
        mail(json.dumps(BOUNCE).replace('"bounceType"', f'"x": {"[" * depth}1{"]" * depth}, "bounceType"'))
    )
    assert reading.reports or reading.ignored or reading.quarantined


@pytest.mark.parametrize(
    "text", ["{}", '{"a": 1}', "{", "[1]", '{"Message": "no JSON"}', '{"Message": "[1]"}']
)
def test_other_texts_are_no_notification(text: str):
    assert read_mail(mail(text)).ignored == ("not a report",)
