"""What an ATS can be told: a table of types, each one event of the log and some of its fields."""

from typing import Final, NamedTuple

from ...domain.aggregate import Event
from ...domain.candidate_email.events import EmailChanged
from ...domain.incident.events import IncidentHandled, IncidentOpened
from ...domain.message.events import (
    BouncesReclassified,
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageBounced,
    MessageDeferred,
    MessageDelivered,
    MessageDropped,
    MessageRejected,
    MessageResent,
    MessageWithheld,
    UnsubscribeRequested,
)
from ...domain.suppression_filter.events import (
    AddressSuppressed,
    ProviderRemovalRefused,
    RemovalApproved,
    RemovalRejected,
    RemovalRequested,
    SuppressionLifted,
    SuppressionTakenBack,
)


class WebhookType(NamedTuple):
    """One type of webhook; ``fields`` and ``personal`` are names of the event's fields."""

    event: type[Event]
    said: str
    fields: tuple[str, ...]
    personal: tuple[str, ...] = ()
    """Only for who asks for them, and never of somebody who was erased."""


_REPORTED: Final = ("message_id", "provider")
_FILTERED: Final = ("scope", "address_key")

TYPES: Final[dict[str, WebhookType]] = {
    "message.delivered": WebhookType(MessageDelivered, "the receiving server took it", _REPORTED),
    "message.deferred": WebhookType(
        MessageDeferred,
        "it is late, and still being tried",
        (*_REPORTED, "reason", "status", "will_retry_until"),
        ("diagnostic",),
    ),
    "message.bounced": WebhookType(
        MessageBounced,
        "it was not delivered",
        (*_REPORTED, "severity", "reason", "status", "reply_code"),
        ("diagnostic",),
    ),
    "message.dropped": WebhookType(
        MessageDropped, "the provider's own list stopped it", (*_REPORTED, "list_reason")
    ),
    "message.rejected": WebhookType(
        MessageRejected, "the provider refused it before trying", (*_REPORTED, "reason"), ("diagnostic",)
    ),
    "message.withheld": WebhookType(
        MessageWithheld, "our own filter stopped it", ("message_id", "scope", "causes")
    ),
    "message.complaint": WebhookType(
        ComplaintReceived, "the recipient called it spam", (*_REPORTED, "feedback_type", "attribution")
    ),
    "message.complaint_withdrawn": WebhookType(
        ComplaintWithdrawn, "the recipient took that back", (*_REPORTED, "how")
    ),
    "message.unsubscribed": WebhookType(
        UnsubscribeRequested, "the recipient wants no more mail", (*_REPORTED, "method")
    ),
    "message.resent": WebhookType(
        MessageResent, "it was sent again as another message", ("message_id", "as_message_id", "by")
    ),
    "message.reclassified": WebhookType(
        BouncesReclassified,
        "its failure was read again; without a reason there was none",
        ("message_id", "severity", "reason", "previous_severity", "previous_reason", "by"),
    ),
    "address.changed": WebhookType(
        EmailChanged,
        "a candidate's address was corrected",
        ("candidate_id", "previous_key", "address_key", "grounds", "by"),
        ("previous", "address"),
    ),
    "address.suppressed": WebhookType(
        AddressSuppressed,
        "nothing is sent to the address any more",
        (*_FILTERED, "cause", "reason", "message_id", "expires_at", "by"),
        ("address",),
    ),
    "address.lifted": WebhookType(
        SuppressionLifted,
        "the address may be written to again",
        (*_FILTERED, "causes", "request_id", "by", "approved_by"),
    ),
    "address.suppression_taken_back": WebhookType(
        SuppressionTakenBack,
        "an import into the filter was undone",
        (*_FILTERED, "batch", "causes", "by"),
    ),
    "removal.requested": WebhookType(
        RemovalRequested, "somebody asks for a lift", (*_FILTERED, "request_id", "by")
    ),
    "removal.rejected": WebhookType(
        RemovalRejected, "the request was turned down", (*_FILTERED, "request_id", "by")
    ),
    "removal.approved": WebhookType(
        RemovalApproved,
        "the address comes off once every provider has confirmed",
        (*_FILTERED, "request_id", "by", "causes", "providers"),
    ),
    "removal.kept_by_provider": WebhookType(
        ProviderRemovalRefused,
        "a provider keeps the address on its own list",
        (*_FILTERED, "provider", "account", "why"),
    ),
    "incident.opened": WebhookType(
        IncidentOpened,
        "a sender has something to look at",
        ("incident_id", "sender_id", "candidate_id", "address_key", "message_id", "trouble", "reason"),
    ),
    "incident.handled": WebhookType(IncidentHandled, "somebody dealt with it", ("incident_id", "by", "how")),
}
