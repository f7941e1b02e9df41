"""Delivery status notifications."""

from datetime import UTC, datetime

import pytest

from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, FAILED, RETURNED, dsn, part, report

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)


def only(raw: bytes) -> DeliveryReport:
    reading = read_mail(raw, received_at=NOW)
    assert (reading.ignored, reading.quarantined) == ((), ())
    (found,) = reading.reports
    return found


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_failed_recipient_becomes_a_bounce(line_end: bytes):
    found = only(dsn(FAILED).replace(b"\n", line_end))
    assert (found.outcome, found.severity, found.reason) == ("bounced", "hard", "mailbox_unknown")
    assert (found.provider, found.source, found.authenticated) == ("mail", "dsn", False)
    assert (found.recipient, found.status, found.reply_code) == (ADA, "5.1.1", 550)
    assert found.diagnostic == f"550 5.1.1 <{ADA}>: Recipient address rejected: User unknown"
    assert found.remote_mta == "mx.example.org"
    assert found.occurred_at == datetime(2026, 11, 14, 11, 30, tzinfo=UTC)
    assert (found.provider_message_id, found.message_id, found.tenant) == ("m-1@ats.example", "msg-1", "acme")


@pytest.mark.parametrize(
    ("action", "status", "outcome"),
    [
        ("failed", "4.0.0", "bounced"),
        ("delayed", "4.4.1", "deferred"),
        ("delivered", "2.0.0", "delivered"),
        ("relayed", "2.0.0", "delivered"),
        ("Expanded (to 3)", "2.0.0", "delivered"),
        ("", "5.0.0", "bounced"),
        ("gave-up", "4.0.0", "deferred"),
    ],
)
def test_the_action_decides_and_otherwise_the_class(action: str, status: str, outcome: str):
    raw = dsn(f"Final-Recipient: rfc822; {ADA}\nAction: {action}\nStatus: {status}\n")
    assert only(raw).outcome == outcome


def test_several_recipients_become_several_reports_with_or_without_blank_lines():
    bob = FAILED.replace(ADA, "bob@example.net").replace("failed", "delayed")
    for groups in ((FAILED, bob), (FAILED + bob,)):
        reports = read_mail(dsn(*groups), received_at=NOW).reports
        assert [(each.recipient, each.outcome) for each in reports] == [
            (ADA, "bounced"),
            ("bob@example.net", "deferred"),
        ]


def test_the_original_recipient_goes_before_where_it_was_forwarded_to():
    forwarded = FAILED.replace(ADA, "ada@forward.example") + f"Original-Recipient: rfc822;{ADA}\n"
    assert only(dsn(forwarded)).recipient == ADA


NAMED, NAMELESS = f"Final-Recipient: rfc822; {ADA}\n", "Action: failed\nStatus: 5.1.1\n"


def test_a_recipient_that_is_not_named_is_taken_from_the_returned_message():
    found = only(dsn(NAMELESS))
    assert (found.recipient, found.attribution) == (ADA, "inferred")


@pytest.mark.parametrize(
    "raw",
    [
        dsn(f"Final-Recipient: local; bob\n{NAMELESS}"),
        dsn(f"Original-Recipient: rfc822; bob\n{NAMELESS}"),
        dsn(NAMELESS, f"{NAMED}Action: delivered\n"),
        dsn(NAMELESS, returned=f"{RETURNED}Cc: bob@example.net\n"),
    ],
    ids=["no address", "no original address", "several", "copied"],
)
def test_where_it_may_be_anybody_it_is_nobody(raw: bytes):
    found = read_mail(raw, received_at=NOW).reports[0]
    assert (found.recipient, found.attribution) == (None, "inferred")


def test_internationalised_addresses_are_read():
    status = "Final-Recipient: utf-8; \\x{E5}da@ex\\x{E4}mple.org\nAction: failed\nStatus: 5.1.1\n"
    raw = report("delivery-status", [part("message/global-delivery-status", status)])
    assert only(raw).recipient == "åda@exämple.org"


