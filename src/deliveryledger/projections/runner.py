"""The pull runner: thousands of events and the cursor in one transaction, each applied exactly once."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ..application.ports import EventLog
from ..errors import LedgerClosed, LedgerLocked, StorageError
from .read_model import ReadModel
from .views import Views, building, check

BATCH = 5_000
"""Events per transaction."""
_BUSY_MILLISECONDS = 30_000
_READ_CURSORS = "SELECT read_model, version, position, fingerprint, ledger_id FROM cursors"
_WRITE_CURSOR = "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?)"

Progress = Callable[[int, int], None]
"""Called with (position reached, last position)."""


class _Cursor(NamedTuple):
    position: int
    fingerprint: str | None


class Runner:
    """Keeps all read models of a ledger up to date. Thread-safe; several processes may run at once."""

    def __init__(self, log: EventLog, views: Views, read_models: Sequence[ReadModel]) -> None:
        self._log = log
        self._views = views
        self._models = tuple(read_models)
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._generation = 0
        self._pid = os.getpid()
        self._closed = False

    @contextmanager
    def caught_up(self) -> Iterator[sqlite3.Connection]:
        """The read models with everything in them that is in the log now, to be asked."""
        with self._lock:
            try:
                yield self._catch_up()
            except sqlite3.Error as error:
                self._drop_connection()
                raise _views_error(error) from None

    def positions(self) -> dict[str, int]:
        """Position that each read model has reached, without catching up."""
        with self._lock:
            rows = self._open().execute(_READ_CURSORS).fetchall()
        return {name: position for name, _, position, _, _ in rows}

    def rebuild(self, progress: Progress | None = None) -> None:
        """Compute everything anew beside the present file, and change over."""
        with self._lock:
            self._rebuild(progress or (lambda _reached, _last: None))

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            self._drop_connection()
            self._closed = True

    def _catch_up(self) -> sqlite3.Connection:
        connection = self._open()
        cursor = self._cursor(connection)
        if cursor is None or not self._follows(cursor):
            self._rebuild(lambda _reached, _last: None)
            return self._open()
        while cursor.position < self._log.last_position():
            cursor = self._advance(connection)
        return connection

    def _follows(self, cursor: _Cursor) -> bool:
        """Whether the log is still the one that the views were made from, and not a restored older copy."""
        return cursor.position == 0 or self._log.fingerprint(cursor.position) == cursor.fingerprint

    def _advance(self, connection: sqlite3.Connection) -> _Cursor:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Read again under the lock: another runner may have been faster.
            cursor = self._cursor(connection) or _Cursor(0, None)
            cursor = self._apply(connection, cursor)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return cursor

    def _apply(self, connection: sqlite3.Connection, cursor: _Cursor) -> _Cursor:
        envelopes = self._log.read(after=cursor.position, limit=BATCH)
        if not envelopes:
            return cursor
        for model in self._models:
            model.apply(connection, envelopes)
        reached = envelopes[-1].position
        cursor = _Cursor(reached, self._log.fingerprint(reached))
        self._write_cursors(connection, cursor)
        return cursor

    def _write_cursors(self, connection: sqlite3.Connection, cursor: _Cursor) -> None:
        ledger_id = self._log.ledger_id
        connection.executemany(_WRITE_CURSOR, [(m.name, m.version, *cursor, ledger_id) for m in self._models])

    def _cursor(self, connection: sqlite3.Connection) -> _Cursor | None:
        """The common cursor; None if the views are not those of this ledger and this version."""
        rows = connection.execute(_READ_CURSORS).fetchall()
        found = {(name, version, ledger_id) for name, version, _, _, ledger_id in rows}
        cursors = {_Cursor(position, fingerprint) for _, _, position, fingerprint, _ in rows}
        wanted = {(m.name, m.version, self._log.ledger_id) for m in self._models}
        return cursors.pop() if found == wanted and len(cursors) == 1 else None

    def _rebuild(self, progress: Progress) -> None:
        scratch = None if self._views.is_memory else self._views.scratch()
        try:
            with building(scratch, self._models) as connection:
                self._fill(connection, progress)
                if scratch is None:
                    self._drop_connection()
                    self._connection = connection
                    return
                connection.close()
                self._change_over(scratch)
        except sqlite3.Error as error:
            raise _views_error(error) from None
        finally:
            if scratch is not None:
                scratch.unlink(missing_ok=True)

    def _fill(self, connection: sqlite3.Connection, progress: Progress) -> None:
        connection.execute("BEGIN")
        cursor, last = _Cursor(0, None), self._log.last_position()
        self._write_cursors(connection, cursor)
        while cursor.position < last:
            cursor = self._apply(connection, cursor)
            progress(cursor.position, last)
        for model in self._models:
            for statement in model.indexes.split(";\n"):
                connection.execute(statement)
        connection.execute("COMMIT")

    def _change_over(self, scratch: Path) -> None:
        with scratch.open("rb+") as file:
            os.fsync(file.fileno())
        generation = self._views.publish(scratch)
        self._drop_connection()
        self._views.remove_older(generation)

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise LedgerClosed("ask a read model", "the ledger was closed", "open it again")
        if self._pid != os.getpid():  # a forked child must not use the parent's connection
            self._abandoned, self._connection, self._pid = self._connection, None, os.getpid()
        if self._connection is not None and self._is_superseded():
            self._drop_connection()
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _is_superseded(self) -> bool:
        if self._views.is_memory:
            return False
        newer, mine = self._views.file(self._generation + 1), self._views.file(self._generation)
        return newer.exists() or not mine.exists()

    def _connect(self) -> sqlite3.Connection:
        if self._views.is_memory:
            self._rebuild(lambda _reached, _last: None)
            return self._open()
        if self._views.generation() == 0:
            self._rebuild(lambda _reached, _last: None)
        self._generation = self._views.generation()
        uri = f"{self._views.file(self._generation).as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
            check(connection)
            _use_write_ahead_log(connection)
            # Views can be made anew, so a power loss may cost their newest transactions, never their order.
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute("PRAGMA cache_size=-65536")
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Changing the mode ignores the busy timeout; processes that open new views at once take turns.
    for attempt in range(200):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt == 199:
                raise
            time.sleep(0.01)
        else:
            return


def _views_error(error: sqlite3.Error) -> StorageError:
    if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LedgerLocked("ask a read model", "another process holds the lock", "try again")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StorageError("ask a read model", f"SQLite answered {name}", "call ledger.rebuild()")
