"""State of a message: what the ATS told us, and what is known of its delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..aggregate import changed
from .events import (
    AutoReplyReceived,
    HandingOverStarted,
    LinkClicked,
    MessageEvent,
    MessageOpened,
    MessageRegistered,
    MessageResent,
    MessageSubmitted,
    MessageWithheld,
    UnsubscribeRequested,
)
from .outcomes import Outcomes, remember, submitted


class Submission(NamedTuple):
    """One handing-over to a provider."""

    provider: str
    account: str
    reference: str
    at: datetime
    as_reported: bool = False


@dataclass(frozen=True)
class Message(Outcomes):
    """Everything a decision about a message needs."""

    message_id: str = ""
    tenant: str = ""
    candidate_id: str = ""
    sender_id: str = ""
    address_key: str = ""
    data_subject: str = ""
    resend_of: str | None = None
    registered_at: datetime | None = None
    submissions: tuple[Submission, ...] = ()
    withheld_by: tuple[str, ...] = ()
    unsubscribed_at: datetime | None = None
    """The latest time that the recipient asked for it."""
    auto_replied: bool = False
    opened: frozenset[bool | None] = frozenset()
    clicked: frozenset[bool | None] = frozenset()
    resent_as: str | None = None
    resent_by: str | None = None
    resent_at: datetime | None = None
    handing_over_until: datetime | None = None
    """Somebody is handing it over to a provider; from then on it counts as not done."""

    @property
    def is_registered(self) -> bool:
        """Whether the ATS has told us of it."""
        return self.registered_at is not None


def evolve(message: Message, event: MessageEvent) -> Message:
    """Remember; never judge, never fail."""
    match event:
        case MessageRegistered():
            return _registered(message, event)
        case MessageSubmitted():
            return _submitted(message, event)
        case MessageWithheld():
            return changed(message, withheld_by=event.causes)
        case MessageResent():
            resent = {"resent_as": event.as_message_id, "resent_by": event.by, "resent_at": event.occurred_at}
            return changed(message, **resent)
        case HandingOverStarted():
            return changed(message, handing_over_until=event.until)
        case UnsubscribeRequested():
            latest = max(message.unsubscribed_at or event.occurred_at, event.occurred_at)
            return changed(message, unsubscribed_at=latest)
        case AutoReplyReceived():
            return changed(message, auto_replied=True)
        case MessageOpened():
            return changed(message, opened=message.opened | {event.by_machine})
        case LinkClicked():
            return changed(message, clicked=message.clicked | {event.by_machine})
        case _:
            return remember(message, event)


def _submitted(message: Message, event: MessageSubmitted) -> Message:
    submission = Submission(
        event.provider, event.account, event.reference, event.occurred_at, event.source is not None
    )
    return submitted(changed(message, submissions=(*message.submissions, submission)), event)


def _registered(message: Message, event: MessageRegistered) -> Message:
    return changed(
        message,
        message_id=event.message_id,
        tenant=event.tenant,
        candidate_id=event.candidate_id,
        sender_id=event.sender_id,
        address_key=event.address_key,
        data_subject=event.data_subject,
        resend_of=event.resend_of,
        registered_at=event.occurred_at,
    )
