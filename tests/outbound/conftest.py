"""A ledger with an office, and an SMTP server."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import Office, mailer
from tests.outbound.smtp_server import Mailbox, serving


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def ledger(clock: Clock, office: Office) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, directory=office) as ledger:
        yield ledger


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    with serving(mailbox) as port:
        yield port


@pytest.fixture
def smtp(port: int) -> SmtpMailer:
    return mailer(port)
