"""The event log on SQLite; its hot paths go through the connections directly."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from pydantic_core import to_json

from ..application.envelope import Envelope
from ..application.ports import Clock
from ..domain.addresses import Digests
from ..domain.aggregate import Event
from ..domain.candidate_email.events import PersonalDataErased
from .codec import Keys, decode, open_data, recorded_at, sealed_subject
from .connections import BUSY_SECONDS
from .eventsourcing_application import LedgerApplication
from .key_store import KeyStore
from .sqlite import LedgerDatastore, LedgerFactory
from .transaction import SqliteTransaction, delivery, load

_COLUMNS = "SELECT stream, version, position, name, data FROM ledger_events "
_READ = _COLUMNS + "WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
_OF_STREAMS = (
    "SELECT e.stream, e.version, e.position, e.name, e.data FROM json_each(?) AS wanted "
    "CROSS JOIN ledger_events AS e ON e.stream = wanted.value ORDER BY e.position"
)
_STORED = (
    "SELECT position, stream, version, name, data FROM ledger_events "
    "WHERE position > ? ORDER BY position LIMIT ?"
)
_ERASURES = _COLUMNS + "WHERE name = 'PersonalDataErased' AND position > ? ORDER BY position"
_LAST_ERASURE = "SELECT max(position) FROM ledger_events WHERE name = 'PersonalDataErased'"
_NEWEST = 2**63 - 1
_WAITING_STREAMS = (
    "SELECT DISTINCT w.stream FROM waiting AS w JOIN ledger_events AS e "
    "ON e.stream = w.stream AND e.version = 1 ORDER BY e.position"
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
            # Before anything is read: the key store may be an older copy.
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
        """Keyed digests with this ledger's secret."""
        return self._keys.digests

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        """See the port."""
        with self._connections.write("append to the ledger") as connection:
            transaction = SqliteTransaction(connection, self._keys, self._clock)
            yield transaction
        # Only now: had it been rolled back, the reports would still wait, and need their keys.
        if transaction.settled:
            self._keys.destroy(transaction.settled, self._clock())

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
            rows = connection.execute(_OF_STREAMS, (to_json(list(streams)).decode(),)).fetchall()
        return self._opened(rows)

    def stored(self, *, after: int, limit: int) -> list[tuple[int, str, int, str, bytes]]:
        """The next events as they are stored: (position, stream, version, name, bytes)."""
        with self._connections.read("read the ledger") as connection:
            return connection.execute(_STORED, (after, limit)).fetchall()

    def carry_out_erasures(self) -> None:
        """See the port."""
        reached, fingerprint = self._keys.erased_to()
        if reached and self.fingerprint(reached) != fingerprint:
            reached = 0  # another copy of the log: look at all of it
        with self._connections.read("look for erasures") as connection:
            rows = connection.execute(_ERASURES, (reached,)).fetchall()
        if rows:
            erasures = [cast("PersonalDataErased", decode(row[3], row[4])) for row in rows]
            subjects = [subject for erasure in erasures for subject in erasure.subjects]
            last = rows[-1][2]
            self._keys.carry_out(subjects, self._clock(), (last, self.fingerprint(last)))
        self._keys.scrub()

    def last_erasure(self) -> int:
        """See the port."""
        with self._connections.read("look for erasures") as connection:
            return connection.execute(_LAST_ERASURE).fetchone()[0] or 0

    def _opened(self, rows: list[tuple[str, int, int, str, bytes]]) -> Sequence[Envelope]:
        subjects = [sealed_subject(row[4]) for row in rows]
        keys = self._keys.fetch({subject for subject in subjects if subject})
        return [_envelope(row, subject, keys) for row, subject in zip(rows, subjects, strict=True)]

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
