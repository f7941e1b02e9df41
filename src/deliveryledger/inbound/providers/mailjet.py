"""Mailjet: a JSON object (event API version 1) or an array of the last second's events (version 2).

Source: dev.mailjet.com/email/guides/webhooks and documentation.mailjet.com, Event Tracking API.
Nothing is signed; credentials stand in the URL. ``MessageID`` is a number above 2^53 and is kept as text.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.failure_reason import Severity
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Reception


class MailjetEvent(BaseModel):
    """The fields that are read of any event; null, empty and missing are the same, the rest is ignored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    event: str | None = None
    time: datetime | None = None
    message_id: Any = Field(None, alias="MessageID")
    """A number, or the same as text."""
    old_message_id: Any = Field(None, alias="mj_message_id")
    """The same as text; in old grouped events the only one."""
    message_guid: str | None = Field(None, alias="Message_GUID")
    email: str | None = None
    payload: Any = Field(None, alias="Payload")
    hard_bounce: Any = None
    """True, false, null, or one of these as text."""
    error: str | None = None
    comment: str | None = None
    """The remote server's words, where Mailjet passes them on."""
    smtp_reply: str | None = None
    url: str | None = None
    agent: str | None = None


_EVENTS: dict[str, Outcome] = {
    "sent": Outcome.DELIVERED,
    "bounce": Outcome.BOUNCED,
    "blocked": Outcome.REJECTED,
    "spam": Outcome.COMPLAINED,
    "unsub": Outcome.UNSUBSCRIBED,
    "open": Outcome.OPENED,
    "click": Outcome.CLICKED,
}
_ERRORS: dict[str, R] = {
    # error: why, where there are no words of the remote server
    "user unknown": R.MAILBOX_UNKNOWN,
    "mailbox inactive": R.MAILBOX_DISABLED,
    "quota exceeded": R.MAILBOX_FULL,
    "invalid domain": R.DOMAIN_UNKNOWN,
    "no mail host": R.SERVER_UNAVAILABLE,  # "Nobody answers when we knock at the door."
    "relay/access denied": R.POLICY_REJECTED,
    "greylisted": R.RATE_LIMITED,
    "typofix": R.ADDRESS_MALFORMED,  # "The domain part of the address was not valid."
    "bad or empty template": R.CONTENT_REJECTED,
    "error in template language": R.CONTENT_REJECTED,
    "sender blocked": R.SENDER_BLOCKED,
    "content blocked": R.CONTENT_REJECTED,
    "policy issue": R.POLICY_REJECTED,
    "spam preblocked": R.CONTENT_REJECTED,
    "system issue": R.SERVER_UNAVAILABLE,
    "protocol issue": R.PROTOCOL_ERROR,
    "connection issue": R.SERVER_UNAVAILABLE,
    "duplicate in campaign": R.UNDETERMINED,
}
_LISTS: dict[str, str] = {
    # error: which of Mailjet's lists stopped the message before it was tried
    "preblocked": "hard_bounce",
    "spam reporter": "complaint",
    "blacklisted": "manual",
}
_FAILURES = frozenset({"bounce", "blocked"})


def _claim(event: MailjetEvent, reception: Reception) -> Claim:
    message_id = _message_id(event)
    if not (event.email or message_id):
        return "an event that names neither a recipient nor a message"
    name = event.event or ""
    outcome = _EVENTS.get(name, Outcome.OTHER)
    fields: dict[str, Any] = {}
    if name in _FAILURES:
        outcome, fields = _failed(event, outcome, reception)
    elif outcome is Outcome.DELIVERED:
        evidence, _ = reception.classify(event.smtp_reply, None)
        fields = {
            "status": evidence.status,
            "reply_code": evidence.reply_code,
            "diagnostic": evidence.words or None,
        }
    elif outcome is Outcome.COMPLAINED:
        fields = {"feedback_type": "abuse"}
    elif outcome is Outcome.UNSUBSCRIBED:
        fields = {"method": "list_unsubscribe" if event.agent == "List-Unsubscribe" else "link"}
    elif outcome is Outcome.CLICKED:
        fields = {"url": event.url or None}
    own_message_id, tenant = own_ids_in(event.payload)
    return reception.report(
        outcome,
        occurred_at=event.time,
        recipient=event.email or None,
        message_id=own_message_id,
        tenant=tenant,
        provider_message_id=message_id,
        **{"vendor_class": name or None, **fields},
    )


def _message_id(event: MailjetEvent) -> str | None:
    """The number as text. A float has lost its last digits: then rather the same id in another form."""
    for given in (event.message_id, event.old_message_id):
        number = str(given) if isinstance(given, int | str) else ""
        if number.isdigit() and number != "0":
            return number
    return event.message_guid or None


def _failed(event: MailjetEvent, outcome: Outcome, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    error = (event.error or "").strip().lower()
    vendor_class = "/".join(
        filter(None, (event.event, error if error in _ERRORS or error in _LISTS else None))
    )
    if error in _LISTS:
        fields = {"list_reason": _LISTS[error], "diagnostic": clean_words(event.comment or event.error or "")}
        return Outcome.SUPPRESSED, {**fields, "vendor_class": vendor_class}
    vendor = _ERRORS.get(error, R.UNDETERMINED)
    is_soft = str(event.hard_bounce).lower() == "false"
    if is_soft and vendor.severity is Severity.HARD:
        vendor = R.UNDETERMINED  # Mailjet itself does not take it for lasting.
    # The error is Mailjet's class, not words, unless it is one that the table does not have.
    words = event.comment or (None if error in _ERRORS else event.error)
    found = reception.failure(words or None, None, vendor)
    found["diagnostic"] = found["diagnostic"] or clean_words(event.error or "") or None
    if error == "greylisted" and outcome is Outcome.BOUNCED and str(event.hard_bounce).lower() != "true":
        outcome = Outcome.DEFERRED
    return outcome, {**found, "vendor_class": vendor_class}


MAILJET = Provider(
    slug="mailjet",
    title="Mailjet",
    checks=CREDENTIALS,
    read_body=JsonEvents(MailjetEvent, _claim),
    about=About(
        formats="JSON object, or an array of mixed events of one second",
        proof="basic credentials in the URL; nothing is signed",
        message_id="`MessageID`, as the send API answers it, kept as text",
        event_id="none: message, recipient, kind and time",
        events=_EVENTS
        | {"bounce/greylisted": Outcome.DEFERRED}
        | {f"blocked/{error}": Outcome.SUPPRESSED for error in _LISTS},
        quirks=(
            "`MessageID` is above 2^53: parsers that make it a float lose digits",
            "`preblocked` is knowledge of all of Mailjet's customers; only their support can lift it",
            "a greylisted bounce is tried again: a deferral",
        ),
        retries="every 30 seconds for 24 hours, unless answered 200",
        sources=(
            "dev.mailjet.com/email/guides/webhooks",
            "documentation.mailjet.com/hc/en-us/articles/360043578154-Event-Tracking-API",
        ),
    ),
)
