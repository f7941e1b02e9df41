"""Postal (self-hosted): one JSON object a request, RSA signatures over the raw body.

Sources: docs.postalserver.io/developer/webhooks and, because that page shows the payload without its
envelope, github.com/postalserver/postal: app/services/webhook_delivery_service.rb (envelope, retries),
lib/postal/message_db/{delivery,message}.rb (payloads), lib/postal/{http,signer}.rb (signatures),
app/lib/message_dequeuer/outgoing_message_processor.rb (why a message is held, or fails without a try).
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from pydantic import BaseModel, ConfigDict

from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS, Configured, texts
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Reception
from ..request import WebhookRequest
from ..signatures import rsa_key, rsa_pkcs1v15

_SIGNATURE_256 = "x-postal-signature-256"
_SIGNATURE_1 = "x-postal-signature"
_LENIENT = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class PostalMessage(BaseModel):
    """One message: Postal makes one of each recipient."""

    model_config = _LENIENT

    id: str | None = None
    token: str | None = None
    direction: str | None = None
    message_id: str | None = None
    to: str | None = None
    tag: str | None = None


class PostalPayload(BaseModel):
    """Every payload in one: which parts are there tells the kinds apart."""

    model_config = _LENIENT

    message: PostalMessage | None = None
    original_message: PostalMessage | None = None
    status: str | None = None
    details: str | None = None
    output: str | None = None
    timestamp: datetime | None = None
    url: str | None = None


class PostalEvent(BaseModel):
    """The envelope. ``timestamp`` is when the event was queued for the webhook; retries repeat it."""

    model_config = _LENIENT

    event: str | None = None
    uuid: str | None = None
    timestamp: datetime | None = None
    payload: PostalPayload | None = None


_EVENTS: dict[str, Outcome] = {
    "MessageSent": Outcome.DELIVERED,
    "MessageDelayed": Outcome.DEFERRED,
    "MessageDeliveryFailed": Outcome.BOUNCED,
    "MessageHeld": Outcome.OTHER,
    "MessageBounced": Outcome.BOUNCED,
    "MessageLinkClicked": Outcome.CLICKED,
    "MessageLoaded": Outcome.OPENED,
    "DomainDNSError": Outcome.OTHER,
    "SendLimitApproaching": Outcome.OTHER,
    "SendLimitExceeded": Outcome.OTHER,
}
_STATUSES: dict[str, Outcome] = {
    "Sent": Outcome.DELIVERED,
    "SoftFail": Outcome.DEFERRED,
    "HardFail": Outcome.BOUNCED,
    "Held": Outcome.OTHER,
}
_OWN_WORDS: tuple[tuple[str, str, Outcome, R], ...] = (
    # status, how Postal's own sentence begins (no server was asked), what it means
    ("HardFail", "Message is likely spam", Outcome.REJECTED, R.CONTENT_REJECTED),
    ("HardFail", "Message's domain no longer exist", Outcome.REJECTED, R.PROTOCOL_ERROR),
    ("HardFail", "Message doesn't have an RCPT to", Outcome.REJECTED, R.PROTOCOL_ERROR),
    ("HardFail", "Raw message has been removed", Outcome.REJECTED, R.PROTOCOL_ERROR),
    ("HardFail", "Maximum number of delivery attempts", Outcome.BOUNCED, R.SERVER_UNAVAILABLE),
    ("SoftFail", "No SMTP servers were available", Outcome.DEFERRED, R.SERVER_UNAVAILABLE),
)
_LISTED = "is on the suppression list"
_LIST_REASONS = {"too many hard fails": "hard_bounce"}


def _signature(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """RSA over the raw body; any configured key may match. Nothing is fresh here: no header has a time."""
    strong = request.headers.get(_SIGNATURE_256)
    # Where the strong signature is present it alone decides, so that nobody can fall back to SHA-1.
    text = request.headers.get(_SIGNATURE_1) if strong is None else strong
    algorithm = SHA1() if strong is None else SHA256()  # noqa: S303 - older installations sign with SHA-1 only
    if not text:
        return "the signature is missing"
    try:
        signature = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "the signature is not base64"
    return rsa_pkcs1v15(texts(secrets, "public_key"), signature, request.body, algorithm)


def _claim(event: PostalEvent, reception: Reception) -> Claim | tuple[()]:
    payload = event.payload
    if payload is None:
        return "a payload without an envelope: not a tracking event"
    message = payload.original_message or payload.message
    if message is None or not (message.to or message.message_id or message.id):
        return "an event that names neither a recipient nor a message"
    if message.direction == "incoming":
        return ()
    outcome, fields = _what(event, payload, reception)
    message_id, tenant = own_ids_in(message.tag)
    return reception.report(
        outcome,
        occurred_at=payload.timestamp or event.timestamp,
        recipient=message.to or None,
        message_id=message_id,
        tenant=tenant,
        # The Message-ID, because the API answers it and SMTP clients know it too; Postal's number else.
        provider_message_id=(message.message_id or "").strip("<>") or message.id or None,
        provider_event_id=event.uuid or None,
        **{"vendor_class": payload.status or event.event, **fields},
    )


def _what(event: PostalEvent, payload: PostalPayload, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    words = (payload.output or "").strip() or payload.details
    if payload.original_message is not None:
        # A bounce mail came for a message that was sent. Its words are not here, only in that mail.
        return Outcome.BOUNCED, {**reception.failure(words), "vendor_class": "Bounced"}
    if payload.status is None:
        outcome = _EVENTS.get(event.event or "", Outcome.OTHER)
        return outcome, {"url": payload.url} if outcome is Outcome.CLICKED else {}
    outcome = _STATUSES.get(payload.status, Outcome.OTHER)
    if payload.status == "Held":
        return _held(payload, reception)
    if outcome not in (Outcome.BOUNCED, Outcome.DEFERRED):
        return outcome, {}
    for status, beginning, own, reason in _OWN_WORDS:
        if payload.status == status and (payload.details or "").startswith(beginning):
            return own, _own_failure(payload, reception, reason)
    return outcome, reception.failure(words)


def _own_failure(payload: PostalPayload, reception: Reception, reason: R) -> dict[str, Any]:
    return {**reception.failure(payload.details), "reason": reason, "rule": "postal.details"}


def _held(payload: PostalPayload, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    """Held messages wait for an operator; those for a recipient on Postal's list wait in vain."""
    diagnostic = reception.failure(payload.details)["diagnostic"]
    if _LISTED not in (diagnostic or ""):
        return Outcome.OTHER, {"diagnostic": diagnostic}
    listed = next((ours for theirs, ours in _LIST_REASONS.items() if theirs in diagnostic), None)
    return Outcome.SUPPRESSED, {"diagnostic": diagnostic, "list_reason": listed}


