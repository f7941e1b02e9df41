"""Ada is registered, with her mistyped address."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
        yield ledger
