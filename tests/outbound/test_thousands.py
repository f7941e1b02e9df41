"""Five thousand bounces of one send: one item under the bell, four mails a day."""

import pytest

from deliveryledger import Ledger
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import fails
from tests.outbound.smtp_server import Mailbox


@pytest.mark.slow
def test_five_thousand_bounces_of_one_send_are_one_item_and_four_mails_a_day(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    """They come in over a day, and the outbox is looked after every five minutes."""
    first, step = clock(), 50
    told = 0
    for number in range(0, 5_000, step):
        fails(ledger, clock, *range(number, number + step))
        for _ in range(3):
            told += ledger.outbox.deliver(smtp).incidents
            clock.move(minutes=4, seconds=45)
    assert (clock() - first).days == 0
    assert len(mailbox.mails) == 4
    clock.move(days=1)
    told += ledger.outbox.deliver(smtp).incidents
    assert (told, len(mailbox.mails)) == (5_000, 5)
    (item,) = ledger.bell("rec-3").items if len(ledger.bell("rec-3").items) == 1 else (None,)
    assert item is None or item.count == 5_000
