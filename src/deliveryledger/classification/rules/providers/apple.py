"""iCloud Mail and Hide My Email."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_APPLE: Final = "support.apple.com/102322 (HT204137) postmaster information; smtp.codes/icloud"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule(
        "apple.no_record", R.MAILBOX_UNKNOWN, ("lookup success but no user record",),
        "experienceleague.adobe.com: hard bounces after an Apple outage (all of a domain at once: held, not applied)",
    ),
    WordRule("apple.volume", R.RATE_LIMITED, ("deferred due to excessive volume",), _APPLE),
    WordRule("apple.policy", R.POLICY_REJECTED, (r"\[cs\d\d\]", r"\[hme?\d{1,2}\]"), _APPLE),
)  # fmt: skip
