"""Yahoo and AOL, and the domains they serve: AT&T, Verizon, Comcast since 2025."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_YAHOO: Final = "senders.yahooinc.com/smtp-error-codes"
_COMCAST: Final = "postmaster.comcast.net/mail-error-codes.html; zone-eu/zone-mta, config/bounces.txt: smtp-error-codes.php#BL000010"
_ATT: Final = "zone-eu/zone-mta, config/bounces.txt, AT&T; pinpointe.com/blog/how-to-check-att-blacklist-request-ip-removal"
_AOL: Final = "postmaster.aol.com/errors"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule(
        "yahoo.no_account", R.MAILBOX_UNKNOWN,
        (r"this user doesn't have an? .{0,40}account", r"delivery error: dd .{0,40}is no longer valid"),
        "smtpfieldmanual.com/provider/yahoo 554; zone-eu/zone-mta, config/bounces.txt, Yahoo",
    ),
    WordRule(
        "yahoo.disabled", R.MAILBOX_DISABLED, ("mailbox is disabled", "account has been disabled or discontinued"),
        _YAHOO,
    ),
    WordRule("yahoo.domain_of_sender", R.AUTHENTICATION_FAILED, (r"unresolvable rfc\.?5321 from",), _YAHOO + ", Unresolvable RFC.5321 from domain"),
    WordRule("yahoo.blocked", R.SENDER_BLOCKED, (r"\[bl\d\d\]", "will be permanently deferred"), _YAHOO),
    WordRule("yahoo.deferred", R.RATE_LIMITED, (r"\[ts\d\d\]", r"\[tss\d\d\]", r"\[iptss?\d\d\]", r"\[gl01\]"), _YAHOO),
    WordRule("yahoo.content", R.CONTENT_REJECTED, (r"\[ph01\]",), _YAHOO),
    WordRule("yahoo.policy", R.POLICY_REJECTED, ("not accepted for policy reasons",), _YAHOO),
    # A domain anywhere in the message, not the host that sent it.
    WordRule("aol.content", R.CONTENT_REJECTED, (r"\(hvu:[a-z]\w\)",), f"{_AOL}/554hvub1.html"),
    WordRule("aol.blocked", R.SENDER_BLOCKED, (r"\((?:rly|con|dyn|rtr):[a-z]\w\)", r"\(dns:[a-z]{2}\)"), _AOL),
    WordRule("att.blocked", R.SENDER_BLOCKED, ("_is_blocked", r"sbc:blacklist\.", r"mailrelay\.att\.net"), _ATT),
    WordRule("comcast.blocked", R.SENDER_BLOCKED, (r"\bbl00\d{1,10}\b", r"\bes0000\d\d\b"), _COMCAST),
    WordRule("comcast.rate", R.RATE_LIMITED, (r"\brl0000\d\d\b",), _COMCAST),
    WordRule("verizon.blocked", R.SENDER_BLOCKED, (r"currently blocked by verizon",), "verizon.com/support/residential/internet/fiosinternet/email/blocked+email/questionsone/85702.htm"),
)  # fmt: skip
