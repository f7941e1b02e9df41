"""Who is advised, who can act, and what must never be offered: tables beside the sender's in ``plans``."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ..domain.failure_reason import FailureReason
from ..domain.status import MessageStatus
from ..errors import InvalidInput
from .plans import BY_CAUSE, BY_REASON, MALFORMED, Plan


class Role(StrEnum):
    """Who reads the advice."""

    SENDER = "sender"
    SUPPORT = "support"
    ADMINISTRATOR = "administrator"


def role_of(name: str) -> Role:
    """The role of that name. Raises InvalidInput."""
    try:
        return Role(name)
    except ValueError:
        raise InvalidInput(
            "advise somebody", "there is no such role", f"give one of {', '.join(Role)}"
        ) from None


class Who(StrEnum):
    """Who can do something about it. ``recipient``: the recipient's organisation or mailbox provider."""

    SENDER = "sender"
    CANDIDATE = "candidate"
    SUPPORT = "support"
    ADMINISTRATOR = "administrator"
    RECIPIENT = "recipient"


_R, _S = FailureReason, MessageStatus
WITHHELD: Final = "withheld"
"""Stands for the status of a message that the recipient filter held back."""
MALFORMED_TOPIC, DEFERRED_TOPIC, REJECTED_TOPIC = "malformed", "deferred", "rejected"
"""What a message may be about, beside the reasons and the causes of filter entries."""

_ASK_FOR_REMOVAL = ("request_removal", "tell_sender", "details")
_TELL = ("tell_sender", "details")
_PASS_ON = ("tell_administrator", "details")
_SENDER_FAULT = Plan("", "advice.support.sender_fault", _PASS_ON)
_CONSENT = Plan("", "advice.support.complaint", ("request_removal", "copy_advice", "tell_sender"))
_SPELLING = Plan("", "advice.support.check_spelling", _ASK_FOR_REMOVAL, _TELL)
_CORRECT = Plan("", "advice.support.correct", _TELL, _TELL)

_SUPPORT: Final[Mapping[str, Plan]] = {
    _R.MAILBOX_UNKNOWN: _SPELLING,
    _R.DOMAIN_UNKNOWN: Plan("", "advice.support.check_domain", _ASK_FOR_REMOVAL, _TELL),
    _R.ADDRESS_MALFORMED: _CORRECT,
    _R.MAILBOX_DISABLED: Plan("", "advice.support.other_address", _TELL, _TELL),
    _R.MAILBOX_FULL: Plan("", "advice.support.mailbox_full", _TELL),
    _R.SERVER_UNAVAILABLE: Plan(
        "", "advice.support.server_unavailable", ("check_outage", "tell_sender", "details"), _TELL
    ),
    _R.ROUTING_ERROR: Plan(
        "", "advice.support.routing_error", ("check_outage", "tell_administrator", "details"), _TELL
    ),
    _R.POLICY_REJECTED: Plan("", "advice.support.policy", ("copy_advice", "tell_sender", "details")),
    _R.MESSAGE_TOO_LARGE: Plan("", "advice.support.too_large", _TELL),
    _R.CONTENT_REJECTED: Plan("", "advice.support.spam_content", _TELL),
    _R.RATE_LIMITED: Plan(
        "", "advice.support.rate_limited", ("tell_sender", "tell_administrator", "details")
    ),
    _R.SENDER_BLOCKED: _SENDER_FAULT,
    _R.AUTHENTICATION_FAILED: _SENDER_FAULT,
    _R.PROTOCOL_ERROR: _SENDER_FAULT,
    _R.UNDETERMINED: Plan("", "advice.support.unknown", ("details", "tell_sender"), _TELL),
    "complaint": _CONSENT,
    "unsubscribe": _CONSENT._replace(actions=("request_removal", "tell_sender")),
    "hard_bounce": _SPELLING,
    "manual": Plan("", "advice.support.manual", _ASK_FOR_REMOVAL),
    "escalation": Plan("", "advice.support.escalation", _ASK_FOR_REMOVAL, _TELL),
    "provider_list": Plan(
        "", "advice.support.provider_list", ("request_removal", "tell_administrator", "details"), _TELL
    ),
    MALFORMED_TOPIC: _CORRECT,
    DEFERRED_TOPIC: Plan("", "advice.support.deferred", ("details",)),
    REJECTED_TOPIC: Plan("", "advice.support.rejected", ("details", "tell_sender", "tell_administrator")),
}

