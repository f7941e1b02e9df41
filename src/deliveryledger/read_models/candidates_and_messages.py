"""Read model of the candidate card: candidates with their address, messages with their outcomes."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic_core import from_json, to_json

from ..application.envelope import Envelope
from ..domain.candidate_email.events import (
    CvEmailFound,
    EmailChanged,
    EmailConfirmed,
    EmailRegistered,
    PersonalDataErased,
    SuggestionDismissed,
)
from ..domain.message.events import (
    AutoReplyReceived,
    LinkClicked,
    MessageOpened,
    MessageRegistered,
    MessageResent,
    MessageSubmitted,
    MessageWithheld,
    UnsubscribeRequested,
)
from ..domain.message.outcomes import OutcomeEvent, Outcomes, remember, submitted
from .outcomes_column import outcomes_text, read_outcomes

_SELECT_MESSAGES = (
    "SELECT m.stream, m.resent_as, m.resent_by, m.withheld_by, m.suppressed_by, m.flags, m.outcomes "
    "FROM json_each(?) AS wanted CROSS JOIN messages AS m ON m.stream = wanted.value"
)
_SELECT_CANDIDATES = (
    "SELECT c.* FROM json_each(?) AS wanted CROSS JOIN candidates AS c ON c.stream = wanted.value"
)
_INSERT_MESSAGE = "INSERT INTO messages VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_UPDATE_MESSAGE = (
    "UPDATE messages SET resent_as = ?, resent_by = ?, withheld_by = ?, suppressed_by = ?, flags = ?, "
    "outcomes = ? WHERE stream = ?"
)
_UPSERT_CANDIDATE = "INSERT OR REPLACE INTO candidates VALUES (?,?,?,?,?,?,?,?,?)"


_NO_OUTCOMES = Outcomes()
_OUTCOME_EVENTS = frozenset(get_args(OutcomeEvent))


@dataclass
class _Message:
    """What may change of a message's row. ``registered`` is the rest of it, of a new message only."""

    resent_as: str | None = None
    resent_by: str | None = None
    withheld_by: str | None = None
    suppressed_by: str | None = None
    flags: frozenset[str] = frozenset()
    outcomes: Outcomes = _NO_OUTCOMES
    registered: tuple[str | int | None, ...] | None = None

    def columns(self) -> tuple[str | None, ...]:
        flags = ",".join(sorted(self.flags)) if self.flags else ""
        outcomes = outcomes_text(self.outcomes)
        return (self.resent_as, self.resent_by, self.withheld_by, self.suppressed_by, flags, outcomes)


