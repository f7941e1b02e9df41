"""The status of a message, as the card shows it. Monotonic by rank, not last writer wins."""

from enum import StrEnum


class MessageStatus(StrEnum):
    """What is known of a message's delivery."""

    REGISTERED = "registered"
    SUBMITTED = "submitted"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    SOFT_BOUNCED = "soft_bounced"
    REJECTED = "rejected"
    DROPPED = "dropped"
    HARD_BOUNCED = "hard_bounced"
    COMPLAINED = "complained"

    @property
    def rank(self) -> int:
        """A higher rank wins whatever the order of arrival; equal ranks are decided by ``occurred_at``."""
        return _RANK[self]

    @property
    def is_failure(self) -> bool:
        """Whether the sender has to be told; also of a complaint, though its message was delivered."""
        return self in _FAILURES


_S = MessageStatus
_RANK = {
    _S.REGISTERED: 0,
    _S.SUBMITTED: 1,
    _S.DEFERRED: 2,
    _S.DELIVERED: 3,
    _S.SOFT_BOUNCED: 3,
    _S.REJECTED: 3,
    _S.DROPPED: 3,
    _S.HARD_BOUNCED: 4,
    _S.COMPLAINED: 5,
}
_FAILURES = frozenset({_S.SOFT_BOUNCED, _S.REJECTED, _S.DROPPED, _S.HARD_BOUNCED, _S.COMPLAINED})
