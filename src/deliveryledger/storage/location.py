"""Where a ledger is, and what lies beside it."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from ..errors import ForeignDatabase, KeyStoreError, LedgerReadOnly, UnsupportedStore
from ..privacy.keys import KeyWrapper, new_key
from .key_sources import given_source, key_source
from .key_store import KeyStore
from .ownership import refuse_foreign
from .sqlite import APPLICATION_ID
from .sqlite_errors import SQLITE_ERRORS, storage_error

_LOOK = "SELECT (SELECT ledger_id FROM ledger), (SELECT max(position) FROM ledger_events)"


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
    log = _look_at(path)
    store = KeyStore(
        str(keys), key_source(path, key), log_exists=log is not _NO_LOG, belongs_to=log.ledger_id
    )
    # Asked twice: another process may just be making this ledger, and its log has the id before any key.
    if log.is_new and store.has_issued() and _look_at(path).is_new:
        store.close()
        raise KeyStoreError(
            "open a ledger",
            "the key store is there, its log is not",
            f"restore the log from its backup, or move {keys.name!r} away to begin a new ledger",
        )
    return store


class _Log(NamedTuple):
    ledger_id: str | None
    """None: it has none yet, or cannot be read; opening it will say."""
    is_new: bool
    """Nothing was ever recorded in it."""


_NO_LOG = _Log(None, is_new=True)


def _look_at(path: Path) -> _Log:
    """The log before it is opened, and before any key is made or missed. Raises ForeignDatabase."""
    if not path.parent.is_dir():
        raise LedgerReadOnly(
            "open a ledger", "its folder does not exist", "make the folder, or check the path"
        )
    if path.is_dir():
        raise ForeignDatabase("open a ledger", "the path is a folder", "give the path of a file in it")
    if not path.exists() or path.stat().st_size == 0:
        return _NO_LOG
    # Asked through SQLite: to open and close the file by itself would let go of all locks that this process
    # holds on it (sqlite.org/howtocorrupt.html, 2.2), and another process could then remove its journal.
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            is_empty = refuse_foreign(connection, APPLICATION_ID, "a ledger")
            ledger_id, last = (None, None) if is_empty else connection.execute(_LOOK).fetchone()
        finally:
            connection.close()
    except SQLITE_ERRORS as error:
        known = storage_error(error, "open a ledger")
        if isinstance(known, ForeignDatabase):
            raise known from None
        return _Log(None, is_new=False)
    return _Log(ledger_id, is_new=ledger_id is None and last is None)
