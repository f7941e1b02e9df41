"""Copies of a database, while it is in use: whole or not there, never over another file."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import LedgerMissing, PlaceTaken, StorageError
from .key_file import sync_folder
from .sqlite_errors import SQLITE_ERRORS, storage_error


def copy(
    source: sqlite3.Connection,
    to: Path,
    attempted: str,
    finish: Callable[[sqlite3.Connection], None] | None = None,
) -> None:
    """Copy through SQLite's backup API, readable by its owner alone; others go on writing meanwhile.

    ``finish`` changes the copy before it appears under its name, which is then durable. Raises PlaceTaken,
    StorageError.
    """
    if os.path.lexists(to):
        raise _taken(to, attempted)
    temporary = to.with_name(f"{to.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _fill(source, temporary, attempted, finish)
            os.link(temporary, to)
        finally:
            temporary.unlink()
        sync_folder(to)
    except FileExistsError:
        raise _taken(to, attempted) from None
    except OSError as error:
        raise StorageError(
            attempted, f"the system says: {error.strerror}", "check the folder, its rights and its room"
        ) from None


def _fill(
    source: sqlite3.Connection,
    to: Path,
    attempted: str,
    finish: Callable[[sqlite3.Connection], None] | None,
) -> None:
    target = sqlite3.connect(to, isolation_level=None)
    try:
        source.backup(target)
        # One file: a copy may be kept where a journal beside it would be left behind, or not be made.
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("PRAGMA synchronous=FULL")
        if finish:
            finish(target)
    except SQLITE_ERRORS as error:
        raise storage_error(error, attempted) from None
    finally:
        target.close()
    handle = os.open(to, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _taken(path: Path, attempted: str) -> PlaceTaken:
    return PlaceTaken(attempted, f"there is a file {path.name!r} already", "give another name")


@contextmanager
def reading(path: Path, attempted: str, *, is_still: bool = False) -> Iterator[sqlite3.Connection]:
    """A database that is only read; ``is_still``: nobody writes it. Raises LedgerMissing, StorageError."""
    if not path.is_file():
        raise LedgerMissing(attempted, f"there is no file {path.name!r} at that place", "check the path")
    try:
        options = "mode=ro&immutable=1" if is_still else "mode=ro"  # the first leaves nothing beside the file
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()
    except SQLITE_ERRORS as error:
        raise storage_error(error, attempted) from None
