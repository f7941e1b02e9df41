"""How read models follow the log: pages of events and the cursor in one transaction, each applied once."""

import contextlib
import gc
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ..application.ports import EventLog
from ..errors import LedgerCorrupt
from .forgetting import forget
from .read_model import ReadModel

BATCH = 5_000
"""Events per transaction."""
REBUILD_BATCH = 25_000
"""Events that a rebuild folds in memory before it writes (some 5 kB each): fewer rows are written twice."""
READ_CURSORS = "SELECT read_model, version, position, fingerprint, ledger_id FROM cursors"
_WRITE_CURSOR = "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?)"


class Cursor(NamedTuple):
    """Where the read models stand; ``fingerprint`` is that of the event there."""

    position: int
    fingerprint: str | None


class Follower:
    """Applies the log's events, up to a position or all of them, to the tables of some connection."""

    def __init__(self, log: EventLog, models: Sequence[ReadModel], until: int | None = None) -> None:
        self._log = log
        self._models = models
        self._until = until

    def end(self) -> int:
        """Position of the newest event that there is to follow; 0 = none."""
        return self._log.last_position() if self._until is None else self._until

    def cursor(self, connection: sqlite3.Connection) -> Cursor | None:
        """The common cursor; None if the views are not those of this ledger and this version."""
        rows = connection.execute(READ_CURSORS).fetchall()
        found = {(name, version, ledger_id) for name, version, _, _, ledger_id in rows}
        cursors = {Cursor(position, fingerprint) for _, _, position, fingerprint, _ in rows}
        wanted = {(m.name, m.version, self._log.ledger_id) for m in self._models}
        return cursors.pop() if found == wanted and len(cursors) == 1 else None

    def follows(self, cursor: Cursor) -> bool:
        """Whether the log is still the one that the views were made from, and not a restored older copy."""
        return cursor.position == 0 or self._log.fingerprint(cursor.position) == cursor.fingerprint

    def advance(self, connection: sqlite3.Connection) -> Cursor:
        """Take up the next events, in one transaction."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Read again under the lock: another runner may have been faster.
            before = self.cursor(connection) or Cursor(0, None)
            cursor = self._apply(connection, before, BATCH)
            if cursor.position > before.position and self._log.last_erasure() > before.position:
                forget(connection, self._log, self._models, before.position, cursor.position)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return cursor

    def fill(self, connection: sqlite3.Connection, progress: Callable[[int, int], None]) -> None:
        """Take up everything that is in the log now, in empty tables, then make their indexes."""
        connection.execute("BEGIN")
        cursor, last = Cursor(0, None), self.end()
        # What is read from here on was erased before, or is recorded as erased after ``last``.
        self._log.carry_out_erasures(sweep=False)
        self._write_cursors(connection, cursor)
        with _collector_paused():
            while cursor.position < last:
                cursor = self._apply(connection, cursor, REBUILD_BATCH, last)
                progress(cursor.position, last)
        for model in self._models:
            for statement in model.indexes.split(";\n"):
                connection.execute(statement)
        connection.execute("COMMIT")

    def _apply(
        self, connection: sqlite3.Connection, cursor: Cursor, limit: int, until: int | None = None
    ) -> Cursor:
        end = self.end() if until is None else until  # before reading: there may be more a moment later
        envelopes = self._log.read(after=cursor.position, limit=limit, until=until)
        if not envelopes:
            if cursor.position < end:
                raise LedgerCorrupt(
                    "follow the log", "events that its index names cannot be read", "restore a backup"
                )
            return cursor
        try:
            for model in self._models:
                model.apply(connection, envelopes)
        except (KeyError, IndexError, AttributeError):
            raise LedgerCorrupt(
                "follow the log", "an event does not follow from those before it", "verify the log"
            ) from None
        reached = envelopes[-1].position
        cursor = Cursor(reached, self._log.fingerprint(reached))
        self._write_cursors(connection, cursor)
        return cursor

    def _write_cursors(self, connection: sqlite3.Connection, cursor: Cursor) -> None:
        ledger_id = self._log.ledger_id
        connection.executemany(_WRITE_CURSOR, [(m.name, m.version, *cursor, ledger_id) for m in self._models])


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
