"""Unisender Go (and UniOne): a JSON object with the events of one user, or with one event.

Its member ``auth`` is the MD5 of the body in which the API key stands in its place. MD5 of a secret in the
middle can be lengthened, so nothing may follow the object.
Source: godocs.unisender.ru/web-api-ref#callback-format and godocs.unisender.ru/email-statuses.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Annotated, Any, Optional

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS, Configured, texts
from ..json_parts import MAX_EVENTS, member, spans_of, split
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Reception
from ..request import WebhookRequest

_AUTH = re.compile(rb'"auth"[ \t\r\n]{0,8}+:[ \t\r\n]{0,8}+("[0-9a-f]{32}")')


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class UnisenderDelivery(_Model):
    """Why it failed: the vendor's class and the remote server's words."""

    delivery_status: str | None = None
    destination_response: str | None = None


class UnisenderGoEvent(_Model):
    """The fields that are read of any event; they stand in ``event_data``, or beside ``event_name``."""

    event_name: str | None = None
    event_data: Optional["UnisenderGoEvent"] = None
    job_id: str | None = None
    email: str | None = None
    status: str | None = None
    event_time: datetime | None = None
    """Naive, in UTC."""
    url: str | None = None
    delivery_info: Annotated[UnisenderDelivery | None, BeforeValidator(lambda info: info or None)] = None
    """An empty one may come as an empty array, as PHP writes it."""
    metadata: Any = None


_STATUSES: dict[str, Outcome] = {
    "sent": Outcome.SUBMITTED,
    "delivered": Outcome.DELIVERED,
    "opened": Outcome.OPENED,
    "clicked": Outcome.CLICKED,
    "unsubscribed": Outcome.UNSUBSCRIBED,
    "subscribed": Outcome.OTHER,
    "spam": Outcome.COMPLAINED,
    "soft_bounced": Outcome.DEFERRED,  # is tried again, and ends as delivered or hard_bounced
    "hard_bounced": Outcome.BOUNCED,
}
_CLASSES: dict[str, R] = {
    # delivery_status: why, where the payload has no words of the remote server
    "err_user_unknown": R.MAILBOX_UNKNOWN,
    "err_mailbox_discarded": R.MAILBOX_UNKNOWN,  # was there, has been deleted
    "err_user_inactive": R.MAILBOX_DISABLED,
    "err_mailbox_full": R.MAILBOX_FULL,
    "err_will_retry": R.SERVER_UNAVAILABLE,
    "err_domain_inactive": R.ROUTING_ERROR,  # takes no mail, or does not exist: it does not say which
    "err_destination_misconfigured": R.ROUTING_ERROR,
    "err_spam_rejected": R.CONTENT_REJECTED,
    "err_blacklisted": R.SENDER_BLOCKED,
    "err_too_large": R.MESSAGE_TOO_LARGE,
    "err_delivery_failed": R.UNDETERMINED,
    "err_spam_skipped": R.CONTENT_REJECTED,
    "err_lost": R.PROTOCOL_ERROR,
}
_NOT_TRIED: dict[str, tuple[Outcome, str | None]] = {
    # delivery_status of what Unisender did not even try: what it is, and which list it is on
    "err_unsubscribed": (Outcome.SUPPRESSED, "unsubscribe"),
    "err_unreachable": (Outcome.SUPPRESSED, "hard_bounce"),  # failed too often
    "err_skip_letter": (Outcome.SUPPRESSED, None),  # unavailable for some days
    "err_spam_skipped": (Outcome.REJECTED, None),  # the whole mailing was stopped
    "err_lost": (Outcome.REJECTED, None),
}


def _auth(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """MD5 over the raw body with the API key as ``auth``; any configured key may match."""
    body, matches = request.body, []
    for begin, end in (places := _places(body)):
        digests = [_md5(body, begin, end, key.encode()) for key in texts(secrets, "api_key")]
        # All are compared, so that the time taken does not tell which one is close.
        found = [hmac.compare_digest(body[begin:end], b'"%s"' % digest.encode()) for digest in digests]
        matches += [(begin, end)] if any(found) else []
    if not places:
        return "the body is no JSON object with one auth"
    return _is_lengthened(body, matches) if matches else "auth does not match"


def _places(body: bytes) -> set[tuple[int, int]]:
    """Where ``auth`` may stand, before or after all that the events say: strangers' bodies are not parsed."""
    found = (_AUTH.search(body), _AUTH.search(body, max(body.rfind(b'"auth"'), 0)))
    return {match.span(1) for match in found if match}


