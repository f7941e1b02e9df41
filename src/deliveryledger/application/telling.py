"""Who has to be told about a message in trouble: its sender, once per incident."""

from typing import Any

from ..domain.aggregate import Event
from ..domain.failure_reason import Severity
from ..domain.identifiers import incident_stream
from ..domain.incident import decisions as incidents
from ..domain.incident.events import IncidentOpened, Trouble
from ..domain.message.aggregate import Message
from ..domain.message.events import (
    ComplaintReceived,
    MessageBounced,
    MessageDropped,
    MessageRejected,
    MessageWithheld,
)
from .unit_of_work import UnitOfWork


def incident_of(unit: UnitOfWork, message: Message) -> str:
    """The stream of the incident that a failure of this message belongs to."""
    incident_id = unit.digests.incident_id(message.sender_id, message.candidate_id, message.address_key)
    return incident_stream(message.tenant, incident_id)


def tell_sender(unit: UnitOfWork, message: Message, event: Event) -> None:
    """Open or repeat the incident of whoever sent the message."""
    trouble = _trouble(event)
    if trouble is None:
        return
    name = incident_of(unit, message)
    opened = IncidentOpened(
        occurred_at=event.occurred_at,
        incident_id=name.rpartition(":")[2],
        sender_id=message.sender_id,
        candidate_id=message.candidate_id,
        address_key=message.address_key,
        message_id=message.message_id,
        trouble=trouble[0],
        reason=trouble[1],
    )
    unit.decide(name, incidents.notice(unit.incident(name), opened))


def _trouble(event: Any) -> tuple[Trouble, str | None] | None:
    match event:
        case MessageBounced(severity=Severity.HARD):
            return Trouble.HARD_BOUNCE, event.reason
        case MessageBounced():
            return Trouble.SOFT_BOUNCE, event.reason
        case ComplaintReceived():
            return Trouble.COMPLAINT, None
        case MessageRejected():
            return Trouble.REJECTED, event.reason
        case MessageDropped():
            return Trouble.DROPPED, event.list_reason
        case MessageWithheld():
            return Trouble.WITHHELD, event.causes[0]
    return None
