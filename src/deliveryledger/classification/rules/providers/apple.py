"""iCloud Mail and Hide My Email."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_APPLE: Final = "support.apple.com/102322 postmaster information; smtp.codes/icloud"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("apple.no_record", R.MAILBOX_UNKNOWN, ("lookup success but no user record",), _APPLE),
    WordRule("apple.not_accepting", R.SENDER_BLOCKED, (r"(?:me|mac|icloud)\.com esmtp not accepting",), _APPLE),
    # Hide My Email lets only registered senders in: the address lives.
    WordRule("apple.private_relay", R.POLICY_REJECTED, ("unauthorized sender",), _APPLE, hosts=(".appleid.com",)),
    WordRule("apple.volume", R.RATE_LIMITED, ("deferred due to excessive volume",), _APPLE),
    WordRule("apple.policy", R.POLICY_REJECTED, (r"\[cs\d\d\]", r"\[hm\d\d\]", r"\[hme\d\]"), _APPLE),
)  # fmt: skip
