"""TDC and YouSee, Mail.ee: what the North and the Baltic say in words of their own.

Few do. Telia, Telenor (online.no), Domeneshop, Loopia and the web hosts answer with Postfix's and Exim's own
texts, or with a gateway's; ``phrases.py`` and ``gateways.py`` have those.
"""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_TDC: Final = "postmaster.tdc.dk/fejlmeddelser/fpo/452-4-5-0-policy-based-throttling"

RULES: Final[tuple[WordRule, ...]] = (
    # An hour's rest for an IP address that tried many unknown recipients: nothing about this one.
    WordRule("tdc.throttled", R.RATE_LIMITED, ("policy based throttling",), _TDC),
    WordRule("tdc.unknown", R.MAILBOX_UNKNOWN, (r"\b550 (?:5\.1\.1 )?user: < ?> unknown",), _TDC),
    # Nobody has logged in for nine months; the next log-in wakes the mailbox up.
    WordRule(
        "mail_ee.inactive", R.MAILBOX_DISABLED, ("rejected: inactive user",),
        "help.mail.ee/category/10037/question/10147",
    ),
)  # fmt: skip
