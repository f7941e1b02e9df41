"""How processes that want the same lock take turns.

SQLite's own busy handler waits longer the longer it has waited, up to 100 ms at a time, so newcomers overtake
whoever came first: of eight busy writers the unluckiest waited for more than a second. Short waits of random
length are fair enough.
"""

import math
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import LedgerLocked
from .sqlite_errors import is_busy

_SHORTEST, _LONGEST = 0.000_5, 0.004
"""Seconds between two attempts."""
_UNTIL: ContextVar[float] = ContextVar("until", default=math.inf)
"""When this thread gives up waiting for locks, whichever it needs: a transaction may need several."""


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """In this block the thread waits for locks so many seconds in all, then raises LedgerLocked."""
    before = _UNTIL.set(min(_UNTIL.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _UNTIL.reset(before)


@contextmanager
def holding(lock: threading.RLock, attempted: str) -> Iterator[None]:
    """Hold the lock between threads, whose holder may be waiting for another process."""
    limit = _UNTIL.get()
    timeout = -1 if limit == math.inf else max(0.0, limit - time.monotonic())
    if not lock.acquire(timeout=timeout):
        raise LedgerLocked(attempted, "another thread holds the lock", "try again")
    try:
        yield
    finally:
        lock.release()


def begin(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Begin a transaction that holds the write lock. The connection must not wait by itself."""
    _take_turns(lambda: _run(connection, "BEGIN IMMEDIATE"), busy_seconds)


def use_write_ahead_log(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Switch it on. That ignores the busy timeout, so processes that start at once have to take turns."""
    _take_turns(lambda: _switch(connection), busy_seconds)


def vacuum(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Write the file anew without free pages."""
    _take_turns(lambda: _run(connection, "VACUUM"), busy_seconds)


def empty_journal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Write what is in the journal to the file and empty it; readers may hold it for a while."""
    _take_turns(lambda: _truncate(connection), busy_seconds)


def _run(connection: sqlite3.Connection, statement: str) -> bool:
    connection.execute(statement)
    return True


def _truncate(connection: sqlite3.Connection) -> bool:
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        error = sqlite3.OperationalError("a reader holds the journal")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error
    return True


def _switch(connection: sqlite3.Connection) -> bool:
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return True
    connection.execute("PRAGMA journal_mode=WAL")
    return False  # look again: SQLite answers with the mode that it kept, and no error


def _take_turns(attempt: Callable[[], bool], seconds: float) -> None:
    deadline = min(time.monotonic() + seconds, _UNTIL.get())
    while True:
        try:
            if attempt():
                return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(_SHORTEST, _LONGEST))  # noqa: S311  # no secret depends on it
