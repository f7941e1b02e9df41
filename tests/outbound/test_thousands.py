"""Five thousand bounces of one send: one item under the bell, four mails a day."""

import pytest

from deliveryledger import Ledger
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import come_back, sends
from tests.outbound.smtp_server import Mailbox


@pytest.mark.slow
def test_five_thousand_bounces_of_one_send_are_one_item_and_four_mails_a_day(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    """They come in over a day, and the outbox is looked after every time."""
    first, step = clock(), 50
    sends(ledger, *range(5_000))
    told = 0
    for number in range(0, 5_000, step):
        come_back(ledger, clock, *range(number, number + step))
        told += ledger.outbox.deliver(smtp).incidents
        clock.move(minutes=14)
    assert (clock() - first).days == 0
    assert len(mailbox.mails) == 4
    clock.move(days=1)
    told += ledger.outbox.deliver(smtp).incidents
    assert (told, len(mailbox.mails)) == (5_000, 5)
    (item,) = ledger.bell("rec-3").items
    assert (item.count, item.total) == (5_000, 5_000)
