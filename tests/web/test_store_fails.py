"""Where the store fails the answer is 503; once it works again requests are taken, without a restart."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.web import Receiver
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW, WebhookRequest, with_password
from tests.storage.disks import as_nobody, open_folder, small_disk
from tests.web.conftest import ACCOUNTS
from tests.web.servers import is_recorded, post, send, served, until

__all__ = ["open_folder", "small_disk"]  # fixtures
POSTMARK = EXAMPLES["postmark"]
PATH = "/webhooks/postmark/main"
Bounce = Callable[[], WebhookRequest]


@pytest.fixture
def bounce() -> Bounce:
    """Another bounce each time."""
    numbers = iter(range(100_000))
    return lambda: with_password(json.dumps({**POSTMARK.good, "MessageID": f"m-{next(numbers)}"}).encode())


def in_folder(folder: Path) -> Iterator[tuple[int, Ledger]]:
    with (
        Ledger.open(folder / "ledger.db", clock=lambda: NOW) as ledger,
        Receiver(ledger, ACCOUNTS, clock=lambda: NOW) as receiver,
        served(ledger, receiver) as port,
    ):
        yield port, ledger


def test_a_lock_that_another_process_holds(tmp_path: Path, bounce: Bounce):
    for port, ledger in in_folder(tmp_path):
        ledger._services.log._connections._busy_seconds = 0.2
        assert post(port, PATH, bounce()).status == 200
        until(lambda ledger=ledger: is_recorded(ledger))
        with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            refused = post(port, PATH, bounce())
            assert (refused.status, refused.headers["retry-after"]) == (503, "30")
            assert send(port, "/health", method="GET").status == 200
        assert post(port, PATH, bounce()).status == 200
        until(lambda ledger=ledger: is_recorded(ledger))
        assert len(ledger.intake.unmatched()) == 2


def test_a_disk_that_is_full(small_disk: Path, bounce: Bounce):
    taken = 0
    for port, ledger in in_folder(small_disk):
        assert post(port, PATH, bounce()).status == 200
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError):  # noqa: PT012
            while True:
                file.write(b"x" * 4_096)
        answers = [post(port, PATH, bounce()).status for _ in range(60)]
        assert answers[-1] == 503
        assert set(answers) <= {200, 503}
        assert send(port, "/ready", method="GET").status == 503
        filler.unlink()
        until(lambda port=port: send(port, "/ready", method="GET").status == 200)
        assert post(port, PATH, bounce()).status == 200
        until(lambda ledger=ledger: is_recorded(ledger))
        taken = len(ledger.intake.unmatched())
        assert taken == answers.count(200) + 2


def test_a_file_that_may_not_be_written(open_folder: Path, bounce: Bounce):
    for port, ledger in in_folder(open_folder):
        assert post(port, PATH, bounce()).status == 200
        until(lambda ledger=ledger: is_recorded(ledger))
    with Ledger.open(open_folder / "ledger.db", clock=lambda: NOW) as ledger:
        receiver = Receiver(ledger, ACCOUNTS, clock=lambda: NOW)
        with as_nobody(open_folder):
            for file in open_folder.iterdir():
                file.chmod(0o400)
            open_folder.chmod(0o500)
            ledger._services.log._connections._discard_writer()
            assert receiver.receive("postmark", "main", bounce()).status == 503
            open_folder.chmod(0o755)
            for file in open_folder.iterdir():
                file.chmod(0o600)
            # At once, unless the thread is just reading through a connection from before.
            until(lambda: receiver.receive("postmark", "main", bounce()).status == 200)
        receiver.close()
        assert is_recorded(ledger)


def test_a_ledger_that_was_closed_is_a_503_and_ends_the_recorder(ledger: Ledger, bounce: Bounce):
    receiver = Receiver(ledger, ACCOUNTS, clock=lambda: NOW).start()
    ledger.close()
    assert receiver.receive("postmark", "main", bounce()).status == 503
    receiver._recorder.wake()
    until(lambda: not receiver.is_ready())
    receiver.close()


def test_readiness_says_when_it_cannot_look(ledger: Ledger, receiver: Receiver):
    with served(ledger, receiver) as port:
        receiver.close()
        ledger.close()
        answered = send(port, "/ready", method="GET")
        assert (answered.status, json.loads(answered.body)) == (
            503,
            {"ready": False, "error": "LedgerClosed"},
        )
