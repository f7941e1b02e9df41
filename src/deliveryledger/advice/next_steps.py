"""What somebody reads about a message, and what they can do (the tables are in ``plans`` and ``roles``).

Rules: no badge when all is well; one plain sentence why, one next step, at most three actions, the primary
one first. The same message to the same address is never offered again after a hard bounce or a complaint.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.failure_reason import Blame, FailureReason, Severity
from ..domain.status import MessageStatus
from .plans import BY_CAUSE, BY_REASON, KINDS, LIST_WORDS, REFUSALS
from .roles import (
    APPROVE,
    APPROVE_BY_A_SECOND,
    DEFERRED_TOPIC,
    MALFORMED_TOPIC,
    NEEDS_A_SECOND,
    PLANS,
    REJECTED_TOPIC,
    SUGGESTION,
    WHO,
    WITHHELD,
    Role,
    Who,
    never,
)
from .wording import date, short_datetime, text


@dataclass(frozen=True)
class Situation:
    """Everything known about one message that advice depends on. ``withheld_by``: causes of the filter."""

    status: MessageStatus
    reason: FailureReason | None = None
    withheld_by: tuple[str, ...] = ()
    withheld_since: datetime | None = None
    address: str = ""
    suggestion: str | None = None
    will_retry_until: datetime | None = None
    delivered_at: datetime | None = None
    """Set when a delivery was reported: a failure after it is a late bounce."""
    failed_at: datetime | None = None
    list_reason: str | None = None
    resent_to: str | None = None
    resent_at: datetime | None = None
    removal_requested: bool = False
    """Whether somebody has asked for the address to be taken off the filter, and nobody has answered."""


@dataclass(frozen=True)
class NextStep:
    """What the card shows. No ``headline``: all is well, no badge. ``actions`` are keys of ``action.*``,
    ``never`` those that must not be offered, ``who`` keys of ``who.*``: who can act, the nearest first."""

    headline: str | None = None
    kind: str | None = None
    explanation: str | None = None
    next_step: str | None = None
    actions: tuple[str, ...] = ()
    who: tuple[Who, ...] = ()
    never: tuple[str, ...] = ()


ALL_IS_WELL = NextStep()


def next_step(
    situation: Situation, *, lang: str = "en", tz: str = "UTC", role: Role = Role.SENDER
) -> NextStep:
    """What to show for one message to somebody in this role.

    Raises InvalidInput for a time zone that does not exist.
    """
    match situation.status:
        case MessageStatus.REGISTERED if situation.withheld_by:
            topic, step = _withheld(situation, lang, tz)
        case MessageStatus.REGISTERED | MessageStatus.SUBMITTED | MessageStatus.DELIVERED:
            return ALL_IS_WELL
        case MessageStatus.DEFERRED:
            topic, step = _deferred(situation, lang, tz, role)
        case MessageStatus.SOFT_BOUNCED | MessageStatus.HARD_BOUNCED:
            topic, step = _bounced(situation, lang, tz)
        case MessageStatus.REJECTED:
            topic, step = _rejected(situation, lang)
        case MessageStatus.DROPPED:
            topic, step = _dropped(situation, lang)
        case MessageStatus.COMPLAINED:
            topic, step = _complained(lang)
    return _superseded(_advised(step, topic, situation, role, lang), situation, lang, tz)


def status_label(status: MessageStatus, lang: str) -> str:
    """A word or two for a status: tooltips, filters and tables."""
    return text(f"status.{status}.label", lang)


def reason_label(reason: FailureReason, lang: str) -> str:
    """A few words for a reason: filters and tables."""
    return text(f"reason.{reason}.label", lang)


def reason_sentence(reason: FailureReason, *, lang: str, domain: str = "", hours: int | None = None) -> str:
    """Why it failed, in one plain sentence. ``domain`` and ``hours`` are named where they are known."""
    key = BY_REASON[reason].reason
    match reason:
        case FailureReason.DOMAIN_UNKNOWN if not domain:
            return text(f"{key}.plain", lang)
        case FailureReason.SERVER_UNAVAILABLE if hours is None:
            return text(f"{key}.plain", lang)
    return text(key, lang, domain=domain, hours=hours)


def explain_refusal(cause: str, since: datetime, *, lang: str = "en", tz: str = "UTC") -> str:
    """Why nothing may be sent to an address on the recipient filter, and since when, in one sentence."""
    return text(REFUSALS.get(cause, "reason.suppressed_other"), lang, since=date(since, lang, tz))


def _withheld(situation: Situation, lang: str, tz: str) -> tuple[str, NextStep]:
    headline = text("status.blocked.badge", lang)
    if FailureReason.ADDRESS_MALFORMED in situation.withheld_by:
        return MALFORMED_TOPIC, NextStep(headline, None, text("status.malformed.text", lang))
    cause = next((known for known in BY_CAUSE if known in situation.withheld_by), "manual")
    if situation.address and situation.withheld_since:
        since = date(situation.withheld_since, lang, tz)
        explanation = text("status.blocked.text", lang, address=situation.address, since=since)
    else:
        explanation = text("status.blocked.plain", lang)
    if cause in situation.withheld_by:
        explanation = f"{explanation} {text(f'cause.{cause}.because', lang)}"
    kind = text(KINDS.get(cause, "kind.filter"), lang)
    return cause, NextStep(headline, kind, explanation)


def _deferred(situation: Situation, lang: str, tz: str, role: Role) -> tuple[str, NextStep]:
    if situation.will_retry_until:
        until = short_datetime(situation.will_retry_until, lang, tz)
        explanation = text("status.deferred.text", lang, until=until)
    else:
        explanation = text("status.deferred.plain", lang)
    reason = situation.reason
    # "The address does not exist" is not said while the server itself is not sure.
    if reason in (FailureReason.MAILBOX_FULL, FailureReason.RATE_LIMITED):
        explanation = f"{reason_sentence(reason, lang=lang)} {explanation}"
    # What is wrong on our side need not wait for the last attempt.
    is_ours = role is Role.ADMINISTRATOR and reason and reason.blame is Blame.SENDER
    step = NextStep(text("status.deferred.badge", lang), None, explanation)
    return (reason if reason and is_ours else DEFERRED_TOPIC), step


def _bounced(situation: Situation, lang: str, tz: str) -> tuple[str, NextStep]:
    hard = situation.status is MessageStatus.HARD_BOUNCED
    reason = situation.reason or FailureReason.UNDETERMINED
    if hard and situation.reason is None:
        explanation = text("kind.hard.explain", lang)
    else:
        explanation = reason_sentence(reason, lang=lang, domain=situation.address.rpartition("@")[2])
    if situation.delivered_at and situation.failed_at:
        accepted = short_datetime(situation.delivered_at, lang, tz)
        bounced = short_datetime(situation.failed_at, lang, tz)
        late = text("status.late_bounce.text", lang, accepted_at=accepted, bounced_at=bounced)
        explanation = f"{explanation} {late}"
    kind = text("kind.hard" if hard else "kind.soft", lang)
    if hard and reason.severity is Severity.SOFT:  # an import's word for it, or a reason of older rules
        reason = FailureReason.MAILBOX_UNKNOWN
    return reason, NextStep(text("status.failed.badge", lang), kind, explanation)


def _rejected(situation: Situation, lang: str) -> tuple[str, NextStep]:
    """Refused by our provider: the sentences about the recipient's server would be untrue here."""
    explanation = text("status.rejected.text", lang)
    topic: str = REJECTED_TOPIC
    if situation.reason and situation.reason.blame is Blame.ADDRESS:
        topic = situation.reason
        domain = situation.address.rpartition("@")[2]
        explanation = f"{explanation} {reason_sentence(situation.reason, lang=lang, domain=domain)}"
    elif situation.reason and situation.reason.blame is Blame.CONTENT:
        topic = situation.reason
    return topic, NextStep(text("status.failed.badge", lang), None, explanation)


