"""What follows from a fact about a message: for the recipient filter, and for the sender who must be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from ..advice.alarms import AlarmPolicy
from ..domain.aggregate import Event
from ..domain.failure_reason import FailureReason, Severity
from ..domain.identifiers import suppression_filter_stream
from ..domain.incident import decisions as incidents
from ..domain.message.aggregate import Message
from ..domain.message.events import (
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageBounced,
    MessageDelivered,
    MessageDropped,
    MessageRejected,
    MessageWithheld,
    UnsubscribeRequested,
)
from ..domain.outage.policy import OutagePolicy
from ..domain.status import MessageStatus
from ..domain.suppression_filter import decisions as filters
from ..domain.suppression_filter.escalation import EscalationPolicy
from ..domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
)
from ..domain.suppression_filter.expiry import ExpiryPolicy
from ..domain.suppression_filter.removal_policy import RemovalPolicy
from .notification_policy import NotificationPolicy
from .outages import answered, load_domains, stream_of_domain, suppress_or_hold, tells_of_domain
from .suppressing import consent_in, registered_recipient, sent_at, suppression_about
from .telling import incident_of, tell_sender
from .unit_of_work import UnitOfWork

ListName = Annotated[str, Field(pattern=r"^[a-z0-9_]+/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
_TOUCHES_FILTER = frozenset(
    {MessageBounced, MessageDelivered, ComplaintReceived, ComplaintWithdrawn, UnsubscribeRequested}
)
_IS_TROUBLE = frozenset({MessageBounced, ComplaintReceived, MessageRejected, MessageDropped, MessageWithheld})


class Policies(BaseModel):
    """What the ATS may set. All of it is data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    escalation: EscalationPolicy = Field(default_factory=EscalationPolicy)
    removal: RemovalPolicy = Field(default_factory=RemovalPolicy)
    outage: OutagePolicy = Field(default_factory=OutagePolicy)
    alarms: AlarmPolicy = Field(default_factory=AlarmPolicy)
    """When the rates of ``statistics`` are too high. No fact depends on it."""
    notifications: NotificationPolicy = Field(default_factory=NotificationPolicy)
    record_engagement: bool = False
    """Whether opens and clicks are recorded; they say little and are personal data."""
    accounts: Mapping[str, str] = Field(default_factory=dict)
    """Tenants by ``provider/account``: accounts by which no other tenant sends. What their verified webhooks
    say of an address counts for that tenant, even where it fits no message."""
    keep_raw_evidence: bool = True
    """Whether what reports were read from is kept, sealed, so that better rules can read it again."""
    expiry: ExpiryPolicy = Field(default_factory=ExpiryPolicy)
    provider_lists: tuple[ListName, ...] = ()
    """``provider/account``: whose own lists have to confirm before an address comes off the filter. One that
    ``accounts`` binds to a tenant counts for that tenant."""


def lists_of(policies: Policies, tenant: str) -> tuple[str, ...]:
    """The lists that have to confirm a removal of a tenant, once each."""
    own = (name for name in policies.provider_lists if policies.accounts.get(name, tenant) == tenant)
    return tuple(dict.fromkeys(own))


class Fact(NamedTuple):
    """Something that was decided about a message, which is as it was before the decision."""

    stream: str
    message: Message
    event: Event
    recipient: str | None
    """As the report names it."""
    entry: str | None
    """The filter entry that it may concern."""
    incident: str | None
    """The incident that it may concern."""
    domain: str | None = None
    """What is known of the recipient's domain, where that may change or decide something."""


