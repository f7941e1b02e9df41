"""A ledger with an office, an SMTP server, and imitations of the providers' suppression lists."""

from collections.abc import Iterator
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.suppression_lists import SuppressionList
from deliveryledger.outbound import suppression_lists
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.imitations.every import IMITATIONS
from tests.outbound.imitations.vendor import NOW, Opener, Vendor
from tests.outbound.imitations.vendor import serving as imitated
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


@pytest.fixture(params=IMITATIONS)
def vendor(request: pytest.FixtureRequest) -> Iterator[Vendor]:
    with imitated(IMITATIONS[request.param]()) as vendor:
        yield vendor


@pytest.fixture
def naps() -> list[float]:
    """Seconds that were waited, one after another."""
    return []


@pytest.fixture
def opened(vendor: Vendor, naps: list[float]) -> Iterator[Opener]:
    made: list[SuppressionList] = []

    def opened(secrets: Any = None, **settings: Any) -> SuppressionList:
        known = {**vendor.SETTINGS, "base_url": vendor.url, **settings}
        lists = suppression_lists.get(
            vendor.SLUG, "main", secrets or vendor.SECRETS, sleep=naps.append, clock=lambda: NOW, **known
        )
        made.append(lists)
        return lists

    yield opened
    for each in made:
        each.close()


@pytest.fixture
def lists(opened: Opener) -> SuppressionList:
    return opened()
