"""Access providers and hosts of North America, and mail services of the whole world."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_COX: Final = "postmaster.cox.net: error codes"
_CHARTER: Final = "spectrum.net postmaster: AUP codes"
_ZOHO: Final = "zoho.com/mail/help: SMTP errors"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("cox.blocked", R.SENDER_BLOCKED, (r"\bcxbl\b", r"\bcxrbl\b", r"\bcdrbl\b", r"\bipbl[01]{4,5}\b"), _COX),
    WordRule("charter.blocked", R.SENDER_BLOCKED, (r"\baup#",), _CHARTER),
    WordRule("zoho.rate", R.RATE_LIMITED, ("unusual sending activity",), _ZOHO),
    WordRule("zoho.relay", R.POLICY_REJECTED, ("relaying disallowed", "mail rejected by destination domain"), _ZOHO),
    # SendGrid itself, where no server has answered: it names a PTR record that is none of ours
    WordRule(
        "sendgrid.no_mx", R.SERVER_UNAVAILABLE, ("unable to get mx info",),
        "suped.com/knowledge: SendGrid could not resolve the recipient's MX or A record, for now or for good",
    ),
    # cPanel's router for what has no MX and no address in DNS: its one text for it.
    WordRule(
        "cpanel.no_route", R.DOMAIN_UNKNOWN, ("account or domain may not exist, they may be blacklisted",),
        "cPanel's exim.conf: router fail_remote_domains, after dnslookup found nothing",
    ),
)  # fmt: skip
