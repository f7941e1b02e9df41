"""Feedback reports."""

from datetime import UTC, datetime

import pytest

from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, RETURNED, arf

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("feedback_type", "outcome", "method"),
    [
        ("abuse", "complained", None),
        ("Fraud", "complained", None),
        ("virus", "complained", None),
        ("other", "complained", None),
        ("not-spam", "complaint_withdrawn", "not_spam"),
        ("opt-out", "unsubscribed", "feedback"),
        ("mood", "other", None),
    ],
)
def test_every_feedback_type_has_a_word_of_ours(feedback_type: str, outcome: str, method: str | None):
    reading = read_mail(arf(f"Feedback-Type: {feedback_type}\nOriginal-Rcpt-To: <{ADA}>\n"), received_at=NOW)
    (found,) = reading.reports
    assert (found.outcome, found.method, found.feedback_type) == (outcome, method, feedback_type.lower())
    assert (found.source, found.recipient, found.attribution) == ("arf", ADA, "reported")
    assert (found.provider_message_id, found.message_id, found.tenant) == ("m-1@ats.example", "msg-1", "acme")
    assert found.occurred_at == datetime(2026, 11, 14, 11, 45, tzinfo=UTC)


def test_an_authentication_failure_report_is_no_complaint():
    reading = read_mail(arf("Feedback-Type: auth-failure\nAuth-Failure: dmarc\n"), received_at=NOW)
    assert reading.reports == ()
    assert reading.ignored[0].startswith("auth-failure")


def test_the_recipient_is_inferred_from_the_returned_message():
    (found,) = read_mail(arf("Feedback-Type: abuse\n"), received_at=NOW).reports
    assert (found.recipient, found.attribution) == (ADA, "inferred")


def test_a_redacted_recipient_is_nobody():
    raw = arf("Feedback-Type: abuse\nOriginal-Rcpt-To: redacted@example.com\n", RETURNED.replace(ADA, ""))
    assert read_mail(raw, received_at=NOW).reports[0].recipient is None


def test_with_several_recipients_in_the_returned_message_none_is_guessed():
    raw = arf("Feedback-Type: abuse\n", RETURNED.replace(f"<{ADA}>", f"<{ADA}>, bob@example.net"))
    assert read_mail(raw, received_at=NOW).reports[0].recipient is None


def test_several_named_recipients_become_several_reports():
    raw = arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: <{ADA}>\nOriginal-Rcpt-To: bob@example.net\n")
    assert [each.recipient for each in read_mail(raw, received_at=NOW).reports] == [ADA, "bob@example.net"]
