"""MailerSend: one JSON object in either of two payload versions, signed with HMAC-SHA256 over the raw body.

Source: developers.mailersend.com/api/v1/account/webhooks and mailersend.com/whats-new/webhooks-v2.
In version 1 ``data.email`` is an object, in version 2 the recipient's address. No time is signed: a request
that somebody replays says what was said before, and a fact is recorded once.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS, Configured, texts
from ..provider import About, Provider
from ..reception import Reception
from ..request import WebhookRequest
from ..signatures import hmac_digest

_TEST = "webhook.test"
_TEST_KEY = b"test_Am3L1GuOIc4blLUuHqAPxxwkZaJyEk8G"
"""MailerSend's page publishes it: the ping that must be answered before a webhook is saved is signed so."""
_TEST_SIZE = 1_000
"""Bytes; the ping has about a hundred."""


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class MailerSendRecipient(_Payload):
    """Who an event is about."""

    email: str | None = None


class MailerSendMessage(_Payload):
    """The message as the send API answered it."""

    id: str | None = None


class MailerSendEmail(_Payload):
    """``data.email`` of version 1."""

    message: MailerSendMessage | None = None
    recipient: MailerSendRecipient | None = None


class MailerSendActivity(_Payload):
    """``data`` of both versions."""

    id: str | None = None
    type: str | None = None
    created_at: datetime | None = None
    email: MailerSendEmail | str | None = None
    recipient: MailerSendRecipient | str | None = None
    message_id: str | None = None
    morph: Any = None
    """Version 1: what is known beside, an object or null."""
    meta: Any = None
    """Version 2: the same; an empty array where there is nothing."""


class MailerSendEvent(_Payload):
    """The envelope; ``data`` is missing in the ping."""

    type: str | None = None
    created_at: datetime | None = None
    data: MailerSendActivity | None = None


_EVENTS: dict[str, Outcome] = {
    # The type without ``activity.``; a type that is not in the table is OTHER where it names a recipient.
    "sent": Outcome.SUBMITTED,
    "delivered": Outcome.DELIVERED,
    "deferred": Outcome.DEFERRED,
    "soft_bounced": Outcome.BOUNCED,
    "hard_bounced": Outcome.BOUNCED,
    "suppressed": Outcome.SUPPRESSED,
    "spam_complaint": Outcome.COMPLAINED,
    "unsubscribed": Outcome.UNSUBSCRIBED,
    "opened": Outcome.OPENED,
    "opened_unique": Outcome.OPENED,
    "clicked": Outcome.CLICKED,
    "clicked_unique": Outcome.CLICKED,
    "survey_opened": Outcome.OTHER,
    "survey_submitted": Outcome.OTHER,
    "recipient.on_hold_added": Outcome.OTHER,
    "recipient.on_hold_removed": Outcome.OTHER,
}
_CLASSES: dict[str, R] = {
    # type: why, where the payload has no words; a hard bounce may be any lasting failure
    "soft_bounced": R.UNDETERMINED,
    "hard_bounced": R.UNDETERMINED,
    "deferred": R.SERVER_UNAVAILABLE,
}
_LISTS: dict[str, str] = {
    # Part of a suppression's reason, without spaces: the list (developers.mailersend.com/api/v1/recipients)
    "hardbounce": "hard_bounce",
    "spam": "complaint",
    "unsubscribe": "unsubscribe",
    "block": "manual",
}
_UNATTRIBUTED = {
    "sender_identity.verified", "maintenance.start", "maintenance.end", "inbound_forward.failed",
    "inbound_message.rejected", "email_single.verified", "email_list.verified", "bulk_email.completed", _TEST,
}  # fmt: skip


