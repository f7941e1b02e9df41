"""Read model of the outbox: who has to be told what, and the mails that tell it. It is only an index."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pydantic_core import from_json, to_json

from ..application.envelope import Envelope
from ..application.outbox_plan import ADMINISTRATORS, EMAIL, is_for_administrators
from ..domain.identifiers import parse_stream
from ..domain.incident.events import (
    IncidentHandled,
    IncidentOpened,
    IncidentRepeated,
    NotificationFailed,
    NotificationQueued,
    NotificationSent,
)

_TELLING: Final = (
    "stream", "channel", "tenant", "incident_id", "sender_id", "candidate_id", "trouble", "reason",
    "recorded_at", "notification_id", "refused", "is_sent",
)  # fmt: skip
_MAIL: Final = (
    "notification_id", "tenant", "channel", "receiver", "queued_at", "tried_at", "busy_until", "tries",
    "reasons", "ended", "why",
)  # fmt: skip
_SELECT_TELLINGS: Final = (
    "SELECT t.* FROM json_each(?) AS wanted CROSS JOIN tellings AS t ON t.stream = wanted.value"
)
_SELECT_MAILS: Final = (
    "SELECT m.* FROM json_each(?) AS wanted CROSS JOIN mails AS m ON m.notification_id = wanted.value"
)
_UPSERT_TELLING: Final = "INSERT OR REPLACE INTO tellings VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
_UPSERT_MAIL: Final = "INSERT OR REPLACE INTO mails VALUES (?,?,?,?,?,?,?,?,?,?,?)"

Row = dict[str, Any]


class Outbox:
    """Tables ``tellings`` (a row an open incident and channel) and ``mails`` (a row a notification id)."""

    name = "outbox"
    version = 1
    tables = """\
CREATE TABLE tellings (
  stream TEXT NOT NULL,
  channel TEXT NOT NULL,
  tenant TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  candidate_id TEXT NOT NULL,
  trouble TEXT NOT NULL,
  reason TEXT,
  recorded_at TEXT NOT NULL,
  notification_id TEXT,
  refused TEXT NOT NULL,
  is_sent INTEGER NOT NULL,
  PRIMARY KEY (stream, channel)
) STRICT, WITHOUT ROWID;
CREATE TABLE mails (
  notification_id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  channel TEXT NOT NULL,
  receiver TEXT,
  queued_at TEXT NOT NULL,
  tried_at TEXT NOT NULL,
  busy_until TEXT,
  tries INTEGER NOT NULL,
  reasons TEXT NOT NULL,
  ended TEXT,
  why TEXT
) STRICT, WITHOUT ROWID;
"""
    indexes = """\
CREATE INDEX tellings_due ON tellings (tenant, channel, sender_id, recorded_at)
 WHERE notification_id IS NULL AND is_sent = 0;
