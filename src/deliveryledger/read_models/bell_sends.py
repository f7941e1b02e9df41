"""Which incidents of a sender come from one send: three and more of them are one item under the bell."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final, NamedTuple

from pydantic_core import from_json, to_json

from ..domain.incident.events import Trouble
from ..domain.personal import ERASED
from .candidates_and_messages import iso

MOST_INCIDENTS = 10_000
"""Of the newest: what lies further back is of no use under a bell."""
FEWEST_IN_GROUP = 3
APART = timedelta(minutes=10)
"""Messages of one sender and subject that were registered further apart are of two sends."""
_AROUND = timedelta(hours=1)
_ROWS: Final = (
    "SELECT i.incident_id, i.candidate_id, i.message_id, i.trouble, i.reason, i.count, i.opened_at, "
    "i.latest_at, i.handled_by, i.handled_how, i.read_by, i.sender_id, m.recipient, m.profile_url, "
    "m.subject, m.registered_at, m.batch, f.entry "
    "FROM incidents AS i "
    "LEFT JOIN messages AS m ON m.stream = 'message-' || i.tenant || ':' || i.message_id "
    "LEFT JOIN recipient_filter AS f ON i.reason = 'mailbox_unknown' "
    "AND f.scope = i.tenant AND f.address_key = i.address_key "
    "WHERE i.tenant = ? AND i.sender_id = ? ORDER BY i.latest_at DESC LIMIT ?"
)
_REGISTERED: Final = (
    "SELECT registered_at FROM messages WHERE tenant = ? AND sender_id = ? AND registered_at BETWEEN ? AND ? "
    "AND subject = ? AND batch IS NULL ORDER BY registered_at"
)
_OF_BATCH: Final = "SELECT count(*) FROM messages WHERE tenant = ? AND batch = ? AND sender_id = ?"
_NAMES: Final = (
    "SELECT c.candidate_id, c.name FROM json_each(?) AS wanted "
    "JOIN candidates AS c ON c.stream = 'candidate_email-' || ? || ':' || wanted.value "
    "WHERE c.name IS NOT NULL"
)


class Row(NamedTuple):
    """An incident with its message."""

    incident_id: str
    candidate_id: str
    message_id: str
    trouble: str
    reason: str | None
    times: int
    opened_at: str
    latest_at: str
    handled_by: str | None
    handled_how: str | None
    read_by: str
    sender_id: str
    recipient: str | None
    profile_url: str | None
    subject: str | None
    registered_at: str | None
    batch: str | None
    entry: str | None
    """Of the recipient filter, where an outage may be the cause."""

    @property
    def is_unread(self) -> bool:
        """Whether nobody has handled it, and the sender has not seen it."""
        if self.handled_by is not None:
            return False
        return self.read_by == "[]" or self.sender_id not in from_json(self.read_by)


class Send(NamedTuple):
    """Incidents, newest first, that are one item. ``total``: messages of the send; None: one incident."""

    rows: list[Row]
    total: int | None = None


def sends_of(connection: sqlite3.Connection, tenant: str, sender_id: str) -> list[Send]:
    """A sender's incidents as the items of the bell, the newest first."""
    rows = [Row._make(row) for row in connection.execute(_ROWS, (tenant, sender_id, MOST_INCIDENTS))]
    found: list[Send] = []
    grouped: set[str] = set()
    for send in _groups(connection, tenant, sender_id, rows):
        found.append(send)
        grouped.update(row.incident_id for row in send.rows)
    found += [Send([row]) for row in rows if row.incident_id not in grouped]
    found.sort(key=lambda send: send.rows[0].candidate_id)
    return sorted(found, key=lambda send: send.rows[0].latest_at, reverse=True)


def candidate_names(connection: sqlite3.Connection, tenant: str, ids: Iterable[str]) -> dict[str, str]:
    """The names of those candidates that have one, by id."""
    return dict(connection.execute(_NAMES, (to_json(sorted(ids)).decode(), tenant)))


def _groups(connection: sqlite3.Connection, tenant: str, sender_id: str, rows: list[Row]) -> Iterator[Send]:
    batches: dict[str, list[Row]] = {}
    subjects: dict[str, list[Row]] = {}
    for row in rows:
        # A complaint was delivered; of what was erased nobody knows what it was.
        if row.trouble == Trouble.COMPLAINT or row.subject in (None, ERASED):
            continue
        if row.batch is not None:
            batches.setdefault(row.batch, []).append(row)
        elif row.subject is not None:
            subjects.setdefault(row.subject, []).append(row)
    for batch, failed in batches.items():
        if len(failed) >= FEWEST_IN_GROUP:
            (total,) = connection.execute(_OF_BATCH, (tenant, batch, sender_id)).fetchone()
            yield Send(_newest_first(failed), max(total, len(failed)))
    for subject, failed in subjects.items():
        for near in _split(failed, _AROUND):
            if len(near) < FEWEST_IN_GROUP:
                continue
            first, last = iso(near[0].registered_at or ""), iso(near[-1].registered_at or "")
            about = (tenant, sender_id, (first - _AROUND).isoformat(), (last + _AROUND).isoformat(), subject)
            yield from _in_one_send(near, [at for (at,) in connection.execute(_REGISTERED, about)])


def _in_one_send(failed: list[Row], registered: list[str]) -> Iterator[Send]:
    """``registered``: when all messages of the subject were; a send is what has no longer gap in it."""
    number, numbers, totals = 0, {}, [0]
    before = iso(registered[0]) if registered else None
    for at in registered:
        moment = iso(at)
        if before is not None and moment - before > APART:
            number += 1
            totals.append(0)
        before = moment
        numbers[at] = number
        totals[number] += 1
    for place, some in groupby(failed, lambda row: numbers.get(row.registered_at or "", -1)):
        rows = _newest_first(some)
        if place >= 0 and len(rows) >= FEWEST_IN_GROUP:
            yield Send(rows, max(totals[place], len(rows)))


def _newest_first(rows: Iterable[Row]) -> list[Row]:
    """By candidate where they came at the same moment: the ids of incidents are in no order."""
    ordered = sorted(rows, key=lambda row: row.candidate_id)
    ordered.sort(key=lambda row: row.latest_at, reverse=True)
    return ordered


def _split(rows: Iterable[Row], apart: timedelta) -> Iterator[list[Row]]:
    """Rows in the order in which their messages were registered, parted where the gap is longer."""
    some: list[Row] = []
    end = ""
    for row in sorted(rows, key=lambda row: row.registered_at or ""):
        at = row.registered_at or ""
        if some and at > end:
            # Moments are compared as texts, and read only where a text lies beyond the last end.
            if iso(at) - iso(some[-1].registered_at or "") > apart:
                yield some
                some = []
            end = (iso(at) + apart).isoformat()
        some.append(row)
    if some:
        yield some