def _signature(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """Lower-case hex HMAC-SHA256 over the raw body; any configured key may match."""
    try:
        presented = bytes.fromhex(request.headers.get("signature", ""))
    except ValueError:
        return "the signature is not hexadecimal"
    keys = [key.encode() for key in texts(secrets, "signing_key")]
    obstacle = hmac_digest(keys, presented, request.body, "sha256")
    # Anybody can sign with the published key: it is good for the ping, which says nothing, and no more.
    if obstacle and _is_test(request.body):
        return hmac_digest([_TEST_KEY], presented, request.body, "sha256")
    return obstacle


def _is_test(body: bytes) -> bool:
    """Whether the body is read as the ping, by the same model that reads every other body."""
    if len(body) > _TEST_SIZE:
        return False
    try:
        return MailerSendEvent.model_validate_json(body).type == _TEST
    except ValueError:
        return False


def _claim(event: MailerSendEvent, reception: Reception) -> Claim:
    data = event.data or MailerSendActivity()
    name = (event.type or data.type or "").removeprefix("activity.")
    if name in _UNATTRIBUTED:
        return "a test, or an event about the account and not about a message"
    recipient, message_id = _recipient(data), _message_id(data)
    if not (recipient or message_id):
        return "an event that names neither a recipient nor a message"
    outcome = _EVENTS.get(name, Outcome.OTHER)
    words = clean_words(_detail(data, "reason") or "") or None
    fields: dict[str, Any] = {}
    if name in _CLASSES:
        fields = reception.failure(words, None, _CLASSES[name])
    elif outcome is Outcome.SUPPRESSED:
        fields = {"diagnostic": words, "list_reason": _list_reason(words)}
    elif outcome is Outcome.COMPLAINED:
        fields = {"feedback_type": "abuse", "diagnostic": words}
    elif outcome is Outcome.UNSUBSCRIBED:
        fields = {"method": "link"}
    elif outcome is Outcome.CLICKED:
        fields = {"url": _detail(data, "url")}
    return reception.report(
        outcome,
        occurred_at=data.created_at or event.created_at,
        recipient=recipient,
        provider_message_id=message_id,
        provider_event_id=data.id or None,
        vendor_class=name or None,
        **fields,
    )


def _recipient(data: MailerSendActivity) -> str | None:
    """Version 1: ``email.recipient``; version 2: ``email``, or as its announcement has it ``recipient``."""
    named = data.email.recipient if isinstance(data.email, MailerSendEmail) else data.email
    named = named or data.recipient
    return (named.email if isinstance(named, MailerSendRecipient) else named) or None


def _message_id(data: MailerSendActivity) -> str | None:
    if isinstance(data.email, MailerSendEmail) and data.email.message and data.email.message.id:
        return data.email.message.id
    return data.message_id or None


def _detail(data: MailerSendActivity, name: str) -> str | None:
    for details in (data.morph, data.meta):
        if isinstance(details, dict) and isinstance(found := details.get(name), str) and found:
            return found
    return None


def _list_reason(words: str | None) -> str | None:
    said = "".join(char for char in (words or "").lower() if char.isalpha())
    return next((listed for part, listed in _LISTS.items() if part in said), None)


MAILERSEND = Provider(
    slug="mailersend",
    title="MailerSend",
    checks={**CREDENTIALS, "signing_key": _signature},
    read_body=JsonEvents(MailerSendEvent, _claim),
    about=About(
        formats="JSON object, one event, payload version 1 or 2",
        proof="hex HMAC-SHA256 over the raw body; no time is signed; or basic credentials",
        message_id="`data.email.message.id` or `data.message_id`; the send API answers it as `x-message-id`",
        event_id="`data.id`, 24 hexadecimal digits",
        events={f"activity.{name}" if "." not in name else name: outcome for name, outcome in _EVENTS.items()}
        | dict.fromkeys(sorted(_UNATTRIBUTED), Outcome.OTHER),
        quirks=(
            "no metadata comes back: register the provider's message id with `mark_submitted`",
            "a ping signed with a published key must be answered before a webhook is saved",
            "`opened_unique` and `clicked_unique` repeat the first `opened` and `clicked`",
        ),
        retries="3 days after 5xx, 429 or 3 s of silence, never after another 4xx (its help page: twice, "
        "after 10 and 100 s); 20 failures in 24 hours pause the webhook",
        sources=(
            "developers.mailersend.com/api/v1/account/webhooks",
            "mailersend.com/whats-new/webhooks-v2",
            "mailersend.com/help/webhooks",
        ),
    ),
)