def _dropped(situation: Situation, lang: str) -> tuple[str, NextStep]:
    words = (situation.list_reason or "").lower()
    cause = next((cause for word, cause in LIST_WORDS if word in words), None)
    explanation = text("status.dropped.text", lang)
    if cause:
        explanation = f"{explanation} {text(f'listed.{cause}', lang)}"
    return cause or "provider_list", NextStep(text("status.failed.badge", lang), None, explanation)


def _complained(lang: str) -> tuple[str, NextStep]:
    """The message did arrive, so the headline is the complaint itself."""
    headline, kind = text("status.complained.badge", lang), text("kind.complaint", lang)
    return "complaint", NextStep(headline, kind, text("status.complained.text", lang))


def _advised(step: NextStep, topic: str, situation: Situation, role: Role, lang: str) -> NextStep:
    """The step with what this role can do; what must not be done is left out, whatever a plan offers."""
    is_withheld = situation.status is MessageStatus.REGISTERED
    refused = never(WITHHELD if is_withheld else situation.status, topic)
    plan = PLANS[role][topic]
    if situation.removal_requested and "request_removal" in plan.actions and "approve_removal" not in refused:
        plan = APPROVE_BY_A_SECOND if topic in NEEDS_A_SECOND else APPROVE
    who, actions = WHO[topic], plan.actions
    advice = text(plan.advice, lang) if plan.advice else None
    if situation.suggestion and plan.with_suggestion:
        who, actions = (Who.SENDER,), plan.with_suggestion
        advice = text(SUGGESTION[role], lang, address=situation.suggestion)
    offered = tuple(action for action in actions if action not in refused)
    return replace(step, next_step=advice, actions=offered, who=who, never=tuple(sorted(refused)))


def _superseded(step: NextStep, situation: Situation, lang: str, tz: str) -> NextStep:
    """A message that was sent again keeps its history and has nothing left to do."""
    if situation.status is MessageStatus.COMPLAINED:
        # What the candidate has to do stays true, whatever was sent again before they complained.
        return step
    if situation.resent_to and situation.resent_at:
        at = short_datetime(situation.resent_at, lang, tz)
        line = text("status.superseded.text", lang, address=situation.resent_to, at=at)
    elif situation.resent_to or situation.resent_at:
        line = text("status.superseded.plain", lang)
    else:
        return step
    return replace(step, explanation=f"{step.explanation} {line}", next_step=None, actions=(), who=())
