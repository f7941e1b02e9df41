"""Decisions about what a sender is told. Recorded, so that rebuilding a read model never tells anybody."""

from collections.abc import Iterator
from datetime import datetime

from .aggregate import WORST_FIRST, Incident, Notification
from .events import (
    IncidentEvent,
    IncidentHandled,
    IncidentOpened,
    IncidentRepeated,
    NotificationFailed,
    NotificationQueued,
    NotificationRead,
    NotificationSent,
    WhyNotSent,
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


def queue(
    incident: Incident,
    *,
    channel: str,
    at: datetime,
    notification_id: str | None = None,
    receiver: str | None = None,
    until: datetime | None = None,
) -> Iterator[IncidentEvent]:
    """Put a notification into the outbox, once per incident and channel; never to who was given up."""
    if (
        incident.is_open
        and channel not in incident.notifications
        and (channel, receiver) not in incident.refused
    ):
        yield NotificationQueued(
            occurred_at=at,
            incident_id=incident.incident_id,
            channel=channel,
            notification_id=notification_id,
            receiver=receiver,
            queued_until=until,
        )


def queue_again(
    incident: Incident, *, channel: str, notification_id: str, at: datetime, until: datetime
) -> Iterator[IncidentEvent]:
    """Take up a notification whose worker is gone, or whose time to be tried again has come."""
    known = _pending(incident, channel, notification_id)
    if known and incident.is_open and (known.busy_until is None or known.busy_until <= at):
        yield NotificationQueued(
            occurred_at=at,
            incident_id=incident.incident_id,
            channel=channel,
            notification_id=notification_id,
            receiver=known.receiver,
            queued_until=until,
        )


def sent(
    incident: Incident, *, channel: str, at: datetime, notification_id: str | None = None
) -> Iterator[IncidentEvent]:
    """Note that a queued notification went out."""
    if known := _pending(incident, channel, notification_id):
        yield NotificationSent(
            occurred_at=at,
            incident_id=incident.incident_id,
            channel=channel,
            notification_id=notification_id,
            receiver=known.receiver,
        )


def failed(
    incident: Incident,
    *,
    channel: str,
    notification_id: str,
    why: WhyNotSent,
    retry_at: datetime | None,
    at: datetime,
) -> Iterator[IncidentEvent]:
    """Note that a notification was not taken; without ``retry_at`` its receiver is given up."""
    if known := _pending(incident, channel, notification_id):
        yield NotificationFailed(
            occurred_at=at,
            incident_id=incident.incident_id,
            channel=channel,
            notification_id=notification_id,
            receiver=known.receiver,
            why=why,
            permanent=retry_at is None,
            retry_at=retry_at,
        )


def _pending(incident: Incident, channel: str, notification_id: str | None) -> Notification | None:
    """The notification, if it is queued under this id and not sent."""
    known = incident.notifications.get(channel)
    return known if known and not known.is_sent and known.notification_id == notification_id else None
