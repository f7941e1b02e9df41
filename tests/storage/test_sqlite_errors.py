"""Locked, full, read-only, corrupt, foreign: a typed error, nothing partial, and the next write works."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deliveryledger.application.ports import Changes, EventLog
from deliveryledger.errors import (
    ForeignDatabase,
    KeyStoreForeign,
    LedgerCorrupt,
    LedgerFull,
    LedgerLocked,
    LedgerReadOnly,
    StorageError,
)
from deliveryledger.storage.event_log import SqliteEventLog
from deliveryledger.storage.key_store import KeyStore
from tests.storage.facts import ADA, append_ada, at, confirmations, confirmed
from tests.storage.stores import KEK, SetClock, sqlite_file

NOBODY = 65534
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    log = sqlite_file(small_disk, SetClock())
    with pytest.raises(LedgerFull, match="make room"):
        fill(log)
    written = len(log.load([ADA])[ADA])
    assert written % 150 == 0
    assert log.last_position() == written
    with pytest.raises(LedgerFull), log.transaction() as transaction:
        for n in range(2_000):  # keys are committed before events: the key store is full as well
            append_ada(transaction, f"candidate_email-default:{n}")
    ballast.unlink()
    write_one(log)
    assert log.last_position() == written + 1
    log.close()


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Root may write everywhere; for a while we are somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.iterdir()):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="deliveryledger-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_cannot_be_written(open_folder: Path, what: str) -> None:
    log = sqlite_file(open_folder, SetClock())
    write_one(log)
    log.close()
    read_only = open_folder if what == "folder" else open_folder / "ledger.db"
    mode = read_only.stat().st_mode
    with as_nobody(open_folder):
        read_only.chmod(0o555 if what == "folder" else 0o444)
        try:
            with pytest.raises(LedgerReadOnly, match="check"):
                sqlite_file(open_folder, SetClock())
        finally:
            read_only.chmod(mode)
        log = sqlite_file(open_folder, SetClock())
        write_one(log)
        log.close()


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


FOREIGN = {
    "another program's database": "CREATE TABLE bookmarks (url TEXT)",
    "another program's database with an id": "PRAGMA application_id=252006673; CREATE TABLE t (x)",
    "an id alone": "PRAGMA application_id=252006673",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_another_program_s_database_is_left_as_it_is(tmp_path: Path, what: str) -> None:
    path = tmp_path / "ledger.db"
    connection = sqlite3.connect(path)
    connection.executescript(FOREIGN[what])
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ForeignDatabase, match="another program"):
        sqlite_file(tmp_path, SetClock())
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"x", b"Subject: no database\n" * 500])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.db").write_bytes(content)
    with pytest.raises(ForeignDatabase):
        sqlite_file(tmp_path, SetClock())
    assert (tmp_path / "ledger.db").read_bytes() == content


def test_a_key_store_is_no_log_and_a_log_no_key_store(file_log: SqliteEventLog, tmp_path: Path) -> None:
    keys = KeyStore(":memory:", KEK)
    with pytest.raises(ForeignDatabase):
        SqliteEventLog(str(tmp_path / "ledger.db.keys"), keys, SetClock())
    keys.close()
    with pytest.raises(ForeignDatabase):
        KeyStore(str(tmp_path / "ledger.db"), KEK)


def test_another_ledger_s_log_beside_our_keys(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        sqlite_file(tmp_path / name, SetClock()).close()
    shutil.copy(tmp_path / "theirs" / "ledger.db", tmp_path / "ours" / "ledger.db")
    with pytest.raises(KeyStoreForeign, match="another ledger"):
        sqlite_file(tmp_path / "ours", SetClock())


def test_a_log_of_a_newer_version(tmp_path: Path) -> None:
    sqlite_file(tmp_path, SetClock()).close()
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(ForeignDatabase, match="upgrade"):
        sqlite_file(tmp_path, SetClock())
