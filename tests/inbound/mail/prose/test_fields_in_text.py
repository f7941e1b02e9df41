"""The fields of a delivery status (RFC 3464) in the text of a mail, and what stands around them."""

from datetime import UTC, datetime

from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound.mail import read_mail

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
RETURNED = """\
Return-Path: <jobs@ats.example>
From: Jobs <jobs@ats.example>
To: ada@example.org, grace@example.org
Subject: Your application
Message-ID: <m-1@ats.example>
"""


def read(subject: str, text: str) -> tuple[DeliveryReport, ...]:
    head = (
        f"From: Mail Delivery System <mailer-daemon@mx.example>\nTo: jobs@ats.example\nSubject: {subject}\n\n"
    )
    return read_mail(f"{head}{text}".encode(), received_at=NOW).reports


def test_the_names_of_the_fields_and_of_the_returned_header_are_no_cause():
    status = "\n".join(
        f"Action: failed\nFinal-Recipient: rfc822;{name}@example.org\nStatus: 5.0.0\n"
        for name in ("grace", "ada")
    )
    cause = "retry time not reached for any host after a long failure period"
    said = "\n".join(f"  {name}@example.org\n    {cause}" for name in ("ada", "grace"))
    fields = f"Reporting-MTA: dns; mx.example\n\n{status}"
    text = f"The following address(es) failed:\n\n{said}\n\n{fields}\n{RETURNED}"
    reports = read("Mail delivery failed: returning message to sender", text)
    assert {report.recipient for report in reports} == {"ada@example.org", "grace@example.org"}
    assert {report.rule for report in reports} == {"phrase.cannot_tell"}


def test_fields_without_a_cause_have_none():
    text = """\
This is an automatically generated Delivery Status Notification.

Delivery to the following recipients failed.

       ada@example.org

Final-Recipient: rfc822;ada@example.org
Action: failed
Status: 5.0.0
"""
    (report,) = read("Delivery Status Notification (Failure)", text)
    assert (report.recipient, report.reason) == ("ada@example.org", "undetermined")


def test_the_host_that_stands_before_a_reply_is_known():
    text = f"""\
A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address(es)
failed:

ada@example.org:
SMTP error from remote server for RCPT TO command, host: mx-ha03.web.de (192.0.2.17) \
reason: 550 Requested action not taken: mailbox unavailable

--- The header of the original message is following. ---

{RETURNED}"""
    (report,) = read("Mail delivery failed: returning message to sender", text)
    assert (report.reason, report.rule) == ("mailbox_unknown", "gmx.mailbox_unavailable")


def test_what_exchange_makes_of_an_address_of_its_own_is_no_second_recipient():
    encapsulated = "IMCEAEX-_O=ACME_OU=First+20Group_cn=Recipients_cn=ada+2Eexample+2Eorg@example.net"
    text = f"""\
Delivery has failed to these recipients or groups:

ada@example.org
The email address you entered couldn't be found. Please check the recipient's email address.

Diagnostic information for administrators:

Generating server: mx.example.net

{encapsulated}
Remote Server returned '550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found'

Original message headers:

{RETURNED}"""
    (report,) = read("Undeliverable: Your application", text)
    assert (report.recipient, report.reason) == ("ada@example.org", "mailbox_unknown")
    (alone,) = read("Undeliverable: Your application", text.replace("\nada@example.org\n", "\n"))
    assert alone.recipient == encapsulated
