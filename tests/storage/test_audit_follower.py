"""The thread that follows: started, ended, and never silent about what fails."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import (
    CommandRefused,
    HistoryChanged,
    LedgerClosed,
    LedgerLocked,
)
from deliveryledger.storage.audit_follower import AuditFollower
from tests.storage.audited import fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deliveries.db"


def covered(path: Path) -> int:
    with closing(sqlite3.connect(path.with_name("deliveries.db.audit"))) as connection:
        size: int = connection.execute("SELECT size FROM audit_log").fetchone()[0]
    return size


def test_follows_in_the_background_until_the_block_is_left(path: Path) -> None:
    with Ledger.open(path) as ledger:
        with ledger.audit.follow_in_background(every=0.01):
            fill(ledger, 1, 2, 3)
            deadline = time.monotonic() + 20
            while covered(path) != 3:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        assert not [thread for thread in threading.enumerate() if thread.name == "deliveryledger-audit"]
        assert ledger.verify()


def test_closing_the_ledger_ends_the_thread(path: Path) -> None:
    ledger = Ledger.open(path)
    ledger.audit.follow_in_background(every=0.01)
    ledger.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "deliveryledger-audit"]
    with pytest.raises(LedgerClosed):
        ledger.audit.follow()


def test_there_is_one_follower_at_a_time(path: Path) -> None:
    with Ledger.open(path) as ledger:
        with ledger.audit.follow_in_background(every=0.01):
            for audit in (ledger.audit, ledger.tenant("acme").audit):
                with pytest.raises(CommandRefused, match="follows this ledger already"):
                    audit.follow_in_background(every=0.01)
        ledger.audit.follow_in_background(every=0.01)
    assert not [thread for thread in threading.enumerate() if thread.name == "deliveryledger-audit"]


def test_a_closed_ledger_ends_the_thread_for_good() -> None:
    def follow() -> None:
        raise LedgerClosed("follow", "the ledger was closed", "open it again")

    follower = AuditFollower(follow, 0.001).start()
    follower._thread.join(timeout=20)
    assert not follower.is_running
    with pytest.raises(LedgerClosed):
        follower.stop()


def test_what_fails_in_the_background_is_raised_when_the_block_is_left() -> None:
    def fail() -> None:
        raise HistoryChanged("follow", "it changed", "verify")

    with pytest.raises(HistoryChanged), AuditFollower(fail, 0.01).start():
        pass


def test_what_fails_in_the_background_does_not_hide_what_the_block_raised() -> None:
    def fail() -> None:
        raise HistoryChanged("follow", "it changed", "verify")

    with pytest.raises(ZeroDivisionError) as raised, AuditFollower(fail, 0.01).start():
        raise ZeroDivisionError
    assert "it changed" in "".join(raised.value.__notes__)


def test_what_fails_in_the_background_is_raised_at_the_next_use(path: Path, tmp_path: Path) -> None:
    with Ledger.open(path) as ledger:
        fill(ledger, 1, 2)
        ledger.audit.follow()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER ledger_events_are_never_deleted; DELETE FROM ledger_events WHERE position = 2"
        )
    with Ledger.open(path) as ledger:
        follower = ledger.audit.follow_in_background(every=0.01)
        follower._thread.join()
        with pytest.raises(HistoryChanged):
            ledger.audit.checkpoint()
        assert not ledger.verify()  # raised once; what is wrong can be looked at


def test_what_may_pass_is_tried_again() -> None:
    turns = threading.Semaphore(0)
    failures = [LedgerLocked("follow", "locked", "try again")] * 2

    def follow() -> None:
        turns.release()
        if failures:
            raise failures.pop()

    with AuditFollower(follow, 0.001).start():
        for _ in range(4):
            assert turns.acquire(timeout=20)


def test_what_did_not_pass_is_raised() -> None:
    def follow() -> None:
        raise LedgerLocked("follow", "locked", "try again")

    with pytest.raises(LedgerLocked), AuditFollower(follow, 0.001).start():
        time.sleep(0.01)
