"""The outages of recipient domains as a list: what waits, since when, until when."""

import sqlite3
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from ..advice.wording import full_datetime
from ..domain.addresses import ERASED_DOMAIN
from .asking import Asking
from .candidates_and_messages import iso

_OUTAGES = (
    "SELECT o.outage, o.addresses, o.held, o.since, o.until, o.policy_version, o.ended_at, o.how, "
    "m.recipient FROM outages AS o LEFT JOIN messages AS m "
    "ON m.stream = 'message-' || o.tenant || ':' || o.message_id "
    "WHERE o.tenant = ? AND (o.ended_at IS NULL OR ?) ORDER BY o.since DESC, o.outage LIMIT ?"
)
MOST_OUTAGES = 1_000
"""Outages in a list, newest first."""


class OutageEntry(BaseModel):
    """One outage. Times are UTC; ``ended_at`` and ``how`` (recovered, timed_out) are None while it lasts."""

    model_config = ConfigDict(frozen=True)

    id: str
    domain: str | None
    """None where the person was erased whose address told it."""
    addresses: int
    """How many unknown users made it be suspected."""
    held: int
    """How many suppressions waited, or wait, for its end."""
    since: datetime
    until: datetime
    policy_version: str
    ended_at: datetime | None = None
    how: str | None = None


class OutageList(BaseModel):
    """Outages of a tenant, newest first; ``str()`` is what a terminal shows, in English."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[OutageEntry, ...] = ()
    tz: str = "UTC"

    def __str__(self) -> str:
        return "\n".join(map(self._line, self.entries)) or "no outage is open"

    def _line(self, entry: OutageEntry) -> str:
        since, until = (full_datetime(at, "en", self.tz) for at in (entry.since, entry.until))
        ended = f"{entry.how} {full_datetime(entry.ended_at, 'en', self.tz)}" if entry.ended_at else ""
        state = ended.replace("_", " ") or f"waits until {until}"
        return f"{entry.domain or '–'}: {entry.held} held since {since}, {state}"


def outage_list(
    connection: sqlite3.Connection, tenant: str, asking: Asking, *, ended: bool = False
) -> OutageList:
    """The outages of a tenant that are open; with ``ended`` also those that are over."""
    rows = connection.execute(_OUTAGES, (tenant, ended, MOST_OUTAGES))
    entries = (
        OutageEntry(
            id=row[0],
            domain=_domain(row[8]),
            addresses=row[1],
            held=row[2],
            since=iso(row[3]),
            until=iso(row[4]),
            policy_version=row[5],
            ended_at=iso(row[6]) if row[6] else None,
            how=row[7],
        )
        for row in rows
    )
    return OutageList(entries=tuple(entries), tz=asking.tz)


def _domain(recipient: str | None) -> str | None:
    domain = (recipient or "").rpartition("@")[2].lower()
    return domain if domain not in ("", ERASED_DOMAIN) else None
