"""Automatic answers, and mails that are no report at all."""

from datetime import UTC, datetime

import pytest

from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, part, report

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
VACATION = (
    f"From: Ada <{ADA}>\nAuto-Submitted: auto-replied (vacation)\nIn-Reply-To: <m-1@ats.example>\n\nAway."
)


def test_a_vacation_reply_names_our_message():
    (found,) = read_mail(VACATION.encode(), received_at=NOW).reports
    assert (found.outcome, found.recipient, found.attribution) == ("auto_replied", ADA, "inferred")
    assert found.provider_message_id == "m-1@ats.example"


def test_a_disposition_notification_names_our_message():
    fields = (
        f"Final-Recipient: rfc822;{ADA}\nOriginal-Message-ID: <m-1@ats.example>\nDisposition: displayed\n"
    )
    raw = report("disposition-notification", [part("message/disposition-notification", fields)])
    (found,) = read_mail(raw, received_at=NOW).reports
    assert (found.outcome, found.recipient, found.attribution) == ("auto_replied", ADA, "reported")


def test_a_reply_that_names_no_message_is_ignored():
    raw = VACATION.replace("In-Reply-To", "X-In-Reply-To").encode()
    assert read_mail(raw, received_at=NOW).ignored == ("an automatic reply that names no message",)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"hello",
        b"From: ada@example.org\nSubject: user unknown 550 5.1.1\n\nThe mailbox does not exist.",
        VACATION.replace("auto-replied (vacation)", "auto-generated").encode(),
        VACATION.replace(f"<{ADA}>", "<MAILER-DAEMON@example.org>").encode(),
    ],
)
def test_any_other_mail_is_not_a_report(raw: bytes):
    reading = read_mail(raw, received_at=NOW)
    assert (reading.reports, reading.ignored, reading.quarantined) == ((), ("not a report",), ())


def test_an_automatic_reply_may_come_from_the_postmaster():
    raw = (
        b"From: postmaster@example.org\nSubject: Automatic reply: CV\nIn-Reply-To: <m-1@ats.example>\n\nAway."
    )
    (found,) = read_mail(raw, received_at=NOW).reports
    assert found.outcome == "auto_replied"
