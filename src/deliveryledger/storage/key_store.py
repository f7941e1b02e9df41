"""The key store: a SQLite file of its own, beside the log, never inside it.

It holds one wrapped data key per data subject, and the secret of the address keys. A key that was destroyed
leaves its row (``destroyed_at``); a row that is missing is an alarm, never an erasure.
"""

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import LedgerLocked, SubjectKeyMissing, WrongKeyEncryptionKey
from ..privacy.keys import KeyEncryptionKey
from .key_ring import KeyRing, foreign
from .key_sources import KeySource
from .parameters import json_array

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
_ROTATION_SCHEMA = """\
ALTER TABLE key_store ADD COLUMN kek_generation INTEGER NOT NULL DEFAULT 1;

ALTER TABLE key_store ADD COLUMN wrapped_kek BLOB;

ALTER TABLE key_store ADD COLUMN backed_up_at TEXT;

ALTER TABLE key_store ADD COLUMN backup_expires_at TEXT;

ALTER TABLE key_store ADD COLUMN is_backup INTEGER NOT NULL DEFAULT 0
"""
_LOSS_SCHEMA = """\
CREATE TABLE given_up (
  subject TEXT PRIMARY KEY,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_FETCH = "SELECT subject, wrapped FROM subject_keys WHERE subject IN (SELECT value FROM json_each(?))"
_DESTROYED = (
    "SELECT subject FROM subject_keys WHERE wrapped IS NULL AND subject IN (SELECT value FROM json_each(?))"
)
_GIVE_UP = (
    'INSERT INTO given_up (subject, at, "by") SELECT ?1, ?2, ?3 '
    "WHERE NOT EXISTS (SELECT 1 FROM subject_keys WHERE subject = ?1)"
)
_LOST = "INSERT OR IGNORE INTO subject_keys (subject, purpose, destroyed_at) VALUES (?, 'lost', ?)"
_LIVE_INTAKE = "SELECT subject FROM subject_keys WHERE purpose = 'intake' AND wrapped IS NOT NULL"
_LIVE_REQUESTS = "SELECT subject FROM subject_keys WHERE purpose = 'request' AND wrapped IS NOT NULL"
_OLD_REQUESTS = "DELETE FROM subject_keys WHERE purpose = 'request' AND wrapped IS NULL AND destroyed_at < ?"
_REQUESTS_SCHEMA = """\
CREATE INDEX request_keys ON subject_keys (destroyed_at) WHERE purpose = 'request'
"""
_REQUESTS_REMEMBERED = timedelta(days=2)
_SCHEMAS = (_FIRST_SCHEMA, _ERASURE_SCHEMA, _ROTATION_SCHEMA, _LOSS_SCHEMA, _REQUESTS_SCHEMA)


class KeyStore(KeyRing):
    """Keys of one ledger. ``path`` may be ``:memory:``."""

    def __init__(
        self,
        path: str,
        source: KeySource | KeyEncryptionKey,
        *,
        log_exists: bool = False,
        belongs_to: str | None = None,
    ) -> None:
        super().__init__(path, source, schemas=_SCHEMAS, log_exists=log_exists, belongs_to=belongs_to)

    def check_belongs_to(self, ledger_id: str) -> None:
        """Raise KeyStoreForeign unless the keys are those of this ledger."""
        if self.ledger_id != ledger_id:
            raise foreign()

    def add(self, issued: dict[str, tuple[str, bytes]]) -> None:
        """Commit new keys (subject -> purpose, data key) before any event that they seal."""
        with self._writing("store new keys") as (connection, kek):
            connection.executemany(
                "INSERT INTO subject_keys (subject, purpose, wrapped) VALUES (?, ?, ?)",
                [(s, purpose, kek.wrap(key, s)) for s, (purpose, key) in issued.items()],
            )

    def fetch(self, subjects: Iterable[str]) -> dict[str, AESGCM | None]:
        """The subjects' keys, with one query; None = destroyed. Raises SubjectKeyMissing."""
        wanted = set(subjects)
        if not wanted:
            return {}
        while True:
            unlocked = self._unlocked  # before the rows are read: they may be newer, and never older
            try:
                return _unwrapped(self._rows(wanted), unlocked.kek)
            except WrongKeyEncryptionKey:
                if self._unlocked.generation == unlocked.generation:
                    self._unlock_again()
                if self._unlocked.generation == unlocked.generation:
                    raise

    def _rows(self, wanted: set[str]) -> list[tuple[str, bytes | None]]:
        with self._connections.read("fetch keys") as connection:
            rows = connection.execute(_FETCH, (json_array(wanted),)).fetchall()
        if len(rows) < len(wanted):
            raise SubjectKeyMissing(
                "open or seal personal fields",
                "the key of a data subject is neither there nor recorded as destroyed",
                "restore a newer backup of the key store; if there is none, ledger.keys.give_up_missing() "
                "records it as lost",
            )
        return rows

    def destroyed(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects whose keys were destroyed."""
        with self._connections.read("look for destroyed keys") as connection:
            rows = connection.execute(_DESTROYED, (json_array(set(subjects)),)).fetchall()
        return {row[0] for row in rows}

    def has_issued(self) -> bool:
        """Whether it has ever had the key of a data subject."""
        with self._connections.read("look at the keys") as connection:
            return connection.execute("SELECT 1 FROM subject_keys LIMIT 1").fetchone() is not None

    def missing(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects whose keys are neither there nor recorded as destroyed."""
        wanted = set(subjects)
        with self._connections.read("look for missing keys") as connection:
            return wanted - {row[0] for row in connection.execute(_FETCH, (json_array(wanted),))}

    def record_lost(self, subjects: Iterable[str], at: datetime, *, by: str) -> int:
        """Record missing keys as destroyed, and who gave them up; returns how many were missing."""
        rows = [(subject, at.isoformat(), by) for subject in subjects]
        with self._connections.write("record lost keys") as connection:
            connection.executemany(_GIVE_UP, rows)
            return connection.executemany(_LOST, [row[:2] for row in rows]).rowcount

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

    def live_request_subjects(self) -> set[str]:
        """Whose keys still open a kept request."""
        with self._connections.read("list keys") as connection:
            return {row[0] for row in connection.execute(_LIVE_REQUESTS)}

    def destroy_of_requests(self, subjects: Iterable[str], at: datetime) -> None:
        """As :meth:`destroy`. That they were there is forgotten after two days: only a log that was restored
        from an older copy names them."""
        with self._connections.write("destroy keys") as connection:
            _destroy(connection, subjects, at)
            connection.execute(_OLD_REQUESTS, ((at - _REQUESTS_REMEMBERED).isoformat(),))

    def empty_journal(self) -> None:
        """Remove the copies of destroyed keys there, unless somebody is reading it just now."""
        with suppress(LedgerLocked):
            self._connections.scrub("remove what is left of destroyed keys", journal_only=True)

    def erased_to(self) -> tuple[int, str | None]:
        """Up to which position of the log, with which fingerprint, erasures were carried out."""
        with self._connections.read("look up the last erasure") as connection:
            row = connection.execute("SELECT erased_to, erased_fingerprint FROM key_store").fetchone()
        return row[0], row[1]

    def carry_out(
        self, subjects: Collection[str], at: datetime, reached: tuple[int, str | None] | None = None
    ) -> None:
        """Destroy keys so that :meth:`scrub` has to follow; note how far the log's erasures were followed."""
        with self._connections.write("carry out erasures") as connection:
            # One that an erasure names and that is not there was lost before; now it is meant to be.
            connection.executemany(
                "INSERT OR IGNORE INTO subject_keys VALUES (?, 'erased', NULL, ?)",
                [(subject, at.isoformat()) for subject in subjects],
            )
            _destroy(connection, subjects, at)
            connection.execute("UPDATE key_store SET must_scrub = must_scrub + 1")
            if reached is not None:
                connection.execute("UPDATE key_store SET erased_to = ?, erased_fingerprint = ?", reached)


def _unwrapped(rows: list[tuple[str, bytes | None]], kek: KeyEncryptionKey) -> dict[str, AESGCM | None]:
    return {s: AESGCM(kek.unwrap(wrapped, s)) if wrapped is not None else None for s, wrapped in rows}


def _destroy(connection: sqlite3.Connection, subjects: Iterable[str], at: datetime) -> None:
    rows = [(at.isoformat(), subject) for subject in subjects]
    connection.executemany(
        "UPDATE subject_keys SET wrapped = NULL, destroyed_at = ? WHERE subject = ? AND wrapped IS NOT NULL",
        rows,
    )
