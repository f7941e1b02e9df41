"""The table of the candidate card: what to say and offer for each reason and each cause of a filter entry."""

from typing import NamedTuple

from ..domain.failure_reason import FailureReason


class Plan(NamedTuple):
    """Text keys of the reason and the advice, and the actions, primary first."""

    reason: str
    advice: str
    actions: tuple[str, ...]
    with_suggestion: tuple[str, ...] | None = None
    """None: a suggestion would be beside the point, the address is not what failed."""


UPDATE_OR_KEEP = ("update", "keep")
UPDATE_FIRST = ("update_resend", "update", "keep")
_ASK = ("update_resend", "update", "ask_support")
MALFORMED = Plan("", "advice.bad_syntax", ("update",), UPDATE_FIRST[:2])
"""Withheld because it is no address: it cannot be right, so keeping it is not offered."""
_R = FailureReason

BY_REASON: dict[str, Plan] = {
    _R.MAILBOX_UNKNOWN: Plan("reason.user_unknown", "advice.user_unknown", UPDATE_OR_KEEP, UPDATE_FIRST),
    _R.DOMAIN_UNKNOWN: Plan("reason.domain_unknown", "advice.domain_unknown", UPDATE_OR_KEEP, UPDATE_FIRST),
    _R.ADDRESS_MALFORMED: Plan("reason.bad_syntax", "advice.bad_syntax", UPDATE_OR_KEEP, UPDATE_FIRST),
    _R.MAILBOX_DISABLED: Plan(
        "reason.mailbox_disabled", "advice.mailbox_disabled", ("update", "resend"), UPDATE_FIRST[:2]
    ),
    _R.MAILBOX_FULL: Plan("reason.mailbox_full", "advice.mailbox_full", ("resend", "update")),
    # Domains of typos often have a server that never answers, so a suggestion counts here too.
    _R.SERVER_UNAVAILABLE: Plan(
        "reason.server_unavailable",
        "advice.server_unavailable",
        ("resend", "update"),
        ("update_resend", "resend", "update"),
    ),
    _R.ROUTING_ERROR: Plan(
        "reason.routing_error",
        "advice.routing_error",
        ("resend", "update"),
        ("update_resend", "resend", "update"),
    ),
    _R.POLICY_REJECTED: Plan("reason.policy", "advice.policy", ("copy_advice", "resend", "update")),
    _R.MESSAGE_TOO_LARGE: Plan("reason.too_large", "advice.too_large", ("edit_resend",)),
    _R.CONTENT_REJECTED: Plan("reason.spam_content", "advice.spam_content", ("edit_resend",)),
    # advice.rate_limited promises a new attempt; after the last one nobody makes it.
    _R.RATE_LIMITED: Plan("reason.rate_limited", "advice.rate_limited.final", ("resend", "details")),
    _R.SENDER_BLOCKED: Plan("reason.sender_blocked", "advice.sender_blocked", ("details",)),
    _R.AUTHENTICATION_FAILED: Plan("reason.sender_auth", "advice.sender_auth", ("details", "ask_support")),
    _R.PROTOCOL_ERROR: Plan("reason.protocol_error", "advice.protocol_error", ("details", "ask_support")),
    _R.UNDETERMINED: Plan("reason.unknown", "advice.unknown", ("update", "ask_support"), _ASK),
}

# Cause of a filter entry -> what to do, the worst first: one that needs consent outweighs the others.
BY_CAUSE = {
    "complaint": Plan("", "advice.suppressed_complaint", ("copy_advice", "ask_support")),
    "unsubscribe": Plan("", "advice.suppressed_unsubscribe", ("ask_support",)),
    "hard_bounce": Plan("", "advice.suppressed_hard", ("update", "ask_support"), _ASK),
    "manual": Plan("", "advice.suppressed_manual.plain", ("ask_support",)),
    "escalation": Plan("", "advice.suppressed_escalation", ("update", "ask_support"), _ASK),
    "provider_list": Plan("", "advice.suppressed_provider_list", ("ask_support", "update"), _ASK),
}
REFUSALS = {
    "hard_bounce": "reason.suppressed_hard",
    "complaint": "reason.suppressed_complaint",
    "unsubscribe": "reason.suppressed_unsubscribe",
    "manual": "reason.suppressed_manual.plain",
    "escalation": "reason.suppressed_escalation",
    "provider_list": "reason.suppressed_provider_list",
}
KINDS = {"hard_bounce": "kind.hard", "complaint": "kind.complaint"}

# Words of the providers' own lists (Postmark, SES, SendGrid, Mailgun, SparkPost) -> cause, first match.
LIST_WORDS = (
    ("complain", "complaint"),
    ("spam report", "complaint"),
    ("unsubscribe", "unsubscribe"),
    ("bounce", "hard_bounce"),
    ("invalid", "hard_bounce"),
    ("inactive", "hard_bounce"),
)
