"""One message on the candidate card: its status, and what to say and offer about it."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.next_steps import NextStep, Situation, next_step
from ..advice.roles import Who
from ..advice.safe_senders import SafeSenderAdvice, advice, drag_back
from ..advice.suggestion import Suggestion
from ..advice.wording import full_datetime, short_datetime, text
from ..domain.failure_reason import FailureReason
from ..domain.message.outcomes import Outcomes
from ..domain.status import MessageStatus
from .asking import Asking
from .candidates_and_messages import iso
from .outcomes_column import read_outcomes
from .recipient_filter import active_causes, outage_text

_FILTER = "SELECT entry FROM recipient_filter WHERE scope = ? AND address_key = ?"


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
    never: tuple[str, ...] = ()
    """Actions that must not be offered for this message, whatever buttons the ATS has."""
    who: tuple[str, ...] = ()
    """Who can act, the nearest first: keys of ``who.*``."""
    candidate_advice: SafeSenderAdvice | None = None
    """What the action ``copy_advice`` copies."""
    will_retry_until: datetime | None = None
    unsubscribed: bool = False
    auto_replied: bool = False
    resend_of: str | None = None
    resend_of_text: str | None = None
    resent_as: str | None = None


class Standings:
    """Standing of the addresses on one card. ``malformed`` is the key of what is no address."""

    def __init__(
        self, connection: sqlite3.Connection, tenant: str, now: datetime, malformed: str | None
    ) -> None:
        self._connection, self._tenant, self._now, self._malformed = connection, tenant, now, malformed
        self._known: dict[str, _Standing] = {}

    def may_send(self, key: str) -> bool:
        """Whether mail may be sent to an address key now."""
        return bool(key) and key != self._malformed and not self.of(key)

    def of(self, key: str) -> dict[str, Any]:
        """The causes that hold for an address key now; empty = mail may be sent."""
        return self._entry(key).causes

    def removal_requested(self, key: str) -> bool:
        """Whether somebody has asked for an address key to be taken off the filter, without an answer yet."""
        return self._entry(key).removal_requested

    def outage(self, key: str) -> str | None:
        """What an outage of its domain means for an address key: the key of a text with {domain}."""
        return self._entry(key).outage

    def _entry(self, key: str) -> "_Standing":
        if key not in self._known:
            row = self._connection.execute(_FILTER, (self._tenant, key)).fetchone()
            self._known[key] = _standing(from_json(row[0]), self._now) if row else _ON_NO_FILTER
        return self._known[key]


class _Standing(NamedTuple):
    causes: dict[str, Any]
    removal_requested: bool
    outage: str | None


_ON_NO_FILTER = _Standing({}, removal_requested=False, outage=None)


def _standing(entry: dict[str, Any], now: datetime) -> _Standing:
    requested = any(r["state"] in ("open", "approved") for r in entry["requests"])
    return _Standing(active_causes(entry, now), requested, outage_text(entry))


def card_message(
    row: tuple[Any, ...],
    standings: Standings,
    present_key: str,
    suggestion: Suggestion | None,
    asking: Asking,
    name: str | None = None,
) -> CardMessage:
    """One row of ``messages``, joined with its successor and predecessor, as the card shows it."""
    outcomes = read_outcomes(row[12])
    status = outcomes.status
    reason = _reason(outcomes)
    sent_at = outcomes.submitted_at
    withheld_by = tuple(row[10].split(",")) if row[10] and sent_at is None else ()
    flags = row[11].split(",")
    situation = _situation(row, outcomes, reason, withheld_by, standings, present_key, suggestion)
    # A withheld message can be sent again once the address was corrected or came off the filter.
    is_sendable = bool(withheld_by) and row[8] is None and standings.may_send(present_key)
    outage = standings.outage(row[3]) if reason is FailureReason.MAILBOX_UNKNOWN else None
    if outage:
        situation = replace(situation, status=MessageStatus.SOFT_BOUNCED, reason=_OF_OUTAGE)
    step = _step(situation, asking, is_sendable=is_sendable, is_erased=not present_key)
    if outage:
        domain = row[2].rpartition("@")[2]
        step = replace(step, explanation=text(outage, asking.lang, address=row[2], domain=domain))
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
        withheld=bool(withheld_by),
        withheld_by=withheld_by,
        registered_at=iso(row[6]),
        sent_at=sent_at,
        sent_at_text=short_datetime(sent_at, asking.lang, asking.tz) if sent_at else None,
        sent_at_full=full_datetime(sent_at, asking.lang, asking.tz) if sent_at else None,
        headline=step.headline,
        kind=step.kind,
        explanation=step.explanation,
        next_step=step.next_step,
        actions=step.actions,
        never=step.never,
        who=step.who,
        candidate_advice=_candidate_advice(row, status, step, name, asking),
        will_retry_until=outcomes.will_retry_until if status is MessageStatus.DEFERRED else None,
        unsubscribed="unsubscribed" in flags,
        auto_replied="auto_replied" in flags,
        resend_of=row[7],
        resend_of_text=_resend_of_text(row[15], asking),
        resent_as=row[8],
    )


_OF_OUTAGE = FailureReason.SERVER_UNAVAILABLE
"""What an unknown user is treated as while the domain has an outage: the address is probably right."""
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
    standings: Standings,
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
        delivered_at=_delivered_before(outcomes),
        failed_at=failure.at if failure else None,
        list_reason=outcomes.dropped.evidence.reason if outcomes.dropped else None,
        resent_to=row[13],
        resent_at=iso(row[14]) if row[14] else None,
        removal_requested=standings.removal_requested(row[3]),
    )


def _step(situation: Situation, asking: Asking, *, is_sendable: bool, is_erased: bool) -> NextStep:
    step = next_step(situation, lang=asking.lang, tz=asking.tz, role=asking.role)
    if is_sendable:
        again = text("advice.sendable_again", asking.lang)
        return replace(step, next_step=again, actions=("resend",), who=(Who.SENDER,), never=())
    if is_erased:  # there is nobody to do anything for
        return replace(step, next_step=None, actions=(), who=())
    return step


def _candidate_advice(
    row: tuple[Any, ...], status: MessageStatus, step: NextStep, name: str | None, asking: Asking
) -> SafeSenderAdvice | None:
    if "copy_advice" not in step.actions:
        return None
    # What bounced lies in no folder; after a complaint there is a message to drag back.
    write = advice if status is MessageStatus.SOFT_BOUNCED else drag_back
    return write(row[2], sender=row[16], name=name, lang=asking.lang)


def _delivered_before(outcomes: Outcomes) -> datetime | None:
    """When the server accepted what it later sent back."""
    delivered, failure = outcomes.delivered, outcomes.failure
    return delivered.at if delivered and failure and delivered.at <= failure.at else None


def _resend_of_text(original_at: str | None, asking: Asking) -> str | None:
    if original_at is None:
        return None
    at = short_datetime(iso(original_at), asking.lang, asking.tz)
    return text("status.resend_of.text", asking.lang, at=at)
