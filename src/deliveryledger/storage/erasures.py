"""Which keys recorded erasures name, and which reports that wait still need theirs."""

import sqlite3
from typing import NamedTuple, cast

from ..domain.candidate_email.events import PersonalDataErased
from ..errors import LedgerCorrupt
from .codec import decode
from .key_store import KeyStore

_AFTER = (
    "SELECT position, name, data FROM ledger_events "
    "WHERE name = 'PersonalDataErased' AND position > ? ORDER BY position"
)
_WAITING = (
    "SELECT json_extract(CAST(e.data AS TEXT), '$.data_subject') "
    "FROM (SELECT DISTINCT stream FROM waiting) AS w "
    "CROSS JOIN ledger_events AS e ON e.stream = w.stream AND e.version = 1 "
    "WHERE json_valid(CAST(e.data AS TEXT))"
)


class Erasures(NamedTuple):
    """The data subjects that some erasures name; ``last`` is the position of the newest of them."""

    subjects: set[str]
    last: int


def erasures_after(connection: sqlite3.Connection, position: int, keys: KeyStore) -> Erasures | None:
    """Those that are recorded after a position; None = there are none."""
    rows = connection.execute(_AFTER, (position,)).fetchall()
    if not rows:
        return None
    return Erasures({s for _, name, data in rows for s in _subjects(name, data, keys)}, rows[-1][0])


def _subjects(name: str, data: bytes, keys: KeyStore) -> tuple[str, ...]:
    """Nobody where it was tampered with, or recorded by somebody without the keys: verifying tells of it."""
    try:
        erasure = cast("PersonalDataErased", decode(name, data))
    except LedgerCorrupt:
        return ()
    is_genuine = erasure.authentication == keys.digests(1).erasure(erasure.statement)
    return erasure.subjects if is_genuine else ()


def subjects_waiting(connection: sqlite3.Connection) -> set[str]:
    """Whose keys open the reports that wait for a message, or to be read."""
    return {row[0] for row in connection.execute(_WAITING)}
