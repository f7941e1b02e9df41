"""SendGrid (Twilio): a JSON array of events, an ECDSA signature over timestamp and raw body.

Source: twilio.com/docs/sendgrid/for-developers/tracking-events/event and
.../tracking-events/getting-started-event-webhook-security-features. ``sg_event_id`` changes on resends.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

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
from ..signatures import ecdsa_key, ecdsa_sha256

_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


Seconds = Annotated[int, Field(strict=True, ge=0, lt=20_000_000_000)]
"""A Unix time, as SendGrid documents it: taken as such, it is made a time of in a third of the time."""


@with_config(ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True))
class SendGridEvent(TypedDict, total=False):
    """The fields that are read of any event; custom arguments stand beside them at the top level.

    A dictionary, not a model: the largest batches are SendGrid's, and these are made in half the time.
    """

    event: str | None
    email: str | None
    timestamp: Annotated[Seconds | UtcDatetime | None, Field(union_mode="left_to_right")]
    sg_event_id: str | None
    sg_message_id: str | None
    smtp_id: Annotated[str | None, Field(alias="smtp-id")]
    reason: str | None
    response: str | None
    status: str | None
    type: str | None
    """Of a bounce: ``bounce``, ``blocked`` (no verdict on the address) or ``expired`` (after 72 hours)."""
    bounce_classification: str | None
    url: str | None
    sg_machine_open: bool | None
    asm_group_id: str | None
    own_message_id: Annotated[object, Field(alias=METADATA_MESSAGE)]
    own_tenant: Annotated[object, Field(alias=METADATA_TENANT)]


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
    "account_status_change": Outcome.OTHER,
}
_CLASSES: dict[str, R] = {
    # bounce_classification in lower case, in the words of the webhook's and of the bounce API's page: why,
    # where the payload has no words of the remote server
    "invalid address": R.MAILBOX_UNKNOWN,
    "mailbox unavailable": R.UNDETERMINED,
    "reputation": R.SENDER_BLOCKED,
    "content": R.CONTENT_REJECTED,
    "frequency or volume too high": R.RATE_LIMITED,
    "frequency/volume": R.RATE_LIMITED,
    "technical failure": R.SERVER_UNAVAILABLE,
    "technical": R.SERVER_UNAVAILABLE,
    "unclassified": R.UNDETERMINED,
}
_DROPS: dict[str, tuple[Outcome, R | None]] = {
    # reason of a drop; the first three are SendGrid's own suppression lists
    "Bounced Address": (Outcome.SUPPRESSED, None),
    "Unsubscribed Address": (Outcome.SUPPRESSED, None),
    "Spam Reporting Address": (Outcome.SUPPRESSED, None),
    "Invalid": (Outcome.REJECTED, R.ADDRESS_MALFORMED),
    "Invalid SMTPAPI header": (Outcome.REJECTED, R.PROTOCOL_ERROR),
    "Spam Content": (Outcome.REJECTED, R.CONTENT_REJECTED),
    "Spam Content (if Spam Checker app enabled)": (Outcome.REJECTED, R.CONTENT_REJECTED),
    "Recipient List over Package Quota": (Outcome.REJECTED, R.RATE_LIMITED),
}
_LISTS = {
    "Bounced Address": "hard_bounce",
    "Unsubscribed Address": "unsubscribe",
    "Spam Reporting Address": "complaint",
}
_NO_MORE = frozenset({"processed", "delivered"})
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
    name, recipient, message = event.get("event"), event.get("email") or None, _message_id(event)
    if recipient is message is None:
        return "an event that names neither a recipient nor a message"
    outcome = _EVENTS.get(name or "") or Outcome.OTHER
    fields: dict[str, Any] | None = None
    if name in _FAILURES:
        outcome, fields = _FAILURES[name](event, reception)
    elif name not in _NO_MORE:
        fields = _more(event, outcome)
    message_id, tenant = None, None
    if "own_message_id" in event:
        message_id, tenant = own_ids(event["own_message_id"], event.get("own_tenant"))
    at, event_id = event.get("timestamp"), event.get("sg_event_id") or None
    if isinstance(at, int):
        at = datetime.fromtimestamp(at, UTC)
    if not fields:  # most of them, and a call with no dictionary of more takes half the time
        return reception.report(
            outcome,
            occurred_at=at,
            recipient=recipient,
            message_id=message_id,
            tenant=tenant,
            provider_message_id=message,
            provider_event_id=event_id,
        )
    ids = {"message_id": message_id, "tenant": tenant, "provider_message_id": message}
    fields |= {**ids, "provider_event_id": event_id}
    return reception.report(outcome, occurred_at=at, recipient=recipient, **fields)


def _more(event: SendGridEvent, outcome: Outcome) -> dict[str, Any]:
    """What else is said of an event that is no failure."""
    match outcome:
        case Outcome.COMPLAINED:
            return {"feedback_type": "abuse"}
        case Outcome.UNSUBSCRIBED:
            name, group = event.get("event") or "", event.get("asm_group_id")
            kind = f"{name}/{group}" if group and name == "group_unsubscribe" else name
            return {"method": _METHODS[name], "vendor_class": kind}
        case Outcome.OPENED:
            return {"by_machine": event.get("sg_machine_open")}
        case Outcome.CLICKED:
            return {"url": event.get("url")}
    return {"vendor_class": event.get("event")}


def _message_id(event: SendGridEvent) -> str | None:
    """What the API answered as X-Message-Id: what stands before ``.filter…``, ``.recvd…`` or the first dot.

    Of a message dropped before it got an id only the filter's name is left; its Message-ID then says more.
    """
    full = event.get("sg_message_id")
    if not full or full.startswith("filter"):
        return (event.get("smtp_id") or "").strip("<>") or full or None
    before, filter_, _ = full.partition(".filter")
    return before if filter_ else full.partition(".")[0]


def _failed(event: SendGridEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    outcome = Outcome.DEFERRED if event.get("event") == "deferred" else Outcome.BOUNCED
    expired = R.SERVER_UNAVAILABLE if event.get("type") == "expired" else R.UNDETERMINED
    vendor = _CLASSES.get((event.get("bounce_classification") or "").lower(), expired)
    blocked = event.get("type") == "blocked" or event.get("event") == "blocked"
    found = reception.failure(event.get("reason") or event.get("response"), event.get("status"), vendor)
    # A block is about us, whatever the class says of the mailbox; the server's own words go before both.
    by_class = found["diagnostic"] is None and found["reason"].severity is Severity.HARD
    if blocked and (by_class or found["reason"] is R.UNDETERMINED):
        found |= {"reason": R.SENDER_BLOCKED, "rule": "sendgrid.blocked"}
    classes = filter(None, (event.get("type"), event.get("bounce_classification")))
    found["vendor_class"] = "/".join(classes) or None
    return outcome, found


def _dropped(event: SendGridEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    evidence, verdict = reception.classify(event.get("reason"), None)
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
    forms={"public_key": ecdsa_key},
    read_body=JsonEvents(SendGridEvent, _claim),
    about=About(
        formats="JSON array of events of many messages",
        proof="ECDSA P-256 over the time and the raw body; or basic credentials, or an OAuth 2 bearer token",
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
