"""Who is told what, when, and once."""

from deliveryledger import Ledger
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import fails
from tests.outbound.smtp_server import Mailbox


def test_the_sender_is_told_of_a_failure_once(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    assert ledger.outbox.deliver(smtp) == (1, 1, 0, 0, 0)
    ((sender, receivers, mail),) = mailbox.taken
    assert (sender, receivers) == ("no-reply@ats.example", ["rosa@ats.example"])
    assert mail["Subject"] == "The message to Ada 1 could not be delivered"
    assert mail["Auto-Submitted"] == "auto-generated"
    print(mail.as_string())
    clock.move(days=1)
    assert ledger.outbox.deliver(smtp) == (0, 0, 0, 0, 0)
