"""Read model of the recipient filter: addresses with causes, requests and stopped attempts."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json

from ..application.envelope import Envelope
from ..domain.message.events import MessageWithheld
from ..domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
    HoldReleased,
    ProviderRemovalConfirmed,
    ProviderRemovalRefused,
    RecipientConsentRecorded,
    RemovalApproved,
    RemovalRejected,
    RemovalRequested,
    StrikeRecorded,
    StrikesCleared,
    SuppressionHeld,
    SuppressionLifted,
    SuppressionTakenBack,
)

_SELECT = "SELECT f.* FROM json_each(?) AS wanted CROSS JOIN recipient_filter AS f ON f.stream = wanted.value"
_UPSERT = "INSERT OR REPLACE INTO recipient_filter VALUES (?,?,?,?,?)"

_OVERWRITE_ADDRESS = "UPDATE recipient_filter SET address = ? WHERE stream = ?"
_READ_ENTRY = "SELECT entry FROM recipient_filter WHERE stream = ?"
_WRITE_ENTRY = "UPDATE recipient_filter SET entry = ? WHERE stream = ?"


ENTRY_DOMAIN = "lower(substr(address, instr(address, '@') + 1))"
"""Of an entry; a question that has it, word for word, is answered from an index."""


class RecipientFilter:
    """Table ``recipient_filter``; ``entry`` is JSON: causes, requests, consent, strikes, attempts, lifts."""

    name = "recipient_filter"
    version = 4
    tables = """\
