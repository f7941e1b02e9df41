"""Read model of the activity log: every event that people may look at."""

import sqlite3
from collections.abc import Sequence

from ..application.envelope import Envelope
from ..domain.identifiers import parse_stream

_INSERT = "INSERT INTO activity VALUES (?,?,?,?,?,?,?,?,?,?)"
_COLUMN_OF = {"message": 0, "candidate_email": 1, "suppression_filter": 2}


class ActivityLog:
    """Table ``activity``: append-only, one row an event, in exactly one of three indexes."""

    name = "activity_log"
    version = 1
    tables = """\
CREATE TABLE activity (
  position INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  message_id TEXT,
  candidate_id TEXT,
  address_key TEXT,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
"""
    indexes = """\
CREATE INDEX activity_of_message ON activity (tenant, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX activity_of_candidate ON activity (tenant, candidate_id) WHERE candidate_id IS NOT NULL;
CREATE INDEX activity_of_address ON activity (tenant, address_key) WHERE address_key IS NOT NULL"""

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Append a row for each event of a message, a candidate's address or the filter."""
        rows = []
        for envelope in envelopes:
            name = parse_stream(envelope.stream)
            column = _COLUMN_OF.get(name.category)
            if column is None:
                continue
            ids: list[str | None] = [None, None, None]
            ids[column] = name.id
            event = envelope.event
            rows.append(
                (
                    envelope.position,
                    name.owner,
                    *ids,
                    envelope.stream,
                    envelope.version,
                    type(event).__name__,
                    envelope.recorded_at.isoformat(),
                    event.__pydantic_serializer__.to_json(event, exclude_none=True).decode(),
                )
            )
        connection.executemany(_INSERT, rows)
