"""Common words that mean something of their own at one provider, where only the recipient tells whose."""

import json
from datetime import UTC, datetime

import pytest

from deliveryledger.classification import Evidence, classify, said_to
from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound import providers
from deliveryledger.inbound.mail import read_mail

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
UNKNOWN = "550 Unknown user"
UNAVAILABLE = "550 Requested action not taken: mailbox unavailable"
CASES = pytest.mark.parametrize(
    ("words", "recipient", "reason"),
    [
        (UNKNOWN, "ada@docomo.ne.jp", "policy_rejected"),
        (UNKNOWN, "ada@example.jp", "mailbox_unknown"),
        (UNAVAILABLE, "ada@gmx.at", "mailbox_unknown"),
        (UNAVAILABLE, "Ada@WEB.DE", "mailbox_unknown"),
        (UNAVAILABLE, "ada@example.at", "undetermined"),
    ],
)


def sendgrid(event: dict[str, object]) -> DeliveryReport:
    body = json.dumps([{"event": "bounce", "timestamp": 1_700_000_000, "sg_event_id": "1", **event}])
    (report,) = providers.get("sendgrid").reread(body.encode(), account="main", received_at=NOW).reports
    return report


@CASES
def test_the_domain_of_the_recipient_tells_whose_words_they_are(words: str, recipient: str, reason: str):
    assert classify(said_to(recipient, Evidence.gather(words))).reason == reason


@CASES
def test_so_it_does_in_a_webhook(words: str, recipient: str, reason: str):
    report = sendgrid({"email": recipient, "reason": words})
    assert (report.reason, report.remote_mta) == (reason, None)


@CASES
def test_so_it_does_in_a_mail(words: str, recipient: str, reason: str):
    head = "From: mailer-daemon@mx.example\nTo: jobs@ats.example\nSubject: Undelivered Mail\n\n"
    text = f"Your message could not be delivered.\n\n<{recipient}>:\n{words}\n"
    (report,) = read_mail(f"{head}{text}".encode(), received_at=NOW).reports
    assert (report.reason, report.remote_mta) == (reason, None)


def test_a_server_that_is_named_goes_before_the_domain():
    elsewhere = Evidence.gather(UNKNOWN, remote_mta="mx.gateway.example")
    assert said_to("ada@docomo.ne.jp", elsewhere) is elsewhere


def test_a_class_of_the_provider_is_not_judged_again():
    report = sendgrid({"email": "ada@docomo.ne.jp", "reason": "550 no", "type": "blocked"})
    assert (report.reason, report.rule) == ("sender_blocked", "sendgrid.blocked")
