"""Why a message failed: a closed list. Severity and blame are properties of the reason."""

from enum import StrEnum


class Severity(StrEnum):
    """``hard``: this address will never work. ``soft``: temporary, or about this one message."""

    HARD = "hard"
    SOFT = "soft"


class Blame(StrEnum):
    """Who can fix it."""

    ADDRESS = "address"
    MAILBOX = "mailbox"
    RECEIVER = "receiver"
    SENDER = "sender"
    CONTENT = "content"
    NOBODY = "nobody"


class FailureReason(StrEnum):
    """The closed list of docs/reference/reasons.md."""

    MAILBOX_UNKNOWN = "mailbox_unknown"
    DOMAIN_UNKNOWN = "domain_unknown"
    ADDRESS_MALFORMED = "address_malformed"
    MAILBOX_DISABLED = "mailbox_disabled"
    MAILBOX_FULL = "mailbox_full"
    SERVER_UNAVAILABLE = "server_unavailable"
    ROUTING_ERROR = "routing_error"
    POLICY_REJECTED = "policy_rejected"
    MESSAGE_TOO_LARGE = "message_too_large"
    CONTENT_REJECTED = "content_rejected"
    RATE_LIMITED = "rate_limited"
    SENDER_BLOCKED = "sender_blocked"
    AUTHENTICATION_FAILED = "authentication_failed"
    PROTOCOL_ERROR = "protocol_error"
    UNDETERMINED = "undetermined"

    @property
    def severity(self) -> Severity:
        """Only a mailbox or a domain that does not exist is hard."""
        return Severity.HARD if self in _HARD else Severity.SOFT

    @property
    def blame(self) -> Blame:
        """Who can fix it."""
        return _BLAME[self]

    @property
    def counts_as_strike(self) -> bool:
        """Whether repeated failures say something about the address; the sender's own faults never do."""
        return self in _STRIKES


_R = FailureReason
_HARD = frozenset({_R.MAILBOX_UNKNOWN, _R.DOMAIN_UNKNOWN, _R.ADDRESS_MALFORMED})
_STRIKES = frozenset({_R.MAILBOX_DISABLED, _R.MAILBOX_FULL, _R.SERVER_UNAVAILABLE})
_BLAME = {
    _R.MAILBOX_UNKNOWN: Blame.ADDRESS,
    _R.DOMAIN_UNKNOWN: Blame.ADDRESS,
    _R.ADDRESS_MALFORMED: Blame.ADDRESS,
    _R.MAILBOX_DISABLED: Blame.MAILBOX,
    _R.MAILBOX_FULL: Blame.MAILBOX,
    _R.SERVER_UNAVAILABLE: Blame.RECEIVER,
    _R.ROUTING_ERROR: Blame.RECEIVER,
    _R.POLICY_REJECTED: Blame.RECEIVER,
    _R.MESSAGE_TOO_LARGE: Blame.CONTENT,
    _R.CONTENT_REJECTED: Blame.CONTENT,
    _R.RATE_LIMITED: Blame.SENDER,
    _R.SENDER_BLOCKED: Blame.SENDER,
    _R.AUTHENTICATION_FAILED: Blame.SENDER,
    _R.PROTOCOL_ERROR: Blame.SENDER,
    _R.UNDETERMINED: Blame.NOBODY,
}
