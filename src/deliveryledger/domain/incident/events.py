"""What one sender is told about one candidate's address. Stream ``incident-<tenant>:<incident_id>``."""

from enum import StrEnum

from ..aggregate import Event, UtcDatetime


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
    """Somebody shall be told over a channel: ``email`` or ``email_administrators``.

    Every incident of one mail names the same ``notification_id``; a later try queues it again. Until
    ``queued_until`` it belongs to the worker that queued it.
    """

    incident_id: str
    channel: str
    notification_id: str | None = None
    receiver: str | None = None
    """Address key of the mailbox that is told."""
    queued_until: UtcDatetime | None = None


class NotificationSent(Event):
    """The mail server took responsibility for the notification."""

    incident_id: str
    channel: str
    notification_id: str | None = None
    receiver: str | None = None


class WhyNotSent(StrEnum):
    """Why a notification was not sent: the whole list."""

    RECIPIENT_REFUSED = "recipient_refused"
    MESSAGE_REFUSED = "message_refused"
    SENDER_REFUSED = "sender_refused"
    TRY_LATER = "try_later"
    NO_ANSWER = "no_answer"


class NotificationFailed(Event):
    """The notification was not taken. Unless ``permanent`` it is tried again at ``retry_at``."""

    incident_id: str
    channel: str
    notification_id: str
    receiver: str | None = None
    why: WhyNotSent
    permanent: bool
    """This receiver is given up: the next one is told."""
    retry_at: UtcDatetime | None = None


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
    | NotificationFailed
    | NotificationRead
    | IncidentHandled
)
