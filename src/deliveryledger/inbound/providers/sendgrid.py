"""SendGrid (Twilio): a JSON array of events, an ECDSA signature over timestamp and raw body.

Source: twilio.com/docs/sendgrid/for-developers/tracking-events/event and
.../tracking-events/getting-started-event-webhook-security-features. ``sg_event_id`` changes on resends.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...domain.aggregate import UtcDatetime
from ...domain.failure_reason import FailureReason as R
from ...domain.failure_reason import Severity
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS, Configured, staleness, texts
from ..own_ids import METADATA_MESSAGE, METADATA_TENANT, own_ids
from ..provider import About, Provider
from ..reception import Reception
from ..request import WebhookRequest
from ..signatures import ecdsa_sha256

_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


class SendGridEvent(BaseModel):
    """The fields that are read of any event; custom arguments stand beside them at the top level."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    event: str | None = None
    email: str | None = None
    timestamp: UtcDatetime | None = None
    sg_event_id: str | None = None
    sg_message_id: str | None = None
    smtp_id: str | None = Field(None, alias="smtp-id")
    reason: str | None = None
    response: str | None = None
    status: str | None = None
    type: str | None = None
    bounce_classification: str | None = None
    url: str | None = None
    sg_machine_open: bool | None = None
    own_message_id: Any = Field(None, alias=METADATA_MESSAGE)
    own_tenant: Any = Field(None, alias=METADATA_TENANT)


_EVENTS: dict[str, Outcome] = {
    "processed": Outcome.SUBMITTED,
    "deferred": Outcome.DEFERRED,
    "delivered": Outcome.DELIVERED,
    "bounce": Outcome.BOUNCED,
    "blocked": Outcome.BOUNCED,
    "dropped": Outcome.REJECTED,
    "spamreport": Outcome.COMPLAINED,
    "unsubscribe": Outcome.UNSUBSCRIBED,
    "group_unsubscribe": Outcome.UNSUBSCRIBED,
    "group_resubscribe": Outcome.OTHER,
    "open": Outcome.OPENED,
    "click": Outcome.CLICKED,
}
_CLASSES: dict[str, R] = {
    # bounce_classification: why, where the payload has no words of the remote server
    "Invalid Address": R.MAILBOX_UNKNOWN,
    "Mailbox Unavailable": R.UNDETERMINED,
    "Reputation": R.SENDER_BLOCKED,
    "Content": R.CONTENT_REJECTED,
    "Frequency or Volume Too High": R.RATE_LIMITED,
    "Technical Failure": R.SERVER_UNAVAILABLE,
    "Unclassified": R.UNDETERMINED,
}
_DROPS: dict[str, tuple[Outcome, R | None]] = {
    # reason of a drop; the first three are SendGrid's own suppression lists
    "Bounced Address": (Outcome.SUPPRESSED, None),
    "Unsubscribed Address": (Outcome.SUPPRESSED, None),
    "Spam Reporting Address": (Outcome.SUPPRESSED, None),
    "Invalid": (Outcome.REJECTED, R.ADDRESS_MALFORMED),
    "Invalid SMTPAPI header": (Outcome.REJECTED, R.PROTOCOL_ERROR),
    "Spam Content (if Spam Checker app enabled)": (Outcome.REJECTED, R.CONTENT_REJECTED),
    "Recipient List over Package Quota": (Outcome.REJECTED, R.RATE_LIMITED),
}
_LISTS = {
    "Bounced Address": "hard_bounce",
    "Unsubscribed Address": "unsubscribe",
    "Spam Reporting Address": "complaint",
}
_METHODS = {"unsubscribe": "link", "group_unsubscribe": "group"}


def _signature(request: WebhookRequest, secrets: Configured, now: datetime) -> str | None:
    """ECDSA with SHA-256 over timestamp and raw body; any configured key may match."""
    timestamp = request.headers.get(_TIMESTAMP, "")
    if obstacle := staleness(timestamp, now):
        return obstacle
    try:
        signature = base64.b64decode(request.headers.get(_SIGNATURE, ""), validate=True)
    except (binascii.Error, ValueError):
        return "the signature is not base64"
    return ecdsa_sha256(texts(secrets, "public_key"), signature, timestamp.encode() + request.body)


