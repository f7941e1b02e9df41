"""Postmark: one JSON object a request, HTTP basic authentication, no signature.

Source: postmarkapp.com/developer/webhooks and .../developer/api/bounce-api#bounce-types.
A hard bounce comes twice, as Bounce and as SubscriptionChange; only the first is a fact about the message.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Reception


class PostmarkEvent(BaseModel):
    """The fields that are read of any record type; null and missing are the same, the rest is ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    record_type: str | None = Field(None, alias="RecordType")
    bounce_id: str | None = Field(None, alias="ID")
    """A 64-bit number, kept as text."""
    bounce_type: str | None = Field(None, alias="Type")
    message_id: str | None = Field(None, alias="MessageID")
    email: str | None = Field(None, alias="Email")
    recipient: str | None = Field(None, alias="Recipient")
    details: str | None = Field(None, alias="Details")
    """The remote server's words."""
    description: str | None = Field(None, alias="Description")
    """Postmark's own text for the type: shown where there is no other, never classified."""
    bounced_at: datetime | None = Field(None, alias="BouncedAt")
    delivered_at: datetime | None = Field(None, alias="DeliveredAt")
    received_at: datetime | None = Field(None, alias="ReceivedAt")
    changed_at: datetime | None = Field(None, alias="ChangedAt")
    suppress_sending: bool | None = Field(None, alias="SuppressSending")
    suppression_reason: str | None = Field(None, alias="SuppressionReason")
    origin: str | None = Field(None, alias="Origin")
    original_link: str | None = Field(None, alias="OriginalLink")
    metadata: Any = Field(None, alias="Metadata")


_RECORDS: dict[str, Outcome] = {
    "Delivery": Outcome.DELIVERED,
    "Bounce": Outcome.BOUNCED,
    "SpamComplaint": Outcome.COMPLAINED,
    "Open": Outcome.OPENED,
    "Click": Outcome.CLICKED,
    "SubscriptionChange": Outcome.OTHER,
}
_LIST_REASONS = {"ManuallyDeactivated": "manual"}
_BOUNCES: dict[str, tuple[Outcome, R | None]] = {
    # Type: what it is, and why where the payload has no words of the remote server
    "HardBounce": (Outcome.BOUNCED, R.MAILBOX_UNKNOWN),
    "BadEmailAddress": (Outcome.BOUNCED, R.ADDRESS_MALFORMED),
    "SoftBounce": (Outcome.BOUNCED, R.UNDETERMINED),
    "DnsError": (Outcome.BOUNCED, R.SERVER_UNAVAILABLE),
    "Blocked": (Outcome.BOUNCED, R.SENDER_BLOCKED),
    "SpamNotification": (Outcome.BOUNCED, R.CONTENT_REJECTED),
    "VirusNotification": (Outcome.BOUNCED, R.CONTENT_REJECTED),
    "DMARCPolicy": (Outcome.BOUNCED, R.AUTHENTICATION_FAILED),
    "Unknown": (Outcome.BOUNCED, R.UNDETERMINED),
    "Transient": (Outcome.DEFERRED, R.SERVER_UNAVAILABLE),
    "SMTPApiError": (Outcome.REJECTED, R.PROTOCOL_ERROR),
    "TemplateRenderingFailed": (Outcome.REJECTED, R.CONTENT_REJECTED),
    "ManuallyDeactivated": (Outcome.SUPPRESSED, None),
    "InactiveRecipient": (Outcome.SUPPRESSED, None),
    "SpamComplaint": (Outcome.COMPLAINED, None),
    "Unsubscribe": (Outcome.UNSUBSCRIBED, None),
    "AutoResponder": (Outcome.AUTO_REPLIED, None),
    "AddressChange": (Outcome.AUTO_REPLIED, None),
    "ChallengeVerification": (Outcome.AUTO_REPLIED, None),
    "Subscribe": (Outcome.OTHER, None),
    "OpenRelayTest": (Outcome.OTHER, None),
    "Unconfirmed": (Outcome.OTHER, None),
    "InboundError": (Outcome.OTHER, None),
}


def _claim(event: PostmarkEvent, reception: Reception) -> Claim:
    if event.record_type is None:
        return "a payload without RecordType: not a tracking event"
    recipient = event.email or event.recipient
    if not (recipient or event.message_id):
        return "an event that names neither a recipient nor a message"
    outcome = _RECORDS.get(event.record_type, Outcome.OTHER)
    fields: dict[str, Any] = {}
    if event.record_type == "Bounce":
        outcome, fields = _bounce(event, reception)
    elif event.record_type == "SubscriptionChange":
        outcome, fields = _subscription_change(event)
    if outcome is Outcome.COMPLAINED:
        fields |= {"feedback_type": "abuse", "diagnostic": _words(event)}
    occurred_at = event.bounced_at or event.delivered_at or event.received_at or event.changed_at
    message_id, tenant = own_ids_in(event.metadata)
    return reception.report(
        outcome,
        occurred_at=occurred_at,
        recipient=recipient or None,
        message_id=message_id,
        tenant=tenant,
        provider_message_id=event.message_id or None,
        provider_event_id=event.bounce_id or None,
        url=event.original_link or None,
        **{"vendor_class": event.bounce_type or event.record_type, **fields},
    )


def _bounce(event: PostmarkEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    outcome, vendor = _BOUNCES.get(event.bounce_type or "", (Outcome.OTHER, None))
    found = {"diagnostic": _words(event)}
    if outcome is Outcome.SUPPRESSED:
        return outcome, {"list_reason": _LIST_REASONS.get(event.bounce_type or ""), **found}
    if outcome is Outcome.UNSUBSCRIBED:
        return outcome, {"method": "mail", **found}
    if vendor is None:
        return outcome, found
    return outcome, reception.failure(event.details, None, vendor) | found


def _words(event: PostmarkEvent) -> str | None:
    return clean_words(event.details or event.description or "") or None


def _subscription_change(event: PostmarkEvent) -> tuple[Outcome, dict[str, Any]]:
    """Only what the recipient asked for is an event of the recipient; the rest is news of the list."""
    if not event.suppress_sending:
        return Outcome.OTHER, {"vendor_class": "SubscriptionChange/Reactivated"}
    reason = event.suppression_reason or "unknown"
    if reason == "ManualSuppression" and event.origin not in ("Customer", "Admin"):
        return Outcome.UNSUBSCRIBED, {"method": "link"}
    return Outcome.OTHER, {"vendor_class": f"SubscriptionChange/{reason}"}


POSTMARK = Provider(
    slug="postmark",
    title="Postmark",
    checks=CREDENTIALS,
    read_body=JsonEvents(PostmarkEvent, _claim),
    about=About(
        formats="JSON object, one event",
        proof="basic credentials or a header of your own; nothing is signed",
        message_id="`MessageID`, as the send API answers it",
        event_id="`ID` of bounces and complaints; otherwise message, recipient, kind and time",
        events=_RECORDS
        | {f"Bounce/{name}": outcome for name, (outcome, _) in _BOUNCES.items()}
        | {"SubscriptionChange/ManualSuppression by the recipient": Outcome.UNSUBSCRIBED},
        quirks=(
            "a hard bounce comes as Bounce and as SubscriptionChange; only the first counts",
            "`Metadata` may be null, times have seven digits and offsets",
        ),
        retries="10 times in 10.5 hours after anything but 200, never after 403; so its page on inbound "
        "mail; those on event webhooks say nothing",
        sources=(
            "postmarkapp.com/developer/webhooks/webhooks-overview",
            "postmarkapp.com/developer/api/bounce-api#bounce-types",
            "postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark",
        ),
    ),
)