@dataclass
class Consequences:
    """Facts of a batch that concern other streams, applied together after all messages were decided."""

    policies: Policies
    facts: list[Fact] = field(default_factory=list)
    _domains: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def add(
        self,
        unit: UnitOfWork,
        stream: str,
        message: Message,
        events: list[Event],
        recipient: str | None = None,
    ) -> None:
        """Take note of what was decided about a message."""
        for event in events:
            kind = type(event)
            entry = incident = None
            if kind in _TOUCHES_FILTER:
                entry = suppression_filter_stream(message.tenant, message.address_key)
            if kind in _IS_TROUBLE or (kind is MessageDelivered and message.had_trouble):
                incident = incident_of(unit, message)
            if entry or incident:
                domain = self._domain_of(unit, stream, message, event, recipient)
                self.facts.append(Fact(stream, message, event, recipient, entry, incident, domain))

    def apply(self, unit: UnitOfWork) -> None:
        """Decide about the filter and the senders, after loading all their streams with one query."""
        unit.load({name for fact in self.facts for name in (fact.entry, fact.incident) if name})
        load_domains(unit, {fact.domain for fact in self.facts if fact.domain}, self.policies.outage)
        unit.look_for_erased(_subjects_concerned(unit, self.facts))
        for fact in self.facts:
            if fact.entry and (type(fact.event) is not MessageDelivered or unit.existing(fact.entry)):
                _filter(unit, fact, fact.entry, self.policies)
            if fact.incident and type(fact.event) is MessageDelivered:
                _settle(unit, fact, fact.incident)
            elif fact.incident:
                tell_sender(unit, fact.message, fact.event)
        self._ask_domains(unit)
        self.facts.clear()

    def _ask_domains(self, unit: UnitOfWork) -> None:
        """Unknown users and deliveries in the order in which they happened: an outage has none in between."""
        policy, expiry = self.policies.outage, self.policies.expiry
        telling = ((f, f.entry, f.domain) for f in self.facts if f.entry and f.domain)
        for fact, entry, domain in sorted(telling, key=lambda each: each[0].event.occurred_at):
            message, at = fact.message, fact.event.occurred_at
            if type(fact.event) is MessageDelivered:
                answered(unit, domain, message.message_id, at, policy, expiry)
            else:
                suppression = _suppression(
                    unit, fact, Cause.HARD_BOUNCE, FailureReason.MAILBOX_UNKNOWN, expiry
                )
                sent = sent_at(message, at)
                suppress_or_hold(
                    unit,
                    entry,
                    suppression,
                    domain=domain,
                    submitted_at=sent,
                    policy=policy,
                    expiry=expiry,
                )

    def _domain_of(
        self, unit: UnitOfWork, stream: str, message: Message, event: Event, recipient: str | None
    ) -> str | None:
        if not self.policies.outage.enabled or not tells_of_domain(event):
            return None
        address = recipient or registered_recipient(unit, stream)
        key = message.tenant, address.rpartition("@")[2]
        if key not in self._domains:
            self._domains[key] = stream_of_domain(unit, message.tenant, address)
        return self._domains[key]


def _filter(unit: UnitOfWork, fact: Fact, name: str, policies: Policies) -> None:
    message, event = fact.message, fact.event
    entry, at = unit.filter_entry(name), event.occurred_at
    match event:
        case MessageDelivered():
            unit.decide(name, filters.clear_strikes(entry, message_id=message.message_id, at=at))
        case MessageBounced() if fact.domain:
            pass  # whether it is a dead address or an outage, its domain tells
        case MessageBounced(severity=Severity.HARD, reason=reason):
            suppression = _suppression(unit, fact, Cause.HARD_BOUNCE, reason, policies.expiry)
            unit.decide(name, filters.suppress(entry, suppression, submitted_at=sent_at(message, at)))
        case MessageBounced(reason=reason):
            if reason.counts_as_strike:
                suppression = _suppression(unit, fact, Cause.ESCALATION, reason, policies.expiry)
                strikes = filters.strike(
                    entry,
                    reason=reason,
                    message_id=message.message_id,
                    at=at,
                    policy=policies.escalation,
                    suppression=suppression,
                    submitted_at=sent_at(message, at),
                )
                unit.decide(name, strikes)
        case ComplaintReceived():
            suppression = _suppression(unit, fact, Cause.COMPLAINT, None, policies.expiry)
            unit.decide(name, filters.suppress(entry, suppression))
        case UnsubscribeRequested():
            suppression = _suppression(unit, fact, Cause.UNSUBSCRIBE, None, policies.expiry)
            unit.decide(name, filters.suppress(entry, suppression))
        case ComplaintWithdrawn():
            unit.decide(name, filters.consent(entry, consent_in(unit, message, event)))


def _suppression(
    unit: UnitOfWork, fact: Fact, cause: Cause, reason: FailureReason | None, expiry: ExpiryPolicy
) -> AddressSuppressed:
    stream, message, at = fact.stream, fact.message, fact.event.occurred_at
    return suppression_about(
        unit, stream, message, at=at, cause=cause, reason=reason, recipient=fact.recipient, expiry=expiry
    )


def _subjects_concerned(unit: UnitOfWork, facts: list[Fact]) -> set[str]:
    subjects = {fact.message.data_subject for fact in facts if fact.entry}
    entries = (unit.existing(fact.entry) for fact in facts if fact.entry)
    return subjects | {entry.state.data_subject for entry in entries if entry}


def _settle(unit: UnitOfWork, fact: Fact, name: str) -> None:
    """It arrived after all: nobody has to do anything about an incident that told of this message alone."""
    incident = unit.incident(name)
    arrived = unit.message(fact.stream).status is MessageStatus.DELIVERED
    if arrived and [message_id for message_id, _ in incident.messages] == [fact.message.message_id]:
        decided = incidents.handle(incident, by="deliveryledger", how="delivered", at=fact.event.occurred_at)
        unit.decide(name, decided)
