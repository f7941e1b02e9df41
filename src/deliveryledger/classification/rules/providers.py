"""Marks that only one receiving provider uses. They go first: the same words mean another thing elsewhere.

Text is ``Evidence.matchable``: lower case, without addresses. A further provider: a further block of rows.
"""

from typing import Final

from ...domain.failure_reason import FailureReason as R
from . import WordRule

_GOOGLE: Final = "support.google.com/a/answer/3726730: SMTP errors, the ?p= token names the cause"
_MICROSOFT: Final = "learn.microsoft.com/exchange: non-delivery reports in Exchange Online"
_OUTLOOK: Final = "sendersupport.olc.protection.outlook.com/pm/troubleshooting"
_YAHOO: Final = "senders.yahooinc.com/smtp-error-codes"

PROVIDERS: Final[tuple[WordRule, ...]] = (
    # Google
    WordRule("google.no_such_user", R.MAILBOX_UNKNOWN, (r"p=nosuchuser\b",), _GOOGLE),
    WordRule(
        "google.disabled", R.MAILBOX_DISABLED,
        (r"p=disableduser\b", r"p=overquotaperm\b", r"you tried to reach is (?:disabled|inactive)"), _GOOGLE,
    ),
    WordRule("google.over_quota", R.MAILBOX_FULL, ("p=overquota",), _GOOGLE),
    WordRule("google.rate", R.RATE_LIMITED, ("p=receivingrate", "p=unsolicitedratelimit"), _GOOGLE),
    WordRule("google.ip", R.SENDER_BLOCKED, ("p=unsolicitedip",), _GOOGLE),
    WordRule("google.content", R.CONTENT_REJECTED, ("p=unsolicitedmessage", "p=blockedmessage", "rejected due to spam classification"), _GOOGLE),
    WordRule("google.authentication", R.AUTHENTICATION_FAILED, ("p=unauthenticatedmail",), _GOOGLE),
    WordRule("google.size", R.MESSAGE_TOO_LARGE, ("p=maxsize",), _GOOGLE),
    WordRule(
        "google.reputation", R.SENDER_BLOCKED,
        ("very low reputation of the sending", "unusual rate of unsolicited mail"), _GOOGLE,
    ),
    WordRule("google.nxdomain", R.DOMAIN_UNKNOWN, (r"lookup of \S+ responded with code nxdomain",), _GOOGLE),
    # Microsoft
    WordRule(
        "microsoft.recipient_not_found", R.MAILBOX_UNKNOWN,
        (r"resolver\.adr\.(?:ex)?recip(?:ient)?notfound", "recipientnotfound",
         "recipient not found by smtp address lookup"), _MICROSOFT,
    ),
    WordRule("null_mx", R.DOMAIN_UNKNOWN, (r"null mx\b",), "RFC 7505 4.2", r"5\.1\.10"),
    WordRule("microsoft.edge_blocking", R.MAILBOX_UNKNOWN, ("access denied",), _MICROSOFT, r"5\.4\.1"),
    WordRule(
        "microsoft.5_1_10", R.MAILBOX_UNKNOWN, ("recipient", "resolver", "mailbox"), _MICROSOFT, r"5\.1\.10"
    ),
    WordRule("microsoft.no_domain", R.DOMAIN_UNKNOWN, (), _MICROSOFT, r"5\.4\.310"),
    WordRule("microsoft.hotmail", R.MAILBOX_UNKNOWN, ("mailbox unavailable",), _OUTLOOK, r"5\.5\.0"),
    WordRule("microsoft.restricted", R.POLICY_REJECTED, (r"resolver\.rst\.",), _MICROSOFT),
    WordRule("microsoft.restricted_code", R.POLICY_REJECTED, (), _MICROSOFT, r"5\.7\.1[23]\d"),
    WordRule("microsoft.authentication", R.AUTHENTICATION_FAILED, (), _MICROSOFT, r"5\.7\.5(?:09|15)"),
    WordRule("microsoft.banned", R.SENDER_BLOCKED, (), _MICROSOFT, r"5\.7\.(?:[56]\d\d|7[05]\d)"),
    WordRule("microsoft.reputation", R.SENDER_BLOCKED, (), _OUTLOOK, r"4\.7\.65\d"),
    WordRule("microsoft.busy", R.RATE_LIMITED, (), _MICROSOFT, r"4\.7\.5\d\d"),
    WordRule("microsoft.block_list", R.SENDER_BLOCKED, (r"\bs31\d\d\b",), _OUTLOOK),
    # Yahoo, AOL
    WordRule("yahoo.no_account", R.MAILBOX_UNKNOWN, (r"this user doesn't have an? .{0,40}account",), _YAHOO),
    WordRule("yahoo.disabled", R.MAILBOX_DISABLED, ("mailbox is disabled",), _YAHOO),
    WordRule("yahoo.deferred", R.RATE_LIMITED, (r"\[tss?\d\d\]",), _YAHOO),
    WordRule("yahoo.blocked", R.SENDER_BLOCKED, (r"\[bl\d\d\]",), _YAHOO),
    WordRule("yahoo.policy", R.POLICY_REJECTED, ("not accepted for policy reasons",), _YAHOO),
    # SendGrid itself, where no server has answered: it names a PTR record that is none of ours
    WordRule(
        "sendgrid.no_mx", R.SERVER_UNAVAILABLE, ("unable to get mx info",),
        "suped.com/knowledge: SendGrid could not resolve the recipient's MX or A record, for now or for good",
    ),
    # Tencent QQ, Orange
    WordRule("tencent.rate", R.RATE_LIMITED, ("connection frequency limited",), "service.mail.qq.com: 20022"),
    WordRule("orange.spam", R.CONTENT_REJECTED, (r"\bofr_?506\b",), "postmaster.orange.fr: error codes"),
)  # fmt: skip
