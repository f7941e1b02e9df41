"""SQLite connections as we need them: explicit pragmas, IMMEDIATE transactions, typed errors.

One writer connection per process behind a lock, and a pool of readers that grows with the threads. After
any error the connection is thrown away, so that the next call starts afresh.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import LedgerClosed, LedgerReadOnly, StorageError
from .ownership import refuse_foreign, refuse_newer, touch_private
from .sqlite_errors import SQLITE_ERRORS, storage_error
from .turns import begin, empty_journal, holding, let_no_fork_interrupt, use_write_ahead_log, vacuum

MEMORY = ":memory:"
BUSY_SECONDS = 30.0
"""How long a writer waits for the lock before it gives up with LedgerLocked."""


class Connections:
    """All connections of this process to one SQLite file (or one database in memory).

    ``prepare`` is called once, inside an exclusive transaction, to create or check the schema; a database
    with another ``application_id`` is refused before anything in it is changed, and one above ``version``,
    even if another process brought it there meanwhile, before anything is written. ``private``: a new file
    and its journals can be read by their owner alone, and what is deleted is overwritten.
    """

    def __init__(
        self,
        path: str,
        *,
        what: str,
        application_id: int,
        version: int,
        prepare: Callable[[sqlite3.Connection], None],
        synchronous: str = "FULL",
        busy_seconds: float = BUSY_SECONDS,
        private: bool = False,
    ) -> None:
        self.path = path
        self._what = what
        self._application_id = application_id
        self._version = version
        self._synchronous = synchronous
        self._busy_seconds = busy_seconds
        self._must_exist = False
        self._private = private
        self._lock = threading.RLock()
        let_no_fork_interrupt(self, lambda own: own._lock)
        self._reset()
        if private and not self.is_memory:
            touch_private(path)
        try:
            with self.write(f"open {what}") as connection:
                prepare(connection)
        except BaseException:
            self.close()
            raise
        # A file that vanishes later (a volume that is gone) must not come back as an empty one.
        self._must_exist = True

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
    def writing_alone(self, attempted: str) -> Iterator[None]:
        """No other thread of this process writes meanwhile; the same one may."""
        self._check(attempted)
        with self._lock:
            yield

    @contextmanager
    def write(self, attempted: str) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its beginning."""
        self._check(attempted)
        with holding(self._lock, attempted):
            connection = self._get_writer(attempted)
            if connection.in_transaction:
                raise StorageError(
                    attempted, "a command of the same thread is still running", "call it after that one"
                )
            try:
                begin(connection, self._busy_seconds)
                refuse_newer(connection, self._version, attempted)
                yield connection
                connection.execute("COMMIT")
            except SQLITE_ERRORS as error:
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
        if self._closed:  # by another thread meanwhile
            self._close_idle_readers()

    @contextmanager
    def _reading(self, connection: sqlite3.Connection, attempted: str) -> Iterator[sqlite3.Connection]:
        nested = connection.in_transaction
        try:
            if not nested:
                connection.execute("BEGIN")
            yield connection
            if not nested:
                connection.execute("COMMIT")
        except SQLITE_ERRORS as error:
            self._roll_back(connection)
            raise storage_error(error, attempted) from None
        except BaseException:
            if not nested:
                self._roll_back(connection)
            raise

    def scrub(self, attempted: str, *, journal_only: bool = False) -> None:
        """Write the file anew without its free pages, and empty its journal. Raises LedgerLocked."""
        self._check(attempted)
        if self.is_memory:
            return
        with self._lock:
            connection = self._get_writer(attempted)
            try:
                if not journal_only:
                    vacuum(connection, self._busy_seconds)
                empty_journal(connection, 0 if journal_only else self._busy_seconds)
            except SQLITE_ERRORS as error:
                self._discard_writer()
                raise storage_error(error, attempted) from None

    def close(self) -> None:
        """Close every connection; using it again raises LedgerClosed."""
        self._leave_to_parent()
        with self._lock:
            self._closed = True  # first: readers that are in use are then closed by who uses them
            self._close_idle_readers()
            if self._writer is not None:
                self._writer.close()
            self._writer = None

    def _close_idle_readers(self) -> None:
        with suppress(IndexError):  # one by one: what another thread has taken is not ours
            while True:
                self._readers.pop().close()

    def _check(self, attempted: str) -> None:
        if self.is_memory and self._pid != os.getpid():
            raise LedgerClosed(attempted, "a ledger in memory does not survive a fork", "use a file")
        self._leave_to_parent()
        if self._closed:
            raise LedgerClosed(attempted, f"{self._what} was closed", "open it again")

    def _leave_to_parent(self) -> None:
        """A forked child neither uses nor closes the parent's connections, nor waits for its threads."""
        if self._pid != os.getpid():
            self._abandoned, was_closed = (self._writer, self._readers), self._closed
            self._lock = threading.RLock()
            self._reset()
            self._closed = was_closed

    def _get_writer(self, attempted: str) -> sqlite3.Connection:
        if self._writer is None:
            # SQLite shares state between the connections of a process, such as a journal opened read-only.
            self._close_idle_readers()
            self._writer = self._connect(attempted)
            self._writer.execute("PRAGMA busy_timeout=0")  # begin() waits, more fairly
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
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
        except sqlite3.Error as error:
            raise storage_error(error, attempted) from None
        try:
            self._configure(connection)
        except BaseException as error:
            connection.close()
            if isinstance(error, SQLITE_ERRORS):
                raise storage_error(error, attempted) from None
            raise
        return connection

    def _configure(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA busy_timeout={int(self._busy_seconds * 1000)}")
        if not self.is_memory:
            refuse_foreign(connection, self._application_id, self._what)
            use_write_ahead_log(connection, self._busy_seconds)
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA recursive_triggers=ON")  # so that REPLACE meets the triggers too
        connection.execute("PRAGMA temp_store=MEMORY")  # no personal data in temporary files
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute(f"PRAGMA secure_delete={'ON' if self._private else 'OFF'}")
