"""While nothing can be kept every answer comes in time, readiness says so, and SIGTERM ends it soon."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import HistoryChanged, LedgerLocked
from deliveryledger.web import Receiver
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW
from tests.web.conftest import ACCOUNTS
from tests.web.servers import Service, is_recorded, post, send, served, until
from tests.web.test_resisting import kept

POSTMARK = EXAMPLES["postmark"]
PATH = "/webhooks/postmark/main"
SHORTEST = 3.0
"""Seconds that MailerSend and Unisender Go wait for an answer."""


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def timed(port: int, number: int) -> tuple[int, float]:
    began = time.monotonic()
    answered = post(port, PATH, POSTMARK.sign(POSTMARK.body({**POSTMARK.good, "MessageID": f"m-{number}"})))
    return answered.status, time.monotonic() - began


def is_ready(port: int) -> bool:
    return send(port, "/ready", method="GET").status == 200


@pytest.mark.parametrize("name", ["ledger.db", "ledger.db.keys"])
def test_the_answer_comes_in_time_while_another_process_holds_a_lock(
    name: str, tmp_path: Path, ledger: Ledger, receiver: Receiver
):
    with served(ledger, receiver) as port, ThreadPoolExecutor(30) as clients:
        assert timed(port, 0)[0] == 200
        until(lambda: is_recorded(ledger))
        with locked(tmp_path / name):
            answers = list(clients.map(lambda number: timed(port, number), range(1, 61)))
            assert {status for status, _ in answers} == {503}
            assert max(seconds for _, seconds in answers) < SHORTEST
            assert not is_ready(port)
            later = list(clients.map(lambda number: timed(port, number), range(61, 64)))
            assert max(seconds for _, seconds in later) < SHORTEST / 3  # it is known that it fails
        until(lambda: is_ready(port))
        assert {timed(port, number)[0] for number in range(1, 61)} == {200}
        until(lambda: is_recorded(ledger))
        assert len(ledger.intake.unmatched()) == 61


def test_readiness_needs_no_request_to_find_out(tmp_path: Path, ledger: Ledger, receiver: Receiver):
    with served(ledger, receiver) as port:
        assert is_ready(port)
        receiver._door._opened_at = None  # a second later
        with locked(tmp_path / "ledger.db"):
            assert not is_ready(port)
        until(lambda: is_ready(port))
    assert ledger.requests.waiting().requests == ledger.status().last_position == 0


def test_to_try_it_out_is_a_real_write_that_leaves_nothing(tmp_path: Path, ledger: Ledger):
    before = (tmp_path / "ledger.db-wal").stat().st_size
    ledger.requests.try_out()
    assert (tmp_path / "ledger.db-wal").stat().st_size > before
    assert ledger.requests.waiting().requests == 0


def test_a_thread_that_waits_for_the_lock_holds_up_nobody_who_must_not_wait(tmp_path: Path, ledger: Ledger):
    with locked(tmp_path / "ledger.db"):
        patient = threading.Thread(target=lambda: ledger.requests.keep([kept(1)]))
        patient.start()
        time.sleep(0.1)
        began = time.monotonic()
        with pytest.raises(LedgerLocked), ledger.requests.waiting_at_most(0.2):
            ledger.requests.keep([kept(2)])
        assert time.monotonic() - began < 2
    patient.join(20)
    assert ledger.requests.waiting().requests == 1


@pytest.mark.parametrize("count", [0, 1])
def test_it_ends_soon_while_another_process_holds_the_lock(count: int, tmp_path: Path):
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: NOW) as ledger:
        ledger.requests.keep([kept(number) for number in range(count)])
    with (
        Service(tmp_path / "ledger.db", {"postmark/main": ACCOUNTS["postmark/main"]}) as service,
        locked(tmp_path / "ledger.db"),
    ):
        assert timed(service.port, 0)[0] == 503
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 10
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert ledger.requests.waiting().requests + len(ledger.intake.unmatched()) == count


def test_an_audit_log_that_is_not_followed_is_said_at_once_and_requests_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: object) -> None:
        raise HistoryChanged("follow the log", "it changed", "look")

    def state(port: int) -> object:
        answered = send(port, "/ready", method="GET")
        assert answered.status == 200
        return json.loads(answered.body)["audit"]

    with (  # noqa: PT012 - it is raised where the block ends
        pytest.raises(HistoryChanged),
        Ledger.open(tmp_path / "ledger.db", clock=lambda: NOW) as ledger,
        Receiver(ledger, ACCOUNTS, clock=lambda: NOW) as receiver,
        served(ledger, receiver) as port,
    ):
        assert state(port) is None
        with ledger.audit.follow_in_background(every=0.01):
            assert timed(port, 0)[0] == 200
            until(lambda: is_recorded(ledger))
            assert state(port) == "followed"
            log = ledger.audit._files.open()
            monkeypatch.setattr(log, "follow", fail)
            until(lambda: state(port) == "failing")
            assert timed(port, 1)[0] == 200
            assert "the audit log is not followed: follow the log: it changed; look" in caplog.text
