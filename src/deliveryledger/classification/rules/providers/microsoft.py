"""Exchange, Exchange Online and Outlook.com: words of the transport's own, and codes that only they use."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_NDR: Final = "learn.microsoft.com/exchange: non-delivery reports and SMTP errors in Exchange Online"
_DSN: Final = "learn.microsoft.com/exchange: DSNs and NDRs in Exchange Server"
_OUTLOOK: Final = "sendersupport.olc.protection.outlook.com/pm/troubleshooting"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule(
        "microsoft.recipient_not_found", R.MAILBOX_UNKNOWN,
        (r"resolver\.adr\.(?:ex)?recip(?:ient)?notfound", "recipientnotfound",
         "recipient not found by smtp address lookup"), _NDR,
    ),
    # Its text goes on that the address may not exist, or may be forwarded wrongly.
    WordRule(
        "microsoft.not_found_at", R.MAILBOX_UNKNOWN, (r"(?:was not|wasn't) found at [\w-]+\.[\w.-]+",),
        "learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/fix-error-code-550-5-1-10-in-exchange-online",
    ),
    WordRule("null_mx", R.DOMAIN_UNKNOWN, (r"null ?mx\b",), "RFC 7505 4.2", r"5\.1\.10"),
    WordRule("microsoft.edge_blocking", R.MAILBOX_UNKNOWN, ("access denied",), _NDR, r"5\.4\.1"),
    # The same, quoted by a gateway whose own code stands first.
    WordRule(
        "microsoft.edge_blocking_quoted", R.MAILBOX_UNKNOWN,
        (r"5\.4\.1 (?:\[ ?\]:? )?(?:all )?recipient address(?:es)? rejected: access denied",),
        "smtpfieldmanual.com, spam filter Barracuda: 550 cuda_nsu 5.4.1",
    ),
    WordRule("microsoft.5_1_10", R.MAILBOX_UNKNOWN, ("recipient", "resolver", "mailbox"), _NDR, r"5\.1\.10"),
    WordRule("microsoft.no_domain", R.DOMAIN_UNKNOWN, (), _NDR, r"5\.4\.310"),
    WordRule("microsoft.no_domain_dns", R.DOMAIN_UNKNOWN, (r"dns\.nonexistentdomain",), _DSN),
    WordRule("microsoft.hotmail", R.MAILBOX_UNKNOWN, ("mailbox unavailable",), "smtpfieldmanual.com, provider Outlook: 550 5.5.0", r"5\.5\.0"),
    WordRule(
        "microsoft.size", R.MESSAGE_TOO_LARGE, (r"resolver\.rst\.(?:send|recip)sizelimit", "messagetoolargeexception"),
        _DSN,
    ),
    WordRule("microsoft.restricted", R.POLICY_REJECTED, (r"resolver\.rst\.", r"transport\.rules\.reject"), _DSN),
    WordRule("microsoft.restricted_code", R.POLICY_REJECTED, (), _NDR, r"5\.7\.1[23]\d"),
    WordRule("microsoft.over_quota", R.MAILBOX_FULL, ("quotaexceeded", r"storedrv\.deliver.{0,40}mailbox full"), _DSN),
    WordRule("microsoft.disabled", R.MAILBOX_DISABLED, ("accountdisabled", "mailboxdisabled"), _DSN),
    WordRule(
        "microsoft.loop", R.ROUTING_ERROR,
        (r"resolver\.fwd\.loop", "dns.mxloopback", r"routing\.looped", r"routing\.noconnector"), _DSN,
    ),
    WordRule(
        "microsoft.expired", R.SERVER_UNAVAILABLE,
        (r"queue\.expired", r"queue\.ttl", "recipientthreadlimitexceeded", "messagedeliverytimeout"), _DSN,
    ),
    WordRule("microsoft.authentication", R.AUTHENTICATION_FAILED, (), _NDR, r"5\.7\.5(?:09|15)"),
    WordRule("microsoft.limits", R.RATE_LIMITED, (), _NDR, r"5\.(?:7\.508|7\.23[23]|2\.12[12]|1\.90)"),
    WordRule("microsoft.malformed", R.CONTENT_REJECTED, (), _NDR, r"5\.7\.512"),
    WordRule("microsoft.rejected", R.POLICY_REJECTED, (), _NDR, r"5\.7\.(?:50[4-7]|520)"),
    WordRule("microsoft.banned", R.SENDER_BLOCKED, (), _NDR, r"5\.7\.(?:[56]\d\d|7[05]\d)"),
    WordRule("microsoft.reputation", R.SENDER_BLOCKED, (), _OUTLOOK, r"4\.7\.65\d"),
    WordRule("microsoft.busy", R.RATE_LIMITED, (), _NDR, r"4\.7\.5\d\d"),
    WordRule("microsoft.tls", R.PROTOCOL_ERROR, (), _NDR, r"[45]\.7\.32\d"),
    WordRule("microsoft.rate_codes", R.RATE_LIMITED, (r"\brp-00\d\b",), _OUTLOOK),
    WordRule("microsoft.content_codes", R.CONTENT_REJECTED, (r"\bsc-00\d\b",), _OUTLOOK),
    WordRule("microsoft.block_codes", R.SENDER_BLOCKED, (r"\b(?:dy-00|ou-00)\d\b",), _OUTLOOK),
    WordRule("microsoft.block_list", R.SENDER_BLOCKED, (r"\bs31\d\d\b",), _OUTLOOK),
)  # fmt: skip
