"""The candidate card: per message one line of status; a failed one with reason, next step and actions."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.next_steps import Situation, next_step
from ..advice.typos import Suggestion, suggest
from ..advice.wording import full_datetime, short_datetime, text
from ..domain.failure_reason import FailureReason
from ..domain.message.outcomes import Outcomes
from ..domain.status import MessageStatus
from .candidates_and_messages import iso
from .outcomes_column import read_outcomes
from .recipient_filter import active_causes
from .terminal import card_text

_CANDIDATE = (
    "SELECT address, address_key, name, cv, confirmed, dismissed FROM candidates "
    "WHERE stream = 'candidate_email-' || ? || ':' || ?"
)
_MESSAGES = (
    "SELECT m.message_id, m.sender_id, m.recipient, m.address_key, m.subject, m.profile_url, "
    "m.registered_at, "
    "m.resend_of, m.resent_as, m.resent_by, m.withheld_by, m.flags, m.outcomes, "
    "n.recipient, n.registered_at, o.registered_at FROM messages AS m "
    "LEFT JOIN messages AS n ON n.stream = 'message-' || m.tenant || ':' || m.resent_as "
    "LEFT JOIN messages AS o ON o.stream = 'message-' || m.tenant || ':' || m.resend_of "
    "WHERE m.tenant = ? AND m.candidate_id = ? ORDER BY m.registered_at DESC, m.rowid DESC LIMIT ?"
)
_FILTER = "SELECT entry FROM recipient_filter WHERE scope = ? AND address_key = ?"
MOST_MESSAGES = 200
"""Messages on a card, newest first."""


@dataclass(frozen=True)
class Asking:
    """How a question is asked: the present moment, the language, the time zone, the address digest."""

    now: datetime
    lang: str
    tz: str
    address_key: Callable[[str], str]


class CardMessage(BaseModel):
    """One message on the card. Times are UTC; texts are in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    id: str
    sender_id: str
    recipient: str
    subject: str
    profile_url: str | None = None
    status: MessageStatus
    severity: str | None = None
    reason: str | None = None
    withheld: bool = False
    withheld_by: tuple[str, ...] = ()
    registered_at: datetime
    sent_at: datetime | None = None
    sent_at_text: str | None = None
    sent_at_full: str | None = None
    headline: str | None = None
    kind: str | None = None
    explanation: str | None = None
    next_step: str | None = None
    actions: tuple[str, ...] = ()
    will_retry_until: datetime | None = None
    unsubscribed: bool = False
    auto_replied: bool = False
    resend_of: str | None = None
    resend_of_text: str | None = None
    resent_as: str | None = None


class CandidateCard(BaseModel):
    """A candidate's address, its standing, and the messages, newest first."""

    model_config = ConfigDict(frozen=True)

    candidate_id: str
    name: str | None = None
    address: str | None = None
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
    address, key, name = row[:3]
    cv, confirmed, dismissed = (from_json(column) for column in row[3:])
    rows = connection.execute(_MESSAGES, (tenant, candidate_id, MOST_MESSAGES)).fetchall()
    standings = _Standings(connection, tenant, asking.now)
    bounced = {row[3] for row in rows if read_outcomes(row[12]).hard}
    suggestion = None
    if key and key not in confirmed:
        suggestion = _suggestion(address, key in bounced, dismissed, asking)
    messages = tuple(_message(row, standings, key, suggestion, asking) for row in rows)
    causes = standings.of(key)
    cv_addresses = [found[0] for found in cv if found[3] != key]
    return CandidateCard(
        candidate_id=candidate_id,
        name=name,
        address=address if key else None,
        on_filter=tuple(causes),
        on_filter_since=min((iso(c["since"]) for c in causes.values()), default=None),
        suggestion=suggestion.address if suggestion else None,
        suggestion_why=_why(suggestion, asking.lang),
        cv_address=cv_addresses[-1] if cv_addresses else None,
        messages=messages,
        lang=asking.lang,
        tz=asking.tz,
    )


class _Standings:
    """Standing of the addresses on one card, each asked once."""

    def __init__(self, connection: sqlite3.Connection, tenant: str, now: datetime) -> None:
        self._connection, self._tenant, self._now = connection, tenant, now
        self._known: dict[str, dict[str, Any]] = {}

    def of(self, key: str) -> dict[str, Any]:
        if key not in self._known:
            row = self._connection.execute(_FILTER, (self._tenant, key)).fetchone()
            self._known[key] = active_causes(from_json(row[0]), self._now) if row else {}
        return self._known[key]


