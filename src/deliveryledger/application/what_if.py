"""What if other policies had applied: the recipient filter decided anew, over the facts that the log has.

What happened to messages, what people did, and what holds under every policy (hard bounces, with the outages
in which they wait, complaints and unsubscriptions) is taken from the log as it is. Strikes and escalations
are left out, and decided again by the very rules that record reports, in a unit of work that is never
appended.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from ..domain.addresses import problem_with
from ..domain.aggregate import Event
from ..domain.failure_reason import Severity
from ..domain.identifiers import suppression_filter_stream
from ..domain.message.aggregate import Message
from ..domain.message.aggregate import evolve as evolve_message
from ..domain.message.events import MessageBounced, MessageDelivered, MessageRegistered, MessageWithheld
from ..domain.personal import ERASED
from ..domain.reports import moment_asked
from ..domain.suppression_filter.aggregate import SuppressionFilter
from ..domain.suppression_filter.aggregate import evolve as evolve_filter
from ..domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
    StrikeRecorded,
    StrikesCleared,
)
from ..errors import InvalidInput
from .difference import AddressDifference, FilterCause, MessageDifference, WhatIf
from .envelope import Envelope
from .imagined import NothingRecorded
from .policies import Consequences, Policies
from .ports import Changes
from .services import Services
from .unit_of_work import UnitOfWork

PAGE = 10_000
"""Events that are read at a time."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_EMPTY = SuppressionFilter()


