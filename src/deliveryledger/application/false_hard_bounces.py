"""Hard bounces that were none, by better rules: where no other one stands, support is asked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from ..domain.identifiers import message_stream, suppression_filter_stream
from ..domain.message.aggregate import Message
from ..domain.message.events import BouncesReclassified
from ..domain.suppression_filter.events import AddressSuppressed, Cause, RemovalRequested
from ..domain.suppression_filter.removal import request_removal
from .suppressing import sent_at
from .unit_of_work import UnitOfWork

HardBounced = Callable[[str, str], tuple[str, ...]]
"""(tenant, address key) -> streams of the messages to that address that bounced hard, as far as is known."""
_MOST_NAMED = 5
"""Messages that a request names one by one."""


class FalseHardBounces:
    """Those of one unit of work, by filter entry."""

    def __init__(self, unit: UnitOfWork, hard_bounced: HardBounced) -> None:
        self._unit = unit
        self._hard_bounced = hard_bounced
        self._found: dict[str, list[tuple[Message, BouncesReclassified]]] = {}

    def add(self, message: Message, event: BouncesReclassified) -> None:
        """Take note of a message, as it was before."""
        name = suppression_filter_stream(message.tenant, message.address_key)
        self._found.setdefault(name, []).append((message, event))

    def ask_for_removal(self) -> set[tuple[str, str]]:
        """Ask, once all messages were decided; returns (tenant, message id) of those that led to a request.

        Support decides: a false hard bounce must not stay in silence, nor be lifted without a person. While
        another message to the address has a hard bounce, there is nothing to decide.
        """
        self._unit.load(self._found)
        return {message for name in self._found for message in self._ask(name)}

    def _ask(self, name: str) -> Iterator[tuple[str, str]]:
        unit, entry = self._unit, self._unit.filter_entry(name)
        counted = [(m, event) for m, event in self._found[name] if _stands(m, entry.lifted_at)]
        if Cause.HARD_BOUNCE not in entry.active(unit.now) or not counted:
            return
        others = self._others(name, counted[0][0])
        if any(_stands(unit.message(other), entry.lifted_at) for other in others):
            return
        message, event = counted[0]
        request = RemovalRequested(
            occurred_at=unit.now,
            data_subject=unit.subject_of_entry(name, about=message.data_subject),
            scope=message.tenant,
            address_key=message.address_key,
            request_id=f"{message.address_key}.{len(entry.requests) + 1}",
            by=event.by,
            evidence=_grounds([event for _, event in counted]),
        )
        if unit.decide(name, request_removal(entry, request)):
            yield from ((message.tenant, message.message_id) for message, _ in counted)

    def _others(self, name: str, message: Message) -> set[str]:
        """Messages that may have a hard bounce: what the entry names, and what is known of the address."""
        suppressions = (e for e in self._unit.stream(name).events if isinstance(e, AddressSuppressed))
        named = {message_stream(message.tenant, e.message_id) for e in suppressions if e.message_id}
        others = named.union(self._hard_bounced(message.tenant, message.address_key))
        self._unit.load(others)
        return others


def _stands(message: Message, lifted_at: datetime | None) -> bool:
    """Whether it has a hard bounce for which an address would be suppressed, even after a lift."""
    hard = message.hard
    return hard is not None and (lifted_at is None or lifted_at < (sent_at(message, hard.at) or hard.at))


def _grounds(events: Sequence[BouncesReclassified]) -> str:
    named = [_ground(event) for event in events[:_MOST_NAMED]]
    more = len(events) - len(named)
    return "reclassified: " + "; ".join([*named, *([f"and {more} more messages"] if more else [])])


def _ground(event: BouncesReclassified) -> str:
    was = f"{event.previous_reason} (rule {event.previous_rule}, rules {event.previous_rules_version})"
    now = f"{event.reason} (rule {event.rule}, rules {event.rules_version})" if event.reason else "no failure"
    return f"message {event.message_id} was taken for {was}, and is {now}"