def _suggestion(address: str, after_bounce: bool, dismissed: list[str], asking: Asking) -> Suggestion | None:
    for suggestion in suggest(address, after_bounce=after_bounce):
        if asking.address_key(suggestion.address) not in dismissed:
            return suggestion
    return None


def _why(suggestion: Suggestion | None, lang: str) -> str | None:
    if suggestion is None:
        return None
    return text(suggestion.text_key, lang, wrong=suggestion.wrong, right=suggestion.right)


def _message(
    row: tuple[Any, ...],
    standings: _Standings,
    present_key: str,
    suggestion: Suggestion | None,
    asking: Asking,
) -> CardMessage:
    outcomes = read_outcomes(row[12])
    status = outcomes.status
    reason = _reason(outcomes)
    withheld_by = tuple(row[10].split(",")) if row[10] else ()
    flags = row[11].split(",")
    is_withheld = bool(withheld_by) and outcomes.submitted_at is None
    step = next_step(
        _situation(
            row, outcomes, reason, withheld_by if is_withheld else (), standings, present_key, suggestion
        ),
        lang=asking.lang,
        tz=asking.tz,
    )
    # A withheld message can be sent again once the address was corrected or came off the filter.
    resendable = is_withheld and row[8] is None and bool(present_key) and not standings.of(present_key)
    sent_at = outcomes.submitted_at
    severity = reason.severity if reason and status in _BOUNCES else None
    return CardMessage(
        id=row[0],
        sender_id=row[1],
        recipient=row[2],
        subject=row[4],
        profile_url=row[5],
        status=status,
        severity=severity,
        reason=str(reason) if reason else None,
        withheld=is_withheld,
        withheld_by=withheld_by if is_withheld else (),
        registered_at=iso(row[6]),
        sent_at=sent_at,
        sent_at_text=short_datetime(sent_at, asking.lang, asking.tz) if sent_at else None,
        sent_at_full=full_datetime(sent_at, asking.lang, asking.tz) if sent_at else None,
        headline=step.headline,
        kind=step.kind,
        explanation=step.explanation,
        next_step=text("advice.sendable_again", asking.lang) if resendable else step.next_step,
        actions=("resend",) if resendable else step.actions,
        will_retry_until=outcomes.will_retry_until if status is MessageStatus.DEFERRED else None,
        unsubscribed="unsubscribed" in flags,
        auto_replied="auto_replied" in flags,
        resend_of=row[7],
        resend_of_text=_resend_of_text(row[15], asking),
        resent_as=row[8],
    )


_BOUNCES = (MessageStatus.HARD_BOUNCED, MessageStatus.SOFT_BOUNCED)


def _reason(outcomes: Outcomes) -> FailureReason | None:
    failure = outcomes.failure
    try:
        return FailureReason(failure.evidence.reason) if failure else None
    except ValueError:  # a complaint, or the word of a provider's list
        return None


def _situation(
    row: tuple[Any, ...],
    outcomes: Outcomes,
    reason: FailureReason | None,
    withheld_by: tuple[str, ...],
    standings: _Standings,
    present_key: str,
    suggestion: Suggestion | None,
) -> Situation:
    failure = outcomes.failure
    causes = standings.of(row[3])
    since = min((iso(cause["since"]) for cause in causes.values()), default=None)
    is_present = row[3] == present_key
    return Situation(
        status=outcomes.status,
        reason=reason,
        withheld_by=withheld_by,
        withheld_since=since,
        address=row[2],
        suggestion=suggestion.address if suggestion and is_present else None,
        will_retry_until=outcomes.will_retry_until,
        delivered_at=outcomes.delivered.at if outcomes.delivered else None,
        failed_at=failure.at if failure else None,
        list_reason=outcomes.dropped.evidence.reason if outcomes.dropped else None,
        resent_to=row[13],
        resent_at=iso(row[14]) if row[14] else None,
    )


def _resend_of_text(original_at: str | None, asking: Asking) -> str | None:
    if original_at is None:
        return None
    at = short_datetime(iso(original_at), asking.lang, asking.tz)
    return text("status.resend_of.text", asking.lang, at=at)
