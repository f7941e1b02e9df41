"""Mailgun: a JSON object ``{"signature": …, "event-data": …}``, or a form of before 2018 that may still come.

The signature covers a time and a token, **not the event**: whoever sees one request could sign any event with
it. So a token is good for one body only: it is the replay key, which the ledger remembers.
Source: documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks, .../webhook-retries,
.../events/event-types; forms: help.mailgun.com/hc/en-us/articles/14048832145051-Legacy-Webhooks.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic_core import to_json

from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome, Quarantined
from ..batch import Claim, why
from ..credentials import CREDENTIALS, Configured, staleness, texts
from ..own_ids import METADATA_MESSAGE, METADATA_TENANT, own_ids_in
from ..provider import About, Provider
from ..reception import Harvest, Reception
from ..request import WebhookRequest
from ..signatures import hmac_digest
from .mailgun_body import MailgunEvent, MailgunHeaders, MailgunMessage, MailgunStatus, Posted, posted

_WINDOW: Final = timedelta(hours=12)
"""Mailgun tries again for 8 hours, as users report with the time and the token of the first try: five minutes
would lose what had to wait. The ledger remembers tokens for longer than that."""
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]]{1,255}")
_MAX_TO: Final = 10_000
"""Characters of a To field in which recipients are looked for."""
_REPLY_CODE = re.compile(r"[45][0-5]\d\Z")

_EVENTS: dict[str, Outcome] = {
    "accepted": Outcome.SUBMITTED,
    "rejected": Outcome.REJECTED,
    "delivered": Outcome.DELIVERED,
    "failed": Outcome.BOUNCED,
    "opened": Outcome.OPENED,
    "clicked": Outcome.CLICKED,
    "unsubscribed": Outcome.UNSUBSCRIBED,
    "complained": Outcome.COMPLAINED,
    "stored": Outcome.OTHER,
    "email_validation": Outcome.OTHER,
    "list_member_uploaded": Outcome.OTHER,
    "list_member_upload_error": Outcome.OTHER,
    "list_uploaded": Outcome.OTHER,
    # forms only
    "bounced": Outcome.BOUNCED,
    "dropped": Outcome.BOUNCED,
}
_LISTS = {
    # reason or code of a failure: which of Mailgun's own suppression lists the recipient is on
    "suppress-bounce": "hard_bounce",
    "suppress-complaint": "complaint",
    "suppress-unsubscribe": "unsubscribe",
    "605": "hard_bounce",
    "606": "unsubscribe",
    "607": "complaint",
}
_CLASSES: dict[str, R] = {
    # reason or code of a failure: why, where no words say it
    "bounce": R.UNDETERMINED,
    "hardfail": R.UNDETERMINED,
    "generic": R.UNDETERMINED,
    "greylisted": R.RATE_LIMITED,
    "espblock": R.SENDER_BLOCKED,
    "old": R.SERVER_UNAVAILABLE,  # tried for too long
    "602": R.SERVER_UNAVAILABLE,
    "499": R.SERVER_UNAVAILABLE,  # no connection to any mail exchanger
    "498": R.ROUTING_ERROR,  # no mail exchanger
}


def _signature(request: WebhookRequest, secrets: Configured, now: datetime) -> str | None:
    """HMAC with SHA-256 over time and token, by the account's key or the main account's."""
    try:
        proof, token, _ = posted(request.body)
    except ValueError:
        return "the body is not one that has a signature"
    if token is None:
        return "the token is missing or no token"
    timestamp = proof.timestamp or ""
    if obstacle := staleness(timestamp, now, _WINDOW):
        return obstacle
    keys = [key.encode() for key in texts(secrets, "signing_key")]
    signed = f"{timestamp}{token}".encode()
    presented = (_digest(proof.signature), _digest(proof.parent_signature))
    obstacles = [hmac_digest(keys, each, signed, "sha256") for each in presented]
    return None if None in obstacles else obstacles[0]


def _digest(text: str | None) -> bytes:
    try:
        return bytes.fromhex(text or "")
    except ValueError:
        return b""


def _read(body: bytes, reception: Reception) -> Harvest:
    try:
        found = posted(body)
    except ValueError as error:
        obstacle = str(error) if type(error) is ValueError else why(error)  # ours says nothing of the content
        return Harvest(quarantined=[Quarantined(why=obstacle, raw=body)])
    try:
        harvest = Harvest.of(_claims(found, body, reception))
    except (ValueError, OverflowError) as error:
        harvest = Harvest(quarantined=[Quarantined(why=why(error), raw=body)])
    # Whatever the event is: its token is spent.
    harvest.replay_key = found.token
    return harvest


def _claims(found: Posted, body: bytes, reception: Reception) -> Sequence[Claim]:
    event = found.event()
    if event is None or not event.event:
        return ["a body without an event: not from a tracking webhook"]
    headers = (event.message or MailgunMessage()).headers or MailgunHeaders.model_construct()
    recipients = [event.recipient] if event.recipient else _recipients_in(event, headers)
    if not (recipients or headers.message_id):
        return ["an event that names neither a recipient nor a message"]
    outcome, fields = _outcome(event, reception)
    message_id, tenant = own_ids_in(event.variables)
    report = reception.report(
        outcome,
        occurred_at=event.timestamp,
        recipient=recipients[0] if recipients else None,
        message_id=message_id,
        tenant=tenant,
        provider_message_id=(headers.message_id or "").strip("<>") or None,  # forms have the brackets
        provider_event_id=event.id or found.token,
        **fields,
    )
    if len(recipients) < 2:
        return [report.with_raw(body)]
    alone = [_about(each, event, headers, found) for each in recipients]
    return [report._replace(recipient=each, raw=raw) for each, raw in zip(recipients, alone, strict=True)]


def _recipients_in(event: MailgunEvent, headers: MailgunHeaders) -> list[str]:
    """Whom a rejected message was to: its event names nobody else."""
    if event.event != "rejected":
        return []
    return list(dict.fromkeys(_ADDRESS.findall((headers.to or "")[:_MAX_TO])))


def _about(recipient: str, event: MailgunEvent, headers: MailgunHeaders, found: Posted) -> bytes:
    """The event of a message to several as that of one of them."""
    message = MailgunMessage.model_construct(headers=headers.model_copy(update={"to": None}))
    # Of the sender's variables only our ids: a copy of all of them for each recipient could be gigabytes.
    ours = dict(zip((METADATA_MESSAGE, METADATA_TENANT), own_ids_in(event.variables), strict=True))
    alone = event.model_copy(update={"recipient": recipient, "message": message, "variables": ours})
    return to_json({"signature": found.proof, "event-data": alone}, by_alias=True, exclude_none=True)


def _outcome(event: MailgunEvent, reception: Reception) -> tuple[Outcome, dict[str, Any]]:
    outcome = _EVENTS.get(event.event or "", Outcome.OTHER)
    machine = event.client.bot if event.client else None
    match outcome:
        case Outcome.BOUNCED:
            return _failed(event, event.status or MailgunStatus.model_construct(), reception)
        case Outcome.REJECTED:
            words = _words(event.reject.reason, event.reject.description) if event.reject else None
            return outcome, reception.failure(words) | {"vendor_class": event.event}
        case Outcome.DELIVERED:
            return outcome, {"remote_mta": (event.status and event.status.mx_host) or None}
        case Outcome.COMPLAINED:
            return outcome, {"feedback_type": "abuse"}
        case Outcome.UNSUBSCRIBED:
            return outcome, {"method": "link"}
        case Outcome.OPENED | Outcome.CLICKED:
            return outcome, {
                "url": event.url or None,
                "by_machine": None if machine is None else machine != "",
            }
        case Outcome.OTHER:
            return outcome, {"vendor_class": event.event}
    return outcome, {}


def _failed(
    event: MailgunEvent, status: MailgunStatus, reception: Reception
) -> tuple[Outcome, dict[str, Any]]:
    words, code, reason = _words(status.message, status.description), status.code or "", event.reason or ""
    vendor_class = "/".join(filter(None, (event.event, event.severity, reason)))
    if listed := _LISTS.get(reason) or _LISTS.get(code):
        evidence, _ = reception.classify(words, None)
        fields = {"list_reason": listed, "diagnostic": evidence.words or None}
        return Outcome.SUPPRESSED, {**fields, "vendor_class": vendor_class}
    vendor = _CLASSES.get(code, _CLASSES.get(reason, R.UNDETERMINED))
    found = reception.failure(words, status.enhanced_code or code, vendor)
    if found["reply_code"] is None and _REPLY_CODE.match(code):
        found["reply_code"] = int(code)
    found |= {"vendor_class": vendor_class, "remote_mta": status.mx_host or None}
    return Outcome.DEFERRED if event.severity == "temporary" else Outcome.BOUNCED, found


def _words(first: str | None, second: str | None) -> str | None:
    """Both texts, where one does not say what the other says."""
    if first and second and second not in first:
        return second if first in second else f"{first}; {second}"
    return first or second


MAILGUN = Provider(
    slug="mailgun",
    title="Mailgun",
    checks={**CREDENTIALS, "signing_key": _signature},
    read_body=_read,
    signs_body=False,
    about=About(
        formats="JSON object, one event; or a form (legacy webhooks)",
        proof="HMAC-SHA256 over time and token in the body, **not over the event**; a token is good once",
        message_id="`event-data.message.headers.message-id`: the send API's `id` without angle brackets",
        event_id="`event-data.id`, unique within a day; without one `signature.token`",
        events=_EVENTS
        | {"failed/temporary": Outcome.DEFERRED, "failed/permanent": Outcome.BOUNCED}
        | {f"failed/{name}": Outcome.SUPPRESSED for name in _LISTS},
        quirks=(
            "a request for a subaccount carries `parent-signature` too; the main account's key is enough",
            "a rejected message names its recipients in `To` only: one report each",
            "`dropped` with 499 or `old` is a server that was not reached, not a refusal",
        ),
        retries="8 hours (5, 10, 15 minutes, 1, 2, 4 hours), unless answered 200 or 406; by its page not for "
        "`delivered` (“other than for delivery notification”)",
        sources=(
            "documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
            "documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries",
        ),
    ),
)
