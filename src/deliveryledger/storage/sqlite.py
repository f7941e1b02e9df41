"""The persistence module for eventsourcing on SQLite: factory, datastore, recorder.

Our own table with an AUTOINCREMENT position, so that a position is never used twice; the view
``stored_events`` gives eventsourcing's stock recorder the columns that it expects, for reading only.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor, SQLiteDatastore, SQLiteFactory
from eventsourcing.utils import Environment

from ..errors import ConcurrentChange, StorageError
from .connections import BUSY_SECONDS, Connections
from .lookups import LOOKUPS_SCHEMA
from .ownership import claim

APPLICATION_ID = 0x444C4C47  # "DLLG"
TABLE = "ledger_events"
_FIRST_SCHEMA = """\
CREATE TABLE ledger (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  ledger_id TEXT NOT NULL
) STRICT;

CREATE TABLE ledger_events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (stream, version)
) STRICT;

CREATE TRIGGER ledger_events_are_never_changed BEFORE UPDATE ON ledger_events BEGIN
  SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER ledger_events_are_never_deleted BEFORE DELETE ON ledger_events BEGIN
  SELECT RAISE(ABORT, 'events are never deleted');
END;

CREATE VIEW stored_events AS
  SELECT position AS rowid, stream AS originator_id, version AS originator_version,
    name AS topic, data AS state
  FROM ledger_events;

CREATE TABLE correlations (
  key TEXT NOT NULL,
  stream TEXT NOT NULL,
  reference TEXT NOT NULL,
  address_key TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  submitted_at TEXT NOT NULL,
  candidate_id TEXT,
  sender_id TEXT,
  data_subject TEXT,
  registered_at TEXT,
  resend_of TEXT,
  PRIMARY KEY (key, stream)
) STRICT, WITHOUT ROWID;

CREATE INDEX correlations_by_reference ON correlations (reference);

CREATE TABLE waiting (
  reference TEXT NOT NULL,
  stream TEXT NOT NULL,
  PRIMARY KEY (reference, stream)
) STRICT, WITHOUT ROWID;

CREATE INDEX waiting_streams ON waiting (stream);

