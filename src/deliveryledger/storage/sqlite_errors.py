"""SQLite's errors as ours: what stood in the way, and what to do."""

import sqlite3

from ..errors import (
    ConcurrentChange,
    ForeignDatabase,
    LedgerCorrupt,
    LedgerFull,
    LedgerLocked,
    LedgerReadOnly,
    StorageError,
)

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


SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What sqlite3 raises: of a damaged file it may try to quote bytes that are no text."""


def storage_error(error: Exception, attempted: str) -> StorageError:
    """Our error for one of SQLite's; its own text may hold values and is left out."""
    known = _ERRORS.get(_code(error))
    if known is None:
        name = getattr(error, "sqlite_errorname", None) or type(error).__name__
        return StorageError(
            attempted, f"SQLite answered {name}", "check disk and file system, then try again"
        )
    kind, obstacle, remedy = known
    return kind(attempted, obstacle, remedy)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection was in the way."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: Exception) -> int:
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    return (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY
