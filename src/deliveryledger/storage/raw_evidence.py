"""Raw evidence: the part of a request or mail that a report was read from, sealed under its subject's key.

It is kept beside the log, not in it: it proves nothing that an event does not say, and may go earlier. What
is sealed is bound to the rest of its row, so that a row cannot be altered or moved to another message.
"""

import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ..application.ports import RawEvidence
from ..domain.reports import Source
from ..privacy.sealing import NONCE_BYTES, open_bytes, seal_bytes
from .codec import Keys
from .fetched_keys import FetchesKeys

_TABLE: Final = "raw_evidence"
_COLUMNS: Final = "stream, subject, report_id, provider, account, source, received_at, digest, sealed"
_INSERT: Final = f"INSERT OR IGNORE INTO raw_evidence ({_COLUMNS}) VALUES "  # noqa: S608
_ROW: Final = "(?,?,?,?,?,?,?,?,?)"
_VALUES: Final = 100 * _ROW.count("?")
"""Of a hundred rows: as many as for events go into one INSERT statement."""
_SELECT: Final = f"SELECT id, {_COLUMNS} FROM raw_evidence "  # noqa: S608
_AFTER: Final = _SELECT + "WHERE id > ? ORDER BY id LIMIT ?"
_OF_STREAMS: Final = (
    f"SELECT e.id, e.{_COLUMNS.replace(', ', ', e.')} FROM json_each(?) AS wanted "  # noqa: S608
    "CROSS JOIN raw_evidence AS e ON e.stream = wanted.value ORDER BY e.id"
)
_LAST: Final = "SELECT max(id) FROM raw_evidence"

Row = tuple[int, str, str, str, str, str, str, str, bytes, bytes]


def insert_evidence(connection: sqlite3.Connection, evidence: Sequence[RawEvidence], keys: Keys) -> None:
    """Keep evidence inside a transaction, once; nothing of somebody whose key was destroyed."""
    values = _sealed(evidence, keys)
    for start in range(0, len(values), _VALUES):
        some = values[start : start + _VALUES]
        connection.execute(_INSERT + ",".join([_ROW] * (len(some) // _ROW.count("?"))), some)


def _sealed(evidence: Sequence[RawEvidence], keys: Keys) -> list[str | bytes]:
    """The rows, one after the other: this is done for every report."""
    values: list[str | bytes] = []
    nonces = os.urandom(NONCE_BYTES * len(evidence))
    end = 0
    origin: object = None
    for stream, subject, report_id, provider, account, source, received_at, raw, digest, _ in evidence:
        end += NONCE_BYTES
        key = keys[subject]
        if key is None:
            continue
        if origin != (provider, account, source, received_at):  # of a batch it is the same
            origin = (provider, account, source, received_at)
            way, at = source.value, received_at.isoformat()
            common = f"{provider}\n{account}\n{way}\n{at}"
        bound_to = f"{_TABLE}\n{stream}\n{subject}\n{report_id}\n{common}".encode()
        sealed = seal_bytes(key, nonces[end - NONCE_BYTES : end], raw, bound_to)
        values += (stream, subject, report_id, provider, account, way, at, digest, sealed)
    return values


def _bound_to(row: Row) -> bytes:
    return "\n".join((_TABLE, *row[1:8])).encode()


def evidence_after(
    connection: sqlite3.Connection, key_store: FetchesKeys, after: int, limit: int
) -> list[RawEvidence]:
    """The next pieces of evidence that can be opened; none only where there are no more."""
    while rows := connection.execute(_AFTER, (after, limit)).fetchall():
        if opened := _opened(rows, key_store):
            return opened
        after = rows[-1][0]
    return []


def evidence_of(connection: sqlite3.Connection, key_store: FetchesKeys, streams: str) -> list[RawEvidence]:
    """All evidence of streams (a JSON array of their names) that can be opened, oldest first."""
    return _opened(connection.execute(_OF_STREAMS, (streams,)).fetchall(), key_store)


def last_evidence(connection: sqlite3.Connection) -> int:
    """Number of the newest piece; 0 = none."""
    return connection.execute(_LAST).fetchone()[0] or 0


def _opened(rows: list[Row], key_store: FetchesKeys) -> list[RawEvidence]:
    keys = key_store.fetch({row[2] for row in rows})
    return [_evidence(row, raw) for row in rows if (raw := _raw(row, keys)) is not None]


def _raw(row: Row, keys: Keys) -> bytes | None:
    key = keys[row[2]]
    return open_bytes(key, row[9], _bound_to(row)) if key is not None else None


def _evidence(row: Row, raw: bytes) -> RawEvidence:
    number, stream, subject, report_id, provider, account, source, received_at, digest, _ = row
    at = datetime.fromisoformat(received_at)
    return RawEvidence(stream, subject, report_id, provider, account, Source(source), at, raw, digest, number)