class CandidatesAndMessages:
    """Tables ``candidates`` and ``messages``."""

    name = "candidates_and_messages"
    version = 1
    tables = """\
CREATE TABLE candidates (
  stream TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  candidate_id TEXT NOT NULL,
  address TEXT NOT NULL,
  address_key TEXT NOT NULL,
  name TEXT,
  cv TEXT NOT NULL,
  confirmed TEXT NOT NULL,
  dismissed TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE candidate_addresses (
  address_key TEXT NOT NULL,
  tenant TEXT NOT NULL,
  candidate_id TEXT NOT NULL,
  PRIMARY KEY (tenant, candidate_id, address_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE messages (
  stream TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  message_id TEXT NOT NULL,
  candidate_id TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  from_address TEXT,
  recipient TEXT NOT NULL,
  address_key TEXT NOT NULL,
  subject TEXT NOT NULL,
  profile_url TEXT,
  registered_at TEXT NOT NULL,
  resend_of TEXT,
  position INTEGER NOT NULL,
  resent_as TEXT,
  resent_by TEXT,
  withheld_by TEXT,
  suppressed_by TEXT,
  flags TEXT NOT NULL,
  outcomes TEXT NOT NULL
) STRICT;
"""
    indexes = """\
CREATE INDEX messages_of_candidate ON messages (tenant, candidate_id, position);
CREATE INDEX messages_withheld ON messages (tenant, address_key) WHERE withheld_by IS NOT NULL"""

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Fold the events of a batch in memory, then write each touched row once."""
        messages = [e for e in envelopes if e.stream.startswith("message-")]
        candidates = [e for e in envelopes if e.stream.startswith("candidate_email-")]
        _apply_messages(connection, messages)
        _apply_candidates(connection, candidates)


def _wanted(envelopes: Iterable[Envelope]) -> str:
    return to_json(sorted({e.stream for e in envelopes if e.version > 1})).decode()


def _apply_messages(connection: sqlite3.Connection, envelopes: list[Envelope]) -> None:
    rows: dict[str, _Message] = {}
    for stream, *words, flags, outcomes in connection.execute(_SELECT_MESSAGES, (_wanted(envelopes),)):
        known = frozenset(flags.split(",")) if flags else frozenset()
        values: list[Any] = [*words, known, read_outcomes(outcomes)]
        rows[stream] = _Message(*values)
    for envelope in envelopes:
        event = envelope.event
        if isinstance(event, MessageRegistered):
            rows[envelope.stream] = _Message(registered=_registered(envelope, event))
        else:
            _take_up(rows[envelope.stream], event)
    streams = sorted(rows)
    new = [(*r.registered, *r.columns()) for s in streams if (r := rows[s]).registered]
    changed = [(*r.columns(), s) for s in streams if not (r := rows[s]).registered]
    connection.executemany(_INSERT_MESSAGE, new)
    connection.executemany(_UPDATE_MESSAGE, changed)


def _registered(envelope: Envelope, event: MessageRegistered) -> tuple[str | int | None, ...]:
    return (
        envelope.stream,
        event.tenant,
        event.message_id,
        event.candidate_id,
        event.sender_id,
        event.from_address,
        event.recipient,
        event.address_key,
        event.subject,
        event.profile_url,
        event.occurred_at.isoformat(),
        event.resend_of,
        envelope.position,
    )


def _take_up(row: _Message, event: Any) -> None:
    if type(event) in _OUTCOME_EVENTS:
        row.outcomes = remember(row.outcomes, event)
        return
    match event:
        case MessageSubmitted():
            row.outcomes = submitted(row.outcomes, event)
        case MessageWithheld():
            row.withheld_by, row.suppressed_by = ",".join(event.causes), event.suppressed_by
        case MessageResent():
            row.resent_as, row.resent_by = event.as_message_id, event.by
        case UnsubscribeRequested():
            row.flags |= {"unsubscribed"}
        case AutoReplyReceived():
            row.flags |= {"auto_replied"}
        case MessageOpened():
            row.flags |= {"opened_by_machine" if event.by_machine else "opened"}
        case LinkClicked():
            row.flags |= {"clicked_by_machine" if event.by_machine else "clicked"}


def _apply_candidates(connection: sqlite3.Connection, envelopes: list[Envelope]) -> None:
    rows: dict[str, list[Any]] = {}
    keys: set[tuple[str, str, str]] = set()
    for row in connection.execute(_SELECT_CANDIDATES, (_wanted(envelopes),)):
        rows[row[0]] = [*row[:6], *(from_json(text) for text in row[6:])]
    for envelope in envelopes:
        _take_up_candidate(rows, envelope)
        event = envelope.event
        if isinstance(event, EmailRegistered | EmailChanged):
            keys.add((event.address_key, rows[envelope.stream][1], event.candidate_id))
    written = [
        (*rows[s][:6], *(to_json(v).decode() if v else "[]" for v in rows[s][6:])) for s in sorted(rows)
    ]
    connection.executemany(_UPSERT_CANDIDATE, written)
    connection.executemany("INSERT OR IGNORE INTO candidate_addresses VALUES (?,?,?)", sorted(keys))


def _take_up_candidate(rows: dict[str, list[Any]], envelope: Envelope) -> None:
    stream, event = envelope.stream, envelope.event
    match event:
        case EmailRegistered():
            owner = stream.partition("-")[2].partition(":")[0]
            rows[stream] = [
                stream, owner, event.candidate_id, event.address, event.address_key, event.name, [], [], [],
            ]  # fmt: skip
        case EmailChanged():
            rows[stream][3:5] = [event.address, event.address_key]
        case EmailConfirmed():
            rows[stream][7].append(event.address_key)
        case CvEmailFound():
            rows[stream][6].append([event.address, event.document, event.page, event.address_key])
        case SuggestionDismissed():
            rows[stream][8].append(event.address_key)
        case PersonalDataErased():
            rows[stream][3:] = ["[erased]", "", None, [], [], []]


def iso(text: str) -> datetime:
    """A moment as the tables hold it."""
    return datetime.fromisoformat(text)
