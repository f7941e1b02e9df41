"""Amazon SES, through SNS: feedback notifications, event publishing, raw delivery, EventBridge.

SNS signs its envelope; raw delivery has neither envelope nor signature. Sources:
docs.aws.amazon.com/ses/latest/dg/notification-contents.html, .../monitoring-eventbridge.html and
.../event-publishing-retrieving-sns-contents.html.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ...classification.evidence import clean_words
from ...domain.failure_reason import FailureReason as R
from ...domain.reports import Attribution, DeliveryReport, Outcome
from .. import sns
from ..batch import Claim
from ..credentials import CREDENTIALS
from ..mail.fields import typed_value
from ..provider import About, Provider
from ..reception import Reception
from ..sns_services import AMAZON
from .amazon_ses_event import AT_ONCE, SesDetail, SesEvent, SesRecipient, bare

_EVENTS: dict[str, Outcome] = {
    "Bounce": Outcome.BOUNCED,
    "Complaint": Outcome.COMPLAINED,
    "Delivery": Outcome.DELIVERED,
    "Send": Outcome.SUBMITTED,
    "Reject": Outcome.REJECTED,
    "Open": Outcome.OPENED,
    "Click": Outcome.CLICKED,
    "Rendering Failure": Outcome.REJECTED,
    "DeliveryDelay": Outcome.DEFERRED,
    "Subscription": Outcome.OTHER,
}
_BOUNCES: dict[str, R] = {
    # type/subtype: why, where the payload has no words of the remote server
    "Permanent/General": R.UNDETERMINED,
    "Permanent/NoEmail": R.MAILBOX_UNKNOWN,
    "Transient/General": R.UNDETERMINED,  # an automatic reply, too, comes so
    "Transient/MailboxFull": R.MAILBOX_FULL,
    "Transient/MessageTooLarge": R.MESSAGE_TOO_LARGE,
    "Transient/ContentRejected": R.CONTENT_REJECTED,
    "Transient/AttachmentRejected": R.CONTENT_REJECTED,
    "Transient/CustomTimeoutExceeded": R.SERVER_UNAVAILABLE,
    "Undetermined/Undetermined": R.UNDETERMINED,
}
_SUPPRESSED: dict[str, str | None] = {
    # subtype of a bounce: which suppression list dropped it, as one of ours
    "Suppressed": "hard_bounce",  # the list of all SES
    "OnAccountSuppressionList": "hard_bounce",
    "OnTenantSuppressionList": "hard_bounce",
    "UnsubscribedRecipient": "unsubscribe",
    "EmailValidationSuppressed": None,
}
_DELAYS: dict[str, R] = {
    "MailboxFull": R.MAILBOX_FULL,
    "SpamDetected": R.SENDER_BLOCKED,
    "IPFailure": R.SENDER_BLOCKED,
    "RecipientServerError": R.SERVER_UNAVAILABLE,
    "TransientCommunicationFailure": R.SERVER_UNAVAILABLE,
    "General": R.UNDETERMINED,
    "InternalFailure": R.UNDETERMINED,
    "SendingDeferral": R.UNDETERMINED,
    "BYOIPHostNameLookupUnavailable": R.UNDETERMINED,
    "Undetermined": R.UNDETERMINED,
}
_FEEDBACK: dict[str, Outcome] = {
    "abuse": Outcome.COMPLAINED,
    "fraud": Outcome.COMPLAINED,
    "virus": Outcome.COMPLAINED,
    "other": Outcome.COMPLAINED,
    "not-spam": Outcome.COMPLAINT_WITHDRAWN,
    "opt-out": Outcome.UNSUBSCRIBED,
    "auth-failure": Outcome.OTHER,  # RFC 6591: about authentication, no complaint
}
_METHODS = {Outcome.COMPLAINT_WITHDRAWN: "not_spam", Outcome.UNSUBSCRIBED: "feedback"}
# RFC 3464 2.3.3: what a notification may say of one of its recipients besides "failed".
_ACTIONS = {
    "delayed": Outcome.DEFERRED,
    "delivered": Outcome.OTHER,
    "relayed": Outcome.OTHER,
    "expanded": Outcome.OTHER,
}
_CONNECTED = "AmazonSnsSubscriptionSucceeded"
"""SES's word to a topic that it will tell of an identity from now on: a test, and about no mail."""
Told = tuple[Outcome, dict[str, Any]]


