"""What is known of a message's delivery. What a report adds to it is a join (a least upper bound):
any order and any repetition of reports gives the same outcomes. Shared by the aggregate and the read models.

A reclassification is no report but a decision of people, and outside of that law: it sets the failures
outright, and later reports join what it has set. A given log is replayed to the same outcomes all the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from ..aggregate import changed
from ..failure_reason import FailureReason, Severity
from ..reports import Attribution, Source
from ..status import MessageStatus
from .events import (
    BouncesReclassified,
    ComplaintReceived,
    ComplaintWithdrawn,
    Finding,
    MessageBounced,
    MessageDeferred,
    MessageDelivered,
    MessageDropped,
    MessageRejected,
    MessageSubmitted,
)

OutcomeEvent = (
    MessageDelivered
    | MessageBounced
    | MessageDeferred
    | MessageRejected
    | MessageDropped
    | ComplaintReceived
    | ComplaintWithdrawn
    | BouncesReclassified
)


class Evidence(NamedTuple):
    """How well a failure is known; the stronger is kept, whatever the order of arrival."""

    quality: int
    reason: str
    status: str = ""
    reply_code: int = 0
    moment: str = ""
    """When (ISO 8601, UTC), where the later of equally good evidence counts: soft failures may follow
    one another for different reasons."""

    @property
    def strength(self) -> tuple[int, str, str, str, int]:
        """By which evidence is compared."""
        return (self.quality, self.moment, self.reason, self.status, self.reply_code)


NO_EVIDENCE = Evidence(0, "")
"""Of what needs none: a delivery."""


class Known(NamedTuple):
    """One kind of outcome: the latest time it was claimed for, its best evidence, who said so first."""

    at: datetime
    evidence: Evidence
    source: Source


@dataclass(frozen=True)
class Outcomes:
    """One slot for each kind of outcome; None = never reported."""

    submitted_at: datetime | None = None
    submitted_as_reported: bool = False
    """Whether ``submitted_at`` is a report's time; the ATS's own word counts for more."""
    deferred: Known | None = None
    will_retry_until: datetime | None = None
    delivered: Known | None = None
    soft: Known | None = None
    rejected: Known | None = None
    dropped: Known | None = None
    hard: Known | None = None
    complaint: Known | None = None
    withdrawn: Known | None = None

    @property
    def had_trouble(self) -> bool:
        """Whether it failed, or seemed to, in a way that a later delivery makes good."""
        return bool(self.soft or self.rejected or self.dropped)

    @property
    def is_complained(self) -> bool:
        """A withdrawal at or after the latest complaint takes it back; a newer complaint sets it again."""
        return self.complaint is not None and (
            self.withdrawn is None or self.withdrawn.at < self.complaint.at
        )

    @property
    def status(self) -> MessageStatus:
        """The highest rank; among delivered, soft, rejected, dropped the later, ties to failure."""
        if self.is_complained:
            return MessageStatus.COMPLAINED
        if self.hard:
            return MessageStatus.HARD_BOUNCED
        if self.delivered or self.soft or self.rejected or self.dropped:
            return self._latest_outcome()
        if self.deferred:
            return MessageStatus.DEFERRED
        return MessageStatus.SUBMITTED if self.submitted_at else MessageStatus.REGISTERED

    def _latest_outcome(self) -> MessageStatus:
        outcomes = (
            (self.delivered, MessageStatus.DELIVERED),
            (self.dropped, MessageStatus.DROPPED),
            (self.rejected, MessageStatus.REJECTED),
            (self.soft, MessageStatus.SOFT_BOUNCED),
        )
        # The later entry of the tuple wins a tie, and delivered comes first.
        known = [(outcome.at, order) for order, (outcome, _) in enumerate(outcomes) if outcome]
        return outcomes[max(known)[1]][1]

    @property
    def failure(self) -> Known | None:
        """What is known of the failure that the status names."""
        by_status = {
            MessageStatus.HARD_BOUNCED: self.hard,
            MessageStatus.SOFT_BOUNCED: self.soft,
            MessageStatus.REJECTED: self.rejected,
            MessageStatus.DROPPED: self.dropped,
            MessageStatus.COMPLAINED: self.complaint,
            MessageStatus.DEFERRED: self.deferred,
        }
        return by_status.get(self.status)


State = TypeVar("State", bound=Outcomes)


def evidence_of(event: MessageBounced | MessageDeferred | MessageRejected) -> Evidence:
    """A named reason beats none, a status code and the server's own words make it better."""
    reason = event.reason or FailureReason.UNDETERMINED
    status = getattr(event, "status", None) or ""
    reply_code = getattr(event, "reply_code", None) or 0
    quality = 4 * (reason is not FailureReason.UNDETERMINED) + 2 * bool(status)
    quality += event.diagnostic is not None
    follows = isinstance(event, MessageRejected) or (
        isinstance(event, MessageBounced) and event.severity is Severity.SOFT
    )
    moment = event.occurred_at.isoformat() if follows else ""
    return Evidence(quality, str(reason), status, reply_code, moment)


