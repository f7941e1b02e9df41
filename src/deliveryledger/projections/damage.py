"""What can be wrong with the file of the read models, and whether making it anew helps."""

import errno
import sqlite3
import time

from ..errors import LedgerFull, LedgerLocked, LedgerReadOnly, StorageError

APPLICATION_ID = 0x444C5657  # "DLVW"
_PRIMARY = 0xFF  # extended result codes keep the primary code in the low byte
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FULL = (sqlite3.SQLITE_FULL, -errno.ENOSPC, -errno.EDQUOT)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, -errno.EACCES, -errno.EPERM, -errno.EROFS)
_DAMAGED_FILE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
_UNUSABLE = (*_DAMAGED_FILE, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CANTOPEN)  # a table or the file is missing


SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What sqlite3 raises: of a damaged file it may try to quote bytes that are no text."""


def is_damaged_file(error: Exception) -> bool:
    """Whether the file's bytes are at fault."""
    return _code(error) in _DAMAGED_FILE


def is_unusable(error: Exception) -> bool:
    """Whether views that are made anew would not have the fault."""
    return _code(error) in _UNUSABLE


def require_ours(connection: sqlite3.Connection) -> None:
    """Raise an error that counts as damage unless the file holds read models; an empty one does not."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        error = sqlite3.DatabaseError("these are no read models")
        error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_NOTADB, "SQLITE_NOTADB"
        raise error


def views_error(error: Exception) -> StorageError:
    """Our error for what SQLite or the operating system says of the views."""
    attempted, code = "ask a read model", _code(error)
    if code in _BUSY:
        return LedgerLocked(attempted, "another process holds the lock", "try again")
    if code in _FULL:
        return LedgerFull(attempted, "there is no room left for the views", "make room, then try again")
    if code in _READ_ONLY:
        return LedgerReadOnly(attempted, "the views cannot be written", "check the rights of the folder")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return StorageError(attempted, f"the views answered {name}", "call ledger.rebuild()")


def made_anew() -> StorageError:
    """What a question is told that met the damage."""
    return StorageError("ask a read model", "the views were damaged and have been made anew", "ask again")


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch it on. That ignores the busy timeout; processes that open new views at once take turns."""
    for attempt in range(200):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if attempt == 199 or _code(error) not in _BUSY:
                raise
            time.sleep(0.01)
        else:
            return


def _code(error: Exception) -> int:
    """SQLite's primary result code, or the operating system's error number below zero."""
    if isinstance(error, OSError):
        return -(error.errno or 0)
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    return (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY
