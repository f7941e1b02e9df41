"""One address in one scope of the recipient filter. Stream ``suppression_filter-<scope>:<address_key>``."""

from datetime import date
from enum import StrEnum

from ..aggregate import Event, PersonalEvent, UtcDatetime
from ..failure_reason import FailureReason
from ..personal import PersonalAddress, PersonalText


class Cause(StrEnum):
    """Why an address is on the filter. Several may hold at once."""

    HARD_BOUNCE = "hard_bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    MANUAL = "manual"
    ESCALATION = "escalation"
    PROVIDER_LIST = "provider_list"

    @property
    def is_wish(self) -> bool:
        """Whether the recipient said so: the latest word counts. Of evidence, the earliest does."""
        return self in (Cause.COMPLAINT, Cause.UNSUBSCRIBE)


class ConsentKind(StrEnum):
    """Who agrees that mail is wanted. Only the recipient's own consent lifts a complaint."""

    RECIPIENT = "recipient"
    SENDER = "sender"


class AddressSuppressed(PersonalEvent):
    """A standing order not to send. It ends with a lift, or at ``expires_at``."""

    scope: str
    address_key: str
    address: PersonalAddress
    cause: Cause
    reason: FailureReason | None = None
    message_id: str | None = None
    expires_at: UtcDatetime | None = None
    by: str | None = None
    """Who put it there by hand; None where a report did."""
    policy_version: str | None = None
    """Version of the escalation policy whose threshold was reached; None for every other cause."""
    batch: str | None = None
    """The import that brought it (a UUIDv7), which ``by`` answers for; None where none did."""
    provider: str | None = None
    """Whose own list it was found on; None where it comes from elsewhere."""
    account: str | None = None


class StrikeRecorded(Event):
    """A soft failure that counts: at most one per address, scope and UTC day of ``occurred_at``."""

    scope: str
    address_key: str
    reason: FailureReason
    day: date
    message_id: str
    policy_version: str | None = None
    """Version of the escalation policy in force; None where an earlier version of the library wrote it."""


class StrikesCleared(Event):
    """A delivery: what failed before it no longer counts."""

    scope: str
    address_key: str
    message_id: str


class SuppressionHeld(Event):
    """The domain seems to have an outage: the suppression waits."""

    scope: str
    address_key: str
    cause: Cause
    reason: FailureReason
    message_id: str
    outage: str
    """Opaque id of the outage; it names no domain."""


class HoldReleased(Event):
    """The outage is over: the held suppression was applied (it is on the stream too) or dropped."""

    scope: str
    address_key: str
    applied: bool


class RemovalRequested(PersonalEvent):
    """Somebody asks for the address to be taken off the filter."""

    scope: str
    address_key: str
    request_id: str
    by: str
    evidence: PersonalText
    without_evidence: bool | None = None
    """True: a removal by hand, for causes that needed none then. Sealed text does not tell."""


class RecipientConsentRecorded(PersonalEvent):
    """Somebody agrees that mail is wanted; for a complaint the recipient's own consent is needed."""

    scope: str
    address_key: str
    kind: ConsentKind
    evidence: PersonalText
    by: str | None = None


class RemovalRejected(PersonalEvent):
    """A request was turned down."""

    scope: str
    address_key: str
    request_id: str
    by: str
    note: PersonalText


class RemovalApproved(Event):
    """The removal is granted. The address stays on the filter until every one of ``providers`` confirms."""

    scope: str
    address_key: str
    request_id: str | None = None
    requested_by: str
    by: str
    """Who approves; the same as ``requested_by`` where nobody else had to."""
    as_administrator: bool = False
    causes: tuple[Cause, ...]
    providers: tuple[str, ...]
    """Each as ``provider/account``."""


class SuppressionLifted(Event):
    """The standing order ended; ``causes`` are the ones that held until then."""

    scope: str
    address_key: str
    by: str
    approved_by: str | None = None
    causes: tuple[Cause, ...]
    request_id: str | None = None
    as_administrator: bool = False
    """Whether the approver was said to be an administrator, which a removal soon after another needs."""


class SuppressionTakenBack(Event):
    """An import was undone: what it added ends, what holds on other grounds goes on. No lift: no consent."""

    scope: str
    address_key: str
    batch: str
    by: str
    causes: tuple[Cause, ...]
    """What the import had added."""


class ProviderRemovalConfirmed(Event):
    """The provider took the address off its own list."""

    scope: str
    address_key: str
    provider: str
    account: str


class ProviderRemovalRefused(Event):
    """The provider keeps the address on its own list."""

    scope: str
    address_key: str
    provider: str
    account: str
    why: str


SuppressionFilterEvent = (
    AddressSuppressed
    | StrikeRecorded
    | StrikesCleared
    | SuppressionHeld
    | HoldReleased
    | RemovalRequested
    | RecipientConsentRecorded
    | RemovalRejected
    | RemovalApproved
    | SuppressionLifted
    | SuppressionTakenBack
    | ProviderRemovalConfirmed
    | ProviderRemovalRefused
)
