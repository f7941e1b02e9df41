"""Mailtrap: ``{"events": […]}`` or JSON Lines, signed with HMAC-SHA256 over the raw body.

Source: docs.mailtrap.io/email-api-smtp/advanced/webhooks and Mailtrap's OpenAPI description of its webhooks.
No time is signed: a request that somebody replays says what was said before, and a fact is recorded once.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome, Quarantined
from ...domain.smtp_codes import find_reply_code
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS, Configured, texts
from ..json_parts import MAX_EVENTS, member
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Harvest, Reception
from ..request import WebhookRequest
from ..signatures import hmac_digest


class MailtrapEvent(BaseModel):
    """The fields that are read of any sending event; everything else is ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    event: str | None = None
    email: str | None = None
    timestamp: datetime | None = None
    event_id: str | None = None
    message_id: str | None = None
    response: str | None = None
    """The remote server's words."""
    response_code: str | None = None
    bounce_category: str | None = None
    reason: str | None = None
    """Mailtrap's words, of ``reject`` and ``suspension``."""
    url: str | None = None
    custom_variables: Any = None


_EVENTS: dict[str, Outcome] = {
    "delivery": Outcome.DELIVERED,
    "soft bounce": Outcome.DEFERRED,  # "Temporary failure (will retry)"; a bounce follows if it stays so.
    "bounce": Outcome.BOUNCED,
    "suspension": Outcome.DEFERRED,
    "reject": Outcome.REJECTED,
    "spam": Outcome.COMPLAINED,
    "unsubscribe": Outcome.UNSUBSCRIBED,
    "open": Outcome.OPENED,
    "click": Outcome.CLICKED,
}
_CATEGORIES: dict[str, R] = {
    # bounce_category: why, where words do not say it; these are Mailtrap's examples, a list it has not
    "spam": R.CONTENT_REJECTED,
    "greylisting": R.RATE_LIMITED,
    "unavailable": R.SERVER_UNAVAILABLE,
}
_LISTS: dict[str, str] = {
    # What a reject's reason says of the suppression: the list
    "unsubscription": "unsubscribe",
    "hard bounce": "hard_bounce",
    "spam complaint": "complaint",
    "manual import": "manual",
}
_LISTED = "suppression list"
_FAILURES = frozenset({"bounce", "soft bounce"})


def _signature(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """Lower-case hex HMAC-SHA256 over the raw body; any configured key may match."""
    try:
        presented = bytes.fromhex(request.headers.get("mailtrap-signature", ""))
    except ValueError:
        return "the signature is not hexadecimal"
    keys = [key.encode() for key in texts(secrets, "signing_key")]
    return hmac_digest(keys, presented, request.body, "sha256")


def _claim(event: MailtrapEvent, reception: Reception) -> Claim:
    if not (event.email or event.message_id):
        return "an event that names neither a recipient nor a message"
    name = event.event or ""
    outcome = _EVENTS.get(name, Outcome.OTHER)
    fields: dict[str, Any] = {}
    if name in _FAILURES:
        vendor = _CATEGORIES.get((event.bounce_category or "").lower(), R.UNDETERMINED)
        fields = reception.failure(_words(event), None, vendor)
        fields["vendor_class"] = "/".join(filter(None, (name, event.bounce_category)))
    elif name in ("reject", "suspension"):
        outcome, fields = _not_tried(event, outcome, reception)
    elif outcome is Outcome.COMPLAINED:
        fields = {"feedback_type": "abuse"}
    elif outcome is Outcome.UNSUBSCRIBED:
        fields = {"method": "link"}
    elif outcome is Outcome.CLICKED:
        fields = {"url": event.url or None}
    message_id, tenant = own_ids_in(event.custom_variables)
    return reception.report(
        outcome,
        occurred_at=event.timestamp,
        recipient=event.email or None,
        message_id=message_id,
        tenant=tenant,
        provider_message_id=event.message_id or None,
        provider_event_id=event.event_id or None,
        **{"vendor_class": name or None, **fields},
    )


def _words(event: MailtrapEvent) -> str | None:
    """The remote server's reply; its code stands in a field of its own, and often only there."""
    words, code = event.response or "", event.response_code or ""
    if len(code) == 3 and code.isdigit() and find_reply_code(words) is None:
        return f"{code} {words}".strip()
    return words or None


def _not_tried(
    event: MailtrapEvent, outcome: Outcome, reception: Reception
) -> tuple[Outcome, dict[str, Any]]:
    said = (event.reason or "").lower()
    if _LISTED in said:
        listed = next((name for words, name in _LISTS.items() if words in said), None)
        return Outcome.SUPPRESSED, {"diagnostic": clean_words(event.reason or ""), "list_reason": listed}
    return outcome, reception.failure(event.reason or None)


def _unwrap(body: bytes) -> bytes:
    """The array of events, or the event that comes alone; ``{}`` holds none."""
    events = member(body, "events")
    if events is not None:
        return events
    return body if body.strip(b" \t\r\n{}") else b"[]"


_read_document = JsonEvents(MailtrapEvent, _claim, _unwrap)


def _read_body(body: bytes, reception: Reception) -> Harvest:
    """Never raises. Of JSON Lines, a line that cannot be read is quarantined by its number."""
    lines = _lines(body)
    if len(lines) < 2 or _is_object(body):
        return _read_document(body, reception)
    harvest, count = Harvest(), 0
    for index, line in enumerate(lines):
        found = _read_document(line, reception)
        # Of the whole body, as if it were one array: a line may hold many events.
        count += max(1, len(found.reports) + len(found.ignored) + len(found.quarantined))
        if count > MAX_EVENTS:
            return Harvest(
                quarantined=[Quarantined(why=f"the body has more than {MAX_EVENTS} events", raw=body)]
            )
        harvest.reports += found.reports
        harvest.ignored += found.ignored
        harvest.quarantined += [part.model_copy(update={"index": index}) for part in found.quarantined]
    return harvest


def _is_object(body: bytes) -> bool:
    try:
        member(body, "events")
    except ValueError:
        return False
    return True


def _lines(body: bytes) -> list[bytes]:
    """The lines of JSON Lines; none where not a single one is an object."""
    lines = [line for line in (line.strip() for line in body.split(b"\n", MAX_EVENTS)) if line]
    return lines if any(line.startswith(b"{") and line.endswith(b"}") for line in lines) else []


MAILTRAP = Provider(
    slug="mailtrap",
    title="Mailtrap",
    checks={**CREDENTIALS, "signing_key": _signature},
    read_body=_read_body,
    about=About(
        formats="JSON object with `events`, or JSON Lines",
        proof="hex HMAC-SHA256 over the raw body; no time is signed; or basic credentials",
        message_id="`message_id`, one of the `message_ids` that the send API answers",
        event_id="`event_id`",
        events=_EVENTS
        | dict.fromkeys(("reject/suppression list", "suspension/suppression list"), Outcome.SUPPRESSED),
        quirks=(
            "a soft bounce is tried again: a deferral",
            "`suspension` holds a message back, for the account's limits or its verification",
            "`activity_log` events are about the account and ignored",
        ),
        retries="40 times, every 5 minutes, unless answered 200",
        sources=(
            "docs.mailtrap.io/email-api-smtp/advanced/webhooks",
            "docs.mailtrap.io/developers",
        ),
    ),
)
