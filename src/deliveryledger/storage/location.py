"""Where a ledger is, and what lies beside it."""

import sqlite3
from pathlib import Path

from ..errors import ForeignDatabase, LedgerReadOnly, UnsupportedStore
from ..privacy.keys import KeyWrapper, new_key
from .key_sources import given_source, key_source
from .key_store import KeyStore
from .ownership import refuse_foreign
from .sqlite import APPLICATION_ID
from .sqlite_errors import SQLITE_ERRORS, storage_error


def sqlite_path(url: str) -> Path | None:
    """The path of a SQLite ledger; None = in memory."""
    if url == ":memory:" or url == "sqlite:///:memory:":
        return None
    if url.startswith("sqlite:///"):
        url = url.removeprefix("sqlite:///")
    scheme, separator, _ = url.partition("://")
    if separator:
        raise UnsupportedStore(
            "open a ledger",
            f"this version has no store for {scheme}:// URLs",
            "give a path or sqlite:///path",
        )
    return Path(url).absolute()


def key_store_of(path: Path | None, key: bytes | KeyWrapper | None) -> KeyStore:
    """The key store beside a log; a new one only for a new log. Raises KeyStoreError, StorageError."""
    if path is None:
        return KeyStore(":memory:", given_source(new_key() if key is None else key))
    keys = path.with_name(path.name + ".keys")
    return KeyStore(str(keys), key_source(path, key), log_exists=_is_ledger(path))


def _is_ledger(path: Path) -> bool:
    """Whether there is a log already; asked before any key is made or missed. Raises ForeignDatabase."""
    if not path.parent.is_dir():
        raise LedgerReadOnly(
            "open a ledger", "its folder does not exist", "make the folder, or check the path"
        )
    if path.is_dir():
        raise ForeignDatabase("open a ledger", "the path is a folder", "give the path of a file in it")
    if not path.exists() or path.stat().st_size == 0:
        return False
    # Asked through SQLite: to open and close the file by itself would let go of all locks that this process
    # holds on it (sqlite.org/howtocorrupt.html, 2.2), and another process could then remove its journal.
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            refuse_foreign(connection, APPLICATION_ID, "a ledger")
        finally:
            connection.close()
    except SQLITE_ERRORS as error:
        known = storage_error(error, "open a ledger")
        if isinstance(known, ForeignDatabase):
            raise known from None
    return True  # whatever else is wrong with it, opening it will say
