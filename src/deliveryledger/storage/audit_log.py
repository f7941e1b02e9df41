"""The audit log's file: the tiles of the Merkle tree over the event log, beside it in a file of its own.

It holds nothing that the event log does not: deleted, it is computed anew. What is lost then is the memory of
what the hashes were before, which names the event that was tampered with; that something was, the exported
checkpoints tell without it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from ..audit.leaves import Row, event_id, leaf_hashes
from ..audit.tiles import WIDTH, grown
from ..errors import ForeignDatabase, HistoryChanged
from .audit_snapshot import Snapshot, damage_named, pack
from .connections import Connections
from .ownership import claim

APPLICATION_ID = 0x444C4155  # "DLAU"
BATCH = 25_600
"""Events per transaction; a multiple of the tiles' width writes each tile once."""
_SCHEMA = """\
CREATE TABLE audit_log (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  ledger_id TEXT NOT NULL,
  size INTEGER NOT NULL,
  position INTEGER NOT NULL,
  checkpoint TEXT,
  checkpoint_size INTEGER NOT NULL
) STRICT;

CREATE TABLE tiles (
  level INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  names BLOB,
  first_position INTEGER,
  PRIMARY KEY (level, number)
) STRICT;

CREATE INDEX tiles_by_position ON tiles (first_position) WHERE first_position IS NOT NULL
"""
_SCHEMAS = (_SCHEMA,)
_WRITE_TILE = (
    "INSERT INTO tiles VALUES (?, ?, ?, ?, ?) ON CONFLICT (level, number) "
    "DO UPDATE SET hashes = excluded.hashes, names = excluded.names"
)


class StoredEvents(Protocol):
    """The event log, as bytes."""

    def stored(self, *, after: int, limit: int) -> list[Row]:
        """The next events as they are stored, in the order of their positions."""


class AuditLog:
    """The audit log of one ledger. Thread-safe; several processes may follow at once."""

    def __init__(self, path: str, ledger_id: str) -> None:
        self._ledger_id = ledger_id
        self._connections = Connections(
            path,
            what="the audit log",
            application_id=APPLICATION_ID,
            version=len(_SCHEMAS),
            prepare=self._prepare,
            private=True,
            synchronous="NORMAL",  # what a power loss costs is computed again
        )

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if claim(connection, application_id=APPLICATION_ID, schemas=_SCHEMAS, what="the audit log"):
            connection.execute("INSERT INTO audit_log VALUES (1, ?, 0, 0, NULL, 0)", (self._ledger_id,))
        row = connection.execute("SELECT ledger_id FROM audit_log").fetchone()
        if row is None or row[0] != self._ledger_id:
            raise ForeignDatabase(
                "open the audit log",
                "it belongs to another ledger",
                "put the file back that was made beside this ledger, or remove it: it is computed anew",
            )

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read it, as it is at this moment."""
        with self._connections.read("read the audit log") as connection:
            yield Snapshot(connection)

    def follow(self, log: StoredEvents) -> int:
        """Add what the event log has more; returns the size. Raises HistoryChanged if it does not go on.

        The events of a batch are read under the write lock of this file, so that of several followers each
        goes on where the one before has stopped.
        """
        while True:
            with self._connections.write("follow the event log") as connection:
                state = Snapshot(connection)
                rows = log.stored(after=state.position, limit=BATCH)
                _check_goes_on(state, log)
                if rows:
                    _append(connection, state, rows)
            if len(rows) < BATCH:
                return state.size + len(rows)

    def keep(self, checkpoint: str, size: int) -> None:
        """Remember what was signed, unless a larger tree has been signed since."""
        with self._connections.write("keep a checkpoint") as connection:
            connection.execute(
                "UPDATE audit_log SET checkpoint = ?, checkpoint_size = ? WHERE checkpoint_size <= ?",
                (checkpoint, size, size),
            )

    def close(self) -> None:
        """Release the connections."""
        self._connections.close()


def _check_goes_on(state: Snapshot, log: StoredEvents) -> None:
    """A log that was put back to an older copy has other events, or none, at the place reached before."""
    if state.size == 0:
        return
    last = log.stored(after=state.position - 1, limit=1)
    if leaf_hashes(last) != [state.leaves(state.size - 1, state.size)]:
        raise HistoryChanged(
            "follow the event log",
            "it does not go on from the last event that was recorded",
            "call ledger.verify(); after an older copy was put back on purpose, remove the audit log's file",
        )


def _append(connection: sqlite3.Connection, state: Snapshot, rows: Sequence[Row]) -> None:
    with damage_named():
        tiles = grown(state.tile, state.size, leaf_hashes(rows))
    first, filled = divmod(state.size, WIDTH)
    names = (state.names(first) if filled else []) + [event_id(row) for row in rows]
    connection.executemany(
        _WRITE_TILE,
        [
            (
                level,
                number,
                hashes,
                pack(names[(number - first) * WIDTH : (number - first + 1) * WIDTH]) if level == 0 else None,
                # Of a tile that grows it stays as it was.
                rows[max(0, number * WIDTH - state.size)][0] if level == 0 else None,
            )
            for (level, number), hashes in tiles.items()
        ],
    )
    connection.execute("UPDATE audit_log SET size = ?, position = ?", (state.size + len(rows), rows[-1][0]))
