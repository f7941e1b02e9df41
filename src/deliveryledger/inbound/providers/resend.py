"""Resend: one JSON object a request, signed as Svix does.

Sources: resend.com/docs/webhooks/event-types and the pages below it, .../dashboard/emails/email-bounces,
github.com/resend/resend-node/blob/canary/src/webhooks/interfaces/webhook-event.interface.ts (all fields).

An e-mail with several ``to`` has one set of events, which do not say whom of them they are about (Resend's
answer in github.com/resend/resend-python/issues/68): such an event is told of the first, as inferred.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.failure_reason import Severity
from ...domain.reports import Attribution, DeliveryReport, Outcome
from ..batch import Claim, JsonEvents
from ..credentials import CREDENTIALS
from ..mail_headers import fields_in, own_ids_of
from ..own_ids import METADATA_MESSAGE, METADATA_TENANT, own_ids_in
from ..provider import About, Provider
from ..reception import Reception
from ..secret_forms import base64_key
from ..standard_webhooks import ID_HEADERS, signature, signing_id

_LENIENT = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)


class ResendDetail(BaseModel):
    """``bounce``, ``failed``, ``suppressed`` and ``click`` in one."""

    model_config = _LENIENT

    type: str | None = None
    subType: str | None = None  # noqa: N815 - the vendor's name
    message: str | None = None
    """Resend's own sentence for type and subtype, nothing of the remote server."""
    reason: str | None = None
    diagnosticCode: list[str | None] | str | None = None  # noqa: N815 - the vendor's name
    """The remote server's words."""
    link: str | None = None


class ResendData(BaseModel):
    """The fields that are read of any event's ``data``."""

    model_config = _LENIENT

    email_id: str | None = None
    message_id: str | None = None
    to: list[str | None] | str | None = None
    email: str | None = None
    origin: str | None = None
    source_id: str | None = None
    """The e-mail that brought ``email`` onto the suppression list, for the cause ``origin``."""
    bounce: ResendDetail | None = None
    failed: ResendDetail | None = None
    suppressed: ResendDetail | None = None
    click: ResendDetail | None = None
    tags: Any = None
    headers: Any = None


class ResendEvent(BaseModel):
    """The envelope; ``created_at`` is the event's time, that in ``data`` the e-mail's."""

    model_config = _LENIENT

    type: str | None = None
    created_at: datetime | None = None
    data: ResendData | None = None


_EVENTS: dict[str, Outcome] = {
    "email.sent": Outcome.SUBMITTED,
    "email.scheduled": Outcome.OTHER,
    "email.delivered": Outcome.DELIVERED,
    "email.delivery_delayed": Outcome.DEFERRED,
    "email.bounced": Outcome.BOUNCED,
    "email.failed": Outcome.REJECTED,
    "email.suppressed": Outcome.SUPPRESSED,
    "email.complained": Outcome.COMPLAINED,
    "email.opened": Outcome.OPENED,
    "email.clicked": Outcome.CLICKED,
    "suppression.added": Outcome.OTHER,
    "suppression.removed": Outcome.OTHER,
}
_NOT_OURS = {
    # beginning of the type: why it is of no interest
    "email.received": "incoming mail",
    "contact.": "an event of the contact list",
    "inbox.": "an event of a shared inbox",
    "domain.": "an event of a sending domain",
}
_SUBTYPES: dict[str, R] = {
    # bounce.subType: why, where the payload has no words of the remote server
    "General": R.UNDETERMINED,
    "NoEmail": R.UNDETERMINED,
    "Undetermined": R.UNDETERMINED,
    "MailboxFull": R.MAILBOX_FULL,
    "MessageTooLarge": R.MESSAGE_TOO_LARGE,
    "ContentRejected": R.CONTENT_REJECTED,
    "AttachmentRejected": R.CONTENT_REJECTED,
    "CustomTimeoutExceeded": R.SERVER_UNAVAILABLE,
}
_LISTED: dict[str, str] = {
    # bounce.subType or suppressed.type of a drop by Resend's own list: why it is there
    "Suppressed": "hard_bounce",
    "OnAccountSuppressionList": "hard_bounce",
    "OnTenantSuppressionList": "hard_bounce",
    "UnsubscribedRecipient": "unsubscribe",
}
_ON_THE_LIST = re.compile(r"suppressed sending|\bon (?:the|your) (?:[\w-]{1,30} )?suppression list", re.I)
_QUOTAS = ("reached_daily_quota", "reached_monthly_quota")


def _claim(event: ResendEvent, reception: Reception) -> Claim | Sequence[Claim]:
    name, data = event.type or "", event.data or ResendData()
    for beginning, why in _NOT_OURS.items():
        if name.startswith(beginning):
            return why
    recipients = _recipients(data)
    if not (any(recipients) or data.email_id or data.source_id):
        return "an event that names neither a recipient nor a message"
    outcome, fields = _what(name, data, reception)
    several = len(recipients) > 1
    if several:
        fields |= _inferred(outcome, fields)
    tags = dict(fields_in(data.tags, "name")) if isinstance(data.tags, list) else data.tags
    in_tags = own_ids_in(tags)
    message_id, tenant = in_tags if in_tags[0] else own_ids_of(fields_in(data.headers, "name"))
    report = reception.report(
        outcome,
        occurred_at=event.created_at,
        recipient=next(filter(None, recipients), None),
        message_id=message_id,
        tenant=tenant,
        provider_message_id=data.email_id or data.source_id or (data.message_id or "").strip("<>") or None,
        provider_event_id=signing_id(reception.headers)[1] or None,
        **{"vendor_class": name or None, **fields},
    )
    if not several:
        return report
    return [_of_the_first(event, report), "further recipients, of whom the event does not tell anything"]


