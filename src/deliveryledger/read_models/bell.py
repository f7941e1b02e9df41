"""Read model of the bell: one row an incident, whatever became of it."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import from_json, to_json

from ..application.envelope import Envelope
from ..domain.identifiers import parse_stream
from ..domain.incident.events import (
    IncidentHandled,
    IncidentOpened,
    IncidentRepeated,
    NotificationRead,
    Trouble,
)

_SELECT = "SELECT i.* FROM json_each(?) AS wanted CROSS JOIN incidents AS i ON i.stream = wanted.value"
_UPSERT = "INSERT OR REPLACE INTO incidents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_WORST_FIRST = tuple(Trouble)
_FIELDS = (
    "stream", "tenant", "incident_id", "sender_id", "candidate_id", "address_key", "message_id", "trouble",
    "reason", "count", "opened_at", "latest_at", "handled_by", "handled_how", "handled_at", "read_by",
)  # fmt: skip


class Bell:
    """Table ``incidents``."""

    name = "bell"
    version = 1
    tables = """\
CREATE TABLE incidents (
  stream TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  candidate_id TEXT NOT NULL,
  address_key TEXT NOT NULL,
  message_id TEXT NOT NULL,
  trouble TEXT NOT NULL,
  reason TEXT,
  count INTEGER NOT NULL,
  opened_at TEXT NOT NULL,
  latest_at TEXT NOT NULL,
  handled_by TEXT,
  handled_how TEXT,
  handled_at TEXT,
  read_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
    indexes = """\
CREATE INDEX incidents_of_sender ON incidents (tenant, sender_id, latest_at);
CREATE INDEX incidents_of_candidate ON incidents (tenant, candidate_id)"""

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Fold the events of a batch in memory, then write each touched row once."""
        envelopes = [e for e in envelopes if e.stream.startswith("incident-")]
        wanted = to_json(sorted({e.stream for e in envelopes if e.version > 1})).decode()
        rows: dict[str, dict[str, Any]] = {}
        for row in connection.execute(_SELECT, (wanted,)):
            rows[row[0]] = dict(zip(_FIELDS, (*row[:-1], from_json(row[-1])), strict=True))
        for envelope in envelopes:
            _take_up(rows, envelope)
        for row in rows.values():
            row["read_by"] = to_json(row["read_by"]).decode()
        connection.executemany(_UPSERT, [tuple(rows[stream].values()) for stream in sorted(rows)])

    def streams_of(self, connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Iterable[str]:
        """None: incidents name nobody."""
        del connection, tenant, candidate_id
        return ()

    def overwrite(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Nothing: there is nothing personal in an incident."""
        del connection, envelopes


def _take_up(rows: dict[str, dict[str, Any]], envelope: Envelope) -> None:
    stream, event = envelope.stream, envelope.event
    at = event.occurred_at.isoformat()
    match event:
        case IncidentOpened():
            rows[stream] = _opened(stream, event, at)
        case IncidentRepeated():
            row = rows[stream]
            row["count"] += 1
            row["latest_at"] = max(row["latest_at"], at)
            if _WORST_FIRST.index(event.trouble) <= _WORST_FIRST.index(Trouble(row["trouble"])):
                row.update(trouble=str(event.trouble), reason=event.reason, message_id=event.message_id)
        case NotificationRead():
            rows[stream]["read_by"].append(event.by)
        case IncidentHandled():
            rows[stream].update(handled_by=event.by, handled_how=event.how, handled_at=at)


def _opened(stream: str, event: IncidentOpened, at: str) -> dict[str, Any]:
    values: tuple[Any, ...] = (
        stream, parse_stream(stream).owner, event.incident_id, event.sender_id, event.candidate_id,
        event.address_key, event.message_id, str(event.trouble), event.reason, 1, at, at,
        None, None, None, [],
    )  # fmt: skip
    return dict(zip(_FIELDS, values, strict=True))
