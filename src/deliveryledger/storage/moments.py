"""Finding an event by when it was recorded."""

import sqlite3
from datetime import datetime

from .codec import recorded_at

_HEAD = 64
"""Bytes of a stored event that are enough to see when it was recorded."""
_NEWEST = (
    f"SELECT position, CAST(substr(data, 1, {_HEAD}) AS BLOB) FROM ledger_events "  # noqa: S608
    "WHERE position <= ? ORDER BY position DESC LIMIT 1"
)
_LAST = 2**63 - 1


def newest(connection: sqlite3.Connection, until: datetime | int | None) -> tuple[int, datetime] | None:
    """Position and time of the newest event up to a position or a moment (None: of all)."""
    if isinstance(until, datetime):
        return _recorded_by(connection, until)
    row = connection.execute(_NEWEST, (_LAST if until is None else min(until, _LAST),)).fetchone()
    return (row[0], recorded_at(row[1])) if row else None


def _recorded_by(connection: sqlite3.Connection, moment: datetime) -> tuple[int, datetime] | None:
    """A binary search, because no time is ever earlier than that of the event before."""
    found = newest(connection, None)
    first_too_late = found[0] + 1 if found else 1
    found, known_good = None, 0
    while known_good + 1 < first_too_late:
        middle = (known_good + first_too_late) // 2
        candidate = newest(connection, middle)
        # Between two events there may be positions that none has.
        if candidate is None or candidate[1] <= moment:
            found, known_good = candidate, middle
        else:
            first_too_late = candidate[0]
    return found