def _claims(event: SesEvent, posted: sns.Posted, reception: Reception) -> Sequence[Claim]:
    event = event.unwrapped()
    if event.kind == _CONNECTED:
        return []
    if event.kind == "Received":
        return ["a mail that was received, not one that was sent"]
    alone = event.alone()
    claims: list[Claim] = []
    for each in alone:
        if not (each.recipient.email_address or (each.mail and each.mail.message_id)):
            claims.append("an event that names neither a recipient nor a message")
            continue
        report = _report(each, posted, reception)
        claims.append(report if each is event else report.with_raw(posted.around(each.as_json())))
    return claims


def _report(event: SesEvent, posted: sns.Posted, reception: Reception) -> DeliveryReport:
    kind, about, mail = event.kind, event.about, event.mail
    outcome = _EVENTS.get(kind, Outcome.OTHER)
    fields: dict[str, Any] = {"vendor_class": kind or None}
    if kind in _TOLD:
        outcome, more = _TOLD[kind](about, event.recipient, reception)
        fields |= more
    sent_at = mail.timestamp if mail else None
    occurred_at = about.timestamp or (sent_at if kind in AT_ONCE else None) or posted.envelope.at or sent_at
    message_id, tenant = mail.own_ids() if mail else (None, None)
    if event.is_ambiguous:
        fields["is_ambiguous"] = True
    return reception.report(
        outcome,
        occurred_at=occurred_at,
        recipient=bare(event.recipient.email_address),
        message_id=message_id,
        tenant=tenant,
        provider_message_id=(mail.message_id if mail else None) or None,
        # The same bounce by way of two topics has one feedbackId and two MessageIds.
        provider_event_id=about.feedback_id or posted.envelope.message_id or None,
        **fields,
    )


def _bounced(about: SesDetail, whom: SesRecipient, reception: Reception) -> Told:
    sub_type = about.bounce_sub_type or ""
    name = "/".join(filter(None, (about.bounce_type, sub_type)))
    if sub_type in _SUPPRESSED:
        fields = {"list_reason": _SUPPRESSED[sub_type], "diagnostic": _words(whom.diagnostic_code)}
        return Outcome.SUPPRESSED, {"vendor_class": name, **fields}
    found = reception.failure(whom.diagnostic_code, whom.status, _BOUNCES.get(name, R.UNDETERMINED))
    reporter = typed_value(about.reporting_mta or "")
    # SES reports most bounces itself; another reporter is a server of the receiver's.
    if reporter and not reporter.rstrip(".").endswith("amazonses.com"):
        found["remote_mta"] = reporter
    outcome = _ACTIONS.get((whom.action or "").lower(), Outcome.BOUNCED)
    return outcome, {**found, "vendor_class": name or None}


def _delayed(about: SesDetail, whom: SesRecipient, reception: Reception) -> Told:
    vendor = _DELAYS.get(about.delay_type or "", R.UNDETERMINED)
    found = reception.failure(whom.diagnostic_code, whom.status, vendor)
    found |= {"will_retry_until": about.expiration_time, "vendor_class": about.delay_type or "DeliveryDelay"}
    return Outcome.DEFERRED, found