def _claim(event: SendGridEvent, reception: Reception) -> Claim:
    name = event.event
    if not (event.email or event.sg_message_id or event.smtp_id):
        return "an event that names neither a recipient nor a message"
    outcome = _EVENTS.get(name or "", Outcome.OTHER)
    fields: dict[str, Any] = {}
    if name in _FAILURES:
        outcome, fields = _FAILURES[name](event, reception)
    elif outcome is Outcome.COMPLAINED:
        fields = {"feedback_type": "abuse"}
    elif outcome is Outcome.UNSUBSCRIBED:
        fields = {"method": _METHODS[name or ""]}
    elif outcome is Outcome.OPENED:
        fields = {"by_machine": event.sg_machine_open}
    elif outcome is Outcome.CLICKED:
        fields = {"url": event.url}
    elif outcome is Outcome.OTHER:
        fields = {"vendor_class": name}
    message_id, tenant = None, None
    if event.own_message_id is not None:
        message_id, tenant = own_ids(event.own_message_id, event.own_tenant)
    return reception.report(
        outcome,
        occurred_at=event.timestamp,
        recipient=event.email or None,
        message_id=message_id,
        tenant=tenant,
        provider_message_id=_message_id(event),
        provider_event_id=event.sg_event_id or None,
        **fields,
    )


def _message_id(event: SendGridEvent) -> str | None:
    """What the API answered as X-Message-Id: what stands before ``.filter…``, ``.recvd…`` or the first dot.

    Of a message dropped before it got an id only the filter's name is left; its Message-ID then says more.
    """
    full = event.sg_message_id
    if not full or full.startswith("filter"):
        return (event.smtp_id or "").strip("<>") or full or None
    before, filter_, _ = full.partition(".filter")
    return before if filter_ else full.partition(".")[0]


def _failed(event: SendGridEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    outcome = Outcome.DEFERRED if event.event == "deferred" else Outcome.BOUNCED
    vendor = _CLASSES.get(event.bounce_classification or "", R.UNDETERMINED)
    blocked = event.type == "blocked" or event.event == "blocked"
    found = reception.failure(event.reason or event.response, event.status, vendor)
    # A block is about us, whatever the class and the words say of the mailbox.
    if blocked and (found["reason"].severity is Severity.HARD or found["reason"] is R.UNDETERMINED):
        found |= {"reason": R.SENDER_BLOCKED, "rule": "sendgrid.blocked"}
    found["vendor_class"] = "/".join(filter(None, (event.type, event.bounce_classification))) or None
    return outcome, found


def _dropped(event: SendGridEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    evidence, verdict = reception.classify(event.reason, None)
    outcome, reason = _DROPS.get(evidence.words.strip(), (Outcome.REJECTED, verdict.reason))
    fields = {"vendor_class": "dropped", "diagnostic": evidence.words or None}
    if outcome is Outcome.SUPPRESSED:
        return outcome, {**fields, "list_reason": _LISTS[evidence.words.strip()]}
    return outcome, {
        **fields,
        "reason": reason,
        "rule": "sendgrid.dropped",
        "rules_version": verdict.rules_version,
    }


_FAILURES = {"bounce": _failed, "blocked": _failed, "deferred": _failed, "dropped": _dropped}

SENDGRID = Provider(
    slug="sendgrid",
    title="Twilio SendGrid",
    checks={**CREDENTIALS, "public_key": _signature},
    read_body=JsonEvents(SendGridEvent, _claim),
    about=About(
        formats="JSON array of events of many messages",
        proof="ECDSA P-256 over the time and the raw body; or basic credentials",
        message_id="`sg_message_id` up to the first dot, which the send API answers as `X-Message-Id`",
        event_id="`sg_event_id`, but it changes when a batch comes again: message, recipient, kind, time",
        events=_EVENTS | {f"dropped/{name}": outcome for name, (outcome, _) in _DROPS.items()},
        quirks=(
            "events come several times, with other ids",
            "the body has line ends between events: only the raw bytes verify",
            "a bounce long after a delivery has no message id",
        ),
        retries="24 hours, after anything but 2xx",
        sources=(
            "twilio.com/docs/sendgrid/for-developers/tracking-events/event",
            "twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
        ),
    ),
)