POSTAL = Provider(
    slug="postal",
    title="Postal",
    checks={**CREDENTIALS, "public_key": _signature},
    forms={"public_key": rsa_key},
    read_body=JsonEvents(PostalEvent, _claim),
    about=About(
        formats="JSON object, one event",
        proof="RSA (PKCS #1 v1.5) over the raw body: SHA-256, or SHA-1 from older installations",
        message_id="`message_id` of the message, which the send API answers and SMTP clients set themselves",
        event_id="`uuid`, the same in every retry",
        events=_EVENTS
        | {f"Held: … {_LISTED} …": Outcome.SUPPRESSED}
        | {f"{status}: {words}…": outcome for status, words, outcome, _ in _OWN_WORDS},
        quirks=(
            "the SHA-256 signature decides alone where it is present",
            "the server's words are in `output`, Postal's own in `details`; `MessageBounced` has neither",
            "events of incoming mail come to the same webhook; they are no news of ours",
            "held messages are not sent until an operator releases them: `other`",
            "no metadata but one `tag`: our ids are read from it where it is a JSON object",
        ),
        retries="after 2, 3, 6, 10 and 15 minutes, unless answered 2xx within 5 s",
        sources=("docs.postalserver.io/developer/webhooks", "github.com/postalserver/postal"),
    ),
)
