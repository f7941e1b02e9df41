"""Claims. A ``DeliveryReport`` is what someone says; only a decision turns it into a fact (an event)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, InstanceOf, TypeAdapter
from pydantic_core import to_json

from ..errors import InvalidInput
from .aggregate import UtcDatetime
from .failure_reason import FailureReason, Severity


class Outcome(StrEnum):
    """What a report says has happened."""

    SUBMITTED = "submitted"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    SUPPRESSED = "suppressed"
    COMPLAINED = "complained"
    COMPLAINT_WITHDRAWN = "complaint_withdrawn"
    UNSUBSCRIBED = "unsubscribed"
    AUTO_REPLIED = "auto_replied"
    OPENED = "opened"
    CLICKED = "clicked"
    OTHER = "other"


class Source(StrEnum):
    """Which way a report came in."""

    WEBHOOK = "webhook"
    DSN = "dsn"
    ARF = "arf"
    POLL = "poll"
    IMPORT = "import"


class Attribution(StrEnum):
    """Whether the reporter named the recipient, or we inferred it from the message."""

    REPORTED = "reported"
    INFERRED = "inferred"


class DeliveryReport(NamedTuple):
    """One claim about one message to one recipient, in our words. Times are UTC.

    ``occurred_at`` is the reporter's own time, ``received_at`` when the claim reached us. The provider's
    own class stays in ``vendor_class`` as evidence; ``reason`` is our reading of the remote server's words.

    A plain tuple, because a batch makes thousands: the payload was validated before it, and every event
    that a decision makes of it is validated after it. REPORT does both ways of JSON.
    """

    outcome: Outcome
    provider: str
    occurred_at: UtcDatetime
    account: str = "main"
    source: Source = Source.WEBHOOK
    received_at: UtcDatetime | None = None
    recipient: str | None = None
    message_id: str | None = None
    """Our own id, where it came back in metadata or in a header of the returned mail."""
    tenant: str | None = None
    """Our own tenant, where it came back with ``message_id``."""
    provider_message_id: str | None = None
    """The provider's id; in a mail the Message-ID of the original, without angle brackets."""
    provider_event_id: str | None = None
    reason: FailureReason | None = None
    status: str | None = None
    reply_code: int | None = None
    diagnostic: str | None = None
    remote_mta: str | None = None
    rule: str | None = None
    rules_version: str | None = None
    vendor_class: str | None = None
    feedback_type: str | None = None
    attribution: Attribution = Attribution.REPORTED
    list_reason: str | None = None
    """Why the provider's own suppression list dropped it, in the provider's word."""
    method: str | None = None
    """How: of an unsubscription (``list_unsubscribe``, ``link`` …) or of a withdrawal (``not_spam`` …)."""
    will_retry_until: UtcDatetime | None = None
    by_machine: bool | None = None
    url: str | None = None
    is_ambiguous: bool | None = None
    """Whether it may be about any of several people: it is kept, and nothing follows from it."""
    authenticated: bool = False
    """Whether a verified webhook said so; a mail by itself is evidence of lower trust."""
    signed: str | None = None
    """Digest of the message that a mail is proved to be about: it brought a signature of ours back. If the
    recipient is INFERRED, it is the message's own, whoever is named."""
    addressed: tuple[str, ...] | None = None
    """Whom the returned message was to, if the mail counts only for a message to one of them."""
    raw: bytes | None = None
    """The part of the request that says this, and nothing of others: kept as evidence, to be read again."""

    def with_raw(self, raw: bytes | None) -> "DeliveryReport":
        """The same claim with its evidence. ``_replace`` takes four times as long, of every report."""
        return tuple.__new__(DeliveryReport, (*self[:-1], raw))

    @property
    def severity(self) -> Severity | None:
        """Severity of a bounce: a property of its reason."""
        return self.reason.severity if self.reason is not None else None

    @property
    def ordered_at(self) -> datetime:
        """``occurred_at``, but never later than the moment we received the claim (a clock may be wrong)."""
        if self.received_at is not None and self.occurred_at > self.received_at:
            return self.received_at
        return self.occurred_at

    def as_json(self) -> str:
        """A JSON object with the fields that are set: fields may be added later, anywhere.

        Without ``raw``, which is kept apart from what it says.
        """
        fields = self.with_raw(None)._asdict().items()
        return to_json({name: value for name, value in fields if value is not None}).decode()

    @property
    def fact_key(self) -> str:
        """What makes two reports the same claim. Not the provider's event id: some change it on resends."""
        return "\n".join(
            (
                self.provider,
                self.account,
                self.provider_message_id or self.message_id or self.signed or "",
                (self.recipient or "").lower(),
                self.outcome,
                self.severity or self.feedback_type or "",
                self.occurred_at.isoformat(),
                self.url or "",
            )
        )


REPORT = TypeAdapter(DeliveryReport)
"""Reads what ``as_json`` wrote, and validates it."""


class Quarantined(BaseModel):
    """A part of a request that could not be read. ``raw`` is the part alone, so that it can be read again."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    why: str
    """A sentence without any of the content."""
    raw: bytes
    index: int | None = None
    """Its place in the batch; None = the whole body."""


class Reading(BaseModel):
    """What one webhook request or one mail says: reports, and what is ignored or could not be read.

    ``replay_key`` is set where a provider's signature does not cover the body: the ledger refuses a key
    that it has seen with another ``content`` (digest of the raw body). ``handshake`` is the body to answer
    where the request only asked whether anybody is there.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    provider: str
    account: str = "main"
    source: Source = Source.WEBHOOK
    received_at: UtcDatetime
    reports: tuple[InstanceOf[DeliveryReport], ...] = ()
    ignored: tuple[str, ...] = ()
    """Why parts of it are of no interest, in a few words each."""
    quarantined: tuple[Quarantined, ...] = ()
    replay_key: str | None = None
    content: str | None = None
    handshake: str | None = None
    visit: str | None = None
    """A URL of the provider's that confirms this endpoint once it is visited (SNS ``SubscribeURL``)."""


_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is taken as UTC."""
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def moved(moment: datetime, by: timedelta) -> datetime:
    """So much later, or earlier; the last or the first moment of all where the calendar ends before."""
    with suppress(OverflowError):
        return moment + by
    return _LAST if by > timedelta() else _FIRST


def moment_asked(moment: datetime) -> datetime:
    """As :func:`utc`, of a moment that a caller names. Raises InvalidInput where UTC has no such moment."""
    with suppress(OverflowError):
        return utc(moment)
    raise InvalidInput(
        "take a moment in UTC", "it lies before the year 1 or after the year 9999 there", "give another"
    )