CREATE TABLE recipient_filter (
  stream TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  address_key TEXT NOT NULL,
  address TEXT NOT NULL,
  entry TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
    indexes = f"""\
CREATE INDEX recipient_filter_of_scope ON recipient_filter (scope, address_key);
CREATE INDEX recipient_filter_of_domain ON recipient_filter (scope, {ENTRY_DOMAIN})"""

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Fold the events of a batch in memory, then write each touched row once."""
        steps = [(s, e.event) for e in envelopes if (s := _entry_stream(e))]
        rows: dict[str, list[Any]] = {}
        wanted = to_json(sorted({stream for stream, _ in steps})).decode()
        for row in connection.execute(_SELECT, (wanted,)):
            rows[row[0]] = [*row[:4], from_json(row[4])]
        for stream, event in steps:
            _take_up(rows, stream, event)
        written = [(*rows[s][:4], to_json(rows[s][4]).decode()) for s in sorted(rows)]
        connection.executemany(_UPSERT, written)

    def streams_of(self, connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Iterable[str]:
        """None: which entries nobody else needs, the erasure itself says."""
        del connection, tenant, candidate_id
        return ()

    def overwrite(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """The address, and what people wrote in support of a removal."""
        for envelope in envelopes:
            event = envelope.event
            if isinstance(event, AddressSuppressed):
                connection.execute(_OVERWRITE_ADDRESS, (event.address, envelope.stream))
            elif isinstance(event, RemovalRequested):
                _overwrite_evidence(connection, envelope.stream, event)


def _overwrite_evidence(connection: sqlite3.Connection, stream: str, event: RemovalRequested) -> None:
    entry = from_json(connection.execute(_READ_ENTRY, (stream,)).fetchone()[0])
    for request in entry["requests"]:
        if request["id"] == event.request_id:
            request["evidence"] = event.evidence
    connection.execute(_WRITE_ENTRY, (to_json(entry).decode(), stream))


def _entry_stream(envelope: Envelope) -> str | None:
    if envelope.stream.startswith("suppression_filter-"):
        return envelope.stream
    event = envelope.event
    if isinstance(event, MessageWithheld) and event.suppressed_by:
        return event.suppressed_by.rpartition("@")[0]
    return None


def _empty(stream: str, scope: str, address_key: str) -> list[Any]:
    entry: dict[str, Any] = {
        "causes": {},
        "requests": [],
        "consented_at": None,
        "strikes": [],
        "attempts": 0,
        "lifts": 0,
    }
    return [stream, scope, address_key, "", entry]


def _take_up(rows: dict[str, list[Any]], stream: str, event: Any) -> None:
    if isinstance(event, MessageWithheld):
        if stream in rows:
            rows[stream][4]["attempts"] += 1
        return
    row = rows.setdefault(stream, _empty(stream, event.scope, event.address_key))
    entry, at = row[4], event.occurred_at.isoformat()
    match event:
        case AddressSuppressed():
            row[3] = event.address
            _suppressed(entry, event, at)
        case StrikeRecorded():
            entry["strikes"].append([event.day.isoformat(), event.reason])
        case StrikesCleared():
            day = event.occurred_at.date().isoformat()
            entry["strikes"] = [s for s in entry["strikes"] if s[0] > day]
        case SuppressionHeld():
            for causes in (entry["causes"], entry.get("imports", {}).get("own", {})):
                causes.pop(event.cause, None)
            entry["held"] = {"cause": event.cause, "since": at, "reason": event.reason}
        case HoldReleased():
            entry.pop("held", None)
            entry["hold_dropped"] = not event.applied
        case RemovalRequested():
            request = {"id": event.request_id, "by": event.by, "at": at, "evidence": event.evidence}
            unproved = {"without_evidence": True} if event.without_evidence else {}
            entry["requests"].append({**request, "state": "open", **unproved})
        case RecipientConsentRecorded():
            if event.kind == "recipient":
                entry["consented_at"] = max(entry["consented_at"] or at, at)
        case RemovalRejected():
            if entry.get("approved", {}).get("request_id") == event.request_id:
                entry.pop("approved", None)
            _settle(entry, event.request_id, "rejected")
        case RemovalApproved():
            _reopen(entry)
            _settle(entry, event.request_id or "", "approved")
            entry["approved"] = {
                "request_id": event.request_id,
                "causes": event.causes,
                "lists": dict.fromkeys(event.providers, ""),
            }
        case ProviderRemovalConfirmed() if "approved" in entry:
            entry["approved"]["lists"].pop(f"{event.provider}/{event.account}", None)
        case ProviderRemovalRefused() if "approved" in entry:
            entry["approved"]["lists"][f"{event.provider}/{event.account}"] = event.why
        case SuppressionLifted():
            entry.update(causes={}, strikes=[], consented_at=None, lifts=entry["lifts"] + 1, lifted_at=at)
            entry.pop("imports", None)
            entry.pop("held", None)
            entry.pop("hold_dropped", None)
            entry.pop("approved", None)
            _settle(entry, None, "lifted")
        case SuppressionTakenBack():
            _taken_back(entry, event)


def _suppressed(entry: dict[str, Any], event: AddressSuppressed, at: str) -> None:
    if event.cause is Cause.HARD_BOUNCE:
        entry.pop("hold_dropped", None)
    if "approved" in entry and (event.cause.is_wish or event.cause not in entry["approved"]["causes"]):
        _reopen(entry)
    facts = {
        "since": at,
        "reason": event.reason,
        "expires_at": event.expires_at.isoformat() if event.expires_at else None,
        "message_id": event.message_id,
        "by": event.by,
        "list": f"{event.provider}/{event.account}" if event.provider else None,
    }
    cause = str(event.cause)
    if event.batch is not None:
        # What holds on other grounds is kept apart: an import may be undone.
        imports = entry.setdefault("imports", {"own": dict(entry["causes"]), "added": []})
        imports["added"].append([event.batch, cause, facts])
    elif "imports" in entry:
        _add(entry["imports"]["own"], cause, facts)
    _add(entry["causes"], cause, facts)


def _add(causes: dict[str, Any], cause: str, facts: dict[str, Any]) -> None:
    known, at, expires = causes.get(cause), facts["since"], facts["expires_at"]
    if known is None or (known["expires_at"] is not None and known["expires_at"] <= at):
        causes[cause] = facts
        return
    since = max(known["since"], at) if Cause(cause).is_wish else min(known["since"], at)
    until = max(known["expires_at"], expires) if known["expires_at"] and expires else None
    reason = facts["reason"] if at < known["since"] else known["reason"]
    causes[cause] = {**known, "since": since, "reason": reason, "expires_at": until}


def _taken_back(entry: dict[str, Any], event: SuppressionTakenBack) -> None:
    imports = entry.get("imports", {"own": entry["causes"], "added": []})
    imports["added"] = [each for each in imports["added"] if each[0] != event.batch]
    entry["causes"] = dict(imports["own"])
    for _, cause, facts in imports["added"]:
        _add(entry["causes"], cause, facts)
    if not imports["added"]:
        entry.pop("imports", None)
    if not entry["causes"]:  # there is nothing left to ask for
        entry.pop("approved", None)
        _settle(entry, None, "lifted")


def _settle(entry: dict[str, Any], request_id: str | None, state: str) -> None:
    for request in entry["requests"]:
        if request["state"] in ("open", "approved") and request_id in (None, request["id"]):
            request["state"] = state


def _reopen(entry: dict[str, Any]) -> None:
    entry.pop("approved", None)
    for request in entry["requests"]:
        if request["state"] == "approved":
            request["state"] = "open"


def active_causes(entry: dict[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
    """The causes of an entry that hold at a moment, oldest first."""
    holding = {
        cause: facts
        for cause, facts in entry["causes"].items()
        if facts["expires_at"] is None or now < datetime.fromisoformat(facts["expires_at"])
    }
    return dict(sorted(holding.items(), key=lambda item: (item[1]["since"], item[0])))


def outage_text(entry: dict[str, Any]) -> str | None:
    """The key of the text that says what an outage of its domain means for an address; None: nothing."""
    if "held" in entry:
        return "alarm.domain_outage"
    return "log.hold_dropped" if entry.get("hold_dropped") else None
