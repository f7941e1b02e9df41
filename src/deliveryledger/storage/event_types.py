"""The closed registry of event names. A name outside it is an error, never an import."""

from collections.abc import Callable
from typing import Any, get_args

from ..domain.aggregate import Event
from ..domain.candidate_email.events import CandidateEmailEvent
from ..domain.incident.events import IncidentEvent
from ..domain.intake.events import IntakeEvent
from ..domain.message.events import MessageEvent
from ..domain.outage.events import OutageEvent
from ..domain.suppression_filter.events import SuppressionFilterEvent
from ..errors import UnknownEvent

AGGREGATES: dict[str, tuple[type[Event], ...]] = {
    "message": get_args(MessageEvent),
    "candidate_email": get_args(CandidateEmailEvent),
    "suppression_filter": get_args(SuppressionFilterEvent),
    "incident": get_args(IncidentEvent),
    "intake": get_args(IntakeEvent),
    "outage": get_args(OutageEvent),
}
EVENT_TYPES: dict[str, type[Event]] = {
    event.__name__: event for events in AGGREGATES.values() for event in events
}

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: dict[str, tuple[Upcaster, ...]] = {}
"""Event name -> steps; the step at index n turns fields of schema n+1 into fields of schema n+2.

Fields are only ever added, with a default, so this is needed only where a default depends on other fields.
The number of steps is the event's present schema less one and is stored with each event (``"schema"``).
"""


def event_type(name: str) -> type[Event]:
    """The class of an event name. Raises UnknownEvent."""
    try:
        return EVENT_TYPES[name]
    except KeyError:
        raise UnknownEvent(
            "decode a stored event",
            "its name is not one of this version's events",
            "use the version of deliveryledger that wrote it, or a newer one",
        ) from None
