"""A candidate's activity log: actor, verb, both values, source, time and event id of what happened."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.suggestions import suggest
from ..advice.wording import full_datetime, short_datetime, text
from ..application.envelope import event_id
from .activity_sentences import KIND_OF, sentence
from .asking import Asking
from .candidates_and_messages import iso
from .expired import Expired, expired

MOST_ENTRIES = 1_000
EXPIRED = "SuppressionExpired"
"""No event: a suppression ended by itself. Such an entry has the id and position of what began it."""
_COLUMNS = "a.position, a.stream, a.version, a.name, a.data"
_ACTIVITY = (
    # Who was erased and registered again starts clean.
    "WITH since AS (SELECT coalesce(max(erased_at), 0) AS position FROM candidates "  # noqa: S608
    "WHERE tenant = ?1 AND candidate_id = ?2 AND address_key <> '') "
    f"SELECT {_COLUMNS}, m.recipient, m.subject, m.sender_id, n.recipient FROM messages AS m "
    "JOIN activity AS a ON a.tenant = m.tenant AND a.message_id = m.message_id "
    "LEFT JOIN messages AS n ON n.stream = 'message-' || m.tenant || ':' || m.resent_as "
    "WHERE m.tenant = ?1 AND m.candidate_id = ?2 AND m.position > (SELECT position FROM since) "
    f"UNION ALL SELECT {_COLUMNS}, NULL, NULL, NULL, NULL FROM activity AS a "
    "WHERE a.tenant = ?1 AND a.candidate_id = ?2 AND a.position > (SELECT position FROM since) "
    f"UNION ALL SELECT {_COLUMNS}, f.address, NULL, NULL, NULL FROM candidate_addresses AS k "
    "JOIN activity AS a ON a.tenant = k.tenant AND a.address_key = k.address_key "
    "LEFT JOIN recipient_filter AS f ON f.scope = a.tenant AND f.address_key = a.address_key "
    "WHERE k.tenant = ?1 AND k.candidate_id = ?2 AND a.position > (SELECT position FROM since) "
    "ORDER BY 1 DESC LIMIT ?3"
)
_CANDIDATE = "SELECT name, cv FROM candidates WHERE stream = 'candidate_email-' || ? || ':' || ?"


class ActivityEntry(BaseModel):
    """One thing that happened. ``kind`` is delivery, address or filter; times are UTC."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    position: int
    event: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str | None = None
    source: str | None = None
    address: str | None = None
    original_address: str | None = None
    updated_address: str | None = None
    message_id: str | None = None
    text: str
    details: Mapping[str, Any] = {}


class ActivityView(BaseModel):
    """A candidate's activity log, newest first."""

    model_config = ConfigDict(frozen=True)

    candidate_id: str
    entries: tuple[ActivityEntry, ...] = ()
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        lines, day = [], ""
        for entry in self.entries:
            heading = full_datetime(entry.occurred_at, self.lang, self.tz)
            heading = heading.rpartition(" kl. " if " kl. " in heading else ", ")[0]
            if heading != day:
                day = heading
                lines.append(heading)
            at = short_datetime(entry.occurred_at, self.lang, self.tz).rpartition(" ")[2]
            lines.append(f"  {at}  {entry.text}")
        return "\n".join(lines)


def activity(connection: sqlite3.Connection, tenant: str, candidate_id: str, asking: Asking) -> ActivityView:
    """Everything that happened to a candidate's messages and addresses."""
    name, cv = connection.execute(_CANDIDATE, (tenant, candidate_id)).fetchone() or (None, "[]")
    rows = connection.execute(_ACTIVITY, (tenant, candidate_id, MOST_ENTRIES)).fetchall()
    in_cv = {key: (document, page) for _, document, page, key in from_json(cv)}
    offered = {key: address for address, _, _, key in from_json(cv)}
    if any(row[3] == "SuggestionDismissed" for row in rows):
        offered = _offered(rows, name, asking) | offered
    entries = [entry_of(row, in_cv, offered, asking) for row in rows]
    if ended := [_ended(each, asking) for each in expired(rows, asking.now)]:
        entries = sorted([*ended, *entries], key=lambda entry: entry.recorded_at, reverse=True)
    return ActivityView(candidate_id=candidate_id, entries=tuple(entries), lang=asking.lang, tz=asking.tz)


def _ended(each: Expired, asking: Asking) -> ActivityEntry:
    began = entry_of(each.row, {}, {}, asking)
    key = "log.expired.one" if each.days == 1 else "log.expired"
    return ActivityEntry(
        event_id=began.event_id,
        position=began.position,
        event=EXPIRED,
        kind=began.kind,
        occurred_at=each.until,
        recorded_at=each.until,
        address=began.address,
        text=text(key, asking.lang, address=began.address, days=each.days),
    )


def _offered(rows: Iterable[Sequence[Any]], name: str | None, asking: Asking) -> dict[str, str]:
    """What may have been suggested instead of each address, by its key: a dismissal keeps no more."""
    addresses = {
        from_json(row[4])["address"] for row in rows if row[3] in ("EmailRegistered", "EmailChanged")
    }
    return {
        asking.address_key(each.address): each.address
        for address in sorted(addresses)
        for after_bounce in (True, False)
        for each in suggest(address, name=name, after_bounce=after_bounce)
    }


def entry_of(
    row: Sequence[Any], in_cv: Mapping[str, Any], offered: Mapping[str, str], asking: Asking
) -> ActivityEntry:
    """One row of the table ``activity``, with its message's recipient, subject, sender and new recipient."""
    position, stream, version, name, data, recipient, subject, sender_id, resent_to = row
    event = from_json(data)
    known = {
        "recipient": recipient,
        "subject": subject,
        "sender_id": sender_id,
        "resent_to": resent_to,
        "cv": in_cv,
        "offered": offered,
    }
    details = {
        key: event[key]
        for key in (
            "status",
            "reply_code",
            "diagnostic",
            "rule",
            "rules_version",
            "reason",
            "provider",
            "claimed_at",
            "policy_version",
            "grounds",
            "evidence",
        )
        if event.get(key) is not None
    }
    return ActivityEntry(
        event_id=event_id(stream, version),
        position=position,
        event=name,
        kind=KIND_OF[stream.partition("-")[0]],
        occurred_at=iso(event["occurred_at"]),
        recorded_at=iso(event["recorded_at"]),
        actor=event.get("by")
        or event.get("requested_by")
        or (sender_id if name == "MessageRegistered" else None),
        source=event.get("source"),
        address=event.get("address") or event.get("recipient") or recipient,
        original_address=event.get("previous"),
        updated_address=event.get("address") if name == "EmailChanged" else None,
        message_id=event.get("message_id"),
        text=sentence(name, event, known, lang=asking.lang, tz=asking.tz),
        details=details,
    )
