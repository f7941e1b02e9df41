"""Read model of the candidate card: candidates with their address, messages with their outcomes."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic_core import to_json

from ..application.envelope import Envelope
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
from .candidate_rows import apply_candidates
from .outcomes_column import outcomes_text, read_outcomes

_SELECT_MESSAGES = (
    "SELECT m.stream, m.resent_as, m.resent_by, m.withheld_by, m.suppressed_by, m.flags, m.outcomes "
    "FROM json_each(?) AS wanted CROSS JOIN messages AS m ON m.stream = wanted.value"
)
_INSERT_MESSAGE = "INSERT INTO messages VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_UPDATE_MESSAGE = (
    "UPDATE messages SET resent_as = ?, resent_by = ?, withheld_by = ?, suppressed_by = ?, flags = ?, "
    "outcomes = ? WHERE stream = ?"
)
_MESSAGE_STREAMS = "SELECT stream FROM messages WHERE tenant = ? AND candidate_id = ?"
_OVERWRITE = "UPDATE messages SET from_address = ?, recipient = ?, subject = ? WHERE stream = ?"

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


DAY = "substr(coalesce(json_extract(outcomes, '$[0]'), registered_at), 1, 10)"
"""Of a message: the day (UTC) on which it was sent; on which it was registered, where nobody says."""
DOMAIN = "lower(substr(recipient, instr(recipient, '@') + 1))"
RECEIVED = "json_extract(outcomes, '$[4]') IS NOT NULL AND json_extract(outcomes, '$[8]') IS NULL"
"""Of a message: it was delivered, and did not bounce for good (places of the column ``outcomes``).

A question that has DOMAIN and this, or the tenant and DAY, word for word, is answered from an index.
"""


_TO_HAND_OVER = (
    "resend_of IS NOT NULL AND resent_as IS NULL AND withheld_by IS NULL "
    "AND json_extract(outcomes, '$[0]') IS NULL"
)
_MOST_TO_HAND_OVER = 10_000


class CandidatesAndMessages:
    """Tables ``candidates`` and ``messages``."""

    name = "candidates_and_messages"
    version = 4
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
  dismissed TEXT NOT NULL,
  erased_at INTEGER NOT NULL
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
  batch TEXT,
  resent_as TEXT,
  resent_by TEXT,
  withheld_by TEXT,
  suppressed_by TEXT,
  flags TEXT NOT NULL,
  outcomes TEXT NOT NULL
) STRICT;
"""
    indexes = f"""\
CREATE INDEX messages_of_candidate ON messages (tenant, candidate_id, position);
CREATE INDEX messages_of_sender ON messages (tenant, sender_id, registered_at);
CREATE INDEX messages_of_batch ON messages (tenant, batch) WHERE batch IS NOT NULL;
CREATE INDEX candidates_with_address ON candidate_addresses (address_key);
CREATE INDEX messages_withheld ON messages (tenant, address_key) WHERE withheld_by IS NOT NULL;
CREATE INDEX messages_of_day ON messages (tenant, {DAY});
CREATE INDEX messages_to_domain ON messages (tenant, {DOMAIN}, position);
CREATE INDEX domains_that_received ON messages (tenant, {DOMAIN}) WHERE {RECEIVED};
CREATE INDEX messages_to_hand_over ON messages (tenant, position) WHERE {_TO_HAND_OVER}"""

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Fold the events of a batch in memory, then write each touched row once."""
        messages = [e for e in envelopes if e.stream.startswith("message-")]
        candidates = [e for e in envelopes if e.stream.startswith("candidate_email-")]
        _apply_messages(connection, messages)
        apply_candidates(connection, candidates)

    def streams_of(self, connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Iterable[str]:
        """The candidate's messages, of earlier registrations too."""
        return (row[0] for row in connection.execute(_MESSAGE_STREAMS, (tenant, candidate_id)))

    def overwrite(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """What a message was registered with; a candidate's row was emptied by the erasure itself."""
        for envelope in envelopes:
            event = envelope.event
            if isinstance(event, MessageRegistered):
                values = (event.from_address, event.recipient, event.subject, envelope.stream)
                connection.execute(_OVERWRITE, values)


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
        event.link,
        event.occurred_at.isoformat(),
        event.resend_of,
        envelope.position,
        event.batch,
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


def to_hand_over(connection: sqlite3.Connection, tenant: str) -> tuple[str, ...]:
    """Ids of the messages that were registered to be sent again and not submitted, oldest first."""
    query = f"SELECT message_id FROM messages WHERE tenant = ? AND {_TO_HAND_OVER} ORDER BY position LIMIT ?"  # noqa: S608  # a constant
    return tuple(row[0] for row in connection.execute(query, (tenant, _MOST_TO_HAND_OVER)))


def iso(text: str) -> datetime:
    """A moment as the tables hold it."""
    return datetime.fromisoformat(text)
