"""The candidate card: per message one line of status; a failed one with reason, next step and actions."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.wording import text
from ..domain.addresses import problem_with
from .asking import Asking
from .candidates_and_messages import iso
from .card_message import CardMessage, Standings, card_message
from .outcomes_column import read_outcomes
from .suggestions import Known, SuggestedAddress, Suggestions, find_suggestions, from_cv, received, shown
from .terminal import card_text

_CANDIDATE = (
    "SELECT address, address_key, name, erased_at, cv, confirmed, dismissed FROM candidates "
    "WHERE stream = 'candidate_email-' || ? || ':' || ?"
)
_MESSAGES = (
    "SELECT m.message_id, m.sender_id, m.recipient, m.address_key, m.subject, m.profile_url, "
    "m.registered_at, "
    "m.resend_of, m.resent_as, m.resent_by, m.withheld_by, m.flags, m.outcomes, "
    "n.recipient, n.registered_at, o.registered_at, m.from_address FROM messages AS m "
    "LEFT JOIN messages AS n ON n.stream = 'message-' || m.tenant || ':' || m.resent_as "
    "LEFT JOIN messages AS o ON o.stream = 'message-' || m.tenant || ':' || m.resend_of "
    "WHERE m.tenant = ? AND m.candidate_id = ? AND m.position > ? ORDER BY m.position DESC LIMIT ?"
)
MOST_MESSAGES = 200
"""Messages on a card, newest first."""


class CandidateCard(BaseModel):
    """A candidate's address, its standing, and the messages, newest first."""

    model_config = ConfigDict(frozen=True)

    candidate_id: str
    name: str | None = None
    address: str | None = None
    erased: bool = False
    """Whether the person was erased; ``name`` and ``address`` are None then."""
    address_problem: str | None = None
    on_filter: tuple[str, ...] = ()
    on_filter_since: datetime | None = None
    suggestion: str | None = None
    suggestion_why: str | None = None
    suggestions: tuple[SuggestedAddress, ...] = ()
    """All of them, best first, with their grounds; ``suggestion`` is the first."""
    cv_address: str | None = None
    """An address in the candidate's documents that is another one; where it stands is beside it."""
    cv_document: str | None = None
    cv_page: int | None = None
    cv_matches: bool | None = None
    """Whether the address stands in the candidate's documents; None where no document had any."""
    messages: tuple[CardMessage, ...] = ()
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        return card_text(self)


def candidate_card(
    connection: sqlite3.Connection, tenant: str, candidate_id: str, asking: Asking
) -> CandidateCard | None:
    """The card of one candidate, or None if the tenant has no such candidate."""
    found = _rows(connection, tenant, candidate_id)
    if found is None:
        return None
    row, rows = found
    address, key, name = row[:3]
    problem = problem_with(address) if key else None
    standings = Standings(connection, tenant, asking.now, key if problem else None)
    known = _known(row, rows)
    offered = find_suggestions(connection, tenant, known, asking)
    suggestion = offered[0] if offered else None
    messages = tuple(card_message(row, standings, key, suggestion, asking, name) for row in rows)
    causes = standings.of(key)
    in_cv = from_cv(known)
    other = next((each for each in in_cv if each[3] != key), None)
    return CandidateCard(
        candidate_id=candidate_id,
        name=name,
        address=address if key else None,
        erased=not key,
        address_problem=text("reason.bad_syntax", asking.lang) if problem else None,
        on_filter=tuple(causes),
        on_filter_since=min((iso(c["since"]) for c in causes.values()), default=None),
        suggestion=suggestion.address if suggestion else None,
        suggestion_why=suggestion.sentence(asking.lang, asking.tz) if suggestion else None,
        suggestions=tuple([shown(each, asking) for each in offered]),
        cv_address=other[0] if other else None,
        cv_document=other[1] if other else None,
        cv_page=other[2] if other else None,
        cv_matches=any(each[3] == key for each in known.cv) if known.cv else None,
        messages=messages,
        lang=asking.lang,
        tz=asking.tz,
    )


def suggestions_for(
    connection: sqlite3.Connection, tenant: str, candidate_id: str, asking: Asking
) -> Suggestions | None:
    """What may have been meant with a candidate's address, or None if the tenant has no such candidate."""
    found = _rows(connection, tenant, candidate_id)
    if found is None:
        return None
    known = _known(*found)
    offered = find_suggestions(connection, tenant, known, asking)
    return Suggestions(
        candidate_id=candidate_id,
        address=known.address if known.address_key else None,
        after_bounce=known.after_bounce,
        suggestions=tuple([shown(each, asking) for each in offered]),
        lang=asking.lang,
        tz=asking.tz,
    )


def _rows(
    connection: sqlite3.Connection, tenant: str, candidate_id: str
) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]] | None:
    """The candidate's row, and those of their messages, newest first."""
    row = connection.execute(_CANDIDATE, (tenant, candidate_id)).fetchone()
    if row is None:
        return None
    # Who was erased and registered again starts clean.
    since = row[3] if row[1] else 0
    return row, connection.execute(_MESSAGES, (tenant, candidate_id, since, MOST_MESSAGES)).fetchall()


def _known(candidate: Sequence[Any], messages: Sequence[Sequence[Any]]) -> Known:
    address, key, name, _, cv, confirmed, dismissed = candidate
    outcomes = [read_outcomes(message[12]) for message in messages]
    bounced = {message[3] for message, known in zip(messages, outcomes, strict=True) if known.hard}
    arrived = received(zip((message[2] for message in messages), outcomes, strict=True))
    lists = from_json(cv), from_json(confirmed), from_json(dismissed)
    return Known(address, key, name, *lists, arrived, key in bounced)
