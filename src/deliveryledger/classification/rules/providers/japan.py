"""Japanese mobile carriers answer a filter of their customer's as they answer an unknown user."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_SOURCE: Final = "note.com/sendmagic/n/neb6bbe7e51cf and akisoftware.com/pmsrv/help/docomo.html: docomo, au and their filters"

CARRIERS: Final[tuple[WordRule, ...]] = (
    WordRule("docomo.unknown_user", R.POLICY_REJECTED, ("unknown user",), _SOURCE, hosts=("docomo.ne.jp",)),
    # With an address au means it; without one it may be the filter.
    WordRule(
        "au.unknown_user", R.POLICY_REJECTED, (r"\b550 : user unknown",), _SOURCE,
        hosts=("ezweb.ne.jp", "au.com", "uqmobile.jp"),
    ),
)  # fmt: skip
"""Left out where a profile believes them."""
RULES: Final[tuple[WordRule, ...]] = (
    WordRule("docomo.full", R.MAILBOX_FULL, ("too much mail data",), _SOURCE, hosts=("docomo.ne.jp",)),
)
"""What everybody believes."""
