"""Mandrill (Mailchimp Transactional): a form with one field, ``mandrill_events``, a JSON array of events.

The signature is made over the webhook's URL, as it was registered, and all fields.
Source: mailchimp.com/developer/transactional/docs/webhooks and, of the signature and the test with the key
``test-webhook``, mandrill.zendesk.com articles 205583257 and 360038740014. That test is posted only where
HEAD was not answered with 200, so it need not be let in: its key is known to everybody.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS, Configured, texts
from ..forms import by_name, raw_fields
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Harvest, Reception
from ..request import WebhookRequest
from ..signatures import hmac_digest

_FIELD = "mandrill_events"


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class MandrillAttempt(_Model):
    """One SMTP dialogue."""

    diag: str | None = None
    destination_ip: str | None = None


class MandrillMessage(_Model):
    """The message as it is known by now."""

    id: str | None = Field(None, alias="_id")
    email: str | None = None
    diag: str | None = None
    """The remote server's words about a bounce."""
    bounce_description: str | None = None
    smtp_events: list[MandrillAttempt | None] | None = None
    reject: Any = None
    """An object with the reason, or the reason."""
    metadata: Any = None
    """An object; an empty array, where there is none."""


class MandrillEntry(_Model):
    """A line of the rejection list or of the allowlist."""

    email: str | None = None


class MandrillEvent(_Model):
    """The fields that are read of any event: of a message (``event``) or of a list (``type``)."""

    event: str | None = None
    id: str | None = Field(None, alias="_id")
    ts: datetime | None = None
    msg: MandrillMessage | None = None
    url: str | None = None
    type: str | None = None
    action: str | None = None
    reject: MandrillEntry | None = None
    entry: MandrillEntry | None = None


_EVENTS: dict[str, Outcome] = {
    "send": Outcome.SUBMITTED,
    "deferral": Outcome.DEFERRED,
    "delivered": Outcome.DELIVERED,
    "hard_bounce": Outcome.BOUNCED,
    "soft_bounce": Outcome.BOUNCED,
    "reject": Outcome.REJECTED,
    "spam": Outcome.COMPLAINED,
    "unsub": Outcome.UNSUBSCRIBED,
    "open": Outcome.OPENED,
    "click": Outcome.CLICKED,
    # news of the lists: type, with an action
    "blacklist": Outcome.OTHER,
    "whitelist": Outcome.OTHER,
    "denylist": Outcome.OTHER,
    "allowlist": Outcome.OTHER,
}
_CLASSES: dict[str, R] = {
    # bounce_description: why, where the payload has no words of the remote server
    "bad_mailbox": R.MAILBOX_UNKNOWN,
    "invalid_domain": R.DOMAIN_UNKNOWN,
    "mailbox_full": R.MAILBOX_FULL,
    "general": R.UNDETERMINED,
}
_REJECTS: dict[str, tuple[Outcome, str | None, R | None]] = {
    # reason of a reject: what it is, which list it is on, or why Mandrill refused it
    "hard-bounce": (Outcome.SUPPRESSED, "hard_bounce", None),
    "soft-bounce": (Outcome.SUPPRESSED, None, None),
    "spam": (Outcome.SUPPRESSED, "complaint", None),
    "unsub": (Outcome.SUPPRESSED, "unsubscribe", None),
    "custom": (Outcome.SUPPRESSED, "manual", None),
    "invalid": (Outcome.REJECTED, None, R.ADDRESS_MALFORMED),
    "invalid-sender": (Outcome.REJECTED, None, R.PROTOCOL_ERROR),
    "test-mode-limit": (Outcome.REJECTED, None, R.RATE_LIMITED),
    "unsigned": (Outcome.REJECTED, None, R.AUTHENTICATION_FAILED),
    "rule": (Outcome.REJECTED, None, R.UNDETERMINED),
}


