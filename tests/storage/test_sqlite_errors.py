"""Locked, full, read-only, corrupt: a typed error, nothing partial, and the next write works."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.ports import Changes, EventLog
from deliveryledger.errors import (
    ForeignDatabase,
    LedgerCorrupt,
    LedgerFull,
    LedgerLocked,
    LedgerReadOnly,
    StorageError,
)
from deliveryledger.storage.event_log import SqliteEventLog
from tests.storage.disks import as_nobody
from tests.storage.facts import ADA, append_ada, at, confirmations, confirmed
from tests.storage.stores import SetClock, sqlite_file

LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
connection.close()
"""


@contextmanager
def locked_by_another_process(path: Path) -> Iterator[None]:
    """Another process holds the write lock."""
    command = [sys.executable, "-c", LOCKER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield
        process.communicate("")


def write_one(log: EventLog) -> None:
    """The next write."""
    with log.transaction() as transaction:
        version = len(transaction.load([ADA]).get(ADA, []))
        transaction.append(Changes(events=at(ADA, confirmed(), after=version)))


def test_a_lock_that_is_held_too_long(tmp_path: Path) -> None:
    log = sqlite_file(tmp_path, SetClock(), busy_seconds=0.1)
    write_one(log)
    with locked_by_another_process(tmp_path / "ledger.db"):
        with pytest.raises(LedgerLocked, match="another process"):
            write_one(log)
        assert len(log.load([ADA])[ADA]) == 1  # reading needs no lock
        with pytest.raises(LedgerLocked):
            sqlite_file(tmp_path, SetClock(), busy_seconds=0.1)
    write_one(log)
    assert len(log.load([ADA])[ADA]) == 2
    log.close()


def fill(log: EventLog) -> int:
    """Append batches until there is no room; returns how many events were acknowledged."""
    written = len(log.load([ADA]).get(ADA, []))
    for _ in range(10_000):
        with log.transaction() as transaction:
            transaction.append(confirmations(ADA, 150, after=written))
        written += 150
    return written


def test_a_database_that_has_reached_its_size_limit(file_log: SqliteEventLog) -> None:
    write_one(file_log)
    with file_log._connections.write("limit") as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 30}")
    with pytest.raises(LedgerFull):
        fill(file_log)
    written = len(file_log.load([ADA])[ADA])
    assert written % 150 == 1
    assert file_log.last_position() == written
    write_one(file_log)  # the connection with the limit was thrown away


def register_many(log: EventLog) -> None:
    """Each with a key of its own."""
    with log.transaction() as transaction:
        for n in range(2_000):
            append_ada(transaction, f"candidate_email-default:{n}")


def test_a_full_disk(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    log = sqlite_file(small_disk, SetClock())
    with pytest.raises(LedgerFull, match="make room"):
        fill(log)
    written = len(log.load([ADA])[ADA])
    assert written % 150 == 0
    assert log.last_position() == written
    with pytest.raises(LedgerFull):
        register_many(log)  # keys are committed before events: the key store is full as well
    ballast.unlink()
    write_one(log)
    assert log.last_position() == written + 1
    log.close()


def test_a_folder_that_cannot_be_written(open_folder: Path) -> None:
    log = sqlite_file(open_folder, SetClock())
    write_one(log)
    log.close()
    with as_nobody(open_folder):
        open_folder.chmod(0o555)
        with pytest.raises(LedgerReadOnly, match="check"):
            sqlite_file(open_folder, SetClock())
        open_folder.chmod(0o755)
        log = sqlite_file(open_folder, SetClock())
        write_one(log)
        log.close()


def test_a_file_that_cannot_be_written_can_still_be_read(open_folder: Path) -> None:
    log = sqlite_file(open_folder, SetClock())
    write_one(log)
    log.close()
    with as_nobody(open_folder):
        (open_folder / "ledger.db").chmod(0o444)
        log = sqlite_file(open_folder, SetClock())
        with pytest.raises(LedgerReadOnly, match="rights of file and folder"):
            write_one(log)
        assert len(log.load([ADA])[ADA]) == 1
        for path in open_folder.glob("ledger.db*"):  # its journal was made with its rights
            path.chmod(0o644)
        write_one(log)
        log.close()


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(ForeignDatabase, match="folder"):
        Ledger.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LedgerReadOnly, match="folder exists"):
        sqlite_file(tmp_path / "nowhere", SetClock())


def test_a_file_that_vanishes_does_not_come_back_empty(tmp_path: Path) -> None:
    log = sqlite_file(tmp_path, SetClock())
    write_one(log)
    log._connections._discard_writer()  # as after any error
    (tmp_path / "ledger.db").rename(tmp_path / "elsewhere")
    with pytest.raises(StorageError):
        write_one(log)
    assert not (tmp_path / "ledger.db").exists()
    (tmp_path / "elsewhere").rename(tmp_path / "ledger.db")
    write_one(log)
    log.close()


def test_a_damaged_file_and_its_restored_copy(tmp_path: Path) -> None:
    log = sqlite_file(tmp_path, SetClock())
    fill_some(log)
    log.close()
    path = tmp_path / "ledger.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(LedgerCorrupt, match="backup"):
        sqlite_file(tmp_path, SetClock())
    path.write_bytes(whole)
    log = sqlite_file(tmp_path, SetClock())
    write_one(log)
    log.close()


def fill_some(log: EventLog) -> None:
    """Several pages of events."""
    with log.transaction() as transaction:
        transaction.append(confirmations(ADA, 300))
