"""The key store: a SQLite file of its own, beside the log, never inside it.

It holds one wrapped data key per data subject, and the secret of the address keys. A key that was destroyed
leaves its row (``destroyed_at``); a row that is missing is an alarm, never an erasure.
"""

import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..domain.addresses import Digests
from ..errors import KeyStoreForeign, KeyStoreMissing, SubjectKeyMissing, WrongKeyEncryptionKey
from ..privacy.keys import KEY_BYTES, KeyEncryptionKey, new_key
from .connections import MEMORY, Connections
from .ownership import claim

_APPLICATION_ID = 0x444C4B53  # "DLKS"
_FIRST_SCHEMA = """\
CREATE TABLE key_store (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  ledger_id TEXT NOT NULL
) STRICT;

CREATE TABLE address_secrets (
  version INTEGER PRIMARY KEY,
  wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE subject_keys (
  subject TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  wrapped BLOB,
  destroyed_at TEXT,
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
) STRICT, WITHOUT ROWID
"""
_ERASURE_SCHEMA = """\
ALTER TABLE key_store ADD COLUMN erased_to INTEGER NOT NULL DEFAULT 0;

ALTER TABLE key_store ADD COLUMN erased_fingerprint TEXT;

ALTER TABLE key_store ADD COLUMN must_scrub INTEGER NOT NULL DEFAULT 0;

CREATE INDEX live_intake_keys ON subject_keys (subject) WHERE purpose = 'intake' AND wrapped IS NOT NULL
"""
_DESTROYED = (
    "SELECT subject FROM subject_keys WHERE wrapped IS NULL AND subject IN (SELECT value FROM json_each(?))"
)
_LIVE_INTAKE = "SELECT subject FROM subject_keys WHERE purpose = 'intake' AND wrapped IS NOT NULL"
_SCHEMAS = (_FIRST_SCHEMA, _ERASURE_SCHEMA)
_KEK_VARIABLE = "DELIVERYLEDGER_KEY_ENCRYPTION_KEY"


