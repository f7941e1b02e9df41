"""One example a provider, which the contract tests; a provider without one fails it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from deliveryledger.inbound import providers
from deliveryledger.inbound.credentials import Secrets
from tests.inbound.requests import Sign

Event = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """What the contract needs to know of a provider: a good event, a bad one, and its credentials."""

    slug: str
    good: Event
    """A hard bounce of Ada: the remote server said 550 5.1.1 user unknown."""
    bad: Event
    """An event that names Ada and cannot be read."""
    kind: str
    """Where the event's type stands, with dots: ``event-data.event``."""
    secrets: Secrets
    """The first of them is the strongest that the provider has."""
    rotated: Secrets
    """The same, with another one before the right one."""
    sign: Sign
    forge: Sign
    """As ``sign``, with another key."""
    is_batch: bool = field(default=True)
    """Whether a body may hold several events."""
    wrap: Callable[[Sequence[Event]], bytes] | None = field(default=None)
    """Events as the provider writes them into a body, where that is not a JSON array or one object."""
    part: Callable[[Event], Event] = field(default=lambda event: event)
    """What stands for an event in a body of several, where that is more than the event."""

    def body(self, *events: Event) -> bytes:
        """A body of these events as the provider writes it; a provider of single events takes one."""
        if self.wrap is not None:
            return self.wrap(events)
        return json.dumps(list(events) if self.is_batch else events[0]).encode()

    def of_kind(self, kind: str, event: Event | None = None) -> Event:
        """The event (or one that has nothing else), with another type."""
        return _with(event or {}, self.kind.split("."), kind)


def _with(event: Event, path: Sequence[str], value: str) -> Event:
    first, *rest = path
    return {**event, first: _with(event.get(first) or {}, rest, value) if rest else value}


EXAMPLES: dict[str, Example] = {
    slug: import_module(f"{__name__}.{slug}").EXAMPLE for slug in providers.names()
}
