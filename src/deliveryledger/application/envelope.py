"""An event plus its place."""

from datetime import datetime
from typing import NamedTuple

from ..domain.aggregate import Event
from ..domain.identifiers import StreamName, parse_stream


class Envelope(NamedTuple):
    """``version`` counts from 1 in the stream, ``position`` over the whole log; ``recorded_at`` is UTC."""

    stream: str
    version: int
    position: int
    recorded_at: datetime
    event: Event
    data: bytes = b""
    """The event as JSON, opened, as a store gives it."""

    @property
    def event_id(self) -> str:
        """The name of this event for people and links: stable across stores, unlike the position."""
        return event_id(self.stream, self.version)

    @property
    def name(self) -> StreamName:
        """Category, owner (tenant, scope or account) and id of the stream."""
        return parse_stream(self.stream)

    # eventsourcing's DomainEventProtocol, so that its stock classes can handle our events.
    @property
    def originator_id(self) -> str:
        """The stream, in eventsourcing's word."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The version, in eventsourcing's word."""
        return self.version


def event_id(stream: str, version: int) -> str:
    """``<stream>@<version>``."""
    return f"{stream}@{version}"
