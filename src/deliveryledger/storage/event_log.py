"""The event log on SQLite; its hot paths go through the connections directly."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import cast

from ..application.envelope import Envelope
from ..application.ports import Clock, RawEvidence
from ..domain.addresses import Digests
from ..domain.aggregate import Event
from .address_secret import earlier_address_keys, secret_in_use
from .backup import Backup, back_up
from .codec import Keys, decode, open_data, recorded_at, sealed_subject
from .connections import BUSY_SECONDS
from .erasures import erasures_after, subjects_waiting
from .eventsourcing_application import LedgerApplication
from .key_store import KeyStore
from .keys import LedgerKeys
from .lookups import delivery
from .moments import newest
from .parameters import json_array
from .raw_evidence import evidence_after, evidence_of, last_evidence
from .requests import RequestKey, SqliteKeptRequests, subjects_of_requests
from .sqlite import LedgerDatastore, LedgerFactory
from .transaction import SqliteTransaction, load, waiting, waiting_streams

_COLUMNS = "SELECT stream, version, position, name, data FROM ledger_events "
_READ = _COLUMNS + "WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
_OF_STREAMS = (
    "SELECT e.stream, e.version, e.position, e.name, e.data FROM json_each(?) AS wanted "
    "CROSS JOIN ledger_events AS e ON e.stream = wanted.value AND e.position > 0 ORDER BY e.position"
)
_STORED = (
    "SELECT position, stream, version, name, data FROM ledger_events "
    "WHERE position > ? ORDER BY position LIMIT ?"
)
_STORED_AT = (
    "SELECT position, stream, version, name, data FROM ledger_events WHERE stream = ? AND version = ?"
)
_FIRST_GAP = (
    "SELECT stream, version, (SELECT count(*) FROM ledger_events WHERE position <= e.position) "
    "FROM ledger_events AS e WHERE version > 1 AND NOT EXISTS "
    "(SELECT 1 FROM ledger_events AS b WHERE b.stream = e.stream AND b.version = e.version - 1) "
    "AND position > (SELECT coalesce(max(position), 0) FROM "
    "(SELECT position FROM ledger_events ORDER BY position LIMIT ?)) ORDER BY position LIMIT 1"
)
_LAST_GIVEN = "SELECT seq FROM sqlite_sequence WHERE name = 'ledger_events'"
_LAST_ERASURE = "SELECT max(position) FROM ledger_events WHERE name = 'PersonalDataErased'"
_NEWEST = 2**63 - 1


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
        self.keys = LedgerKeys(self._connections, key_store, clock)
        self.kept_requests = SqliteKeptRequests(self._connections, key_store)
        self._request_key = RequestKey()
        try:
            self._agree_with(key_store)
            # Before anything is read: the key store may be an older copy, and a kill may have left keys.
            self.carry_out_erasures()
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
        """See the port."""
        with self._connections.read("look up the address secret") as connection:
            return self._keys.digests(secret_in_use(connection))

    def earlier_address_keys(self, keys: Iterable[str]) -> set[str]:
        """See the port."""
        with self._connections.read("look up address keys") as connection:
            return earlier_address_keys(connection, keys)

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        """See the port."""
        with self._connections.write("append to the ledger") as connection:
            transaction = SqliteTransaction(connection, self._keys, self._clock, self._request_key)
            yield transaction
        # Only now: had it been rolled back, the reports would still wait, and need their keys.
        if transaction.settled:
            self._keys.destroy(transaction.settled, self._clock())
        if transaction.done:
            self._keys.destroy_of_requests(transaction.done, self._clock())

    def load(self, streams: Iterable[str], *, opened: bool = False) -> dict[str, list[Event]]:
        """See the port."""
        with self._connections.read("load streams") as connection:
            return load(connection, streams, self._keys if opened else None)

    def read(self, *, after: int, limit: int, until: int | None = None) -> Sequence[Envelope]:
        """See the port."""
        with self._connections.read("read the ledger") as connection:
            rows = connection.execute(_READ, (after, _NEWEST if until is None else until, limit)).fetchall()
        return self._opened(rows)

    def read_streams(self, streams: Iterable[str]) -> Sequence[Envelope]:
        """See the port."""
        with self._connections.read("read streams") as connection:
            rows = connection.execute(_OF_STREAMS, (json_array(streams),)).fetchall()
        return self._opened(rows)

    def stored(self, *, after: int, limit: int) -> list[tuple[int, str, int, str, bytes]]:
        """The next events as they are stored: (position, stream, version, name, bytes)."""
        with self._connections.read("read the ledger") as connection:
            return connection.execute(_STORED, (after, limit)).fetchall()

    def stored_at(self, stream: str, version: int) -> tuple[int, str, int, str, bytes] | None:
        """One event as it is stored: (position, stream, version, name, bytes)."""
        with self._connections.read("read the ledger") as connection:
            row: tuple[int, str, int, str, bytes] | None = connection.execute(
                _STORED_AT, (stream, version)
            ).fetchone()
        return row

    def first_gap(self, after: int) -> tuple[str, int, int] | None:
        """The first event after so many without the version before it: (stream, version, place)."""
        with self._connections.read("read the ledger") as connection:
            row: tuple[str, int, int] | None = connection.execute(_FIRST_GAP, (after,)).fetchone()
        return row

    def last_position_given(self) -> int:
        """The highest position that was ever given, by SQLite's own account: a rollback takes it along."""
        with self._connections.read("find the ledger's end") as connection:
            row = connection.execute(_LAST_GIVEN).fetchone()
        return row[0] if row else 0

    def evidence(
        self, *, after: int = 0, limit: int = 1_000, streams: Iterable[str] | None = None
    ) -> Sequence[RawEvidence]:
        """See the port."""
        with self._connections.read("read raw evidence") as connection:
            if streams is None:
                return evidence_after(connection, self._keys, after, limit)
            return evidence_of(connection, self._keys, json_array(streams))

    def last_evidence(self) -> int:
        """See the port."""
        with self._connections.read("read raw evidence") as connection:
            return last_evidence(connection)

    def carry_out_erasures(self, *, sweep: bool = True) -> None:
        """See the port."""
        reached, fingerprint = self._keys.erased_to()
        is_same_log = not reached or self.fingerprint(reached) == fingerprint
        if not is_same_log:
            reached = 0  # another copy of the log: look at all of it
        with self._connections.read("look for erasures") as connection:
            found = erasures_after(connection, reached, self._keys)
        if found:
            if sweep and found.subjects and is_same_log:  # an older copy does not know what waits
                self.sweep_intake()
            if sweep or found.subjects - self._keys.destroyed(found.subjects):
                # Without the sweep it is not finished: who opens the ledger next looks at it again.
                to = (found.last, self.fingerprint(found.last)) if sweep else None
                self._keys.carry_out(found.subjects, self._clock(), to)
        self._keys.scrub()

    def sweep_intake(self) -> int:
        """See the port."""
        with self._connections.write("look for keys that nothing needs") as connection:
            # Under the write lock: keys are issued, and reports settled, only by who holds it.
            left = self._keys.live_intake_subjects() - subjects_waiting(connection)
            self._keys.carry_out(left, self._clock())
        return len(left)

    def sweep_requests(self) -> int:
        """See the port."""
        with self._connections.write("look for keys that nothing needs") as connection:
            left = self._keys.live_request_subjects() - subjects_of_requests(connection)
            if left:
                self._keys.destroy_of_requests(left, self._clock())
        self._keys.empty_journal()
        return len(left)

    def last_erasure(self) -> int:
        """See the port."""
        with self._connections.read("look for erasures") as connection:
            return connection.execute(_LAST_ERASURE).fetchone()[0] or 0

    def _opened(self, rows: list[tuple[str, int, int, str, bytes]]) -> Sequence[Envelope]:
        subjects = [sealed_subject(row[4]) for row in rows]
        keys = self._keys.fetch({subject for subject in subjects if subject})
        return [_envelope(row, subject, keys) for row, subject in zip(rows, subjects, strict=True)]

    def backup(self, to: str | os.PathLike[str]) -> Backup:
        """Copy the log to another file while it is in use. Raises PlaceTaken, StorageError."""
        return back_up(self._connections, Path(to))

    def waiting(self, references: Iterable[str]) -> list[str]:
        """See the port."""
        with self._connections.read("list what waits") as connection:
            return waiting(connection, references)

    def waiting_streams(self) -> list[str]:
        """See the port."""
        with self._connections.read("list what waits") as connection:
            return waiting_streams(connection)

    def last_position(self) -> int:
        """See the port."""
        with self._connections.read("find the ledger's end") as connection:
            return connection.execute("SELECT max(position) FROM ledger_events").fetchone()[0] or 0

    def newest(self, until: datetime | int | None = None) -> tuple[int, datetime] | None:
        """See the port."""
        with self._connections.read("find a point of the ledger") as connection:
            return newest(connection, until)

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
            return delivery(connection, key)

    def close(self) -> None:
        """Release everything."""
        self.application.close()
        self._connections.close()
        self._keys.close()


def _envelope(row: tuple[str, int, int, str, bytes], subject: str | None, keys: Keys) -> Envelope:
    stream, version, position, name, stored = row
    data = open_data(name, stream, version, stored, subject, keys)
    return Envelope(stream, version, position, recorded_at(stored), decode(name, data), data)