def join(known: Known | None, at: datetime, evidence: Evidence, source: Source) -> Known:
    """The least upper bound: the later time, the better evidence, the first source."""
    if known is None:
        return Known(at, evidence, source)
    return Known(max(known.at, at), _stronger(known.evidence, evidence), known.source)


def join_hard(known: Known | None, at: datetime, evidence: Evidence, source: Source) -> Known:
    """It outranks what follows whatever its time, so the first moment counts, and the best evidence."""
    if known is None:
        return Known(at, evidence, source)
    return Known(min(known.at, at), _stronger(known.evidence, evidence), known.source)


def _stronger(one: Evidence, other: Evidence) -> Evidence:
    return other if one.strength < other.strength else one


def is_later_deferral(known: Outcomes, event: MessageDeferred) -> bool:
    """Deferrals follow one another: the latest one says why it is being tried now, and until when."""
    if known.deferred is None:
        return True
    before, after = known.deferred[:2], (event.occurred_at, evidence_of(event))
    if before != after:
        return before < after
    until = event.will_retry_until
    return until is not None and (known.will_retry_until is None or known.will_retry_until < until)


def join_complaint(known: Known | None, event: ComplaintReceived) -> Known:
    """The latest complaint; a reported one is better evidence than an inferred one."""
    reported = event.attribution is Attribution.REPORTED
    return join(known, event.occurred_at, Evidence(int(reported), "complaint"), event.source)


def submitted(known: State, event: MessageSubmitted) -> State:
    """The first submission that the ATS told of, else the first that was reported."""
    at, as_reported = event.occurred_at, event.source is not None
    if known.submitted_at is not None:
        if as_reported and not known.submitted_as_reported:
            return known
        if as_reported == known.submitted_as_reported:
            at = min(at, known.submitted_at)
    return changed(known, submitted_at=at, submitted_as_reported=as_reported)


def remember(known: State, event: OutcomeEvent) -> State:
    """The outcomes after one more event."""
    at = event.occurred_at
    match event:
        case MessageDelivered():
            return changed(known, delivered=join(known.delivered, at, NO_EVIDENCE, event.source))
        case MessageBounced(severity=Severity.HARD):
            return changed(known, hard=join_hard(known.hard, at, evidence_of(event), event.source))
        case MessageBounced():
            return changed(known, soft=join(known.soft, at, evidence_of(event), event.source))
        case MessageDeferred():
            return _deferred(known, event)
        case MessageRejected():
            return changed(known, rejected=join(known.rejected, at, evidence_of(event), event.source))
        case MessageDropped():
            evidence = Evidence(0, event.list_reason)
            return changed(known, dropped=join(known.dropped, at, evidence, event.source))
        case ComplaintReceived():
            return changed(known, complaint=join_complaint(known.complaint, event))
        case ComplaintWithdrawn():
            return changed(known, withdrawn=join(known.withdrawn, at, Evidence(0, ""), event.source))
        case BouncesReclassified():
            return _reclassified(known, event)


def _reclassified(known: State, event: BouncesReclassified) -> State:
    return changed(
        known,
        hard=_found(event.hard),
        soft=_found(event.soft),
        rejected=_found(event.rejected),
        deferred=_found(event.deferred),
        will_retry_until=event.will_retry_until,
    )


def _found(finding: Finding | None) -> Known | None:
    if finding is None:
        return None
    moment = finding.moment.isoformat() if finding.moment else ""
    words = (str(finding.reason), finding.status or "", finding.reply_code or 0, moment)
    return Known(finding.at, Evidence(finding.quality, *words), finding.source)


def _deferred(known: State, event: MessageDeferred) -> State:
    if not is_later_deferral(known, event):
        return known
    source = known.deferred.source if known.deferred else event.source
    deferred = Known(event.occurred_at, evidence_of(event), source)
    return changed(known, deferred=deferred, will_retry_until=event.will_retry_until)
