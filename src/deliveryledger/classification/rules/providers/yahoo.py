"""Yahoo and AOL, and the domains they serve: AT&T, Verizon, Comcast since 2025."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_YAHOO: Final = "senders.yahooinc.com/smtp-error-codes"
_COMCAST: Final = "postmaster.comcast.net/mail-error-codes"
_ATT: Final = "att.net: rejection texts of blacklist.mailrelay.att.net"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("yahoo.no_account", R.MAILBOX_UNKNOWN, (r"this user doesn't have an? .{0,40}account",), _YAHOO),
    WordRule(
        "yahoo.disabled", R.MAILBOX_DISABLED, ("mailbox is disabled", "account has been disabled or discontinued"),
        _YAHOO,
    ),
    WordRule("yahoo.domain_of_sender", R.AUTHENTICATION_FAILED, (r"unresolvable rfc\.?5321 from",), _YAHOO),
    WordRule("yahoo.blocked", R.SENDER_BLOCKED, (r"\[bl\d\d\]", "will be permanently deferred"), _YAHOO),
    WordRule("yahoo.deferred", R.RATE_LIMITED, (r"\[ts\d\d\]", r"\[tss\d\d\]", r"\[iptss?\d\d\]", r"\[gl01\]"), _YAHOO),
    WordRule("yahoo.content", R.CONTENT_REJECTED, (r"\[ph01\]",), _YAHOO),
    WordRule("yahoo.policy", R.POLICY_REJECTED, ("not accepted for policy reasons",), _YAHOO),
    WordRule(
        "aol.blocked", R.SENDER_BLOCKED, (r"\((?:hvu|rly|con|dyn|rtr|cnf):[a-z]\w\)", r"\(dns:[a-z]{2}\)"),
        "postmaster.aol.com: error codes",
    ),
    WordRule("att.blocked", R.SENDER_BLOCKED, ("_is_blocked", r"sbc:blacklist\.", r"mailrelay\.att\.net"), _ATT),
    WordRule("comcast.blocked", R.SENDER_BLOCKED, (r"\bbl00\d{1,10}\b", r"\bes0000\d\d\b"), _COMCAST),
    WordRule("comcast.rate", R.RATE_LIMITED, (r"\brl0000\d\d\b",), _COMCAST),
    WordRule("verizon.blocked", R.SENDER_BLOCKED, (r"currently blocked by verizon",), "verizon.net: anti-spam system"),
)  # fmt: skip
