"""SparkPost (Bird): a JSON array of ``{"msys": {CLASS: {...}}}``; basic or OAuth 2 credentials, no signature.

Sources: developers.sparkpost.com/api/webhooks (events, batches, retries),
support.sparkpost.com/docs/deliverability/bounce-classification-codes,
support.sparkpost.com/docs/tech-resources/preparing-for-async-suppressions (words of a suppression),
support.sparkpost.com/docs/tech-resources/webhook-authentication.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS
from ..own_ids import own_ids_in
from ..provider import About, Provider
from ..reception import Reception

_LENIENT = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class SparkPostAgent(BaseModel):
    """What SparkPost makes of the user agent."""

    model_config = _LENIENT

    is_prefetched: bool | None = None
    """A mail program fetched the picture before anybody looked (Apple's privacy protection)."""


class SparkPostEvent(BaseModel):
    """The fields that are read of any class of events."""

    model_config = _LENIENT

    type: str | None = None
    event_id: str | None = None
    timestamp: datetime | None = None
    """Seconds as text; ISO 8601 in some classes."""
    transmission_id: str | None = None
    message_id: str | None = None
    raw_rcpt_to: str | None = None
    """As it was given; ``rcpt_to`` is in lower case."""
    rcpt_to: str | None = None
    rcpt_meta: Any = None
    bounce_class: str | None = None
    raw_reason: str | None = None
    """The remote server's words; ``reason`` has variable parts taken out."""
    reason: str | None = None
    ip_address: str | None = None
    """Of the receiving server; in events of opens and clicks, of the reader."""
    fbtype: str | None = None
    target_link_url: str | None = None
    user_agent_parsed: SparkPostAgent | None = None


class SparkPostEnvelope(BaseModel):
    """One element of the array; ``msys`` has one member, or none where SparkPost asks if anybody is there."""

    model_config = _LENIENT

    msys: dict[str, SparkPostEvent | None] | None = Field(None, max_length=1)


_EVENTS: dict[str, Outcome] = {
    "injection": Outcome.SUBMITTED,
    "delay": Outcome.DEFERRED,
    "delivery": Outcome.DELIVERED,
    "bounce": Outcome.BOUNCED,
    "out_of_band": Outcome.BOUNCED,
    "policy_rejection": Outcome.REJECTED,
    "generation_rejection": Outcome.REJECTED,
    "generation_failure": Outcome.REJECTED,
    "spam_complaint": Outcome.COMPLAINED,
    "list_unsubscribe": Outcome.UNSUBSCRIBED,
    "link_unsubscribe": Outcome.UNSUBSCRIBED,
    "open": Outcome.OPENED,
    "initial_open": Outcome.OPENED,
    "amp_open": Outcome.OPENED,
    "amp_initial_open": Outcome.OPENED,
    "click": Outcome.CLICKED,
    "amp_click": Outcome.CLICKED,
    "sms_status": Outcome.OTHER,
}
_METHODS = {"list_unsubscribe": "list_unsubscribe", "link_unsubscribe": "link"}
_NOT_OURS = {
    # class of the event: why it is of no interest
    "relay_event": "an event of incoming mail",
    "relay_message": "incoming mail",
    "ab_test_event": "an event of a comparison of templates",
    "ingest_event": "an event of an upload of events",
}
_CLASSES: dict[str, tuple[Outcome, R]] = {
    # bounce_class: what it is, and why where the payload has no words of the remote server
    "1": (Outcome.BOUNCED, R.UNDETERMINED),
    "10": (Outcome.BOUNCED, R.MAILBOX_UNKNOWN),
    "20": (Outcome.BOUNCED, R.UNDETERMINED),
    "21": (Outcome.BOUNCED, R.SERVER_UNAVAILABLE),
    "22": (Outcome.BOUNCED, R.MAILBOX_FULL),
    "23": (Outcome.BOUNCED, R.MESSAGE_TOO_LARGE),
    "24": (Outcome.BOUNCED, R.SERVER_UNAVAILABLE),
    "25": (Outcome.REJECTED, R.UNDETERMINED),
    "26": (Outcome.SUPPRESSED, R.UNDETERMINED),
    "30": (Outcome.BOUNCED, R.UNDETERMINED),
    "40": (Outcome.BOUNCED, R.UNDETERMINED),
    "50": (Outcome.BOUNCED, R.SENDER_BLOCKED),
    "51": (Outcome.BOUNCED, R.SENDER_BLOCKED),
    "52": (Outcome.BOUNCED, R.CONTENT_REJECTED),
    "53": (Outcome.BOUNCED, R.CONTENT_REJECTED),
    "54": (Outcome.BOUNCED, R.ROUTING_ERROR),
    "60": (Outcome.AUTO_REPLIED, R.UNDETERMINED),
    "70": (Outcome.BOUNCED, R.SERVER_UNAVAILABLE),
    "80": (Outcome.OTHER, R.UNDETERMINED),
    "90": (Outcome.UNSUBSCRIBED, R.UNDETERMINED),
    "100": (Outcome.AUTO_REPLIED, R.UNDETERMINED),
}
_SUPPRESSED_WORDS = ("suppressed due to", "suppression list")
_OWN_MARK = "[internal]"
"""In what SparkPost says itself, where no other server has answered."""
_WITHOUT_REASON = ("diagnostic", "vendor_class")


def _claim(envelope: SparkPostEnvelope, reception: Reception) -> Claim | Sequence[Claim]:
    if envelope.msys is None:
        return "a payload without msys: not a tracking event"
    return [_one(name, event or SparkPostEvent(), reception) for name, event in envelope.msys.items()]


def _one(name: str, event: SparkPostEvent, reception: Reception) -> Claim:
    if name in _NOT_OURS:
        return _NOT_OURS[name]
    recipient = event.raw_rcpt_to or event.rcpt_to or None
    provider_message_id = event.transmission_id or event.message_id or None
    if not (recipient or provider_message_id):
        return "an event that names neither a recipient nor a message"
    outcome, fields = _what(event, reception)
    message_id, tenant = own_ids_in(event.rcpt_meta)
    return reception.report(
        outcome,
        occurred_at=event.timestamp,
        recipient=recipient,
        message_id=message_id,
        tenant=tenant,
        provider_message_id=provider_message_id,
        provider_event_id=event.event_id or None,
        remote_mta=event.ip_address if name == "message_event" else None,
        **{"vendor_class": event.type or name, **fields},
    )


def _what(event: SparkPostEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    outcome = _EVENTS.get(event.type or "", Outcome.OTHER)
    match outcome:
        case Outcome.BOUNCED | Outcome.REJECTED | Outcome.DEFERRED:
            return _failed(outcome, event, reception)
        case Outcome.COMPLAINED if event.fbtype == "not-spam":
            return Outcome.COMPLAINT_WITHDRAWN, {"method": "not_spam"}
        case Outcome.COMPLAINED:
            return outcome, {"feedback_type": event.fbtype or "abuse"}
        case Outcome.UNSUBSCRIBED:
            return outcome, {"method": _METHODS[event.type or ""]}
        case Outcome.OPENED:
            agent = event.user_agent_parsed
            return outcome, {"by_machine": agent.is_prefetched if agent else None}
        case Outcome.CLICKED:
            return outcome, {"url": event.target_link_url or None}
        case _:
            return outcome, {}


def _failed(outcome: Outcome, event: SparkPostEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    kind = event.bounce_class or ""
    by_class, vendor = _CLASSES.get(kind, (outcome, R.UNDETERMINED))
    found = reception.failure(event.raw_reason or event.reason, None, vendor)
    found["vendor_class"] = "/".join(filter(None, (event.type, kind)))
    if outcome is Outcome.DEFERRED:
        return outcome, found
    words = (found["diagnostic"] or "").lower()
    came_back = event.type == "out_of_band"  # from a server that had taken it
    refused_here = outcome is Outcome.REJECTED or kind in ("25", "") or _OWN_MARK in words
    if came_back and by_class in (Outcome.REJECTED, Outcome.SUPPRESSED):
        by_class = outcome
    elif not came_back and refused_here and any(each in words for each in _SUPPRESSED_WORDS):
        by_class = Outcome.SUPPRESSED
    elif outcome is Outcome.REJECTED:
        by_class = outcome
    if by_class is Outcome.UNSUBSCRIBED:
        return by_class, {"method": "mail", **{name: found[name] for name in _WITHOUT_REASON}}
    if by_class not in (Outcome.BOUNCED, Outcome.REJECTED):
        return by_class, {name: found[name] for name in _WITHOUT_REASON}
    if event.type == "generation_failure":
        found |= {"reason": R.CONTENT_REJECTED, "rule": "sparkpost.generation_failure"}
    return by_class, found


SPARKPOST = Provider(
    slug="sparkpost",
    title="SparkPost",
    checks=CREDENTIALS,
    read_body=JsonEvents(SparkPostEnvelope, _claim),
    about=About(
        formats='JSON array of `{"msys": {class: event}}`, of many messages',
        proof="basic credentials, OAuth 2 bearer token or a header of your own; nothing is signed",
        message_id="`transmission_id`, which the send API answers as `id`",
        event_id="`event_id`",
        events=_EVENTS
        | dict.fromkeys(_NOT_OURS, Outcome.OTHER)
        | {f"bounce/{kind}": outcome for kind, (outcome, _) in _CLASSES.items()}
        | {
            "bounce/25 by its suppression list": Outcome.SUPPRESSED,
            "policy_rejection/by its suppression list": Outcome.SUPPRESSED,
            "spam_complaint/not-spam": Outcome.COMPLAINT_WITHDRAWN,
        },
        quirks=(
            'a test request is `[{"msys": {}}]`',
            "a drop by SparkPost's own list is a `bounce` of class 25, told by its words",
            "automatic replies and challenges are `bounce`s too, of classes 60 and 100",
            "`timestamp` is seconds as text, or ISO 8601",
            "classes of incoming mail, comparisons and uploads are passed over",
        ),
        retries="for 8 hours, unless answered 200 within 10 s",
        sources=(
            "developers.sparkpost.com/api/webhooks",
            "support.sparkpost.com/docs/deliverability/bounce-classification-codes",
            "support.sparkpost.com/docs/tech-resources/preparing-for-async-suppressions",
            "support.sparkpost.com/docs/tech-resources/webhook-authentication",
        ),
    ),
)
