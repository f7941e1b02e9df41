"""Decisions about the recipient filter that reports cause. Those of people are in ``removal.py``."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..failure_reason import FailureReason
from ..reports import moved
from .aggregate import Strike, SuppressionFilter
from .escalation import EscalationPolicy
from .events import (
    AddressSuppressed,
    Cause,
    ConsentKind,
    HoldReleased,
    RecipientConsentRecorded,
    StrikeRecorded,
    StrikesCleared,
    SuppressionFilterEvent,
    SuppressionHeld,
)
from .suppressions import Suppression


def suppress(
    entry: SuppressionFilter, suppression: AddressSuppressed, *, submitted_at: datetime | None = None
) -> Iterator[SuppressionFilterEvent]:
    """Put the address on the filter for a cause.

    After a lift, late evidence about a message submitted before it does not suppress again, unless it is what
    the recipient said: see ``settled_at``. While a suppression is held, more evidence of the same kind waits
    with it.
    """
    cause, at = suppression.cause, suppression.occurred_at
    held = entry.held
    if held is not None and (held.cause, held.reason) == (cause, suppression.reason):
        return
    settled = settled_at(entry, cause)
    # People are heard when they speak, about whichever message; a server's answer is as old as the message.
    evidence_from = at if cause.is_wish else submitted_at or at
    if cause is not Cause.MANUAL and settled is not None and evidence_from <= settled:
        return
    # What an import says may be taken back: evidence of one's own is recorded beside it.
    known = entry.active(at, imported=suppression.batch is not None).get(cause)
    if (
        known is None
        or _moves(known, suppression)
        or _prolongs(known, suppression)
        or _is_another_day(entry, known, suppression)
    ):
        yield suppression


def settled_at(entry: SuppressionFilter, cause: Cause) -> datetime | None:
    """Until when a lift has settled what is known late of a cause; None: all of it counts.

    A complaint always does: a consent that it makes void may still be on its way. An unsubscription is
    settled by the recipient's consent alone, so by the lift of a complaint or of an unsubscription.
    """
    if cause is Cause.COMPLAINT:
        return None
    if cause is Cause.UNSUBSCRIBE:
        return max((at for ended, at in entry.ended if ended.is_wish), default=None)
    return entry.lifted_at


def _moves(known: Suppression, suppression: AddressSuppressed) -> bool:
    at = suppression.occurred_at
    return known.since < at if suppression.cause.is_wish else at < known.since


def _prolongs(known: Suppression, suppression: AddressSuppressed) -> bool:
    until = suppression.expires_at
    return known.expires_at is not None and (until is None or known.expires_at < until)


def _is_another_day(entry: SuppressionFilter, known: Suppression, suppression: AddressSuppressed) -> bool:
    """A hard bounce on a day of its own counts towards the next period, even if it prolongs nothing yet."""
    if suppression.cause is not Cause.HARD_BOUNCE or None in (known.expires_at, suppression.expires_at):
        return False
    return all(each.date() != suppression.occurred_at.date() for each in entry.hard_bounces)


def strike(
    entry: SuppressionFilter,
    *,
    reason: FailureReason,
    message_id: str,
    at: datetime,
    policy: EscalationPolicy,
    suppression: AddressSuppressed,
    submitted_at: datetime | None = None,
) -> Iterator[SuppressionFilterEvent]:
    """Count a soft failure, at most one a UTC day; suppress where the policy's threshold is reached.

    ``suppression`` is what to record then; its cause and expiry are set here. After a lift, a message
    submitted before it does not count any more.
    """
    day = at.date()
    if not reason.counts_as_strike or any(s.day == day for s in entry.strikes):
        return
    if entry.lifted_at is not None and (submitted_at or at) <= entry.lifted_at:
        return
    yield StrikeRecorded(
        occurred_at=at,
        scope=suppression.scope,
        address_key=suppression.address_key,
        reason=reason,
        day=day,
        message_id=message_id,
        policy_version=policy.version,
    )
    threshold = policy.reached((*entry.strikes, Strike(day, reason)), reason, day)
    if threshold is not None and Cause.ESCALATION not in entry.active(at):
        days = threshold.suppress_for_days
        expires_at = moved(at, timedelta(days=days)) if days else None
        caused = {"cause": Cause.ESCALATION, "expires_at": expires_at, "policy_version": policy.version}
        yield suppression.model_copy(update=caused)


def clear_strikes(
    entry: SuppressionFilter, *, message_id: str, at: datetime
) -> Iterator[SuppressionFilterEvent]:
    """Forget the strikes up to the day of a delivery."""
    if any(s.day <= at.date() for s in entry.strikes):
        yield StrikesCleared(
            occurred_at=at, scope=entry.scope, address_key=entry.address_key, message_id=message_id
        )


def hold(
    entry: SuppressionFilter, held: SuppressionHeld, *, undoing: bool = False
) -> Iterator[SuppressionFilterEvent]:
    """Let a suppression wait while its domain seems to have an outage; an address waits in vain only once.

    ``undoing``: also one that was applied for that very failure, before there was a suspicion.
    """
    # What an import says too does not hang on this domain's answers.
    is_imported = any(cause is held.cause for _, cause, _ in entry.imported)
    if entry.held is not None or entry.hold_dropped or is_imported:
        return
    known = entry.active(held.occurred_at).get(held.cause)
    if known is None or (undoing and (known.since, known.reason) == (held.occurred_at, held.reason)):
        yield held


def release_hold(
    entry: SuppressionFilter, *, outage: str, at: datetime, suppression: AddressSuppressed | None
) -> Iterator[SuppressionFilterEvent]:
    """End the hold for an outage: apply ``suppression``, or drop it (None) because the domain recovered."""
    if entry.held is None or entry.held.outage != outage:
        return
    yield HoldReleased(
        occurred_at=at,
        scope=entry.scope,
        address_key=entry.address_key,
        applied=suppression is not None,
    )
    if suppression is not None:
        yield suppression


def consent(entry: SuppressionFilter, given: RecipientConsentRecorded) -> Iterator[SuppressionFilterEvent]:
    """Note that mail is wanted; once, until a later complaint or a lift makes it void.

    A report's (``by`` is None) is news whenever it is later: the complaint before it may still be on its way.
    """
    before = entry.consented_at
    if given.kind is ConsentKind.SENDER:
        is_news = not entry.sender_consented
    else:
        is_later = before is not None and before < given.occurred_at
        is_news = before is None or (is_later and (given.by is None or _is_void(entry, before)))
    if is_news:
        yield given


def _is_void(entry: SuppressionFilter, consented_at: datetime) -> bool:
    return any(cause.is_wish and consented_at < s.since for cause, s in entry.suppressions)