def _recipients(data: ResendData) -> list[str | None]:
    named = data.to if isinstance(data.to, list) else [data.to or data.email]
    return [(text or "").rpartition("<")[2].strip("> ") or None for text in named]


def _inferred(outcome: Outcome, fields: dict[str, Any]) -> dict[str, Any]:
    """What changes where the event does not say whom it is about: nobody's address is given up for it."""
    changed: dict[str, Any] = {"attribution": Attribution.INFERRED}
    if fields.get("reason", R.UNDETERMINED).severity is Severity.HARD:
        changed |= {"reason": R.UNDETERMINED, "rule": "resend.several_recipients"}
    if outcome is Outcome.COMPLAINED:
        changed["is_ambiguous"] = True
    return changed


def _of_the_first(event: ResendEvent, report: DeliveryReport) -> DeliveryReport:
    """The report with evidence that names no other recipient, but still shows that there were more."""
    data = event.data or ResendData()
    others = [None] * (len(_recipients(data)) - 1)
    own = {METADATA_MESSAGE: report.message_id, METADATA_TENANT: report.tenant}
    alone = data.model_copy(update={"to": [report.recipient, *others], "tags": own, "headers": None})
    return report.with_raw(event.model_copy(update={"data": alone}).model_dump_json().encode())


def _what(name: str, data: ResendData, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    outcome = _EVENTS.get(name, Outcome.OTHER)
    match outcome:
        case Outcome.BOUNCED:
            return _bounced(data.bounce or ResendDetail(), reception)
        case Outcome.SUPPRESSED:
            return _suppressed(data.suppressed or ResendDetail(), reception)
        case Outcome.REJECTED:
            return outcome, _rejected(data.failed or ResendDetail(), reception)
        case Outcome.COMPLAINED:
            return outcome, {"feedback_type": "abuse"}
        case Outcome.CLICKED:
            return outcome, {"url": (data.click and data.click.link) or None}
        case Outcome.OTHER if data.origin:
            return outcome, {"vendor_class": f"{name}/{data.origin}"}
        case _:
            return outcome, {}


def _bounced(bounce: ResendDetail, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    if bounce.subType in _LISTED or _ON_THE_LIST.search(bounce.message or ""):
        return _suppressed(bounce, reception)
    vendor = _SUBTYPES.get(bounce.subType or "", R.UNDETERMINED)
    # Resend's own sentences give advice about reputation and the like: they are kept, but not classified.
    found = reception.failure(_server_words(bounce), None, vendor)
    found["diagnostic"] = found["diagnostic"] or clean_words(bounce.message or "") or None
    found["vendor_class"] = "/".join(filter(None, (bounce.type, bounce.subType))) or "email.bounced"
    return Outcome.BOUNCED, found


def _server_words(bounce: ResendDetail) -> str | None:
    codes = bounce.diagnosticCode if isinstance(bounce.diagnosticCode, list) else [bounce.diagnosticCode]
    if words := "\n".join(filter(None, codes)):
        return words
    message = (bounce.message or "").strip()
    return message if message[:3].isdigit() or message.startswith("smtp;") else None


def _suppressed(drop: ResendDetail, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    kind = drop.subType or drop.type
    listed = "complaint" if "complain" in (drop.message or "") else _LISTED.get(kind or "")
    diagnostic = reception.failure(drop.message)["diagnostic"]
    vendor_class = kind or "email.suppressed"
    return Outcome.SUPPRESSED, {"list_reason": listed, "diagnostic": diagnostic, "vendor_class": vendor_class}


def _rejected(failed: ResendDetail, reception: Reception) -> dict[str, Any]:
    own = {"reason": R.RATE_LIMITED, "rule": "resend.failed"} if failed.reason in _QUOTAS else {}
    return {**reception.failure(failed.reason or failed.message), **own}


RESEND = Provider(
    slug="resend",
    title="Resend",
    checks={**CREDENTIALS, "signing_key": signature},
    forms={"signing_key": base64_key},
    read_body=JsonEvents(ResendEvent, _claim),
    kept_headers=ID_HEADERS,
    about=About(
        formats="JSON object, one event",
        proof="HMAC-SHA256 over id, time and raw body (Svix); several signatures while a key is rotated",
        message_id="`data.email_id`, which the send API answers as `id`",
        event_id="the header `svix-id`, the same in every retry and replay",
        events=_EVENTS
        | dict.fromkeys(("email.received", "contact.*", "inbox.*", "domain.*"), Outcome.OTHER)
        | {
            f"email.bounced/{name}": Outcome.SUPPRESSED
            for name in (*_LISTED, "words of its suppression list")
        },
        quirks=(
            "`bounce.message` is Resend's own sentence; only `diagnosticCode` is the server's",
            "of several `to` an event does not say whom it is about: told of the first, never hard",
            "incoming mail, contacts, shared inboxes and sending domains are passed over",
        ),
        retries="after 5 s, 5 and 30 minutes, 2, 5, 10 and 10 hours, unless answered 2xx within 15 s",
        sources=(
            "resend.com/docs/webhooks/event-types",
            "resend.com/docs/webhooks/retries-and-replays",
            "resend.com/docs/dashboard/emails/email-bounces",
            "docs.svix.com/receiving/verifying-payloads/how-manual",
        ),
    ),
)