def _is_lengthened(body: bytes, matches: list[tuple[int, int]]) -> str | None:
    try:
        return None if spans_of(body, "auth") == matches else "the body has another auth"
    except ValueError:
        return "the body is no JSON object with one auth"


def _md5(body: bytes, begin: int, end: int, key: bytes) -> str:
    # The vendor's choice; not one for new designs.
    digest, view = hashlib.md5(usedforsecurity=False), memoryview(body)
    for part in (view[:begin], b'"%s"' % key, view[end:]):
        digest.update(part)
    return digest.hexdigest()


def _events_of(body: bytes) -> bytes:
    """All events of a body as an array; or the body, where it is one event. Raises ValueError."""
    users = member(body, "events_by_user")
    if users is None:
        return body
    events: list[bytes] = []
    for user in _elements(users):
        events += _elements(member(user, "events"), MAX_EVENTS - len(events))
    return b"[%s]" % b",".join(events)


def _elements(array: bytes | None, most: int = MAX_EVENTS) -> list[bytes]:
    return [] if array is None or array == b"null" else split(array, most)


def _claim(event: UnisenderGoEvent, reception: Reception) -> Claim:
    if event.event_name == "transactional_spam_block":
        return "a block of the sender by a receiving domain: not an event of a message"
    data = event.event_data or event
    if not (data.email or data.job_id):
        return "an event that names neither a recipient nor a message"
    outcome, found = _outcome(event.event_name, data, reception)
    message_id, tenant = own_ids_in(data.metadata)
    return reception.report(
        outcome,
        occurred_at=data.event_time,
        recipient=data.email or None,
        message_id=message_id,
        tenant=tenant,
        provider_message_id=data.job_id or None,
        **found,
    )


def _outcome(
    name: str | None, data: UnisenderGoEvent, reception: Reception
) -> tuple[Outcome, dict[str, Any]]:
    outcome = _STATUSES.get(data.status or "", Outcome.OTHER)
    match outcome:
        case Outcome.BOUNCED | Outcome.DEFERRED:
            return _failed(outcome, data, reception)
        case Outcome.COMPLAINED:
            words = data.delivery_info.destination_response if data.delivery_info else None
            return outcome, {"feedback_type": "abuse", "diagnostic": clean_words(words or "") or None}
        case Outcome.UNSUBSCRIBED:
            return outcome, {"method": "link"}
        case Outcome.CLICKED:
            return outcome, {"url": data.url or None}
        case Outcome.OTHER:
            return outcome, {"vendor_class": data.status or name}
    return outcome, {}


def _failed(outcome: Outcome, data: UnisenderGoEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    info = data.delivery_info or UnisenderDelivery()
    status, words = info.delivery_status or "", info.destination_response
    outcome, listed = _NOT_TRIED.get(status, (outcome, None))
    kind = "/".join(filter(None, (data.status, status)))
    if outcome is Outcome.SUPPRESSED:
        diagnostic = reception.classify(words, None)[0].words or None
        return outcome, {"list_reason": listed, "diagnostic": diagnostic, "vendor_class": kind}
    vendor = _CLASSES.get(status, R.UNDETERMINED)
    return outcome, reception.failure(words, None, vendor) | {"vendor_class": kind}


UNISENDER_GO = Provider(
    slug="unisender_go",
    title="Unisender Go",
    checks={**CREDENTIALS, "api_key": _auth},
    read_body=JsonEvents(UnisenderGoEvent, _claim, _events_of),
    about=About(
        formats="JSON object: events of many messages, or a single one",
        proof="MD5 over the raw body with the API key in the place of `auth`",
        message_id="`job_id`, which the send API answers; one for all recipients of a call",
        event_id="none: message, recipient, kind and time",
        events=_STATUSES
        | {
            f"hard_bounced/{name}": _NOT_TRIED.get(name, (Outcome.BOUNCED, None))[0]
            for name in {**_CLASSES, **_NOT_TRIED}
        },
        quirks=(
            "`soft_bounced` is a try of several, not the end",
            "what its own list drops comes as `hard_bounced` with a `delivery_status` that says so",
            "`transactional_spam_block` names no recipient and is ignored",
        ),
        retries="not documented; Unisender's other webhooks: every 10 minutes for 24 hours",
        sources=("godocs.unisender.ru/web-api-ref", "godocs.unisender.ru/email-statuses"),
    ),
)
