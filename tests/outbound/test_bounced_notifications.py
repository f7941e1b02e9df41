"""A notification that comes back is about no candidate: nobody is told, nothing is counted."""

from deliveryledger import Ledger
from deliveryledger.application.outbox import Delivered
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import fails
from tests.outbound.smtp_server import Mailbox

DSN = b"""\
From: MAILER-DAEMON@mx.example
To: no-reply@ats.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<a1@example.org>: host mx.example said: 550 5.1.1 User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; a1@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: message/rfc822

"""


def bounce(mailbox: Mailbox) -> bytes:
    """Of the last mail, as a server would send it back: even to somebody who is a candidate as well."""
    return DSN.replace(b"\n", b"\r\n") + mailbox.raw[-1] + b"\r\n--b--\r\n"


def test_a_bounce_of_a_notification_opens_nothing_and_causes_no_mail(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    ledger.outbox.deliver(smtp)
    before, card = ledger.status().last_position, ledger.candidate_card("cand-1")
    recording = ledger.record_mail(bounce(mailbox))
    assert (recording.ignored, recording.facts, recording.unmatched) == (1, 0, 0)
    assert ledger.status().last_position == before
    assert ledger.candidate_card("cand-1") == card
    assert not ledger.intake.unmatched()
    clock.move(days=1)
    assert ledger.outbox.deliver(smtp) == Delivered()


def test_neither_does_an_automatic_reply_to_one(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    ledger.outbox.deliver(smtp)
    before = ledger.status().last_position
    reply = (
        "From: rosa@ats.example\r\nTo: no-reply@ats.example\r\nSubject: Out of office\r\n"
        f"Auto-Submitted: auto-replied\r\nIn-Reply-To: {mailbox.ids[-1]}\r\n\r\nBack on Monday.\r\n"
    )
    assert ledger.record_mail(reply.encode()).facts == 0
    assert ledger.status().last_position == before
