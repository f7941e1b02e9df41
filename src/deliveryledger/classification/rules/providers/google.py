"""Gmail and Google Workspace: the ``?p=`` token of the link at the end of a reply names the cause."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_GOOGLE: Final = (
    "support.google.com/a/answer/3726730: Gmail SMTP errors and codes; smtpfieldmanual.com, provider Gmail"
)

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("google.no_such_user", R.MAILBOX_UNKNOWN, (r"p=nosuchuser\b",), _GOOGLE),
    WordRule("google.malformed", R.ADDRESS_MALFORMED, ("not a valid rfc-5321 address",), _GOOGLE),
    WordRule("google.over_quota", R.MAILBOX_FULL, ("p=overquota",), _GOOGLE),
    WordRule(
        "google.disabled", R.MAILBOX_DISABLED,
        (r"p=disableduser\b", r"you tried to reach is (?:disabled|inactive)"), _GOOGLE,
    ),
    WordRule(
        "google.rate", R.RATE_LIMITED,
        ("p=receivingrate", "p=unsolicitedratelimit", "sending quota exceeded",
         "relay limit exceeded", "is receiving (?:e-?)?mail (?:too|at a rate)"), _GOOGLE,
    ),
    WordRule("google.ip", R.SENDER_BLOCKED, ("p=unsolicitedip", "p=notauthorizederror"), _GOOGLE),
    WordRule(
        "google.content", R.CONTENT_REJECTED,
        ("p=unsolicitedmessage", "p=blockedmessage", "p=rfcmessagenoncompliant",
         "rejected due to spam classification", "messages? missing a valid (?:address|message-id)"), _GOOGLE,
    ),
    WordRule(
        "google.authentication", R.AUTHENTICATION_FAILED,
        ("p=unauthenticatedmail", "p=ipv6autherror"), _GOOGLE,
    ),
    WordRule("google.size", R.MESSAGE_TOO_LARGE, ("p=maxsize",), _GOOGLE),
    WordRule(
        "google.reputation", R.SENDER_BLOCKED,
        ("very low reputation of the sending", "unusual rate of unsolicited mail"), _GOOGLE,
    ),
    WordRule(
        "google.policy", R.POLICY_REJECTED,
        ("p=customfrom", "has a policy that prohibited the mail", "ip not in whitelist for rcpt domain",
         r"violates .{0,60}e-?mail policy"), _GOOGLE,
    ),
    WordRule("google.tls", R.PROTOCOL_ERROR, ("tls required for rcpt domain",), _GOOGLE),
    WordRule(
        "google.nxdomain", R.DOMAIN_UNKNOWN,
        (r"lookup of \S+ responded with code nxdomain", "able to find the recipient domain"), _GOOGLE,
    ),
    # A group answers the same where it is private: the address may well live.
    WordRule(
        "google.group", R.POLICY_REJECTED,
        ("the group you tried to contact", "may not have permission to post messages"),
        "support.google.com/groups: a group may not exist, or not let you post",
    ),
)  # fmt: skip