def _complained(about: SesDetail, whom: SesRecipient, _reception: Reception) -> Told:
    if about.complaint_sub_type in _SUPPRESSED:
        return Outcome.SUPPRESSED, {"list_reason": "complaint", "vendor_class": about.complaint_sub_type}
    feedback_type = (about.complaint_feedback_type or "abuse").lower()
    # A type that is not registered says nothing that we may suppress for.
    outcome = _FEEDBACK.get(feedback_type, Outcome.OTHER)
    return outcome, {
        "feedback_type": feedback_type[:60],
        "method": _METHODS.get(outcome),
        "attribution": Attribution.REPORTED if whom.email_address else Attribution.INFERRED,
        "vendor_class": f"Complaint/{feedback_type[:60]}",
    }


def _rejected(about: SesDetail, _whom: SesRecipient, reception: Reception) -> Told:
    found = reception.failure(None, None, R.CONTENT_REJECTED)
    # These are SES's own words about a virus or a template, none that say anything of the address.
    return Outcome.REJECTED, {**found, "diagnostic": _words(about.reason or about.error_message)}


def _subscription(about: SesDetail, _whom: SesRecipient, _reception: Reception) -> Told:
    """Who leaves a topic or the list has unsubscribed; who comes back has not."""
    left = _left(about.new_topic_preferences) - _left(about.old_topic_preferences)
    if not left:
        return Outcome.OTHER, {}
    return Outcome.UNSUBSCRIBED, {"method": "link" if None in left else "group"}


def _left(preferences: object) -> set[str | None]:
    """Names of the topics that are opted out of; None stands for all."""
    if not isinstance(preferences, dict):
        return set()
    topics = preferences.get("topicSubscriptionStatus")
    left: set[str | None] = {
        str(each.get("topicName"))
        for each in (topics if isinstance(topics, list) else ())
        if isinstance(each, dict) and each.get("subscriptionStatus") == "OptOut"
    }
    return left | {None} if preferences.get("unsubscribeAll") is True else left


def _words(text: str | None) -> str | None:
    return clean_words(text or "") or None


_TOLD: dict[str, Callable[[SesDetail, SesRecipient, Reception], Told]] = {
    "Bounce": _bounced,
    "Complaint": _complained,
    "DeliveryDelay": _delayed,
    "Reject": _rejected,
    "Rendering Failure": _rejected,
    "Subscription": _subscription,
    "Click": lambda about, _whom, _reception: (Outcome.CLICKED, {"url": about.link or None}),
}

AMAZON_SES = Provider(
    slug="amazon_ses",
    title="Amazon SES",
    checks={**CREDENTIALS, **sns.checks(AMAZON)},
    forms=sns.forms(AMAZON),
    read_body=sns.Messages(AMAZON, SesEvent, _claims),
    about=About(
        formats="SNS envelope with the event as text; the event itself in raw delivery; EventBridge",
        proof="RSA signature of SNS over the envelope, its certificate and topic; or basic credentials",
        message_id="`mail.messageId`, which the send API answers as `MessageId`",
        event_id="`feedbackId` of bounces and complaints, else the `MessageId` of SNS",
        events=_EVENTS
        | {f"Bounce/{name}": Outcome.BOUNCED for name in _BOUNCES}
        | {f"Bounce/{name}": Outcome.SUPPRESSED for name in _SUPPRESSED}
        | {f"Complaint/{name}": outcome for name, outcome in _FEEDBACK.items()}
        | {"Complaint/OnAccountSuppressionList": Outcome.SUPPRESSED}
        | {f"Bounce/action {name}": outcome for name, outcome in _ACTIONS.items()}
        | {"Subscription/opted out of a topic or of all": Outcome.UNSUBSCRIBED},
        quirks=(
            "a complaint names those who might have complained; of several it counts for none by name",
            "notifications and event publishing tell the same twice, with other ids of SNS",
            "an automatic reply comes as Transient/General",
            "raw delivery and EventBridge sign nothing: set a password",
        ),
        retries="3 times, 20 s apart (policy: up to an hour), after 5xx or 15 s of silence; never after 4xx",
        sources=(
            "docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html",
            "docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
            "docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html",
            "docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html",
        ),
    ),
)
