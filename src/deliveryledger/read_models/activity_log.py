"""Read model of the activity log: every event that people may look at."""

import sqlite3
from collections.abc import Iterable, Sequence

from ..application.envelope import Envelope

_INSERT = "INSERT INTO activity VALUES (?,?,?,?,?,?,?,?,?)"
_OVERWRITE = "UPDATE activity SET data = ? WHERE position = ?"
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
            stream, version, position, _, event, data = envelope
            category, _, rest = stream.partition("-")
            column = _COLUMN_OF.get(category)
            if column is None:
                continue
            owner, _, id_ = rest.partition(":")
            ids: list[str | None] = [None, None, None]
            ids[column] = id_
            name = type(event).__name__
            rows.append((position, owner, *ids, stream, version, name, data.decode()))
        connection.executemany(_INSERT, rows)

    def streams_of(self, connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Iterable[str]:
        """None that the candidate's messages and address do not name."""
        del connection, tenant, candidate_id
        return ()

    def overwrite(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Every event is kept as it reads now."""
        connection.executemany(_OVERWRITE, [(e.data.decode(), e.position) for e in envelopes])
