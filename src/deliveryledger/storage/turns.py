"""How processes that want the same lock take turns.

SQLite's own busy handler waits longer the longer it has waited, up to 100 ms at a time, so newcomers overtake
whoever came first: of eight busy writers the unluckiest waited for more than a second. Short waits of random
length are fair enough.
"""

import math
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import ref

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


def let_no_fork_interrupt(owner: object, lock_of: Callable[[Any], threading.RLock]) -> None:
    """From now on a fork waits for the thread that holds the owner's lock, for as long as a writer may wait.

    SQLite keeps in memory which locks this process holds. A child that was forked amid a transaction takes
    them for its own for ever, and finds the file locked (sqlite.org/howtocorrupt.html, 2.6).
    """
    known = ref(owner)
    held: list[threading.RLock] = []

    def before() -> None:
        if (living := known()) is not None and (lock := lock_of(living)).acquire(timeout=30):
            held.append(lock)

    def after_in_parent() -> None:
        while held:
            held.pop().release()

    if hasattr(os, "register_at_fork"):  # not where processes cannot fork
        os.register_at_fork(before=before, after_in_parent=after_in_parent, after_in_child=held.clear)


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
