"""What one sender is told about one candidate's address. Stream ``incident-<tenant>:<incident_id>``."""

from enum import StrEnum

from ..aggregate import Event


class Trouble(StrEnum):
    """What went wrong, from worst to mildest; an incident shows the worst."""

    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard_bounce"
    WITHHELD = "withheld"
    REJECTED = "rejected"
    DROPPED = "dropped"
    SOFT_BOUNCE = "soft_bounce"


class IncidentOpened(Event):
    """The first failure, or the first after the last one was handled."""

    incident_id: str
    sender_id: str
    candidate_id: str
    address_key: str
    message_id: str
    trouble: Trouble
    reason: str | None = None
    """The failure reason, or why the provider's list or our filter stopped it."""


class IncidentRepeated(Event):
    """The same trouble again, or worse: the counter rises, the bell does not ring again."""

    incident_id: str
    message_id: str
    trouble: Trouble
    reason: str | None = None


class NotificationQueued(Event):
    """The sender shall be told over a channel (``email``)."""

    incident_id: str
    channel: str


class NotificationSent(Event):
    """The sender was told."""

    incident_id: str
    channel: str


class NotificationRead(Event):
    """Somebody has seen it under the bell."""

    incident_id: str
    by: str


class IncidentHandled(Event):
    """Somebody dealt with it: ``corrected``, ``resent`` or ``delivered``."""

    incident_id: str
    by: str
    how: str


IncidentEvent = (
    IncidentOpened
    | IncidentRepeated
    | NotificationQueued
    | NotificationSent
    | NotificationRead
    | IncidentHandled
)
