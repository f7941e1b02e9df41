"""Security gateways in front of the receiver: Mimecast, Proofpoint, Barracuda, Cisco, Symantec, Trend Micro."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_MIMECAST: Final = "mimecastsupport.zendesk.com: Mimecast SMTP error codes"
_PROOFPOINT: Final = "help.proofpoint.com; spambrella.com/faq/email-delivery-error-codes"
_BARRACUDA: Final = "campus.barracuda.com: Email Gateway Defense, bounces"
_CISCO: Final = "cisco.com: Secure Email, default texts of mail flow policies"
_SYMANTEC: Final = "knowledge.broadcom.com: Email Security.cloud, SMTP errors"
_TREND: Final = "docs.trendmicro.com: SMTP error codes"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("mimecast.content", R.CONTENT_REJECTED, ("mcspamsignature", "content examination policy", "virus signature detected"), _MIMECAST),
    WordRule("mimecast.policy", R.POLICY_REJECTED, ("envelope blocked", "envelope rejected", r"anti-?spoofing (?:header )?(?:policy|lockout)"), _MIMECAST),
    WordRule(
        "mimecast.blocked", R.SENDER_BLOCKED,
        (r"csi\.mimecast", "local ct ip reputation", "ip temporarily blacklisted", "host network not allowed",
         "sender address blocked"), _MIMECAST,
    ),
    WordRule("mimecast.greylisted", R.RATE_LIMITED, ("internal resources? (?:are |is )?temporarily unavailable",), _MIMECAST),
    WordRule("proofpoint.blocked", R.SENDER_BLOCKED, (r"ipcheck\.proofpoint", "rejected by proofpoint", r"\bpdr:"), _PROOFPOINT),
    WordRule("proofpoint.unknown", R.MAILBOX_UNKNOWN, (r"user (?:e-?mail )?address is marked as invalid",), _PROOFPOINT),
    WordRule("barracuda.blocked", R.POLICY_REJECTED, (r"permanent failure for one or more recipients \( ?:blocked",), _BARRACUDA),
    WordRule(
        "cisco.blocked", R.SENDER_BLOCKED,
        (r"access to (?:this|submit messages to this) (?:e-?mail|mail) system has been rejected",
         "sending mta's poor reputation"), _CISCO,
    ),
    WordRule("symantec.content", R.CONTENT_REJECTED, (r"\bmessage filtered\b", r"symanteccloud\.com/troubleshooting"), _SYMANTEC),
    WordRule("symantec.blocked", R.SENDER_BLOCKED, ("connection rejected by policy",), _SYMANTEC),
    WordRule("trend.blocked", R.SENDER_BLOCKED, (r"mail-abuse\.com", r"blocked (?:using|by) trend ?micro", r"temporary denial of connection"), _TREND),
)  # fmt: skip