_NOTHING = Plan("", "advice.administrator.none", ("details",))
_OUTAGE = Plan("", "advice.administrator.outage", ("check_outage", "details"))
_ON_FILTER = Plan("", "advice.administrator.filter", ("details",))
_COMPLAINT = Plan("", "advice.administrator.complaint", ("details",))

_ADMINISTRATOR: Final[Mapping[str, Plan]] = {
    _R.MAILBOX_UNKNOWN: _NOTHING,
    _R.DOMAIN_UNKNOWN: _OUTAGE,
    _R.ADDRESS_MALFORMED: _NOTHING,
    _R.MAILBOX_DISABLED: _NOTHING,
    _R.MAILBOX_FULL: _NOTHING,
    _R.SERVER_UNAVAILABLE: _OUTAGE,
    _R.ROUTING_ERROR: _OUTAGE,
    _R.POLICY_REJECTED: Plan("", "advice.administrator.policy", ("check_authentication", "details")),
    _R.MESSAGE_TOO_LARGE: Plan("", "advice.administrator.too_large", ("details",)),
    _R.CONTENT_REJECTED: Plan("", "advice.administrator.spam_content", ("details",)),
    _R.RATE_LIMITED: Plan("", "advice.administrator.rate_limited", ("check_rate", "details")),
    _R.SENDER_BLOCKED: Plan("", "advice.administrator.sender_blocked", ("check_blocklists", "details")),
    _R.AUTHENTICATION_FAILED: Plan(
        "", "advice.administrator.sender_auth", ("check_authentication", "details")
    ),
    _R.PROTOCOL_ERROR: Plan("", "advice.administrator.protocol_error", ("details",)),
    _R.UNDETERMINED: Plan("", "advice.administrator.unknown", ("details",)),
    "complaint": _COMPLAINT,
    "unsubscribe": _ON_FILTER,
    "hard_bounce": _ON_FILTER,
    "manual": _ON_FILTER,
    "escalation": _ON_FILTER,
    "provider_list": Plan("", "advice.administrator.provider_list", ("check_provider_list", "details")),
    MALFORMED_TOPIC: _NOTHING,
    DEFERRED_TOPIC: Plan("", "advice.administrator.deferred", ("details",)),
    REJECTED_TOPIC: Plan("", "advice.administrator.rejected", ("details",)),
}

_SENDER: Final[Mapping[str, Plan]] = {
    **BY_REASON,
    **BY_CAUSE,
    MALFORMED_TOPIC: MALFORMED,
    DEFERRED_TOPIC: Plan("", "", ()),
    REJECTED_TOPIC: Plan("", "advice.rejected", ("ask_support", "details")),
}

PLANS: Final[Mapping[Role, Mapping[str, Plan]]] = {
    Role.SENDER: _SENDER,
    Role.SUPPORT: _SUPPORT,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}
"""By role, then by what the message is about: a reason, a cause of a filter entry, or one of the topics."""

APPROVE: Final = Plan("", "advice.support.approve", ("approve_removal", "reject_removal", "details"))
APPROVE_BY_A_SECOND: Final = APPROVE._replace(advice="advice.support.approve.second")
"""What support does about a removal that somebody has requested; four eyes after a complaint."""
NEEDS_A_SECOND: Final = frozenset({"complaint", "unsubscribe"})
SUGGESTION: Final = {Role.SENDER: "fix.suggestion", Role.SUPPORT: "advice.support.suggestion"}

