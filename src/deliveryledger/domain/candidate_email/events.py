"""A candidate's address over time. Stream ``candidate_email-<tenant>:<candidate_id>``."""

from enum import StrEnum

from ..aggregate import Event, PersonalEvent
from ..personal import PersonalAddress, PersonalText


class Grounds(StrEnum):
    """Why an address is what it is, or why it was changed."""

    TYPED = "typed"
    TYPO = "typo"
    STRUCTURE = "structure"
    NAME = "name"
    CV = "cv"
    CANDIDATE = "candidate"
    EARLIER_DELIVERY = "earlier_delivery"


class EmailRegistered(PersonalEvent):
    """The candidate's first address in this registration, as typed."""

    candidate_id: str
    address: PersonalAddress
    address_key: str
    name: PersonalText | None = None
    source: Grounds = Grounds.TYPED
    by: str


class EmailChanged(PersonalEvent):
    """Corrected; both addresses stay in the log."""

    candidate_id: str
    previous: PersonalAddress
    previous_key: str
    address: PersonalAddress
    address_key: str
    grounds: Grounds
    evidence: PersonalText | None = None
    by: str


class EmailConfirmed(Event):
    """Somebody says that the address is right (``by``), or a message arrived there (``message_id``)."""

    candidate_id: str
    address_key: str
    by: str | None = None
    message_id: str | None = None


class CvEmailFound(PersonalEvent):
    """An address stands in the candidate's documents; ``page`` counts from 1."""

    candidate_id: str
    address: PersonalAddress
    address_key: str
    document: PersonalText | None = None
    page: int | None = None


class SuggestionDismissed(Event):
    """Somebody does not want the suggestion with this address key; ``grounds``: what it was suggested for."""

    candidate_id: str
    address_key: str
    by: str
    grounds: Grounds | None = None


class PersonalDataErased(Event):
    """The keys of ``subjects`` are to be destroyed, at once or at the next start: they open nothing more."""

    candidate_id: str
    requested_by: str
    subjects: tuple[str, ...] = ()
    """The data subjects of this registration, of filter entries nobody else needs, of waiting reports."""
    filter_entries: tuple[str, ...] = ()
    """Streams of the filter entries among them; their address keys stay and still refuse."""
    authentication: str | None = None
    """Keyed digest of all of this: without it nobody who can only write the log could have keys destroyed."""

    @property
    def statement(self) -> str:
        """What ``authentication`` vouches for."""
        said = (self.candidate_id, self.requested_by, self.occurred_at.isoformat())
        return "\n".join((*said, *self.subjects, "", *self.filter_entries))


CandidateEmailEvent = (
    EmailRegistered | EmailChanged | EmailConfirmed | CvEmailFound | SuggestionDismissed | PersonalDataErased
)
