"""How reports find their message later: a row per submission, written with the event.

Where a stream begins with registration and submission, and nothing else, the row also carries the state
after these two events. They never change, so it cannot be stale; a report then loads only what came later.
"""

from datetime import datetime

from ..domain.message.aggregate import Message, Submission
from ..domain.message_reference import MessageReference
from .ports import Correlation
from .unit_of_work import UnitOfWork

BEGINNING = 2
"""Versions 1 and 2: registered, submitted."""
_NEW = vars(Message())


def correlate(unit: UnitOfWork, stream: str, *provider_message_ids: str) -> None:
    """Note the submission of a message under each of its ids: the provider's first, then a Message-ID."""
    message = unit.message(stream)
    reference = unit.digests.reference(provider_message_ids[0])
    submission = next(s for s in reversed(message.submissions) if s.reference == reference)
    beginning: tuple[str | None, ...] = ()
    is_beginning = unit.stream(stream).version == BEGINNING and not submission.as_reported
    if is_beginning and message.registered_at is not None:
        beginning = (
            message.candidate_id,
            message.sender_id,
            message.data_subject,
            message.registered_at.isoformat(),
            message.resend_of,
        )
    address_key = message.address_key
    found_by = [
        (unit.digests.correlation(id_, address_key), unit.digests.reference(id_))
        for id_ in provider_message_ids
    ]
    if signed := signed_reference(unit, message):
        found_by.append((signed, signed))
    for key, reference_of_id in found_by:
        unit.changes.correlations.append(
            Correlation(
                key,
                stream,
                reference_of_id,
                address_key,
                submission.provider,
                submission.account,
                submission.at.isoformat(),
                *beginning,
            )
        )


def signed_reference(unit: UnitOfWork, message: Message) -> str | None:
    """What finds a message by a signed bounce address that has no room for its id; None where it has."""
    reference = MessageReference.of(message.message_id, message.tenant)
    return unit.digests.signed_reference(reference.digest) if reference.has_long_id else None


def state_at_beginning(row: Correlation) -> Message | None:
    """The message after its first two events, where the row has it."""
    if row.registered_at is None:
        return None
    owner, _, message_id = row.stream.partition("-")[2].partition(":")
    submitted_at = datetime.fromisoformat(row.submitted_at)
    message = object.__new__(Message)
    message.__dict__.update(
        _NEW,
        message_id=message_id,
        tenant=owner,
        candidate_id=row.candidate_id,
        sender_id=row.sender_id,
        address_key=row.address_key,
        data_subject=row.data_subject,
        resend_of=row.resend_of,
        registered_at=datetime.fromisoformat(row.registered_at),
        submissions=(Submission(row.provider, row.account, row.reference, submitted_at),),
        submitted_at=submitted_at,
    )
    return message
