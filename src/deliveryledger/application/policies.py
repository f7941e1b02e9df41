"""What follows from a fact about a message: for the recipient filter, and for the sender who must be told."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..domain.aggregate import Event
from ..domain.failure_reason import FailureReason, Severity
from ..domain.identifiers import incident_stream, suppression_filter_stream
from ..domain.incident import decisions as incidents
from ..domain.incident.events import IncidentOpened, Trouble
from ..domain.message.aggregate import Message
from ..domain.message.events import (
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageBounced,
    MessageDelivered,
    MessageDropped,
    MessageRegistered,
    MessageRejected,
    MessageWithheld,
    UnsubscribeRequested,
)
from ..domain.suppression_filter import decisions as filters
from ..domain.suppression_filter.escalation import EscalationPolicy
from ..domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
    ConsentKind,
    RecipientConsentRecorded,
)
from .unit_of_work import UnitOfWork

_TOUCHES_FILTER = (
    MessageBounced,
    MessageDelivered,
    ComplaintReceived,
    ComplaintWithdrawn,
    UnsubscribeRequested,
)
_IS_TROUBLE = (MessageBounced, ComplaintReceived, MessageRejected, MessageDropped, MessageWithheld)


class Policies(BaseModel):
    """What the ATS may set. All of it is data."""

    model_config = ConfigDict(frozen=True)

    escalation: EscalationPolicy = Field(default_factory=EscalationPolicy)
    record_engagement: bool = False
    """Whether opens and clicks are recorded; they say little and are personal data."""


@dataclass
class Consequences:
    """Facts of a batch that concern other streams, applied together after all messages were decided."""

    policies: Policies
    facts: list[tuple[str, Event, str | None]] = field(default_factory=list)
    """(message stream, event, recipient as the report names it)."""

    def add(self, stream: str, events: list[Event], recipient: str | None = None) -> None:
        """Take note of what was decided about a message."""
        self.facts.extend((stream, event, recipient) for event in events)

    def apply(self, unit: UnitOfWork) -> None:
        """Decide about the filter and the senders, after loading all their streams with one query."""
        wanted = set()
        for stream, event, _ in self.facts:
            message = unit.message(stream)
            if isinstance(event, _TOUCHES_FILTER):
                wanted.add(suppression_filter_stream(message.tenant, message.address_key))
            if isinstance(event, _IS_TROUBLE):
                wanted.add(_incident_of(unit, message))
        unit.load(wanted)
        for stream, event, recipient in self.facts:
            _filter(unit, stream, event, recipient, self.policies)
            tell_sender(unit, stream, event)
        self.facts.clear()


def _incident_of(unit: UnitOfWork, message: Message) -> str:
    incident_id = unit.digests.incident_id(message.sender_id, message.candidate_id, message.address_key)
    return incident_stream(message.tenant, incident_id)


def _filter(unit: UnitOfWork, stream: str, event: Event, recipient: str | None, policies: Policies) -> None:
    if not isinstance(event, _TOUCHES_FILTER):
        return
    message = unit.message(stream)
    name = suppression_filter_stream(message.tenant, message.address_key)
    entry = unit.filter_entry(name)
    at = event.occurred_at
    match event:
        case MessageDelivered():
            if entry.strikes:
                unit.decide(name, filters.clear_strikes(entry, message_id=message.message_id, at=at))
        case MessageBounced(severity=Severity.HARD, reason=reason):
            suppression = suppression_of(unit, stream, event, recipient, Cause.HARD_BOUNCE, reason)
            unit.decide(name, filters.suppress(entry, suppression, submitted_at=message.submitted_at))
        case MessageBounced(reason=reason):
            if reason.counts_as_strike:
                suppression = suppression_of(unit, stream, event, recipient, Cause.ESCALATION, reason)
                strikes = filters.strike(
                    entry,
                    reason=reason,
                    message_id=message.message_id,
                    at=at,
                    policy=policies.escalation,
                    suppression=suppression,
                )
                unit.decide(name, strikes)
        case ComplaintReceived():
            suppression = suppression_of(unit, stream, event, recipient, Cause.COMPLAINT, None)
            unit.decide(name, filters.suppress(entry, suppression))
        case UnsubscribeRequested():
            suppression = suppression_of(unit, stream, event, recipient, Cause.UNSUBSCRIBE, None)
            unit.decide(name, filters.suppress(entry, suppression, submitted_at=message.submitted_at))
        case ComplaintWithdrawn():
            unit.decide(name, filters.consent(entry, _consent(unit, stream, event)))


def _subject_for(unit: UnitOfWork, name: str) -> str:
    """The data subject of a filter entry: its own, apart from any candidate's, for as long as it lasts."""
    return unit.filter_entry(name).data_subject or unit.transaction.issue_subject("filter")


def suppression_of(
    unit: UnitOfWork,
    stream: str,
    event: Event,
    recipient: str | None,
    cause: Cause,
    reason: FailureReason | None,
) -> AddressSuppressed:
    """The suppression that a fact about a message causes."""
    message = unit.message(stream)
    name = suppression_filter_stream(message.tenant, message.address_key)
    return AddressSuppressed(
        occurred_at=event.occurred_at,
        data_subject=_subject_for(unit, name),
        scope=message.tenant,
        address_key=message.address_key,
        address=recipient or registered_recipient(unit, stream),
        cause=cause,
        reason=reason,
        message_id=message.message_id,
    )


def registered_recipient(unit: UnitOfWork, stream: str) -> str:
    """The recipient as it was registered; opened only when a report names none."""
    events = [e for e in unit.stream(stream).events if isinstance(e, MessageRegistered)]
    opened = unit.opened(stream) or events  # registered in this very unit: nothing is sealed yet
    return next(e.recipient for e in opened if isinstance(e, MessageRegistered))


def _consent(unit: UnitOfWork, stream: str, event: ComplaintWithdrawn) -> RecipientConsentRecorded:
    message = unit.message(stream)
    return RecipientConsentRecorded(
        occurred_at=event.occurred_at,
        data_subject=_subject_for(unit, suppression_filter_stream(message.tenant, message.address_key)),
        scope=message.tenant,
        address_key=message.address_key,
        kind=ConsentKind.RECIPIENT,
        evidence=event.how,
    )


def tell_sender(unit: UnitOfWork, stream: str, event: Event) -> None:
    """Open or repeat the incident of whoever sent the message."""
    trouble = _trouble(event)
    if trouble is None:
        return
    message = unit.message(stream)
    name = _incident_of(unit, message)
    opened = IncidentOpened(
        occurred_at=event.occurred_at,
        incident_id=name.rpartition(":")[2],
        sender_id=message.sender_id,
        candidate_id=message.candidate_id,
        address_key=message.address_key,
        message_id=message.message_id,
        trouble=trouble[0],
        reason=trouble[1],
    )
    unit.decide(name, incidents.notice(unit.incident(name), opened))


def _trouble(event: Any) -> tuple[Trouble, str | None] | None:
    match event:
        case MessageBounced(severity=Severity.HARD):
            return Trouble.HARD_BOUNCE, event.reason
        case MessageBounced():
            return Trouble.SOFT_BOUNCE, event.reason
        case ComplaintReceived():
            return Trouble.COMPLAINT, None
        case MessageRejected():
            return Trouble.REJECTED, event.reason
        case MessageDropped():
            return Trouble.DROPPED, event.list_reason
        case MessageWithheld():
            return Trouble.WITHHELD, event.causes[0]
    return None
