"""Decisions about what a sender is told. Recorded, so that rebuilding a read model never tells anybody."""

from collections.abc import Iterator
from datetime import datetime

from .aggregate import WORST_FIRST, Incident
from .events import (
    IncidentEvent,
    IncidentHandled,
    IncidentOpened,
    IncidentRepeated,
    NotificationQueued,
    NotificationRead,
    NotificationSent,
)


def notice(incident: Incident, opened: IncidentOpened) -> Iterator[IncidentEvent]:
    """Tell of a failure: open an incident or repeat the open one; a message once, unless it gets worse."""
    told = dict(incident.messages).get(opened.message_id)
    if told is not None and WORST_FIRST.index(told) <= WORST_FIRST.index(opened.trouble):
        return
    if not incident.is_open:
        yield opened
    else:
        yield IncidentRepeated(
            occurred_at=opened.occurred_at,
            incident_id=opened.incident_id,
            message_id=opened.message_id,
            trouble=opened.trouble,
            reason=opened.reason,
        )


def handle(incident: Incident, *, by: str, how: str, at: datetime) -> Iterator[IncidentEvent]:
    """Note that somebody dealt with it."""
    if incident.is_open:
        yield IncidentHandled(occurred_at=at, incident_id=incident.incident_id, by=by, how=how)


def read(incident: Incident, *, by: str, at: datetime) -> Iterator[IncidentEvent]:
    """Note that somebody has seen it."""
    if incident.is_open and by not in incident.read_by:
        yield NotificationRead(occurred_at=at, incident_id=incident.incident_id, by=by)


def queue(incident: Incident, *, channel: str, at: datetime) -> Iterator[IncidentEvent]:
    """Put a notification into the outbox, once per incident and channel."""
    if incident.is_open and channel not in incident.queued:
        yield NotificationQueued(occurred_at=at, incident_id=incident.incident_id, channel=channel)


def sent(incident: Incident, *, channel: str, at: datetime) -> Iterator[IncidentEvent]:
    """Note that a queued notification went out."""
    if channel in incident.queued and channel not in incident.sent:
        yield NotificationSent(occurred_at=at, incident_id=incident.incident_id, channel=channel)
