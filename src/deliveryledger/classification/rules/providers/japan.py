"""Japanese mobile carriers answer a filter of their customer's as they answer an unknown user."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_SOURCE: Final = "docomo and au answer so where their customer refuses the sender's domain, too"

CARRIERS: Final[tuple[WordRule, ...]] = (
    WordRule("docomo.unknown_user", R.POLICY_REJECTED, ("unknown user",), _SOURCE, hosts=("docomo.ne.jp",)),
    # With an address au means it; without one it may be the filter.
    WordRule(
        "au.unknown_user", R.POLICY_REJECTED, (r"\b550 : user unknown",), _SOURCE,
        hosts=("ezweb.ne.jp", "au.com", "uqmobile.jp"),
    ),
)  # fmt: skip
"""Left out where a profile believes them."""
