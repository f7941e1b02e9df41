"""State of a candidate's address. ``address`` and ``name`` are readable only where the events were opened."""

from dataclasses import dataclass
from datetime import datetime

from ..aggregate import changed
from .events import (
    CandidateEmailEvent,
    CvEmailFound,
    EmailChanged,
    EmailConfirmed,
    EmailRegistered,
    PersonalDataErased,
    SuggestionDismissed,
)


@dataclass(frozen=True)
class CandidateEmail:
    """The present address, the keys of the earlier ones, and what people said about them."""

    candidate_id: str = ""
    data_subject: str = ""
    address: str = ""
    address_key: str = ""
    name: str | None = None
    previous_keys: tuple[str, ...] = ()
    confirmed: frozenset[str] = frozenset()
    cv_keys: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()
    is_erased: bool = False
    set_by: str = ""
    """Who gave the present address, and when (UTC)."""
    set_at: datetime | None = None

    @property
    def is_registered(self) -> bool:
        """Whether there is an address; not any more after an erasure."""
        return bool(self.address_key)


def evolve(email: CandidateEmail, event: CandidateEmailEvent) -> CandidateEmail:
    """Remember; never judge, never fail."""
    match event:
        case EmailRegistered():
            return CandidateEmail(
                candidate_id=event.candidate_id,
                data_subject=event.data_subject,
                address=event.address,
                address_key=event.address_key,
                name=event.name,
                set_by=event.by,
                set_at=event.occurred_at,
            )
        case EmailChanged():
            return changed(
                email,
                address=event.address,
                address_key=event.address_key,
                previous_keys=(*email.previous_keys, event.previous_key),
                set_by=event.by,
                set_at=event.occurred_at,
            )
        case EmailConfirmed():
            return changed(email, confirmed=email.confirmed | {event.address_key})
        case CvEmailFound():
            return changed(email, cv_keys=email.cv_keys | {event.address_key})
        case SuggestionDismissed():
            return changed(email, dismissed=email.dismissed | {event.address_key})
        case PersonalDataErased():
            return CandidateEmail(candidate_id=email.candidate_id, is_erased=True)