def test_the_time_is_the_last_attempt_or_the_mails_own_or_now():
    without = FAILED.replace("Last-Attempt-Date", "X-Attempt")
    assert only(dsn(without)).occurred_at == datetime(2026, 11, 14, 11, 45, tzinfo=UTC)
    assert only(dsn(without).replace(b"\nDate:", b"\nX-Date:")).occurred_at == NOW
    assert only(dsn(FAILED.replace("14 Nov", "99 Nov")).replace(b"\nDate:", b"\nX-Date:")).occurred_at == NOW


def test_a_refusal_of_mail_from_is_never_hard():
    text = "said: 550 5.1.1 unknown user (in reply to MAIL FROM command)"
    found = only(dsn(FAILED, text=text))
    assert (found.reason, found.rule) == ("policy_rejected", "guard.before_recipient")


@pytest.mark.parametrize(
    ("supplement", "reason", "words"),
    [
        ('<192.0.2.1 #5.0.0 smtp; 550 "Unknown User">', "mailbox_unknown", '550 "Unknown User"'),
        (
            f"<mx.example.org #5.0.0 smtp;\n 550 5.7.1 <{ADA}>: blocked by Spamhaus>",
            "sender_blocked",
            f"550 5.7.1 <{ADA}>: blocked by Spamhaus",
        ),
    ],
)
def test_exchange_has_a_field_of_its_own_for_what_the_server_said(supplement: str, reason: str, words: str):
    fields = f"Final-Recipient: rfc822; {ADA}\nAction: failed\nStatus: 5.0.0\n"
    found = only(dsn(f"{fields}X-Supplementary-Info: {supplement}\n"))
    assert (found.reason, found.diagnostic, found.reply_code) == (reason, words, 550)


def test_the_standard_field_goes_before_that_of_exchange():
    found = only(dsn(f'{FAILED}X-Supplementary-Info: <mx.example.org #5.0.0 smtp; 550 "Spam">\n'))
    assert found.reason == "mailbox_unknown"


def test_without_a_diagnostic_the_human_part_is_read_for_whom_it_speaks_of():
    bare = f"Final-Recipient: rfc822; {ADA}\nAction: failed\nStatus: 5.0.0\n"
    text = f"{ADA}: domain does not exist"
    assert only(dsn(bare, text=text)).reason == "domain_unknown"
    both = read_mail(dsn(bare, bare.replace("ada", "bob"), text=text), received_at=NOW).reports
    reasons = {each.recipient: each.reason for each in both}
    assert reasons == {ADA: "domain_unknown", "bob@example.org": "undetermined"}


def test_will_retry_until_is_kept():
    raw = dsn(FAILED.replace("failed", "delayed") + "Will-Retry-Until: Sun, 15 Nov 2026 12:00:00 +0000\n")
    assert only(raw).will_retry_until == datetime(2026, 11, 15, 12, 0, tzinfo=UTC)


def test_base64_parts_are_read():
    encoded = (
        "RmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGFkYUBleGFtcGxlLm9yZwpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMS4xCg=="
    )
    status = f"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n{encoded}"
    assert only(report("delivery-status", [status])).recipient == ADA


def test_own_headers_that_cannot_be_ours_are_left_out():
    found = only(dsn(FAILED, returned=RETURNED.replace("msg-1", "x" * 201)))
    assert (found.message_id, found.tenant) == (None, None)


def test_a_notification_that_names_nobody_is_about_whom_the_returned_message_went_to():
    found = only(dsn())
    assert (found.recipient, found.attribution, found.reason) == (ADA, "inferred", "undetermined")


def test_fields_about_nobody_that_no_server_wrote_are_quarantined():
    raw = dsn(returned="Subject: x\n").replace(b"MAILER-DAEMON@mx.ats.example", b"grace@example.org")
    (part_,) = read_mail(raw, received_at=NOW).quarantined
    assert "without a recipient" in part_.why


def test_a_bounce_that_somebody_forwards_is_not_a_report():
    attached = part("message/rfc822", dsn(FAILED).decode().replace("=_b", "=_inner"))
    raw = report("x", [part("text/plain", "look at this"), attached]).replace(
        b"multipart/report", b"multipart/mixed"
    )
    raw = raw.replace(b"MAILER-DAEMON@mx.ats.example", b"grace@example.org", 1)
    assert read_mail(raw, received_at=NOW).ignored == ("not a report",)
