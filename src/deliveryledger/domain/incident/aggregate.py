"""State of an incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..aggregate import changed
from .events import (
    IncidentEvent,
    IncidentHandled,
    IncidentOpened,
    IncidentRepeated,
    NotificationFailed,
    NotificationQueued,
    NotificationRead,
    NotificationSent,
    Trouble,
)

WORST_FIRST = tuple(Trouble)


@dataclass(frozen=True)
class Notification:
    """What is being told over one channel. Nobody else touches it until ``busy_until``."""

    notification_id: str | None = None
    receiver: str | None = None
    busy_until: datetime | None = None
    tries: int = 0
    is_sent: bool = False


@dataclass(frozen=True)
class Incident:
    """``messages`` are those whose failure has been told, each with the worst trouble it had.

    ``notifications`` by channel; ``refused`` are the pairs of channel and receiver that were given up.
    """

    incident_id: str = ""
    messages: tuple[tuple[str, Trouble], ...] = ()
    is_handled: bool = False
    notifications: Mapping[str, Notification] = field(default_factory=dict)
    refused: frozenset[tuple[str, str | None]] = frozenset()
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
                notifications={},
                refused=frozenset(),
                read_by=frozenset(),
            )
        case IncidentRepeated():
            return changed(incident, messages=_with(incident.messages, event.message_id, event.trouble))
        case NotificationQueued():
            return _with_notification(incident, event.channel, _queued(incident, event))
        case NotificationSent():
            sent = changed(incident.notifications.get(event.channel, Notification()), is_sent=True)
            return _with_notification(incident, event.channel, sent)
        case NotificationFailed():
            return _failed(incident, event)
        case NotificationRead():
            return changed(incident, read_by=incident.read_by | {event.by})
        case IncidentHandled():
            return changed(incident, is_handled=True)


def _queued(incident: Incident, event: NotificationQueued) -> Notification:
    known = incident.notifications.get(event.channel)
    again = known is not None and known.notification_id == event.notification_id
    return Notification(
        notification_id=event.notification_id,
        receiver=event.receiver,
        busy_until=event.queued_until,
        tries=known.tries + 1 if known and again else 1,
    )


def _failed(incident: Incident, event: NotificationFailed) -> Incident:
    known = incident.notifications.get(event.channel, Notification())
    if not event.permanent:
        return _with_notification(incident, event.channel, changed(known, busy_until=event.retry_at))
    others = {name: each for name, each in incident.notifications.items() if name != event.channel}
    refused = incident.refused | {(event.channel, event.receiver)}
    return changed(incident, notifications=others, refused=refused)


def _with_notification(incident: Incident, channel: str, notification: Notification) -> Incident:
    return changed(incident, notifications={**incident.notifications, channel: notification})


def _with(
    messages: tuple[tuple[str, Trouble], ...], message_id: str, trouble: Trouble
) -> tuple[tuple[str, Trouble], ...]:
    known = dict(messages)
    if message_id not in known or WORST_FIRST.index(trouble) < WORST_FIRST.index(known[message_id]):
        known[message_id] = trouble
    return tuple(known.items())
