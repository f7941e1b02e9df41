"""The event log on SQLite: an eventsourcing application whose hot paths go through its recorder directly."""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.application import Application
from eventsourcing.persistence import Compressor, Mapper, StoredEvent, Transcoder
from eventsourcing.utils import Environment, EnvType
from pydantic_core import to_json

from ..application.envelope import Envelope
from ..application.ports import Changes, Clock, Correlation
from ..domain.addresses import Digests
from ..domain.aggregate import Event
from ..errors import ConcurrentChange
from ..privacy.keys import new_key, new_subject_id
from .codec import (
    Keys,
    Placed,
    decode,
    decode_opened,
    encode,
    format_time,
    needs_key,
    recorded_at,
    sealed_subject,
)
from .connections import BUSY_SECONDS
from .key_store import KeyStore
from .sqlite import LedgerDatastore, LedgerFactory, insert

_LOAD = (
    "SELECT e.stream, e.version, e.name, e.data FROM json_each(?) AS wanted "
    "CROSS JOIN ledger_events AS e ON e.stream = wanted.value AND e.version > ? "
    "ORDER BY wanted.key, e.version"
)
_CORRELATED = "SELECT c.* FROM json_each(?) AS wanted CROSS JOIN correlations AS c ON c.key = wanted.value"
_BY_REFERENCE = "SELECT * FROM correlations WHERE reference = ? LIMIT 2"
_WAITING = (
    "SELECT DISTINCT stream FROM waiting WHERE reference IN (SELECT value FROM json_each(?)) ORDER BY stream"
)
_READ = (
    "SELECT stream, version, position, name, data FROM ledger_events "
    "WHERE position > ? ORDER BY position LIMIT ?"
)
_WAITING_STREAMS = (
    "SELECT DISTINCT w.stream FROM waiting AS w JOIN ledger_events AS e "
    "ON e.stream = w.stream AND e.version = 1 ORDER BY e.position"
)


class LedgerMapper(Mapper[str]):
    """Envelopes to stored events and back, for eventsourcing's own classes; seals and opens like the log."""

    def __init__(
        self, transcoder: Transcoder, compressor: Compressor | None = None, cipher: Any = None
    ) -> None:
        super().__init__(transcoder, compressor, cipher)
        self.key_store: KeyStore | None = None

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode an envelope."""
        envelope = cast("Envelope", domain_event)
        subject = needs_key(envelope.event)
        keys = self._keys([subject] if subject else [])
        time = format_time(envelope.recorded_at)
        data = encode(envelope.event, envelope.stream, envelope.version, time, keys)
        return StoredEvent(envelope.stream, envelope.version, type(envelope.event).__name__, data)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Decode into an envelope, opened; its position is known to notifications only."""
        stream, version, name = (
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
        )
        subject = sealed_subject(stored_event.state)
        keys = self._keys([subject] if subject else [])
        event = decode_opened(Placed(name, stream, version), stored_event.state, keys)
        position = getattr(stored_event, "id", 0)
        return Envelope(stream, version, position, recorded_at(stored_event.state), event)

    def _keys(self, subjects: Iterable[str]) -> Keys:
        return self.key_store.fetch(subjects) if self.key_store else {}