CREATE INDEX tellings_of_mail ON tellings (notification_id) WHERE is_sent = 0;
CREATE INDEX mails_to ON mails (tenant, receiver, queued_at);
CREATE INDEX mails_pending ON mails (tenant, busy_until) WHERE ended IS NULL"""

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Fold the events of a batch in memory, then write each touched row once."""
        envelopes = [e for e in envelopes if e.stream.startswith("incident-")]
        if not envelopes:
            return
        fold = _Fold(connection, envelopes)
        for envelope in envelopes:
            fold.take_up(envelope)
        fold.write(connection)

    def streams_of(self, connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Iterable[str]:
        """None: what is told is composed when it is sent."""
        del connection, tenant, candidate_id
        return ()

    def overwrite(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Nothing: there is nothing personal in it."""
        del connection, envelopes


class _Fold:
    def __init__(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        streams = sorted({e.stream for e in envelopes if e.version > 1})
        ids = {id_ for e in envelopes if (id_ := getattr(e.event, "notification_id", None))}
        self._tellings: dict[str, dict[str, Row]] = {}
        for values in connection.execute(_SELECT_TELLINGS, (to_json(streams).decode(),)):
            row = dict(zip(_TELLING, values, strict=True))
            row["refused"] = from_json(row["refused"])
            self._tellings.setdefault(row["stream"], {})[row["channel"]] = row
        self._touched = {e.stream for e in envelopes}
        self._mails: dict[str, Row] = {}
        for values in connection.execute(_SELECT_MAILS, (to_json(sorted(ids)).decode(),)):
            row = dict(zip(_MAIL, values, strict=True))
            row["reasons"] = from_json(row["reasons"])
            self._mails[row["notification_id"]] = row

    def take_up(self, envelope: Envelope) -> None:
        stream, event = envelope.stream, envelope.event
        rows = self._tellings.setdefault(stream, {})
        match event:
            case IncidentOpened():
                rows.clear()
                rows[EMAIL] = _telling(envelope, event, EMAIL)
                if is_for_administrators(event.trouble, event.reason):
                    rows[ADMINISTRATORS] = _telling(envelope, event, ADMINISTRATORS)
            case IncidentRepeated() if EMAIL in rows and is_for_administrators(event.trouble, event.reason):
                if ADMINISTRATORS not in rows:
                    like: Row = {
                        "channel": ADMINISTRATORS,
                        "notification_id": None,
                        "refused": [],
                        "is_sent": 0,
                    }
                    rows[ADMINISTRATORS] = {
                        **rows[EMAIL],
                        **like,
                        "recorded_at": envelope.recorded_at.isoformat(),
                    }
                    rows[ADMINISTRATORS].update(trouble=str(event.trouble), reason=event.reason)
            case IncidentHandled():
                rows.clear()
            case NotificationQueued() | NotificationSent() | NotificationFailed() if event.channel in rows:
                self._told(rows[event.channel], event)

    def _told(self, row: Row, event: NotificationQueued | NotificationSent | NotificationFailed) -> None:
        id_, at = event.notification_id, event.occurred_at.isoformat()
        mail = self._mails.get(id_ or "")
        match event:
            case NotificationQueued():
                row["notification_id"] = id_ or ""  # queued by an earlier version: nobody sends that
                if mail is None and id_:
                    mail = self._mails[id_] = _mail(row, event, at)
                if mail is not None:
                    _queued(mail, row, event, at)
            case NotificationSent():
                row["is_sent"] = 1
                if mail is not None:
                    mail.update(ended="sent", busy_until=None)
            case NotificationFailed():
                if mail is not None:
                    until = event.retry_at.isoformat() if event.retry_at else None
                    mail.update(why=str(event.why), busy_until=until)
                    mail["ended"] = "refused" if event.permanent else None
                if event.permanent:
                    row["notification_id"] = None
                    row["refused"].append(event.receiver)

    def write(self, connection: sqlite3.Connection) -> None:
        gone = [(stream,) for stream in self._touched if not self._tellings.get(stream)]
        connection.executemany("DELETE FROM tellings WHERE stream = ?", gone)
        stale = [
            (s, ADMINISTRATORS) for s, rows in self._tellings.items() if rows and ADMINISTRATORS not in rows
        ]
        connection.executemany("DELETE FROM tellings WHERE stream = ? AND channel = ?", stale)
        tellings = [row for rows in self._tellings.values() for row in rows.values()]
        connection.executemany(_UPSERT_TELLING, [_columns(row, "refused") for row in tellings])
        connection.executemany(_UPSERT_MAIL, [_columns(row, "reasons") for row in self._mails.values()])


def _columns(row: Row, listed: str) -> tuple[Any, ...]:
    return tuple({**row, listed: to_json(row[listed]).decode()}.values())


def _telling(envelope: Envelope, event: IncidentOpened, channel: str) -> Row:
    values: tuple[Any, ...] = (
        envelope.stream, channel, parse_stream(envelope.stream).owner, event.incident_id, event.sender_id,
        event.candidate_id, str(event.trouble), event.reason, envelope.recorded_at.isoformat(), None, [], 0,
    )  # fmt: skip
    return dict(zip(_TELLING, values, strict=True))


def _mail(row: Row, event: NotificationQueued, at: str) -> Row:
    values: tuple[Any, ...] = (
        event.notification_id, row["tenant"], event.channel, event.receiver, at, "", None, 0, [], None, None,
    )  # fmt: skip
    return dict(zip(_MAIL, values, strict=True))


def _queued(mail: Row, row: Row, event: NotificationQueued, at: str) -> None:
    if mail["tried_at"] != at:  # the first of the mail's incidents that says so
        mail.update(tried_at=at, tries=mail["tries"] + 1, ended=None)
    mail["busy_until"] = event.queued_until.isoformat() if event.queued_until else None
    reason = row["reason"] or row["trouble"]
    if reason not in mail["reasons"]:
        mail["reasons"].append(reason)
