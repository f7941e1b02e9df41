"""Ada is registered, with her mistyped address."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.inbound.mail import BounceAddresses
from deliveryledger.testing import ADDRESS
from tests.application.proofs import DOMAIN
from tests.application.world import Clock, send


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
        yield ledger


@pytest.fixture
def sent(ledger: Ledger, clock: Clock) -> Ledger:
    """msg-1 to Ada, whose Message-ID is ``<p-msg-1@ats.example>``."""
    send(ledger, "cand-7", "msg-1")
    clock.move(minutes=5)
    return ledger


@pytest.fixture
def addresses(ledger: Ledger) -> BounceAddresses:
    return ledger.bounce_addresses(DOMAIN)