def what_if(
    services: Services,
    policies: Policies,
    *,
    since: datetime | None = None,
    tenant: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> WhatIf:
    """The difference between a tenant's filter as it is and as ``policies`` would have made it.

    ``since``: the other policies apply to what was recorded from then on (naive: UTC); None: to everything.
    ``progress`` is called with (position reached, last position). Raises InvalidInput for a future ``since``.
    """
    log, now = services.log, services.clock()
    start = moment_asked(since) if since else None
    newest = log.newest()
    # A clock may be set back; what was recorded lies in the past all the same.
    if start and start > (max(now, newest[1]) if newest else now):
        raise InvalidInput("replay", "the moment is in the future", "give one that has passed, or none")
    replay = _Replay(services.tenant(tenant), policies, start or _BEGINNING)
    replay.unit = UnitOfWork(NothingRecorded(now, log.digests), now)
    reached, last, events = 0, log.last_position(), 0
    while reached < last and (envelopes := log.read(after=reached, limit=PAGE, until=last)):
        for envelope in envelopes:
            events += replay.take_up(envelope)
        replay.unit.changes = Changes()  # nobody will append them
        reached = envelopes[-1].position
        if progress:
            progress(reached, last)
    return replay.difference(now, since=start, events=events)


class _Replay:
    """One tenant's filter twice: as the log has it, and, in ``unit``, as it would be."""

    unit: UnitOfWork

    def __init__(self, tenant: str, policies: Policies, since: datetime) -> None:
        self._tenant = tenant
        self._since = since
        # What would have been held depends on when things became known: no domain is asked again.
        outage = policies.outage.model_copy(update={"enabled": False})
        self._consequences = Consequences(policies.model_copy(update={"outage": outage}))
        self._messages: dict[str, Message] = {}
        self._entries: dict[str, SuppressionFilter] = {}
        self._addresses: dict[str, str] = {}
        self._would_be_sent: list[MessageDifference] = []
        self._would_be_withheld: dict[str, MessageDifference] = {}

    def take_up(self, envelope: Envelope) -> bool:
        """Take up the next event of the log; tells whether it is one of the tenant's that matter."""
        category, owner, _ = envelope.name
        if owner != self._tenant or category not in ("message", "suppression_filter"):
            return False
        if category == "message":
            self._take_up_message(envelope)
        else:
            self._take_up_entry(envelope)
        return True

    def _take_up_entry(self, envelope: Envelope) -> None:
        stream, event = envelope.stream, envelope.event
        self._entries[stream] = evolve_filter(self._entries.get(stream, _EMPTY), event)  # type: ignore[arg-type]
        if isinstance(event, AddressSuppressed):
            self._addresses[stream] = event.address
        if envelope.recorded_at < self._since or not _is_decided_anew(event):
            self.unit.decide(stream, iter((event,)))

    def _take_up_message(self, envelope: Envelope) -> None:
        stream, event = envelope.stream, envelope.event
        before = self._messages.get(stream, Message())
        message = self._messages[stream] = evolve_message(before, event)  # type: ignore[arg-type]
        entry = suppression_filter_stream(self._tenant, message.address_key)
        if isinstance(event, MessageRegistered):
            self._addresses[entry] = event.recipient
            self._register(message, event, entry)
        elif isinstance(event, MessageWithheld):
            self._withhold(message, event, entry)
        elif envelope.recorded_at >= self._since and _may_escalate(event):
            self._decide(stream, before, event, self._addresses.get(entry, ERASED))

    def _register(self, message: Message, event: MessageRegistered, entry: str) -> None:
        imagined = self.unit.existing(entry)
        causes = imagined.state.active(event.occurred_at) if imagined else {}
        if causes:
            would_be = _message(message, event.occurred_at, self._addresses[entry], map(str, causes))
            self._would_be_withheld[message.message_id] = would_be

    def _withhold(self, message: Message, event: MessageWithheld, entry: str) -> None:
        """It was withheld when it was registered; where no suppression is named, it had no valid address."""
        would_be = self._would_be_withheld.pop(message.message_id, None)
        address = self._addresses.get(entry, ERASED)
        if would_be is None and event.suppressed_by is not None and problem_with(address) is None:
            self._would_be_sent.append(_message(message, event.occurred_at, address, event.causes))

    def _decide(self, stream: str, before: Message, event: Event, address: str) -> None:
        consequences = self._consequences
        consequences.add(self.unit, stream, before, [event], address)
        # Senders were told what they were told: only the filter is decided anew.
        consequences.facts = [fact._replace(incident=None) for fact in consequences.facts if fact.entry]
        if consequences.facts:
            consequences.apply(self.unit)

    def difference(self, at: datetime, *, since: datetime | None, events: int) -> WhatIf:
        """What is different at a moment, sorted by address; messages in the order of their registration."""
        before = {stream: _causes(entry, at) for stream, entry in self._entries.items()}
        streams = {*self._addresses, *before}
        imagined = {stream: found.state for stream in streams if (found := self.unit.existing(stream))}
        after = {stream: _causes(entry, at) for stream, entry in imagined.items()}
        addresses = [
            AddressDifference(
                address=self._addresses.get(stream, ERASED),
                before=before.get(stream, ()),
                after=after.get(stream, ()),
            )
            for stream in streams
            if before.get(stream, ()) != after.get(stream, ())
        ]
        return WhatIf(
            at=at,
            since=since,
            events=events,
            on_filter_before=sum(map(bool, before.values())),
            on_filter_after=sum(map(bool, after.values())),
            addresses=tuple(sorted(addresses, key=lambda each: each.address)),
            would_be_sent=tuple(self._would_be_sent),
            would_be_withheld=tuple(self._would_be_withheld.values()),
        )


def _may_escalate(event: Event) -> bool:
    """Whether it may be a strike, or clear some."""
    return isinstance(event, MessageDelivered) or (
        isinstance(event, MessageBounced) and event.severity is Severity.SOFT
    )


def _is_decided_anew(event: Event) -> bool:
    """Whether it stands on the filter because an escalation policy was in force."""
    match event:
        case StrikeRecorded() | StrikesCleared():
            return True
        case AddressSuppressed(cause=Cause.ESCALATION):
            return True
    return False


def _causes(entry: SuppressionFilter, at: datetime) -> tuple[FilterCause, ...]:
    return tuple(
        FilterCause(cause=cause, since=held.since, expires_at=held.expires_at, reason=held.reason)
        for cause, held in entry.active(at).items()
    )


def _message(message: Message, at: datetime, address: str, causes: Iterable[str]) -> MessageDifference:
    return MessageDifference(
        message_id=message.message_id,
        candidate_id=message.candidate_id,
        address=address,
        registered_at=at,
        causes=tuple(causes),
    )