_FIXED_BY_US: Final = (Who.ADMINISTRATOR,)
WHO: Final[Mapping[str, tuple[Who, ...]]] = {
    _R.MAILBOX_UNKNOWN: (Who.SENDER, Who.SUPPORT),
    _R.DOMAIN_UNKNOWN: (Who.SENDER, Who.SUPPORT),
    _R.ADDRESS_MALFORMED: (Who.SENDER,),
    _R.MAILBOX_DISABLED: (Who.SENDER, Who.CANDIDATE),
    _R.MAILBOX_FULL: (Who.CANDIDATE, Who.SENDER),
    _R.SERVER_UNAVAILABLE: (Who.RECIPIENT, Who.SENDER),
    _R.ROUTING_ERROR: (Who.RECIPIENT, Who.SENDER, Who.SUPPORT),
    _R.POLICY_REJECTED: (Who.CANDIDATE, Who.RECIPIENT, Who.SENDER),
    _R.MESSAGE_TOO_LARGE: (Who.SENDER,),
    _R.CONTENT_REJECTED: (Who.SENDER,),
    _R.RATE_LIMITED: (Who.ADMINISTRATOR, Who.SENDER),
    _R.SENDER_BLOCKED: _FIXED_BY_US,
    _R.AUTHENTICATION_FAILED: _FIXED_BY_US,
    _R.PROTOCOL_ERROR: _FIXED_BY_US,
    _R.UNDETERMINED: (Who.SENDER, Who.SUPPORT),
    "complaint": (Who.CANDIDATE, Who.SENDER, Who.SUPPORT),
    "unsubscribe": (Who.CANDIDATE, Who.SENDER, Who.SUPPORT),
    "hard_bounce": (Who.SENDER, Who.SUPPORT),
    "manual": (Who.SUPPORT,),
    "escalation": (Who.SENDER, Who.SUPPORT),
    "provider_list": (Who.SUPPORT, Who.ADMINISTRATOR),
    MALFORMED_TOPIC: (Who.SENDER,),
    DEFERRED_TOPIC: (),
    REJECTED_TOPIC: (Who.SUPPORT, Who.ADMINISTRATOR),
}
"""Who can act, whoever is nearest to it first; nobody has to while new attempts are made."""

_SAME_ADDRESS = frozenset({"resend", "edit_resend"})
_NEW_ADDRESS = frozenset({"update", "update_resend"})
_OFF_THE_FILTER = frozenset({"request_removal", "approve_removal", "reject_removal"})
_AGAINST_CONSENT = _SAME_ADDRESS | _NEW_ADDRESS | {"keep"}
_OTHER_CONTENT = _NEW_ADDRESS | {"resend"}
_BLAMES_THE_CANDIDATE = _NEW_ADDRESS | {"keep", "copy_advice"}

NEVER: Final[Mapping[str, frozenset[str]]] = {
    # By status: what is never right in that state, whatever the reason.
    _S.HARD_BOUNCED: _SAME_ADDRESS,
    _S.DROPPED: _SAME_ADDRESS,
    WITHHELD: _SAME_ADDRESS,
    _S.COMPLAINED: _AGAINST_CONSENT,
    _S.DEFERRED: _SAME_ADDRESS | {"update_resend"} | _OFF_THE_FILTER,
    # A soft bounce puts nothing on the filter, nor does the provider's refusal.
    _S.SOFT_BOUNCED: _OFF_THE_FILTER,
    _S.REJECTED: _OFF_THE_FILTER,
    # By reason, cause or topic.
    _R.MAILBOX_UNKNOWN: _SAME_ADDRESS,
    _R.DOMAIN_UNKNOWN: _SAME_ADDRESS,
    _R.ADDRESS_MALFORMED: _SAME_ADDRESS,
    MALFORMED_TOPIC: _SAME_ADDRESS | _OFF_THE_FILTER | {"keep"},
    "complaint": _AGAINST_CONSENT,
    "unsubscribe": _AGAINST_CONSENT,
    _R.MESSAGE_TOO_LARGE: _OTHER_CONTENT,
    _R.CONTENT_REJECTED: _OTHER_CONTENT,
    _R.RATE_LIMITED: _BLAMES_THE_CANDIDATE,
    _R.SENDER_BLOCKED: _BLAMES_THE_CANDIDATE,
    _R.AUTHENTICATION_FAILED: _BLAMES_THE_CANDIDATE,
    _R.PROTOCOL_ERROR: _BLAMES_THE_CANDIDATE,
}
"""Actions that are never offered, to nobody: by status, and by what the message is about; both hold."""


def never(state: str, topic: str) -> frozenset[str]:
    """What must not be offered for a message in this state (WITHHELD, or its status) about this topic."""
    return NEVER.get(state, frozenset()) | NEVER.get(topic, frozenset())
