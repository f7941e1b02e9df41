"""Decisions about sending a message again: the link to its successor, and handing that to a provider."""

from collections.abc import Iterator
from datetime import datetime

from ..status import MessageStatus
from .aggregate import Message
from .events import HandingOverStarted, MessageEvent, MessageResent


def resend(message: Message, *, as_message_id: str, by: str, at: datetime) -> Iterator[MessageEvent]:
    """Link the message to the one that replaces it; only the first resend counts."""
    if message.resent_as is None:
        yield MessageResent(occurred_at=at, message_id=message.message_id, as_message_id=as_message_id, by=by)


def hand_over(message: Message, *, at: datetime, until: datetime) -> Iterator[MessageEvent]:
    """Begin to hand a message to a provider, unless that was done, is under way, or must not be."""
    is_under_way = message.handing_over_until is not None and at < message.handing_over_until
    is_wanted = message.status is MessageStatus.REGISTERED and not (message.withheld_by or message.resent_as)
    if is_under_way or not is_wanted:
        return
    yield HandingOverStarted(occurred_at=at, message_id=message.message_id, until=until)
