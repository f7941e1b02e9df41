"""The pull runner: thousands of events and the cursor in one transaction, each applied exactly once."""

import contextlib
import gc
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from ..application.ports import EventLog
from ..errors import LedgerClosed
from .damage import SQLITE_ERRORS, is_damaged_file, is_unusable, made_anew, views_error
from .read_model import ReadModel
from .views import Views, building, connect

BATCH = 5_000
"""Events per transaction."""
REBUILD_BATCH = 25_000
"""Events that a rebuild folds in memory before it writes (some 5 kB each): fewer rows are written twice."""
_READ_CURSORS = "SELECT read_model, version, position, fingerprint, ledger_id FROM cursors"
_WRITE_CURSOR = "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?)"

Result = TypeVar("Result")
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
        self._identity: tuple[int, int] | None = None
        self._pid = os.getpid()
        self._closed = False

    @contextmanager
    def caught_up(self) -> Iterator[sqlite3.Connection]:
        """The read models with everything in them that is in the log now, to be asked."""
        with self._guarded():
            connection = self._healed(self._catch_up)
            try:
                yield connection
            except SQLITE_ERRORS as error:
                self._drop_connection()
                if not is_damaged_file(error):
                    raise views_error(error) from None
                # Catching up did not touch the damaged part. Asking again needs another connection.
                self._rebuild(_no_progress)
                raise made_anew() from None

    def positions(self) -> dict[str, int]:
        """Position that each read model has reached, without catching up."""
        with self._guarded():
            rows = self._healed(lambda: self._open().execute(_READ_CURSORS).fetchall())
        return {name: position for name, _, position, _, _ in rows}

    def rebuild(self, progress: Progress | None = None) -> None:
        """Compute everything anew beside the present file, and change over."""
        with self._guarded():
            self._rebuild(progress or _no_progress)

    def close(self) -> None:
        """Release the connection."""
        with self._guarded():
            self._drop_connection()
            self._closed = True

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        if self._pid != os.getpid():
            # A forked child must neither use nor close the parent's connection, nor wait for its threads.
            self._abandoned, self._connection, self._pid = self._connection, None, os.getpid()
            self._lock = threading.RLock()
        with self._lock:
            yield

    def _healed(self, step: Callable[[], Result]) -> Result:
        """Views are only computed: where they cannot be read they are made anew, once."""
        is_anew = False
        while True:
            try:
                return step()
            except SQLITE_ERRORS as error:
                # SQLite opens a journal late, and by then another process may have replaced the file.
                was_replaced = self._connection is not None and self._is_superseded()
                self._drop_connection()
                if was_replaced:
                    continue
                if is_anew or not is_unusable(error):
                    raise views_error(error) from None
            self._rebuild(_no_progress)
            is_anew = True

    def _catch_up(self) -> sqlite3.Connection:
        connection = self._open()
        cursor = self._cursor(connection)
        if cursor is None or not self._follows(cursor):
            self._rebuild(_no_progress)
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
            cursor = self._apply(connection, cursor, BATCH)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return cursor

    def _apply(self, connection: sqlite3.Connection, cursor: _Cursor, limit: int) -> _Cursor:
        envelopes = self._log.read(after=cursor.position, limit=limit)
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
        try:
            with (
                self._views.under_construction() as scratch,
                building(scratch, self._models) as connection,
            ):
                self._fill(connection, progress)
                if scratch is None:
                    self._drop_connection()
                    self._connection = connection
                    return
                connection.close()
                self._change_over(scratch)
        except (*SQLITE_ERRORS, OSError) as error:
            raise views_error(error) from None

    def _fill(self, connection: sqlite3.Connection, progress: Progress) -> None:
        connection.execute("BEGIN")
        cursor, last = _Cursor(0, None), self._log.last_position()
        self._write_cursors(connection, cursor)
        with _collector_paused():
            while cursor.position < last:
                cursor = self._apply(connection, cursor, REBUILD_BATCH)
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
        if self._connection is not None and self._is_superseded():
            self._drop_connection()
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _is_superseded(self) -> bool:
        if self._views.is_memory:
            return False
        newer = self._views.file(self._generation + 1)
        return newer.exists() or self._views.identity(self._generation) != self._identity

    def _connect(self) -> sqlite3.Connection:
        if self._views.is_memory:
            self._rebuild(_no_progress)
            return self._open()
        while True:
            generation = self._views.generation()
            if generation == 0:
                self._rebuild(_no_progress)
                continue
            try:
                connection = connect(self._views.file(generation))
            except sqlite3.OperationalError:
                if self._views.identity(generation) is None:
                    continue  # somebody published a newer one meanwhile
                raise
            self._generation, self._identity = generation, self._views.identity(generation)
            return connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _no_progress(_reached: int, _last: int) -> None:
    pass


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Events and rows hold no cycles, and looking for some in a big batch takes a third of a rebuild."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