CREATE TABLE deliveries (
  key TEXT PRIMARY KEY,
  content TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_PRIVACY_SCHEMA = """\
CREATE TABLE raw_evidence (
  id INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  digest BLOB NOT NULL,
  subject TEXT NOT NULL,
  report_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  source TEXT NOT NULL,
  received_at TEXT NOT NULL,
  sealed BLOB NOT NULL,
  UNIQUE (stream, digest)
) STRICT;

CREATE TABLE address_secret_in_use (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  version INTEGER NOT NULL
) STRICT;

INSERT INTO address_secret_in_use VALUES (1, 1);

CREATE TABLE earlier_address_keys (
  address_key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE INDEX erasures ON ledger_events (position) WHERE name = 'PersonalDataErased'
"""
_WAITING_BY_ADDRESS = """\
INSERT OR IGNORE INTO waiting
  SELECT json_extract(CAST(e.data AS TEXT), '$.address_key'), e.stream
  FROM (SELECT DISTINCT stream FROM waiting) AS w
  CROSS JOIN ledger_events AS e ON e.stream = w.stream AND e.version = 1
  WHERE e.name = 'ReportUnmatched' AND json_extract(CAST(e.data AS TEXT), '$.address_key') IS NOT NULL
"""
_REQUESTS = """\
CREATE TABLE requests (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  tenant TEXT,
  received_at TEXT NOT NULL,
  is_verified INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL DEFAULT '',
  sealed BLOB NOT NULL
) STRICT;

CREATE INDEX requests_by_subject ON requests (subject);

CREATE INDEX requests_in_order ON requests (is_verified DESC, number)
"""
SCHEMAS = (_FIRST_SCHEMA, _PRIVACY_SCHEMA, _WAITING_BY_ADDRESS, _REQUESTS, LOOKUPS_SCHEMA)
"""One script per version of the file; later ones only add."""
_ROWS = 100
"""Rows per INSERT statement: fewer statements are faster, 400 parameters are well within SQLite's limit."""
_INSERT = "INSERT OR ROLLBACK INTO ledger_events (stream, version, name, data) VALUES "
_INSERT_MANY = _INSERT + ",".join(["(?,?,?,?)"] * _ROWS)

EventRow = tuple[str, int, str, bytes]
"""(stream, version, name, data) of one stored event."""


def insert(connection: sqlite3.Connection, rows: Sequence[EventRow]) -> range:
    """Append rows inside a transaction; their positions follow one another."""
    whole = len(rows) - len(rows) % _ROWS
    for start in range(0, whole, _ROWS):
        connection.execute(_INSERT_MANY, [value for row in rows[start : start + _ROWS] for value in row])
    if rest := rows[whole:]:
        values = ",".join(["(?,?,?,?)"] * len(rest))
        connection.execute(_INSERT + values, [value for row in rest for value in row])
    last: int = connection.execute("SELECT last_insert_rowid()").fetchone()[0] if rows else 0
    return range(last - len(rows) + 1, last + 1)


class LedgerDatastore(SQLiteDatastore):
    """eventsourcing's datastore on our connections instead of its own pool."""

    # The stock __init__ makes the pool that we replace.
    def __init__(self, path: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.created = False
        self.single_row_tracking = True
        self.originator_id_type = "text"
        self.connections = Connections(
            path,
            what="the ledger",
            application_id=APPLICATION_ID,
            version=len(SCHEMAS),
            prepare=self._prepare,
            busy_seconds=busy_seconds,
        )

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self.created = claim(
            connection,
            application_id=APPLICATION_ID,
            schemas=SCHEMAS,
            what="the ledger",
        )

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A transaction for the stock recorder's methods."""
        using = self.connections.write if commit else self.connections.read
        with using("use the event log") as connection:
            cursor = connection.cursor()
            cursor.row_factory = sqlite3.Row
            yield SQLiteCursor(cursor)

    def close(self) -> None:
        """Close all connections."""
        if hasattr(self, "connections"):
            self.connections.close()


class LedgerRecorder(SQLiteApplicationRecorder):
    """Reads through the view with the stock methods, inserts many rows at a time into the table."""

    def construct_create_table_statements(self) -> list[str]:
        """None: the schema is made when the file is opened."""
        return []

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append; raises eventsourcing's errors, as its conformance tests want."""
        del kwargs
        rows = [(str(_text(s.originator_id)), s.originator_version, s.topic, s.state) for s in stored_events]
        try:
            with self.datastore.connections.write("append events") as connection:  # type: ignore[attr-defined]
                return list(insert(connection, rows))
        except ConcurrentChange as error:
            raise IntegrityError(str(error)) from None


def _text(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


class LedgerFactory(SQLiteFactory):
    """Makes the datastore and recorders of a ledger.

    ``SQLITE_DBNAME`` is the path, ``SQLITE_LOCK_TIMEOUT`` the seconds that a writer waits for the lock.
    """

    def __init__(self, env: Environment) -> None:  # the stock __init__ makes a stock datastore
        super(SQLiteFactory, self).__init__(env)
        path = self.env.get(self.SQLITE_DBNAME) or ""
        if not path:
            raise StorageError("open a ledger", "no path was given", "set SQLITE_DBNAME")
        busy_seconds = float(self.env.get(self.SQLITE_LOCK_TIMEOUT) or BUSY_SECONDS)
        self.datastore = LedgerDatastore(path, busy_seconds=busy_seconds)

    def application_recorder(self) -> ApplicationRecorder:
        """The recorder of the ledger's own table."""
        return LedgerRecorder(self.datastore)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """As the application recorder; the ledger keeps no snapshots."""
        del purpose
        return LedgerRecorder(self.datastore)


__all__ = ["LedgerDatastore", "LedgerFactory", "LedgerRecorder", "insert"]
