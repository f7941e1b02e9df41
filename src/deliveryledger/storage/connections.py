"""SQLite connections as we need them: explicit pragmas, IMMEDIATE transactions, typed errors.

One writer connection per process behind a lock, and a pool of readers that grows with the threads. After
any error the connection is thrown away, so that the next call starts afresh.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import (
    ConcurrentChange,
    ForeignDatabase,
    LedgerClosed,
    LedgerCorrupt,
    LedgerFull,
    LedgerLocked,
    LedgerReadOnly,
    StorageError,
)

MEMORY = ":memory:"
_BUSY_SECONDS = 30.0
_PRIMARY = 0xFF  # extended result codes keep the primary code in the low byte

_ERRORS: dict[int, tuple[type[StorageError], str, str]] = {
    sqlite3.SQLITE_BUSY: (LedgerLocked, "another process holds the lock", "try again"),
    sqlite3.SQLITE_LOCKED: (LedgerLocked, "another connection holds the lock", "try again"),
    sqlite3.SQLITE_FULL: (LedgerFull, "there is no room left", "make room, then try again"),
    sqlite3.SQLITE_READONLY: (LedgerReadOnly, "it cannot be written", "check the rights of file and folder"),
    sqlite3.SQLITE_PERM: (LedgerReadOnly, "access is denied", "check the rights of file and folder"),
    sqlite3.SQLITE_CANTOPEN: (LedgerReadOnly, "it cannot be opened", "check that the folder exists"),
    sqlite3.SQLITE_CORRUPT: (LedgerCorrupt, "the file is damaged", "restore a backup"),
    sqlite3.SQLITE_NOTADB: (ForeignDatabase, "it is no SQLite database", "give the path of a ledger"),
    sqlite3.SQLITE_CONSTRAINT: (ConcurrentChange, "another process was first", "try again"),
}


def storage_error(error: sqlite3.Error, attempted: str) -> StorageError:
    """Our error for one of SQLite's; its own text may hold values and is left out."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    known = _ERRORS.get(code & _PRIMARY)
    if known is None:
        name = getattr(error, "sqlite_errorname", None) or type(error).__name__
        return StorageError(
            attempted, f"SQLite answered {name}", "check disk and file system, then try again"
        )
    kind, obstacle, remedy = known
    return kind(attempted, obstacle, remedy)


class Connections:
    """All connections of this process to one SQLite file (or one database in memory).

    ``prepare`` is called once, inside an exclusive transaction, to create or check the schema.
    """

    def __init__(
        self,
        path: str,
        *,
        what: str,
        prepare: Callable[[sqlite3.Connection], None],
        synchronous: str = "FULL",
        must_exist: bool = False,
    ) -> None:
        self.path = path
        self._what = what
        self._synchronous = synchronous
        self._must_exist = must_exist
        self._lock = threading.RLock()
        self._reset()
        with self.write(f"open {what}") as connection:
            prepare(connection)

    @property
    def is_memory(self) -> bool:
        """Whether it is gone when it is closed. One connection then serves everybody in turn."""
        return self.path == MEMORY

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._writer: sqlite3.Connection | None = None
        self._readers: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def write(self, attempted: str) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its beginning."""
        self._check(attempted)
        with self._lock:
            connection = self._get_writer(attempted)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._discard_writer()
                raise storage_error(error, attempted) from None
            except BaseException:
                self._roll_back(connection)
                raise

    @contextmanager
    def read(self, attempted: str) -> Iterator[sqlite3.Connection]:
        """One consistent snapshot."""
        self._check(attempted)
        if self.is_memory:
            with self._lock, self._reading(self._get_writer(attempted), attempted) as connection:
                yield connection
            return
        try:
            connection = self._readers.pop()
        except IndexError:
            connection = self._connect(attempted)
        try:
            with self._reading(connection, attempted):
                yield connection
        except BaseException:
            connection.close()
            raise
        self._readers.append(connection)

    @contextmanager
    def _reading(self, connection: sqlite3.Connection, attempted: str) -> Iterator[sqlite3.Connection]:
        nested = connection.in_transaction
        try:
            if not nested:
                connection.execute("BEGIN")
            yield connection
            if not nested:
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back(connection)
            raise storage_error(error, attempted) from None
        except BaseException:
            if not nested:
                self._roll_back(connection)
            raise

    def close(self) -> None:
        """Close every connection; using it again raises LedgerClosed."""
        with self._lock:
            if self._pid == os.getpid():
                for connection in (*self._readers, *([self._writer] if self._writer else [])):
                    connection.close()
            self._reset()
            self._closed = True

    def _check(self, attempted: str) -> None:
        if self._pid != os.getpid():
            # A connection must not be used, nor closed, in a forked child; the parent still owns it.
            self._lock = threading.RLock()
            self._abandoned = (self._writer, self._readers)
            if self.is_memory:
                raise LedgerClosed(attempted, "a ledger in memory does not survive a fork", "use a file")
            self._reset()
        if self._closed:
            raise LedgerClosed(attempted, f"{self._what} was closed", "open it again")

    def _get_writer(self, attempted: str) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._connect(attempted)
        return self._writer

    def _discard_writer(self) -> None:
        if self._writer is None:
            return
        if self.is_memory:  # closing it would lose everything
            self._roll_back(self._writer)
            return
        writer, self._writer = self._writer, None
        writer.close()  # rolls back

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except sqlite3.Error:
                if connection is self._writer:
                    self._writer = None
                connection.close()

    def _connect(self, attempted: str) -> sqlite3.Connection:
        if self._must_exist and not self.is_memory and not Path(self.path).exists():
            raise LedgerReadOnly(attempted, "there is no such file", "check the path")
        try:
            connection = sqlite3.connect(
                self.path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
        except sqlite3.Error as error:
            raise storage_error(error, attempted) from None
        try:
            self._configure(connection)
        except sqlite3.Error as error:
            connection.close()
            raise storage_error(error, attempted) from None
        return connection

    def _configure(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA busy_timeout={int(_BUSY_SECONDS * 1000)}")
        if not self.is_memory:
            _use_write_ahead_log(connection)
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA recursive_triggers=ON")  # so that REPLACE meets the triggers too
        connection.execute("PRAGMA temp_store=MEMORY")  # no personal data in temporary files
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA trusted_schema=OFF")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Switching modes ignores the busy timeout, so many processes that start at once have to take turns.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                return
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = (error.sqlite_errorcode & _PRIMARY) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def claim(
    connection: sqlite3.Connection, *, application_id: int, schema: str, version: int, what: str
) -> bool:
    """Create the schema in an empty file, or check that the file is ours. True = it was created now."""
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    written_by = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        for statement in schema.split(";\n\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={application_id}")
        connection.execute(f"PRAGMA user_version={version}")
        return True
    if found != application_id:
        raise ForeignDatabase(
            f"open {what}", "the file belongs to another program", "give the path of a ledger"
        )
    if written_by > version:
        raise ForeignDatabase(
            f"open {what}", "a newer version of deliveryledger wrote it", "upgrade deliveryledger"
        )
    return False
