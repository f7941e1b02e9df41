"""State of an incident."""

from dataclasses import dataclass

from ..aggregate import changed
from .events import (
    IncidentEvent,
    IncidentHandled,
    IncidentOpened,
    IncidentRepeated,
    NotificationQueued,
    NotificationRead,
    NotificationSent,
    Trouble,
)

WORST_FIRST = tuple(Trouble)


@dataclass(frozen=True)
class Incident:
    """``messages`` are those whose failure has been told, each with the worst trouble it had."""

    incident_id: str = ""
    messages: tuple[tuple[str, Trouble], ...] = ()
    is_handled: bool = False
    queued: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    read_by: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return bool(self.incident_id) and not self.is_handled

    @property
    def worst(self) -> Trouble | None:
        """The worst trouble seen."""
        return min((trouble for _, trouble in self.messages), key=WORST_FIRST.index, default=None)


def evolve(incident: Incident, event: IncidentEvent) -> Incident:
    """Remember; never judge, never fail."""
    match event:
        case IncidentOpened():
            # Opened anew after it was handled: what was told before stays told.
            return changed(
                incident,
                incident_id=event.incident_id,
                messages=_with(incident.messages, event.message_id, event.trouble),
                is_handled=False,
                queued=frozenset(),
                sent=frozenset(),
                read_by=frozenset(),
            )
        case IncidentRepeated():
            return changed(incident, messages=_with(incident.messages, event.message_id, event.trouble))
        case NotificationQueued():
            return changed(incident, queued=incident.queued | {event.channel})
        case NotificationSent():
            return changed(incident, sent=incident.sent | {event.channel})
        case NotificationRead():
            return changed(incident, read_by=incident.read_by | {event.by})
        case IncidentHandled():
            return changed(incident, is_handled=True)


def _with(
    messages: tuple[tuple[str, Trouble], ...], message_id: str, trouble: Trouble
) -> tuple[tuple[str, Trouble], ...]:
    known = dict(messages)
    if message_id not in known or WORST_FIRST.index(trouble) < WORST_FIRST.index(known[message_id]):
        known[message_id] = trouble
    return tuple(known.items())
