"""A write transaction on SQLite: it holds the write lock, so nothing that it reads can change."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..application.ports import Changes, Clock, Correlation, RawEvidence
from ..domain.addresses import Digests
from ..domain.aggregate import Event
from ..errors import ConcurrentChange
from ..privacy.keys import new_key, new_subject_id
from .address_secret import earlier_address_keys, secret_in_use
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
from .fetched_keys import FetchedKeys, FetchesKeys
from .key_store import KeyStore
from .lookups import delivery, forget_deliveries, remember_deliveries, submitted_to
from .parameters import json_array
from .raw_evidence import evidence_of, insert_evidence
from .requests import PURPOSE, RequestKey, insert_requests, put_off, remove_requests, requests_there
from .sqlite import insert

_LOAD = (
    "SELECT e.stream, e.version, e.name, e.data FROM json_each(?) AS wanted "
    "CROSS JOIN ledger_events AS e ON e.stream = wanted.value AND e.version > ? AND e.position > 0 "
    "ORDER BY wanted.key, e.version"
)
_TAILS = (
    "SELECT e.stream, e.version, e.name, e.data FROM json_each(?) AS wanted "
    "CROSS JOIN ledger_events AS e ON e.stream = wanted.value AND e.position > 0 AND e.version > "
    "(SELECT max(version) FROM ledger_events WHERE stream = wanted.value) - ? "
    "ORDER BY wanted.key, e.version"
)
_CORRELATED = "SELECT c.* FROM json_each(?) AS wanted CROSS JOIN correlations AS c ON c.key = wanted.value"
_BY_REFERENCE = "SELECT * FROM correlations WHERE reference = ? LIMIT 1000"
_WAITING = (
    "SELECT DISTINCT stream FROM waiting WHERE reference IN (SELECT value FROM json_each(?)) ORDER BY stream"
)
_SINCE = "SELECT stream, name, data FROM ledger_events WHERE position > ? ORDER BY position"
_WAITING_STREAMS = (
    "SELECT w.stream FROM (SELECT DISTINCT stream FROM waiting) AS w CROSS JOIN ledger_events AS e "
    "ON e.stream = w.stream AND e.version = 1 WHERE w.stream GLOB 'intake-*' ORDER BY e.position"
)


class SqliteTransaction:
    """The port ``LogTransaction``: it holds the write lock, so nothing that it reads can change."""

    def __init__(
        self, connection: sqlite3.Connection, key_store: KeyStore, clock: Clock, request_key: RequestKey
    ) -> None:
        self._connection = connection
        self._request_key = request_key
        self._key_store = key_store
        self._clock = clock
        self._fetched = FetchedKeys(key_store)
        self._issued: dict[str, tuple[str, bytes]] = {}
        self._digests = key_store.digests(secret_in_use(connection))
        self.settled: list[str] = []
        """Data subjects of reports that do not wait any more; their keys go once this is committed."""
        self.done: set[str] = set()
        """Those of requests that are recorded; likewise."""

    def load(self, streams: Iterable[str], *, opened: bool = False, after: int = 0) -> dict[str, list[Event]]:
        """See the port."""
        return load(self._connection, streams, self._fetched if opened else None, after)

    def tails(self, streams: Iterable[str], length: int) -> dict[str, tuple[int, list[Event]]]:
        """See the port."""
        found: dict[str, tuple[int, list[Event]]] = {}
        for stream, version, name, data in self._connection.execute(_TAILS, (json_array(streams), length)):
            found.setdefault(stream, (version - 1, []))[1].append(decode(name, data))
        return found

    def correlated(self, keys: Iterable[str]) -> dict[str, list[Correlation]]:
        """See the port."""
        found: dict[str, list[Correlation]] = defaultdict(list)
        for row in self._connection.execute(_CORRELATED, (json_array(keys),)):
            found[row[0]].append(Correlation._make(row))
        return found

    def correlated_by_reference(self, references: Iterable[str]) -> dict[str, list[Correlation]]:
        """See the port."""
        return {
            reference: [Correlation(*row) for row in self._connection.execute(_BY_REFERENCE, (reference,))]
            for reference in references
        }

    def submitted_to(
        self, address_key: str, *, provider: str, account: str, since: datetime, until: datetime
    ) -> list[Correlation]:
        """See the port."""
        return submitted_to(
            self._connection, address_key, provider=provider, account=account, since=since, until=until
        )

    def waiting(self, references: Iterable[str]) -> list[str]:
        """See the port."""
        return waiting(self._connection, references)

    def since(self, position: int) -> list[tuple[str, Event]]:
        """See the port."""
        return [
            (stream, decode(name, data))
            for stream, name, data in self._connection.execute(_SINCE, (position,))
        ]

    def delivery(self, key: str) -> str | None:
        """See the port."""
        return delivery(self._connection, key)

    def evidence(self, streams: Iterable[str]) -> list[RawEvidence]:
        """See the port."""
        return evidence_of(self._connection, self._fetched, json_array(streams))

    def requests_there(self, numbers: Iterable[int]) -> set[int]:
        """See the port."""
        return requests_there(self._connection, numbers)

    @property
    def digests(self) -> Digests:
        """See the port."""
        return self._digests

    def earlier_address_keys(self, keys: Iterable[str]) -> set[str]:
        """See the port."""
        return earlier_address_keys(self._connection, keys)

    def issue_subject(self, purpose: str) -> str:
        """See the port."""
        subject = new_subject_id()
        self._issued[subject] = (purpose, new_key())
        return subject

    def erased(self, subjects: Iterable[str]) -> set[str]:
        """See the port."""
        return self._key_store.destroyed(subjects)

    def append(self, changes: Changes) -> None:
        """See the port."""
        connection = self._connection
        keys = self._keys(changes)
        self._insert_events(changes, keys)
        insert_evidence(connection, changes.evidence, keys)
        connection.executemany(
            "INSERT OR IGNORE INTO correlations VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", changes.correlations
        )
        connection.executemany("INSERT OR IGNORE INTO waiting VALUES (?,?)", changes.waiting)
        gone = [(stream,) for stream in changes.no_longer_waiting]
        connection.executemany("DELETE FROM waiting WHERE stream = ?", gone)
        remember_deliveries(connection, changes.deliveries)
        if changes.deliveries_forgotten is not None:
            forget_deliveries(connection, changes.deliveries_forgotten)
        unwanted = [(stream,) for stream in changes.evidence_removed]
        connection.executemany("DELETE FROM raw_evidence WHERE stream = ?", unwanted)
        self.settled.extend(changes.settled)
        if changes.requests:
            subject, key = self._request_key.take(connection, self._issue_request_key)
            insert_requests(connection, changes.requests, subject, key)
        self.done |= remove_requests(connection, changes.requests_done)
        put_off(connection, changes.requests_put_off)

    def _keys(self, changes: Changes) -> dict[str, AESGCM | None]:
        subjects = {s for new in changes.events if (s := needs_key(new.event))}
        subjects.update([evidence.subject for evidence in changes.evidence])
        self._fetched.take(self._commit_issued(subjects))
        return self._fetched.fetch(subjects)

    def _insert_events(self, changes: Changes, keys: Keys) -> None:
        time = format_time(self.now())
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

    def _issue_request_key(self) -> tuple[str, AESGCM]:
        subject = self.issue_subject(PURPOSE)
        return subject, self._commit_issued({subject})[subject]

    def _commit_issued(self, subjects: set[str]) -> dict[str, AESGCM]:
        used = {s: issued for s, issued in self._issued.items() if s in subjects}
        if used:
            self._key_store.add(used)
            for subject in used:
                del self._issued[subject]
        return {s: AESGCM(key) for s, (_, key) in used.items()}

    def now(self) -> datetime:
        """See the port."""
        row = self._connection.execute(
            "SELECT data FROM ledger_events ORDER BY position DESC LIMIT 1"
        ).fetchone()
        now = self._clock()
        return max(now, recorded_at(row[0])) if row else now


def load(
    connection: sqlite3.Connection, streams: Iterable[str], opening: FetchesKeys | None, after: int = 0
) -> dict[str, list[Event]]:
    """The events of streams above a version, each stream once; ``opening`` has the keys if they shall be
    opened."""
    rows = connection.execute(_LOAD, (json_array(dict.fromkeys(streams)), after)).fetchall()
    loaded: dict[str, list[Event]] = defaultdict(list)
    if opening is None:
        for stream, _, name, data in rows:
            loaded[stream].append(decode(name, data))
        return loaded
    keys = opening.fetch({s for row in rows if (s := sealed_subject(row[3]))})
    for stream, version, name, data in rows:
        loaded[stream].append(decode_opened(Placed(name, stream, version), data, keys))
    return loaded


def waiting(connection: sqlite3.Connection, references: Iterable[str]) -> list[str]:
    """Intake streams that wait for one of the references."""
    return [row[0] for row in connection.execute(_WAITING, (json_array(references),))]


def waiting_streams(connection: sqlite3.Connection) -> list[str]:
    """Every intake stream that still waits or is quarantined, oldest first."""
    return [row[0] for row in connection.execute(_WAITING_STREAMS)]
