"""What goes on the recipient filter because of a report about a message."""

from datetime import datetime

from ..domain.failure_reason import FailureReason
from ..domain.identifiers import suppression_filter_stream
from ..domain.message.aggregate import Message
from ..domain.message.events import ComplaintWithdrawn, MessageRegistered
from ..domain.suppression_filter.events import AddressSuppressed, Cause, ConsentKind, RecipientConsentRecorded
from ..domain.suppression_filter.expiry import ExpiryPolicy
from .unit_of_work import UnitOfWork


def suppression_about(
    unit: UnitOfWork,
    stream: str,
    message: Message,
    *,
    at: datetime,
    cause: Cause,
    reason: FailureReason | None,
    recipient: str | None,
    expiry: ExpiryPolicy,
) -> AddressSuppressed:
    """The suppression that something about a message causes, for as long as the policy says.

    ``recipient`` is as a report names it; None: as it was registered.
    """
    name = suppression_filter_stream(message.tenant, message.address_key)
    return AddressSuppressed(
        occurred_at=at,
        data_subject=unit.subject_of_entry(name, about=message.data_subject),
        scope=message.tenant,
        address_key=message.address_key,
        address=recipient or registered_recipient(unit, stream),
        cause=cause,
        reason=reason,
        message_id=message.message_id,
        expires_at=expiry.ends(unit.filter_entry(name), cause, at),
    )


def registered_recipient(unit: UnitOfWork, stream: str) -> str:
    """The recipient as it was registered; opened only when a report names none."""
    events = [e for e in unit.stream(stream).events if isinstance(e, MessageRegistered)]
    opened = unit.opened(stream) or events  # registered in this very unit: nothing is sealed yet
    return next(e.recipient for e in opened if isinstance(e, MessageRegistered))


def sent_at(message: Message, at: datetime) -> datetime | None:
    """When the attempt that a report is about was made: the newest submission before it. None: not known."""
    before = [s.at for s in message.submissions if s.at <= at]
    return max(before) if before else message.submitted_at


def consent_in(unit: UnitOfWork, message: Message, event: ComplaintWithdrawn) -> RecipientConsentRecorded:
    """The recipient's consent that a withdrawn complaint is."""
    name = suppression_filter_stream(message.tenant, message.address_key)
    return RecipientConsentRecorded(
        occurred_at=event.occurred_at,
        data_subject=unit.subject_of_entry(name, about=message.data_subject),
        scope=message.tenant,
        address_key=message.address_key,
        kind=ConsentKind.RECIPIENT,
        evidence=event.how,
    )