def _signature(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """HMAC with SHA-1 over the URL and the one field; of several keys and URLs any may match.

    Nothing marks where they begin: a part of a value could be given out as another field, or as address.
    """
    try:
        ((name, value),) = raw_fields(request.body)
        presented = base64.b64decode(request.headers.get("x-mandrill-signature", ""), validate=True)
    except (ValueError, binascii.Error):
        return "the body is no form of one field, or the signature is not base64"
    keys = [key.encode() for key in texts(secrets, "signing_key")]
    own = [] if _FIELD in request.url else [request.url]
    urls = [url.encode("utf-8", "surrogateescape") for url in texts(secrets, "webhook_url") or own]
    if name != _FIELD.encode() or not urls:
        return f"the field is not {_FIELD}, or the address has that name in it: configure webhook_url"
    obstacles = [hmac_digest(keys, presented, b"".join((url, name, value)), "sha1") for url in urls]
    return None if None in obstacles else obstacles[0]


def _registered_url(_request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """No proof by itself: what is signed with the key."""
    return None if texts(secrets, "signing_key") else "it proves nothing without signing_key"


def _events_of(body: bytes) -> bytes:
    """The events in a form; or the body, where it is an event that comes alone."""
    if body.lstrip(b" \t\r\n")[:1] in (b"{", b"["):
        return body
    if (events := by_name(raw_fields(body)).get(_FIELD.encode())) is None:
        raise ValueError("the form has no field mandrill_events")
    return events


def _claim(event: MandrillEvent, reception: Reception) -> Claim:
    if event.event == "inbound":
        return "a mail that came in: not an event of a message"
    message, entry = event.msg or MandrillMessage.model_construct(), event.reject or event.entry
    recipient, message_id = message.email or (entry and entry.email), message.id or event.id
    if not (recipient or message_id):
        return "an event that names neither a recipient nor a message"
    outcome, found = _outcome(event, message, reception)
    own_id, tenant = own_ids_in(message.metadata)
    return reception.report(
        outcome,
        occurred_at=event.ts,
        recipient=recipient or None,
        message_id=own_id,
        tenant=tenant,
        provider_message_id=message_id or None,
        **found,
    )


def _outcome(
    event: MandrillEvent, message: MandrillMessage, reception: Reception
) -> tuple[Outcome, dict[str, Any]]:
    outcome = _EVENTS.get(event.event or "", Outcome.OTHER)
    match outcome:
        case Outcome.BOUNCED | Outcome.DEFERRED:
            described = message.bounce_description or ""
            kind = "/".join(filter(None, (event.event, described)))
            found = reception.failure(_words(message), None, _CLASSES.get(described, R.UNDETERMINED))
            found["diagnostic"] = found["diagnostic"] or clean_words(described) or None
            return outcome, {**found, "vendor_class": kind}
        case Outcome.REJECTED:
            return _rejected(message, reception)
        case Outcome.COMPLAINED:
            return outcome, {"feedback_type": "abuse"}
        case Outcome.UNSUBSCRIBED:
            return outcome, {"method": "link"}
        case Outcome.CLICKED:
            return outcome, {"url": event.url or None}
        case Outcome.OTHER:
            return outcome, {
                "vendor_class": event.event or "/".join(filter(None, (event.type, event.action))) or None
            }
    return outcome, {}


def _words(message: MandrillMessage) -> str | None:
    """What the remote server said last."""
    said = [attempt.diag for attempt in message.smtp_events or () if attempt and attempt.diag]
    return message.diag or (said[-1] if said else None)


def _rejected(message: MandrillMessage, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    given = message.reject if isinstance(message.reject, Mapping) else {"reason": message.reject}
    reason, detail = (
        each if isinstance(each, str) else "" for each in (given.get("reason"), given.get("detail"))
    )
    outcome, listed, why = _REJECTS.get(reason, (Outcome.REJECTED, None, R.UNDETERMINED))
    kind = "/".join(filter(None, ("reject", reason)))
    words = clean_words(message.diag or detail or reason) or None
    if why is None:
        return outcome, {"list_reason": listed, "diagnostic": words, "vendor_class": kind}
    # Mandrill's own words are for people; only those of a server are read.
    found = reception.failure(message.diag, None, why)
    return outcome, {**found, "diagnostic": words, "vendor_class": kind}


_READ = JsonEvents(MandrillEvent, _claim, _events_of)


def _read(body: bytes, reception: Reception) -> Harvest:
    harvest = _READ(body, reception)
    if not (harvest.reports or harvest.ignored or harvest.quarantined):
        harvest.ignored.append("an empty batch: a test of the endpoint")
    return harvest


MANDRILL = Provider(
    slug="mandrill",
    title="Mandrill (Mailchimp Transactional)",
    checks={**CREDENTIALS, "signing_key": _signature, "webhook_url": _registered_url},
    needs={"webhook_url": "signing_key"},
    read_body=_read,
    about=About(
        formats="form with one field, a JSON array of up to 1,000 events",
        proof="HMAC-SHA1 over the registered URL and the fields",
        message_id="`msg._id`, which the send API answers as `_id`, one for each recipient",
        event_id="none: message, recipient, kind and time",
        events=_EVENTS | {f"reject/{name}": outcome for name, (outcome, _, _) in _REJECTS.items()},
        quirks=(
            "the URL is part of what is signed: set `webhook_url` to it letter by letter",
            "HEAD asks whether the endpoint is there, before there is a key",
            "whether a bounce is hard is judged by the remote server's words, not by the event's name",
        ),
        retries="until it is answered with 200; newer events wait behind a failed batch",
        sources=(
            "mailchimp.com/developer/transactional/docs/webhooks",
            "mandrill.zendesk.com/hc/en-us/articles/205583257-How-to-Authenticate-Webhook-Requests",
        ),
    ),
)
