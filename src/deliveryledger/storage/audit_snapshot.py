"""The audit log as it is at one moment: its size, its hashes, and the names of its events."""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ..audit.leaves import HASH
from ..audit.merkle import Node
from ..audit.tiles import WIDTH, node_from
from ..errors import LedgerCorrupt

_TILE = "SELECT hashes FROM tiles WHERE level = ? AND number = ?"
_LEAVES = "SELECT hashes FROM tiles WHERE level = 0 AND number BETWEEN ? AND ? ORDER BY number"
_HERE = (
    "SELECT number, names FROM tiles WHERE first_position IS NOT NULL AND first_position <= ? "
    "ORDER BY first_position DESC LIMIT 1"
)
_NAMES = "SELECT names FROM tiles WHERE level = 0 AND number = ?"
_AT_ONCE = 4_096
"""Tiles that a search reads at a time: 32 MiB."""
_MOST_NAMES = 16 * 1024 * 1024
"""Bytes that the names of one tile may unpack to: whoever can write the file can make it gigabytes."""


class Snapshot:
    """The audit log at one moment: its size, its tiles, and the names of its events."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        row = connection.execute("SELECT size, position, checkpoint FROM audit_log").fetchone()
        self.size: int = row[0]
        self.position: int = row[1]
        """Position of the last event that is covered."""
        if self.size < 0 or self.position < 0:
            raise _damaged()
        self.checkpoint: str | None = row[2]
        """The last checkpoint that was signed."""

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile; empty if it is not there."""
        row = self._connection.execute(_TILE, (level, number)).fetchone()
        return row[0] if row else b""

    def node(self) -> Node:
        """The tree, for proofs. Asked about tiles that are damaged it raises LedgerCorrupt."""
        inner = node_from(self.tile)

        def node(level: int, index: int) -> bytes:
            with damage_named():
                return inner(level, index)

        return node

    def leaves(self, start: int, stop: int) -> bytes:
        """The hashes of the leaves in a range, one after the other; fewer if tiles are damaged."""
        if start >= stop:
            return b""
        first = start // WIDTH
        rows = self._connection.execute(_LEAVES, (first, (stop - 1) // WIDTH))
        blob = b"".join(row[0] for row in rows)
        return blob[(start - first * WIDTH) * HASH : (stop - first * WIDTH) * HASH]

    def names(self, number: int) -> list[str]:
        """``<stream>@<version>`` of the events of a tile; none if it is damaged."""
        row = self._connection.execute(_NAMES, (number,)).fetchone()
        return _unpack(row[0]) if row else []

    def name(self, index: int) -> str | None:
        """``<stream>@<version>`` of the event at an index; None if its tile is damaged."""
        number, offset = divmod(index, WIDTH)
        names = self.names(number)
        return names[offset] if offset < len(names) else None

    def find(self, leaf: bytes, start: int) -> int | None:
        """The first index from ``start`` on with that hash."""
        while start < self.size:
            stop = min(self.size, (start // WIDTH + _AT_ONCE) * WIDTH)
            blob, at = self.leaves(start, stop), -1
            if not blob:
                return None  # fewer tiles than its size says
            while (at := blob.find(leaf, at + 1)) >= 0:
                if at % HASH == 0:
                    return start + at // HASH
            start = stop
        return None

    def index_of(self, position: int, name: str) -> int | None:
        """Where in the tree an event is; None if it is not covered."""
        row = self._connection.execute(_HERE, (position,)).fetchone()
        names = _unpack(row[1]) if row else []
        return row[0] * WIDTH + names.index(name) if name in names else None


def pack(names: Iterable[str]) -> bytes:
    """Names of a tile, to be kept."""
    return zlib.compress(json.dumps(list(names), separators=(",", ":")).encode(), 1)


def _unpack(packed: bytes) -> list[str]:
    try:
        return list(json.loads(zlib.decompressobj().decompress(packed, _MOST_NAMES)))
    except (zlib.error, ValueError, TypeError, RecursionError):
        return []


@contextmanager
def damage_named() -> Iterator[None]:
    """Say what to do where tiles turn out to be too short."""
    try:
        yield
    except ValueError:
        raise _damaged() from None


def _damaged() -> LedgerCorrupt:
    return LedgerCorrupt(
        "read the audit log",
        "its tiles are damaged",
        "remove its file: it is computed anew from the event log",
    )
