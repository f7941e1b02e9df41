"""Read model of outages: when a recipient domain seemed to have one, and what waited for its end."""

import sqlite3
from collections.abc import Iterable, Sequence

from ..application.envelope import Envelope
from ..domain.identifiers import parse_stream
from ..domain.outage.events import OutageEnded, OutageSuspected
from ..domain.suppression_filter.events import SuppressionHeld

_INSERT = "INSERT INTO outages VALUES (?,?,?,?,?,?,?,?,0,NULL,NULL)"
_HELD = "UPDATE outages SET held = held + 1 WHERE tenant = ? AND outage = ?"
_ENDED = "UPDATE outages SET ended_at = ?, how = ? WHERE tenant = ? AND outage = ?"
_OPEN = "SELECT stream FROM outages WHERE ended_at IS NULL AND tenant = coalesce(?, tenant) ORDER BY stream"


class Outages:
    """Table ``outages``: one row an outage."""

    name = "outages"
    version = 1
    tables = """\
CREATE TABLE outages (
  tenant TEXT NOT NULL,
  outage TEXT NOT NULL,
  stream TEXT NOT NULL,
  message_id TEXT NOT NULL,
  addresses INTEGER NOT NULL,
  since TEXT NOT NULL,
  until TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  held INTEGER NOT NULL,
  ended_at TEXT,
  how TEXT,
  PRIMARY KEY (tenant, outage)
) STRICT, WITHOUT ROWID;
"""
    indexes = "CREATE INDEX open_outages ON outages (tenant, stream) WHERE ended_at IS NULL"

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Take up outages in their order."""
        for envelope in envelopes:
            event, tenant = envelope.event, parse_stream(envelope.stream).owner
            match event:
                case OutageSuspected(outage=outage, message_id=message, addresses=count):
                    since, until = event.occurred_at.isoformat(), event.until.isoformat()
                    row = (tenant, outage, envelope.stream, message, count, since, until)
                    connection.execute(_INSERT, (*row, event.policy_version))
                case SuppressionHeld(outage=outage):
                    connection.execute(_HELD, (tenant, outage))
                case OutageEnded(outage=outage, occurred_at=at, how=how):
                    connection.execute(_ENDED, (at.isoformat(), str(how), tenant, outage))

    def streams_of(self, connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Iterable[str]:
        """None: outages name nobody."""
        del connection, tenant, candidate_id
        return ()

    def overwrite(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Nothing: there is nothing personal in an outage."""
        del connection, envelopes


def open_outages(connection: sqlite3.Connection, tenant: str | None) -> tuple[str, ...]:
    """Streams of the domains that have an open outage, of a tenant or (None) of all."""
    return tuple(row[0] for row in connection.execute(_OPEN, (tenant,)))
