"""Security gateways before the receiver: Mimecast, Proofpoint, Barracuda, Cisco, Symantec, Trend Micro, Vade."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_MIMECAST: Final = "community.mimecast.com/s/article/Mimecast-SMTP-Error-Codes-842605754; wordtothewise.com/2018/07/who-are-mimecast"
_PROOFPOINT: Final = (
    "spambrella.com/faq/email-delivery-error-codes; proofpoint.com/us/postmaster; smtpfieldmanual.com"
)
_BARRACUDA: Final = (
    "zone-eu/zone-mta, config/bounces.txt, Barracuda; forwardemail's get-bounce-info.js: no block list"
)
_CISCO: Final = (
    "cisco.com/c/en/us/support/docs/security/email-security-appliance/200436-Identify-and-allow-poor-SenderBase-Reput.html; "
    "headwayapp.co/mxroute-changelog/adjustments-to-outbound-rejections-137432"
)
_SYMANTEC: Final = (
    "knowledge.broadcom.com/external/article?legacyId=TECH253432 and TECH246726; smtpfieldmanual.com 553"
)
_TREND: Final = "success.trendmicro.com/solution/1097055-frequently-asked-questions-faqs-about-messages-blocked-by-email-reputation-services-ers; thunderbird/mailstrom issue 197: ERS-DUL"
_VADE: Final = "postmaster-oxseu.vadesecure.com/inbound_error_codes; postmaster-oxsus.vadesecure.com"
_VADE_MARK: Final = r"\box(?:seu|sus)\d{0,5}_"
"""Vade's codes at Open-Xchange's platforms, which many access providers hand their mailboxes to."""

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("mimecast.content", R.CONTENT_REJECTED, ("mcspamsignature", "content examination policy", "virus signature detected"), _MIMECAST),
    WordRule("mimecast.policy", R.POLICY_REJECTED, ("envelope blocked", "envelope rejected", r"anti-?spoofing (?:header )?(?:policy|lockout)"), _MIMECAST),
    WordRule(
        "mimecast.blocked", R.SENDER_BLOCKED,
        (r"csi\.mimecast", "local ct ip reputation", "ip temporarily blacklisted", "host network not allowed",
         "sender address blocked"), _MIMECAST,
    ),
    WordRule("mimecast.greylisted", R.RATE_LIMITED, ("internal resources? (?:are |is )?temporarily unavailable",), _MIMECAST),
    WordRule("proofpoint.blocked", R.SENDER_BLOCKED, (r"ipcheck\.proofpoint", r"\bpdr:"), _PROOFPOINT),
    WordRule("proofpoint.unknown", R.MAILBOX_UNKNOWN, (r"user (?:e-?mail )?address is marked as invalid",), _PROOFPOINT + "; smtp-field-manual, pull request 54"),
    WordRule("barracuda.blocked", R.POLICY_REJECTED, (r"permanent failure for one or more recipients \( ?:blocked",), _BARRACUDA),
    WordRule(
        "cisco.blocked", R.SENDER_BLOCKED,
        (r"access to (?:this|submit messages to this) (?:e-?mail|mail) system has been rejected",
         "sending mta's poor reputation"), _CISCO,
    ),
    WordRule("symantec.content", R.CONTENT_REJECTED, (r"\bmessage filtered\b", r"symanteccloud\.com/troubleshooting"), _SYMANTEC),
    WordRule("symantec.blocked", R.SENDER_BLOCKED, ("connection rejected by policy",), _SYMANTEC),
    WordRule("trend.blocked", R.SENDER_BLOCKED, (r"mail-abuse\.(?:com|org)", r"(?:using|by) trend ?micro", r"\bers-dul\b"), _TREND),
    WordRule("vade.rate", R.RATE_LIMITED, (rf"{_VADE_MARK}1(?:10|39|40)\b",), _VADE),
    WordRule("vade.blocked", R.SENDER_BLOCKED, (rf"{_VADE_MARK}1(?:01|05|08|11)\b", r"\bblocked by vade\b"), _VADE),
    # "Connection refused", and the page: unknown, or malformed. It comes and goes for one address: not hard.
    WordRule(
        "vade.either", R.POLICY_REJECTED, (rf"{_VADE_MARK}403\b",),
        "suped.com/knowledge: what does the Vade Secure OXSUS0001_403 error code mean",
    ),
)  # fmt: skip
