"""Access providers and hosts of North America, and mail services of the whole world."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_COX: Final = "postmaster.cox.net/confluence/display/postmaster/Error+Codes; cox.com/residential/support/email-error-codes"
_CHARTER: Final = "suped.com: AUP#I-1010, an acceptable use policy; community.spectrum.net/discussion/172891"
_ZOHO: Final = "smtp.codes/zoho; zoho.com/zeptomail/help/api/smtp-error-codes.html"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("cox.rate", R.RATE_LIMITED, (r"\baup#cxmxrt\b",), "suped.com: e-mail deliverability issues with Cox.net"),
    WordRule("cox.authentication", R.AUTHENTICATION_FAILED, (r"\baup#cxsndr\b",), "forums.cox.com/discussions/internet: AUP#CXSNDR"),
    WordRule("cox.blocked", R.SENDER_BLOCKED, (r"\b(?:cxbl|cxrbl|cdrbl)\b", r"\bipbl[01]{4,5}\b", r"\baup#cx"), _COX),
    WordRule("charter.blocked", R.SENDER_BLOCKED, (r"\baup#(?:i|in|out)?-?\d",), _CHARTER),
    WordRule(
        "zoho.rate", R.RATE_LIMITED, ("unusual sending activity",),
        "help.zoho.com/portal/en/community: 550 5.4.6 Unusual sending activity detected",
    ),
    WordRule("zoho.relay", R.POLICY_REJECTED, ("relaying disallowed", "mail rejected by destination domain"), _ZOHO),
    # SendGrid itself, where no server has answered: it names a PTR record that is none of ours
    WordRule(
        "sendgrid.no_mx", R.SERVER_UNAVAILABLE, ("unable to get mx info",),
        "suped.com/knowledge: SendGrid could not resolve the recipient's MX or A record, for now or for good; "
        "braze.com/docs: bounce reason 'unable to get mx info'",
    ),
    # cPanel's router for what has no MX and no address in DNS. It verifies the sender's domain by the same.
    WordRule(
        "cpanel.sender", R.POLICY_REJECTED,
        (r"\bverification failed for\b.{0,300}or domain may not exist, they may be blacklisted",
         r"missing the proper dns entries\.? ?(?:\(?550\)?[ -])?sender verify"),
        "Exim's verify = sender: 'Verification failed for <address>', then the router's text, then 'Sender verify failed'",
    ),
    WordRule(
        "cpanel.no_route", R.DOMAIN_UNKNOWN, ("or domain may not exist, they may be blacklisted",),
        "docs.cpanel.net, Track Delivery: fail_remote_domains, the recipient's mail server does not exist",
    ),
)  # fmt: skip
