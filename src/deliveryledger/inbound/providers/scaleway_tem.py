"""Scaleway Transactional Email, through Topics and Events: an SNS envelope with one event as text.

Source: scaleway.com/en/docs/transactional-email/reference-content/webhook-events-payloads and
scaleway.com/en/docs/topics-and-events/reference-content/verifying-webhooks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Outcome
from .. import sns
from ..batch import Claim
from ..credentials import CREDENTIALS, Configured
from ..mail_headers import addressed, fields_in, named_in, own_ids_of
from ..own_ids import HEADER_MESSAGE, HEADER_TENANT
from ..provider import About, Provider
from ..reception import Reception
from ..request import WebhookRequest
from ..sns_services import SCALEWAY, TRUST_CHAIN


class ScalewayEvent(BaseModel):
    """The fields that are read of any event."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    id: str | None = None
    type: str | None = None
    created_at: datetime | None = None
    email_id: str | None = None
    email_to: str | None = None
    email_headers: Any = None
    email_response_code: int | None = None
    email_response_message: str | None = None
    email_error: str | None = None
    """The same, in payloads that are older."""
    blocklist_type: str | None = None
    blocklist_reason: str | None = None


_EVENTS: dict[str, Outcome] = {
    "email_queued": Outcome.SUBMITTED,
    "email_deferred": Outcome.DEFERRED,
    "email_delivered": Outcome.DELIVERED,
    "email_dropped": Outcome.BOUNCED,
    "email_mailbox_not_found": Outcome.BOUNCED,
    "email_spam": Outcome.BOUNCED,
    "email_blocklisted": Outcome.SUPPRESSED,
    "blocklist_created": Outcome.OTHER,
    "unknown_type": Outcome.OTHER,
}
_CLASSES: dict[str, R] = {
    # type: why, where the payload has no words of the remote server
    "email_deferred": R.UNDETERMINED,
    "email_dropped": R.UNDETERMINED,
    "email_mailbox_not_found": R.MAILBOX_UNKNOWN,
    "email_spam": R.CONTENT_REJECTED,
}
_LISTS = {"mailbox_not_found": "hard_bounce"}


def _claims(event: ScalewayEvent, posted: sns.Posted, reception: Reception) -> Sequence[Claim]:
    if not (event.email_to or event.email_id):
        return ["an event that names neither a recipient nor a message"]
    alone = _alone(event)
    kind = alone.type or ""
    outcome = _EVENTS.get(kind, Outcome.OTHER)
    fields: dict[str, Any] = {"vendor_class": "/".join(filter(None, (kind, alone.blocklist_type))) or None}
    if kind in _CLASSES:
        outcome, fields = (
            _spam(outcome, alone) if kind == "email_spam" else outcome,
            fields | _failed(alone, reception),
        )
    elif outcome is Outcome.SUPPRESSED:
        fields["list_reason"] = _LISTS.get(alone.blocklist_type or "")
        words = alone.blocklist_reason or alone.email_response_message or alone.email_error
        fields["diagnostic"] = clean_words(words or "") or None
    message_id, tenant = own_ids_of(fields_in(alone.email_headers, "key"))
    report = reception.report(
        outcome,
        occurred_at=alone.created_at or posted.envelope.at,
        recipient=alone.email_to or None,
        message_id=message_id,
        tenant=tenant,
        provider_message_id=alone.email_id or None,
        provider_event_id=alone.id or posted.envelope.message_id or None,
        **fields,
    )
    return [
        report if alone is event else report.with_raw(posted.around(alone.model_dump_json(exclude_none=True)))
    ]


def _failed(event: ScalewayEvent, reception: Reception) -> dict[str, Any]:
    words = event.email_response_message or event.email_error or ""
    code = event.email_response_code
    # The code stands in a field of its own; words are classified with it.
    if code and 100 < code < 1_000 and not words.startswith(str(code)):
        words = f"{code} {words}".strip()
    return reception.failure(words or None, None, _CLASSES[event.type or ""])


def _spam(outcome: Outcome, event: ScalewayEvent) -> Outcome:
    """A filter's doing, not a recipient's: of the receiver where it has answered, else of Scaleway."""
    if not event.email_response_code:
        return Outcome.REJECTED
    return outcome if event.email_response_code >= 400 else Outcome.OTHER


def _alone(event: ScalewayEvent) -> ScalewayEvent:
    """The event, without the header where that names other recipients."""
    fields = fields_in(event.email_headers, "key")
    others = named_in(addressed(fields)) - {(event.email_to or "").lower()}
    if not others:
        return event
    own = [{"key": name, "value": value} for name, value in _ours(fields)]
    return event.model_copy(update={"email_headers": own})


def _ours(fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    found = zip((HEADER_MESSAGE, HEADER_TENANT), own_ids_of(fields), strict=True)
    return [(name, value) for name, value in found if value is not None]


def _trust_chain(_request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """What ``certs`` are checked against; it proves nothing alone."""
    return None if "certs" in secrets else "the chain alone proves nothing; configure certs as well"


SCALEWAY_TEM = Provider(
    slug="scaleway_tem",
    title="Scaleway Transactional Email",
    checks={**CREDENTIALS, TRUST_CHAIN: _trust_chain, **sns.checks(SCALEWAY)},
    forms=sns.forms(SCALEWAY),
    needs={"topics": TRUST_CHAIN, "certs": TRUST_CHAIN},
    read_body=sns.Messages(SCALEWAY, ScalewayEvent, _claims),
    about=About(
        formats="SNS envelope of Topics and Events, with the event as text",
        proof="RSA signature over the envelope, its certificate issued by Scaleway's authority, and topic",
        message_id="`email_id`, which the API answers as `emails[].id`",
        event_id="`id`",
        events=_EVENTS
        | {
            "email_spam/without a response code": Outcome.REJECTED,
            "email_spam/code below 400": Outcome.OTHER,
        },
        quirks=(
            "`email_spam` is a filter's verdict, not a complaint",
            "an event of a blocklist names the recipient only",
            "the certificate must be issued by the authority in `trust_chain`",
        ),
        retries="not documented",
        sources=(
            "scaleway.com/en/docs/transactional-email/reference-content/webhook-events-payloads",
            "scaleway.com/en/docs/topics-and-events/reference-content/verifying-webhooks",
        ),
    ),
)
