"""Brevo (formerly Sendinblue): a JSON object, or an array of up to 500 where the webhook is ``batched``.

Source: developers.brevo.com/docs/transactional-webhooks, .../marketing-webhooks, .../batch-webhooks,
.../retry-mechanism and .../secured-webhooks. Nothing is signed. ``id`` is the webhook's id, not the event's.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Reception


class BrevoEvent(BaseModel):
    """The fields that are read of transactional and marketing events; everything else is ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    event: str | None = None
    email: str | list[str] | None = None
    """One address; a list in events about contacts."""
    message_id: str | None = Field(None, alias="message-id")
    ts_epoch: datetime | None = None
    """Milliseconds, UTC. The only time that never depends on the account's time zone."""
    ts_event: datetime | None = None
    ts: datetime | None = None
    date: str | None = None
    """``2026-11-14 12:59:58`` in Central European time."""
    reason: str | None = None
    link: str | None = None
    custom: Any = Field(None, alias="X-Mailin-custom")


_EVENTS: dict[str, Outcome] = {
    "request": Outcome.SUBMITTED,
    "sent": Outcome.SUBMITTED,
    "delivered": Outcome.DELIVERED,
    "deferred": Outcome.DEFERRED,
    "hard_bounce": Outcome.BOUNCED,
    "soft_bounce": Outcome.BOUNCED,
    "blocked": Outcome.SUPPRESSED,
    "invalid_email": Outcome.REJECTED,
    "error": Outcome.REJECTED,
    "spam": Outcome.COMPLAINED,
    "complaint": Outcome.COMPLAINED,
    "unsubscribe": Outcome.UNSUBSCRIBED,
    "unsubscribed": Outcome.UNSUBSCRIBED,
    "opened": Outcome.OPENED,
    "unique_opened": Outcome.OPENED,
    "proxy_open": Outcome.OPENED,
    "unique_proxy_open": Outcome.OPENED,
    "click": Outcome.CLICKED,
    # About contacts and lists, not about a message.
    "list_addition": Outcome.OTHER,
    "contact_updated": Outcome.OTHER,
    "contact_deleted": Outcome.OTHER,
}
_CLASSES: dict[str, R] = {
    # event: why, where neither the remote server's words nor Brevo's say it
    "hard_bounce": R.UNDETERMINED,
    "soft_bounce": R.UNDETERMINED,
    "deferred": R.SERVER_UNAVAILABLE,
    "invalid_email": R.ADDRESS_MALFORMED,
    "error": R.UNDETERMINED,
}
_OWN_WORDS: dict[str, R] = {
    # Brevo's own phrases in ``reason``. A domain without an MX record may exist, so it is not hard.
    "unable to find mx of domain": R.SERVER_UNAVAILABLE,
}
_LISTS: dict[str, str] = {
    # Part of a block's reason, without spaces: the list. The words are those of Brevo's blockedContacts API.
    "unsubscribed": "unsubscribe",
    "hardbounce": "hard_bounce",
    "flaggedasspam": "complaint",
    "adminblocked": "manual",
}
_PROXIES = frozenset({"proxy_open", "unique_proxy_open"})


def _claim(event: BrevoEvent, reception: Reception) -> Claim:
    if isinstance(event.email, list):
        return "an event about contacts, not about a message"
    message_id = (event.message_id or "").strip("<>")
    if not (event.email or message_id):
        return "an event that names neither a recipient nor a message"
    name = event.event or ""
    outcome = _EVENTS.get(name, Outcome.OTHER)
    words = clean_words(event.reason or "") or None
    fields: dict[str, Any] = {}
    if name in _CLASSES:
        fields = reception.failure(event.reason, None, _class(name, event.reason))
    elif outcome is Outcome.SUPPRESSED:
        fields = {"diagnostic": words, "list_reason": _list_reason(event.reason)}
    elif outcome is Outcome.COMPLAINED:
        fields = {"feedback_type": "abuse", "diagnostic": words}
    elif outcome is Outcome.UNSUBSCRIBED:
        fields = {"method": "link"}
    elif outcome is Outcome.OPENED:
        fields = {"by_machine": name in _PROXIES or None}
    elif outcome is Outcome.CLICKED:
        fields = {"url": event.link or None}
    own_message_id, tenant = own_ids_in(event.custom)
    return reception.report(
        outcome,
        occurred_at=_occurred_at(event),
        recipient=event.email or None,
        message_id=own_message_id,
        tenant=tenant,
        provider_message_id=message_id or None,
        vendor_class=name or None,
        **fields,
    )


def _class(name: str, reason: str | None) -> R:
    said = (reason or "").lower()
    return next((why for words, why in _OWN_WORDS.items() if words in said), _CLASSES[name])


def _list_reason(reason: str | None) -> str | None:
    said = "".join(char for char in (reason or "").lower() if char.isalpha())
    return next((listed for words, listed in _LISTS.items() if words in said), None)


def _occurred_at(event: BrevoEvent) -> datetime | None:
    known = event.ts_epoch or event.ts_event or event.ts
    if known or not event.date:
        return known
    moment = datetime.fromisoformat(event.date)
    zone = _central_european()
    return moment.replace(tzinfo=zone).astimezone(UTC) if zone and not moment.tzinfo else moment


@cache
def _central_european() -> ZoneInfo | None:
    """What ``date`` is in; None where the machine has no time zone data."""
    try:
        return ZoneInfo("Europe/Paris")
    except ZoneInfoNotFoundError:
        return None


BREVO = Provider(
    slug="brevo",
    title="Brevo (Sendinblue)",
    checks=CREDENTIALS,
    read_body=JsonEvents(BrevoEvent, _claim),
    come_again=429,  # anything else that is not 2xx, 503 too, makes it drop the event
    about=About(
        formats="JSON object, or an array of up to 500 events of five minutes",
        proof="basic credentials, a bearer token or a header of your own; nothing is signed",
        message_id="`message-id` without angle brackets; the send API answers it as `messageId`",
        event_id="none (`id` is the webhook's): message, recipient, kind and time",
        events=_EVENTS,
        quirks=(
            "`ts_event` and `ts` have been seen in the account's time zone: `ts_epoch` goes first",
            "events come out of order",
            "a hard bounce is hard only where its words say so",
            "the pre-loading of pictures by a mail provider is `proxy_open`: opened by a machine",
        ),
        retries="4 times within 11 hours without an answer or after 429; never after another 4xx or any 5xx",
        sources=(
            "developers.brevo.com/docs/transactional-webhooks",
            "developers.brevo.com/docs/marketing-webhooks",
            "developers.brevo.com/docs/batch-webhooks",
            "developers.brevo.com/docs/retry-mechanism",
        ),
    ),
)
