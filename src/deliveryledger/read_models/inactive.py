"""Candidates about whom nothing has happened for a while."""

import sqlite3
from collections.abc import Collection
from datetime import datetime

from pydantic_core import from_json, to_json

from ..application.retention import InactiveCandidate
from ..domain.identifiers import candidate_email_stream
from .candidates_and_messages import iso

_COUNTS = "a.name NOT IN ('PersonalDataErased', 'BouncesReclassified')"
"""What people do to what was recorded already is no activity of a candidate's."""
_OF_CANDIDATE = (
    f"FROM activity AS a WHERE a.tenant = c.tenant AND a.candidate_id = c.candidate_id AND {_COUNTS}"
)
_OF_MESSAGES = (
    "FROM messages AS m JOIN activity AS a ON a.tenant = m.tenant AND a.message_id = m.message_id "
    f"WHERE m.tenant = c.tenant AND m.candidate_id = c.candidate_id AND {_COUNTS}"
)
# Positions instead of times, because the indexes end with them; times never run backwards in the log.
_SELECT = (
    "SELECT c.tenant, c.candidate_id, max("
    f"(SELECT max(a.position) {_OF_CANDIDATE}), coalesce((SELECT max(a.position) {_OF_MESSAGES}), 0)) "
)
_WHERE = (
    "WHERE c.address_key <> '' AND (?2 IS NULL OR c.tenant = ?2) "
    f"AND NOT EXISTS (SELECT 1 {_OF_CANDIDATE} AND a.position > ?1) "
    f"AND NOT EXISTS (SELECT 1 {_OF_MESSAGES} AND a.position > ?1) "
    "ORDER BY c.tenant, c.candidate_id"
)
_INACTIVE = f"{_SELECT} FROM candidates AS c {_WHERE}"
_INACTIVE_AMONG = (
    f"{_SELECT} FROM json_each(?3) AS wanted CROSS JOIN candidates AS c ON c.stream = wanted.value {_WHERE}"
)
_NEXT = "SELECT position, data FROM activity WHERE position >= ? ORDER BY position LIMIT 1"
_LAST = "SELECT coalesce(max(position), 0) FROM activity"


def inactive_candidates(
    connection: sqlite3.Connection, before: datetime, tenant: str | None, among: Collection[str] | None
) -> list[InactiveCandidate]:
    """The candidates without activity since a moment, that moment not included."""
    until = _last_until(connection, before)
    if among is None or tenant is None:
        rows = connection.execute(_INACTIVE, (until, tenant)).fetchall()
    else:
        streams = to_json([candidate_email_stream(tenant, id_) for id_ in sorted(among)]).decode()
        rows = connection.execute(_INACTIVE_AMONG, (until, tenant, streams)).fetchall()
    return [
        InactiveCandidate(
            tenant=owner, candidate_id=candidate_id, last_activity=_recorded_at(connection, position)
        )
        for owner, candidate_id, position in rows
    ]


def _last_until(connection: sqlite3.Connection, moment: datetime) -> int:
    """The highest position of what was recorded until a moment, by halving; 0 = nothing."""
    low, high = 0, connection.execute(_LAST).fetchone()[0]
    while low < high:
        middle = (low + high + 1) // 2
        position, data = connection.execute(_NEXT, (middle,)).fetchone()
        if iso(from_json(data)["recorded_at"]) <= moment:
            low = position
        else:
            high = middle - 1
    return low


def _recorded_at(connection: sqlite3.Connection, position: int) -> datetime:
    return iso(from_json(connection.execute(_NEXT, (position,)).fetchone()[1])["recorded_at"])