class KeyStore:
    """Keys of one ledger. ``path`` may be ``:memory:``."""

    def __init__(self, path: str, key_encryption_key: KeyEncryptionKey, *, log_exists: bool = False) -> None:
        if log_exists and path != MEMORY and not Path(path).exists():
            raise KeyStoreMissing(
                "open the key store",
                "the event log is there, its key store is not",
                "restore the key store from its backup; nothing was changed",
            )
        self._kek = key_encryption_key
        self._connections = Connections(
            path,
            what="the key store",
            application_id=_APPLICATION_ID,
            prepare=self._prepare,
            private=True,
        )

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if claim(connection, application_id=_APPLICATION_ID, schemas=_SCHEMAS, what="the key store"):
            ledger_id = os.urandom(16).hex()
            connection.execute("INSERT INTO key_store (only_row, ledger_id) VALUES (1, ?)", (ledger_id,))
            wrapped = self._kek.wrap(new_key(), "address-secret-1")
            connection.execute("INSERT INTO address_secrets VALUES (1, ?)", (wrapped,))
        self.ledger_id: str = connection.execute("SELECT ledger_id FROM key_store").fetchone()[0]
        version, wrapped = connection.execute(
            "SELECT version, wrapped FROM address_secrets ORDER BY version DESC"
        ).fetchone()
        secret = self._kek.unwrap(wrapped, f"address-secret-{version}")
        self.digests = Digests(secret, version)

    def check_belongs_to(self, ledger_id: str) -> None:
        """Raise KeyStoreForeign unless the keys are those of this ledger."""
        if self.ledger_id != ledger_id:
            raise KeyStoreForeign(
                "open the key store",
                "it belongs to another ledger",
                "put the key store that was made with this log beside it",
            )

    def add(self, issued: dict[str, tuple[str, bytes]]) -> None:
        """Commit new keys (subject -> purpose, data key) before any event that they seal."""
        rows = [(s, purpose, self._kek.wrap(key, s)) for s, (purpose, key) in issued.items()]
        with self._connections.write("store new keys") as connection:
            connection.executemany(
                "INSERT INTO subject_keys (subject, purpose, wrapped) VALUES (?, ?, ?)", rows
            )

    def fetch(self, subjects: Iterable[str]) -> dict[str, AESGCM | None]:
        """The subjects' keys, with one query; None = destroyed. Raises SubjectKeyMissing."""
        wanted = set(subjects)
        if not wanted:
            return {}
        with self._connections.read("fetch keys") as connection:
            rows = connection.execute(
                "SELECT subject, wrapped FROM subject_keys WHERE subject IN (SELECT value FROM json_each(?))",
                (_json_array(wanted),),
            ).fetchall()
        if len(rows) < len(wanted):
            raise SubjectKeyMissing(
                "open or seal personal fields",
                "the key of a data subject is neither there nor recorded as destroyed",
                "restore the key store from its backup",
            )
        unwrap = self._kek.unwrap
        return {s: AESGCM(unwrap(wrapped, s)) if wrapped is not None else None for s, wrapped in rows}

    def destroyed(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects whose keys were destroyed."""
        with self._connections.read("look for destroyed keys") as connection:
            rows = connection.execute(_DESTROYED, (_json_array(set(subjects)),)).fetchall()
        return {row[0] for row in rows}

    def live_intake_subjects(self) -> set[str]:
        """Whose keys still open a report that was matched to no message."""
        with self._connections.read("list keys") as connection:
            return {row[0] for row in connection.execute(_LIVE_INTAKE)}

    def destroy(self, subjects: Iterable[str], at: datetime) -> None:
        """Overwrite keys for good; what they sealed is erased. Twice is fine.

        Copies may be left in the journal and in free pages until :meth:`scrub`.
        """
        with self._connections.write("destroy keys") as connection:
            _destroy(connection, subjects, at)

    def erased_to(self) -> tuple[int, str | None]:
        """Up to which position of the log, with which fingerprint, erasures were carried out."""
        with self._connections.read("look up the last erasure") as connection:
            row = connection.execute("SELECT erased_to, erased_fingerprint FROM key_store").fetchone()
        return row[0], row[1]

    def carry_out(self, subjects: Iterable[str], at: datetime, reached: tuple[int, str | None]) -> None:
        """Destroy the keys that recorded erasures name, and note how far the log was followed."""
        with self._connections.write("carry out erasures") as connection:
            _destroy(connection, subjects, at)
            connection.execute(
                "UPDATE key_store SET erased_to = ?, erased_fingerprint = ?, must_scrub = 1", reached
            )

    def scrub(self) -> None:
        """After an erasure: write the file anew and empty its journal, so that no destroyed key is left."""
        with self._connections.read("look up the last erasure") as connection:
            if not connection.execute("SELECT must_scrub FROM key_store").fetchone()[0]:
                return
        self._connections.scrub("remove what is left of destroyed keys")
        with self._connections.write("note an erasure") as connection:
            connection.execute("UPDATE key_store SET must_scrub = 0")

    def close(self) -> None:
        """Release the connections."""
        self._connections.close()


def _destroy(connection: sqlite3.Connection, subjects: Iterable[str], at: datetime) -> None:
    rows = [(at.isoformat(), subject) for subject in subjects]
    connection.executemany(
        "UPDATE subject_keys SET wrapped = NULL, destroyed_at = ? WHERE subject = ? AND wrapped IS NOT NULL",
        rows,
    )


def _json_array(texts: Iterable[str]) -> str:
    return '["' + '","'.join(texts) + '"]'  # subjects are hexadecimal


def load_key_encryption_key(path: Path, *, may_create: bool) -> KeyEncryptionKey:
    """From the environment (``DELIVERYLEDGER_KEY_ENCRYPTION_KEY``, 64 hex digits) or the file at ``path``.

    For a new ledger a missing file is made, readable by its owner alone.
    """
    text = os.environ.get(_KEK_VARIABLE)
    if text is None:
        if may_create and not path.exists():
            _create_key_file(path)
        try:
            text = path.read_text("ascii", "replace")
        except OSError:
            raise KeyStoreMissing(
                "read the key-encryption key",
                f"{_KEK_VARIABLE} is not set and the key file cannot be read",
                "set the variable, or restore the key file",
            ) from None
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongKeyEncryptionKey(
            "read the key-encryption key", "it is not 64 hex digits", "restore the right key"
        )
    return KeyEncryptionKey(key)


def _create_key_file(path: Path) -> None:
    # Written under another name and linked into place, so that nobody reads half a key and the first wins.
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return  # read_text() will say that it is not there
    with os.fdopen(handle, "w") as file:
        file.write(new_key().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