class LedgerApplication(Application[str]):
    """The ledger as eventsourcing sees it: its notification log, its recorder, its event store."""

    name = "deliveryledger"

    def __init__(self, path: str, key_store: KeyStore, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        super().__init__()
        cast("LedgerMapper", self.mapper).key_store = key_store

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Ours alone: a COMPRESSOR_TOPIC or CIPHER_TOPIC of the surroundings must not change the format."""
        del env
        return Environment(
            name,
            {
                "PERSISTENCE_MODULE": "deliveryledger.storage.sqlite:LedgerFactory",
                "MAPPER_TOPIC": "deliveryledger.storage.event_log:LedgerMapper",
                "SQLITE_DBNAME": self._path,
                "SQLITE_LOCK_TIMEOUT": str(self._busy_seconds),
                "ORIGINATOR_ID_TYPE": "text",
            },
        )


class SqliteEventLog:
    """The port ``EventLog`` on a SQLite file. A writer waits ``busy_seconds`` for the lock."""

    def __init__(
        self, path: str, key_store: KeyStore, clock: Clock, *, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self._keys = key_store
        self._clock = clock
        self.application = LedgerApplication(path, key_store, busy_seconds=busy_seconds)
        factory = cast("LedgerFactory", self.application.factory)
        self._connections = cast("LedgerDatastore", factory.datastore).connections
        try:
            self._agree_with(key_store)
        except BaseException:
            self.application.close()
            raise

    def _agree_with(self, key_store: KeyStore) -> None:
        with self._connections.write("open the ledger") as connection:
            row = connection.execute("SELECT ledger_id FROM ledger").fetchone()
            if row is None:
                connection.execute("INSERT INTO ledger VALUES (1, ?)", (key_store.ledger_id,))
        key_store.check_belongs_to(row[0] if row else key_store.ledger_id)

    @property
    def ledger_id(self) -> str:
        """Random id of this ledger."""
        return self._keys.ledger_id

    @property
    def digests(self) -> Digests:
        """Keyed digests with this ledger's secret."""
        return self._keys.digests

    @contextmanager
    def transaction(self) -> Iterator["SqliteTransaction"]:
        """See the port."""
        with self._connections.write("append to the ledger") as connection:
            yield SqliteTransaction(connection, self._keys, self._clock)

    def load(self, streams: Iterable[str], *, opened: bool = False) -> dict[str, list[Event]]:
        """See the port."""
        with self._connections.read("load streams") as connection:
            return _load(connection, streams, self._keys if opened else None)

    def read(self, *, after: int, limit: int) -> Sequence[Envelope]:
        """See the port."""
        with self._connections.read("read the ledger") as connection:
            rows = connection.execute(_READ, (after, limit)).fetchall()
        keys = self._keys.fetch({s for row in rows if (s := sealed_subject(row[4]))})
        return [
            Envelope(
                stream,
                version,
                position,
                recorded_at(data),
                decode_opened(Placed(name, stream, version), data, keys),
            )
            for stream, version, position, name, data in rows
        ]

    def waiting_streams(self) -> list[str]:
        """See the port."""
        with self._connections.read("list what waits") as connection:
            return [row[0] for row in connection.execute(_WAITING_STREAMS)]

    def last_position(self) -> int:
        """See the port."""
        with self._connections.read("find the ledger's end") as connection:
            return connection.execute("SELECT max(position) FROM ledger_events").fetchone()[0] or 0

    def fingerprint(self, position: int) -> str | None:
        """See the port."""
        with self._connections.read("read the ledger") as connection:
            row = connection.execute(
                "SELECT stream, version, name, data FROM ledger_events WHERE position = ?", (position,)
            ).fetchone()
        return hashlib.sha256(repr(row).encode()).hexdigest()[:32] if row else None

    def delivery(self, key: str) -> str | None:
        """See the port."""
        with self._connections.read("look up a delivery") as connection:
            return _delivery(connection, key)

    def close(self) -> None:
        """Release everything."""
        self.application.close()
        self._connections.close()
        self._keys.close()


class SqliteTransaction:
    """The port ``LogTransaction``: it holds the write lock, so nothing that it reads can change."""

    def __init__(self, connection: sqlite3.Connection, key_store: KeyStore, clock: Clock) -> None:
        self._connection = connection
        self._key_store = key_store
        self._clock = clock
        self._issued: dict[str, tuple[str, bytes]] = {}

    def load(self, streams: Iterable[str], *, opened: bool = False, after: int = 0) -> dict[str, list[Event]]:
        """See the port."""
        return _load(self._connection, streams, self._key_store if opened else None, after)

    def correlated(self, keys: Iterable[str]) -> dict[str, list[Correlation]]:
        """See the port."""
        found: dict[str, list[Correlation]] = defaultdict(list)
        for row in self._connection.execute(_CORRELATED, (_json_array(keys),)):
            found[row[0]].append(Correlation._make(row))
        return found

    def correlated_by_reference(self, references: Iterable[str]) -> dict[str, list[Correlation]]:
        """See the port."""
        return {
            reference: [Correlation(*row) for row in self._connection.execute(_BY_REFERENCE, (reference,))]
            for reference in references
        }

    def waiting(self, references: Iterable[str]) -> list[str]:
        """See the port."""
        return [row[0] for row in self._connection.execute(_WAITING, (_json_array(references),))]

    def delivery(self, key: str) -> str | None:
        """See the port."""
        return _delivery(self._connection, key)

    def issue_subject(self, purpose: str) -> str:
        """See the port."""
        subject = new_subject_id()
        self._issued[subject] = (purpose, new_key())
        return subject

    def append(self, changes: Changes) -> None:
        """See the port."""
        self._insert_events(changes)
        connection = self._connection
        connection.executemany(
            "INSERT OR IGNORE INTO correlations VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", changes.correlations
        )
        connection.executemany("INSERT OR IGNORE INTO waiting VALUES (?,?)", changes.waiting)
        gone = [(stream,) for stream in changes.no_longer_waiting]
        connection.executemany("DELETE FROM waiting WHERE stream = ?", gone)
        connection.executemany("INSERT INTO deliveries VALUES (?,?)", changes.deliveries)

    def _insert_events(self, changes: Changes) -> None:
        subjects = {s for new in changes.events if (s := needs_key(new.event))}
        keys = self._commit_issued(subjects)
        keys.update(self._key_store.fetch(subjects - keys.keys()))
        time = format_time(self._now())
        rows = [
            (stream, version, type(event).__name__, encode(event, stream, version, time, keys))
            for stream, version, event in changes.events
        ]
        try:
            insert(self._connection, rows)
        except sqlite3.IntegrityError:
            raise ConcurrentChange(
                "append events", "a stream has grown since it was loaded", "load it again and decide anew"
            ) from None

    def _commit_issued(self, subjects: set[str]) -> dict[str, AESGCM | None]:
        used = {s: issued for s, issued in self._issued.items() if s in subjects}
        if used:
            self._key_store.add(used)
            for subject in used:
                del self._issued[subject]
        return {s: AESGCM(key) for s, (_, key) in used.items()}

    def _now(self) -> datetime:
        """The present moment, but never before the previous event's: a clock may be set back."""
        row = self._connection.execute(
            "SELECT data FROM ledger_events ORDER BY position DESC LIMIT 1"
        ).fetchone()
        now = self._clock()
        return max(now, recorded_at(row[0])) if row else now


def _load(
    connection: sqlite3.Connection, streams: Iterable[str], opening: KeyStore | None, after: int = 0
) -> dict[str, list[Event]]:
    rows = connection.execute(_LOAD, (_json_array(streams), after)).fetchall()
    loaded: dict[str, list[Event]] = defaultdict(list)
    if opening is None:
        for stream, _, name, data in rows:
            loaded[stream].append(decode(name, data))
        return loaded
    keys = opening.fetch({s for row in rows if (s := sealed_subject(row[3]))})
    for stream, version, name, data in rows:
        loaded[stream].append(decode_opened(Placed(name, stream, version), data, keys))
    return loaded


def _delivery(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT content FROM deliveries WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _json_array(texts: Iterable[str]) -> str:
    return to_json(list(texts)).decode()
