"""A ledger whose clock shows the moment at which the examples were signed, and a receiver for all of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.inbound import certificates
from deliveryledger.web import Receiver
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW
from tests.web.servers import served

ACCOUNTS: dict[str, Any] = {f"{slug}/main": example.secrets for slug, example in EXAMPLES.items()}


def no_fetch(_url: str) -> bytes:
    raise AssertionError("nothing is to be fetched")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clocks of these tests jump; the one by which a failed fetch is not repeated at once does not."""
    monkeypatch.setattr(certificates, "_PAUSE", 0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: NOW) as ledger:
        yield ledger


@pytest.fixture
def receiver(ledger: Ledger) -> Iterator[Receiver]:
    with Receiver(ledger, ACCOUNTS, clock=lambda: NOW, fetch=no_fetch) as receiver:
        yield receiver


@pytest.fixture
def port(ledger: Ledger, receiver: Receiver) -> Iterator[int]:
    with served(ledger, receiver) as port:
        yield port
