"""The pull runner: thousands of events and the cursor in one transaction, each applied exactly once."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ..application.ports import EventLog
from ..application.telemetry import Telemetry, span
from ..errors import LedgerClosed, LedgerLocked
from .damage import SQLITE_ERRORS, is_damaged_file, is_unusable, made_anew, views_error
from .following import READ_CURSORS, Cursor, Follower
from .forgetting import must_be_rewritten, rewrite_into, rewrite_memory
from .read_model import ReadModel
from .views import Views, building, connect

PATIENCE = 30.0
"""Seconds that an erasure waits for somebody who is rebuilding."""
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Called with (position reached, last position)."""


class Runner:
    """Keeps all read models of a ledger up to date. Thread-safe; several processes may run at once."""

    def __init__(
        self,
        log: EventLog,
        views: Views,
        read_models: Sequence[ReadModel],
        telemetry: Telemetry | None = None,
    ) -> None:
        self._log = log
        self._telemetry = telemetry
        self._views = views
        self._models = tuple(read_models)
        self._follower = Follower(log, self._models)
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
            rows = self._healed(lambda: self._open().execute(READ_CURSORS).fetchall())
        return {name: position for name, _, position, _, _ in rows}

    def rebuild(self, progress: Progress | None = None) -> None:
        """Compute everything anew beside the present file, and change over."""
        with self._guarded():
            self._rebuild(progress or _no_progress)
            if not self._views.is_memory:
                self._healed(self._catch_up)  # somebody may have been erased meanwhile

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
        cursor = self._follower.cursor(connection)
        if cursor is None or not self._follower.follows(cursor):
            self._rebuild(_no_progress)
            connection = self._open()
            cursor = self._follower.cursor(connection) or Cursor(0, None)
        if cursor.position < (end := self._follower.end()):
            with span(self._telemetry, "deliveryledger.catch_up", events=end - cursor.position):
                while cursor.position < self._follower.end():
                    cursor = self._follower.advance(connection)
        if must_be_rewritten(connection):
            self._rewrite(connection)
            return self._open()
        return connection

    def forget(self) -> None:
        """Take up recorded erasures, so that no file of the read models holds who was erased.

        Somebody may be rebuilding them from what was read before. Raises LedgerLocked if that takes long.
        """
        self.settle()
        if self._views.is_memory:
            return
        if not self._views.wait_for_builders(PATIENCE):
            raise LedgerLocked(
                "finish an erasure",
                "another process is rebuilding the read models from what it read before",
                "it is recorded, and finished when that is done; erase again to wait for it",
            )
        self.settle()

    def settle(self) -> None:
        """Finish what an erasure left undone when it was interrupted; does nothing where there is nothing."""
        if self._views.is_memory:
            return
        with self._guarded():
            self._views.remove_abandoned()
            self._views.remove_older(self._views.generation())
            erased_at = self._log.last_erasure()
            if erased_at and self._views.generation() and self._healed(lambda: self._is_unsettled(erased_at)):
                self._healed(self._catch_up)

    def _is_unsettled(self, erased_at: int) -> bool:
        connection = self._open()
        positions = [row[2] for row in connection.execute(READ_CURSORS)]
        return min(positions, default=0) < erased_at or must_be_rewritten(connection)

    def _rewrite(self, connection: sqlite3.Connection) -> None:
        """Free pages and journals hold what was overwritten: go on with a new file, drop the old one."""
        if self._views.is_memory:
            rewrite_memory(connection)
            return
        try:
            with self._views.under_construction() as scratch:
                assert scratch is not None  # noqa: S101  # a ledger on disk has its views there too
                rewrite_into(scratch, connection)
                self._change_over(scratch)
        except OSError as error:
            raise views_error(error) from None

    def _rebuild(self, progress: Progress) -> None:
        try:
            with (
                span(self._telemetry, "deliveryledger.rebuild"),
                self._views.under_construction() as scratch,
                building(scratch, self._models) as connection,
            ):
                self._follower.fill(connection, progress)
                if scratch is None:
                    self._drop_connection()
                    self._connection = connection
                    return
                connection.close()
                self._change_over(scratch)
        except (*SQLITE_ERRORS, OSError) as error:
            raise views_error(error) from None

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
