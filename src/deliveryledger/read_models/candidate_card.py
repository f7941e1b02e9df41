"""The candidate card: per message one line of status; a failed one with reason, next step and actions."""

import sqlite3
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.suggestion import Suggestion
from ..advice.suggestions import suggest
from ..advice.wording import text
from ..domain.addresses import problem_with
from .asking import Asking
from .candidates_and_messages import iso
from .card_message import CardMessage, Standings, card_message
from .outcomes_column import read_outcomes
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
    cv_address: str | None = None
    messages: tuple[CardMessage, ...] = ()
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        return card_text(self)


def candidate_card(
    connection: sqlite3.Connection, tenant: str, candidate_id: str, asking: Asking
) -> CandidateCard | None:
    """The card of one candidate, or None if the tenant has no such candidate."""
    row = connection.execute(_CANDIDATE, (tenant, candidate_id)).fetchone()
    if row is None:
        return None
    address, key, name, erased_at = row[:4]
    cv, confirmed, dismissed = (from_json(column) for column in row[4:])
    # Who was erased and registered again starts clean.
    since = erased_at if key else 0
    rows = connection.execute(_MESSAGES, (tenant, candidate_id, since, MOST_MESSAGES)).fetchall()
    problem = problem_with(address) if key else None
    standings = Standings(connection, tenant, asking.now, key if problem else None)
    bounced = {row[3] for row in rows if read_outcomes(row[12]).hard}
    suggestion = None
    if key and key not in confirmed:
        suggestion = _suggestion(address, key in bounced, dismissed, asking)
    messages = tuple(card_message(row, standings, key, suggestion, asking, name) for row in rows)
    causes = standings.of(key)
    cv_addresses = [found[0] for found in cv if found[3] != key and found[3] not in dismissed]
    return CandidateCard(
        candidate_id=candidate_id,
        name=name,
        address=address if key else None,
        erased=not key,
        address_problem=text("reason.bad_syntax", asking.lang) if problem else None,
        on_filter=tuple(causes),
        on_filter_since=min((iso(c["since"]) for c in causes.values()), default=None),
        suggestion=suggestion.address if suggestion else None,
        suggestion_why=_why(suggestion, asking.lang),
        cv_address=cv_addresses[-1] if cv_addresses else None,
        messages=messages,
        lang=asking.lang,
        tz=asking.tz,
    )


def _suggestion(address: str, after_bounce: bool, dismissed: list[str], asking: Asking) -> Suggestion | None:
    for suggestion in suggest(address, after_bounce=after_bounce):
        if asking.address_key(suggestion.address) not in dismissed:
            return suggestion
    return None


def _why(suggestion: Suggestion | None, lang: str) -> str | None:
    if suggestion is None:
        return None
    return suggestion.sentence(lang)
