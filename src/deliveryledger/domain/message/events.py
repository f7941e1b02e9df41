"""What can happen to one message to one recipient. Stream ``message-<tenant>:<message_id>``."""

from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from ..aggregate import Event, PersonalEvent, UtcDatetime
from ..failure_reason import FailureReason, Severity
from ..personal import PersonalAddress, PersonalText
from ..reports import Attribution, Source


class MessageRegistered(PersonalEvent):
    """The ATS told us that it is about to send. ``recipient`` is as it was typed, valid or not."""

    message_id: str
    tenant: str
    candidate_id: str
    sender_id: str
    from_address: PersonalAddress | None = None
    recipient: PersonalAddress
    address_key: str
    subject: PersonalText
    profile_url: str | None = None
    resend_of: str | None = None
    batch: str | None = None
    """The ATS's id of the one send that it is part of."""

    @property
    def link(self) -> str | None:
        """The profile's link; ``{message_id}`` in it has become the id, so that it opens at the message."""
        return self.profile_url and self.profile_url.replace("{message_id}", quote(self.message_id, safe=""))


class MessageWithheld(Event):
    """We did not let it be handed over: the address is on the filter, or is no address."""

    message_id: str
    scope: str
    causes: tuple[str, ...]
    suppressed_by: str | None = None
    """Event id of the suppression; None where the text is no address."""


class MessageSubmitted(PersonalEvent):
    """The provider took it (RFC 6409). ``reference`` is the digest by which reports find the message."""

    message_id: str
    provider: str
    account: str
    provider_message_id: PersonalText
    reference: str
    source: Source | None = None
    """Which way a report of it came in; None = the ATS itself said so, which counts for more."""


class Reported(Event):
    """What every event that came from a report carries. ``claimed_at`` is a time later than its receipt."""

    message_id: str
    report_id: str
    provider: str
    account: str
    source: Source
    claimed_at: UtcDatetime | None = None


class MessageRejected(Reported, PersonalEvent):
    """The provider refused it before trying."""

    reason: FailureReason
    diagnostic: PersonalText | None = None


class MessageDeferred(Reported, PersonalEvent):
    """Action *delayed* (RFC 3464 2.3.3): still being tried."""

    reason: FailureReason | None = None
    status: str | None = None
    diagnostic: PersonalText | None = None
    will_retry_until: UtcDatetime | None = None


class MessageDelivered(Reported, PersonalEvent):
    """The receiving server took responsibility. It may still have landed in the spam folder."""

    remote_mta: PersonalText | None = None


class MessageBounced(Reported, PersonalEvent):
    """Action *failed* (RFC 3464 2.3.3). ``rule`` and ``rules_version`` say which rule read it so."""

    severity: Severity
    reason: FailureReason
    status: str | None = None
    reply_code: int | None = None
    diagnostic: PersonalText | None = None
    rule: str | None = None
    rules_version: str | None = None


class MessageDropped(Reported):
    """The provider's own suppression list dropped it: no new bounce, and no strike."""

    list_reason: str


class ComplaintReceived(Reported):
    """The recipient called it spam (RFC 5965 *abuse* and its kin). It was delivered all the same."""

    feedback_type: str
    attribution: Attribution = Attribution.REPORTED


class ComplaintWithdrawn(Reported):
    """The recipient rescued it (ARF *not-spam*, RFC 6430)."""

    how: str


class UnsubscribeRequested(Reported):
    """The recipient asked for no more mail."""

    method: str


class AutoReplyReceived(Reported):
    """An out-of-office or a challenge came back; it never counts as a bounce."""


class MessageResent(Event):
    """Sent again as another message, which names this one in ``resend_of``."""

    message_id: str
    as_message_id: str
    by: str


class HandingOverStarted(Event):
    """Somebody is about to hand it to a provider; not submitted by ``until``, it is tried again."""

    message_id: str
    until: UtcDatetime


class MessageOpened(Reported):
    """Opened; recorded only where the ATS opted in."""

    by_machine: bool | None = None


class LinkClicked(Reported):
    """A link was followed; recorded only where the ATS opted in."""

    by_machine: bool | None = None


class Finding(BaseModel):
    """What is known of one kind of failure after a reclassification, as later reports are weighed by it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    at: UtcDatetime
    reason: FailureReason
    status: str | None = None
    reply_code: int | None = None
    rule: str | None = None
    quality: int
    """How good the evidence is: see ``outcomes.evidence_of``."""
    moment: UtcDatetime | None = None
    """When the evidence is from, where the later of equally good evidence counts."""
    source: Source


class BouncesReclassified(Event):
    """Somebody had the raw evidence read again by better rules, and took over what they say.

    A decision of people, not a report: it sets what is known of the failures outright; None = none any more.
    """

    message_id: str
    report_ids: tuple[str, ...]
    """Of the reports that were read again."""
    by: str
    severity: Severity | None = None
    """Of the failure as it is known now, as are ``reason`` and ``rule``."""
    reason: FailureReason | None = None
    rule: str | None = None
    rules_version: str
    previous_severity: Severity | None = None
    previous_reason: FailureReason | None = None
    previous_rule: str | None = None
    previous_rules_version: str | None = None
    hard: Finding | None = None
    soft: Finding | None = None
    rejected: Finding | None = None
    deferred: Finding | None = None
    will_retry_until: UtcDatetime | None = None


MessageEvent = (
    MessageRegistered
    | MessageWithheld
    | MessageSubmitted
    | MessageRejected
    | MessageDeferred
    | MessageDelivered
    | MessageBounced
    | MessageDropped
    | ComplaintReceived
    | ComplaintWithdrawn
    | UnsubscribeRequested
    | AutoReplyReceived
    | MessageResent
    | HandingOverStarted
    | MessageOpened
    | LinkClicked
    | BouncesReclassified
)
