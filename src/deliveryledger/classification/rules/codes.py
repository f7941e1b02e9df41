"""Enhanced status codes -> reason: RFC 3463 and the IANA registry of RFC 5248.

A code of class 4 is never hard by itself: ``450 4.1.1 unverified address`` says nothing about the mailbox.
"""

import re
from dataclasses import dataclass

from ...domain.failure_reason import FailureReason as R
from ...domain.failure_reason import Severity
from ...domain.smtp_codes import EnhancedStatus

CONTRADICTED = re.compile(
    r"\b(?:sender|mail from|spam|spamhaus|block|blocked|blacklist|blocklist|listed|reputation|abuse|aup|"
    r"denied|policy|prohibited|unsolicited|authenticat|relay|dmarc|spf|virus|timed? ?out|greylist|temporar|"
    r"inactiv|closed|vacation|limit|storage|quota|full\b|busy|overload|try again|retry|welcome|filter|"
    r"dns\b|ldap|(?<!domain )lookup|database|internal (?:error|failure|mail|users|senders)|exceed|rate\b|your ip|(?:mail|message) (?:is |was )?refused|"
    r"only (?:accept|internal|members|from))"
)
"""Words beside which a hard code is not believed."""


@dataclass(frozen=True)
class CodeRule:
    """What X.subject.detail means; ``detail`` None = every other detail of the subject."""

    id: str
    reason: R
    source: str


_TABLE: tuple[tuple[str, R, str], ...] = (
    # Addressing
    ("x.1.0", R.MAILBOX_UNKNOWN, "RFC 3463 3.2 other address status"),
    ("x.1.1", R.MAILBOX_UNKNOWN, "RFC 3463 3.2 bad destination mailbox address"),
    ("x.1.2", R.DOMAIN_UNKNOWN, "RFC 3463 3.2 bad destination system address"),
    ("x.1.3", R.ADDRESS_MALFORMED, "RFC 3463 3.2 bad destination mailbox address syntax"),
    ("x.1.4", R.UNDETERMINED, "RFC 3463 3.2 destination mailbox address ambiguous"),
    ("x.1.6", R.MAILBOX_UNKNOWN, "RFC 3463 3.2 destination mailbox has moved, no forwarding address"),
    ("x.1.7", R.POLICY_REJECTED, "RFC 3463 3.2 bad sender's mailbox address syntax"),
    ("x.1.8", R.POLICY_REJECTED, "RFC 3463 3.2 bad sender's system address"),
    ("x.1.9", R.POLICY_REJECTED, "RFC 5248 message relayed to non-compliant mailer"),
    (
        "x.1.10",
        R.DOMAIN_UNKNOWN,
        "RFC 7505 recipient address has null MX; Exchange Online: rules/providers.py",
    ),
    # Mailbox
    ("x.2.0", R.UNDETERMINED, "RFC 3463 3.3 other mailbox status: by text"),
    ("x.2.1", R.MAILBOX_DISABLED, "RFC 3463 3.3 mailbox disabled, not accepting messages"),
    ("x.2.2", R.MAILBOX_FULL, "RFC 3463 3.3 mailbox full"),
    ("x.2.3", R.MESSAGE_TOO_LARGE, "RFC 3463 3.3 message length exceeds administrative limit"),
    ("x.2.*", R.UNDETERMINED, "RFC 3463 3.3 mailbox status"),
    # Mail system
    ("x.3.4", R.MESSAGE_TOO_LARGE, "RFC 3463 3.4 message too big for system"),
    ("x.3.*", R.SERVER_UNAVAILABLE, "RFC 3463 3.4 mail system status"),
    # Network and routing
    ("5.4.4", R.DOMAIN_UNKNOWN, "RFC 3463 3.5 unable to route"),
    ("x.4.6", R.ROUTING_ERROR, "RFC 3463 3.5 routing loop detected"),
    ("x.4.14", R.ROUTING_ERROR, "learn.microsoft.com NDR codes: hop count exceeded"),
    ("x.4.*", R.SERVER_UNAVAILABLE, "RFC 3463 3.5 network and routing status"),
    # Protocol and content
    ("x.5.3", R.RATE_LIMITED, "RFC 3463 3.6 too many recipients"),
    ("x.5.*", R.PROTOCOL_ERROR, "RFC 3463 3.6 mail delivery protocol status"),
    ("x.6.*", R.CONTENT_REJECTED, "RFC 3463 3.7 message content or media status"),
    # Security and policy
    ("x.7.4", R.PROTOCOL_ERROR, "RFC 3463 3.8 security features not supported"),
    ("x.7.5", R.PROTOCOL_ERROR, "RFC 3463 3.8 cryptographic failure"),
    ("x.7.10", R.PROTOCOL_ERROR, "RFC 5248 encryption needed"),
    ("x.7.13", R.MAILBOX_DISABLED, "RFC 5248 user account disabled"),
    ("x.7.17", R.MAILBOX_UNKNOWN, "RFC 7293 mailbox owner has changed"),
    ("x.7.18", R.DOMAIN_UNKNOWN, "RFC 7293 domain owner has changed"),
    ("x.7.20", R.AUTHENTICATION_FAILED, "RFC 7372 no passing DKIM signature found"),
    ("x.7.21", R.AUTHENTICATION_FAILED, "RFC 7372 no acceptable DKIM signature found"),
    ("x.7.22", R.AUTHENTICATION_FAILED, "RFC 7372 no valid author-matched DKIM signature found"),
    ("x.7.23", R.AUTHENTICATION_FAILED, "RFC 7372 SPF validation failed"),
    ("x.7.24", R.AUTHENTICATION_FAILED, "RFC 7372 SPF validation error"),
    ("x.7.25", R.SENDER_BLOCKED, "RFC 7372 reverse DNS validation failed"),
    ("x.7.26", R.AUTHENTICATION_FAILED, "RFC 7372 multiple authentication checks failed"),
    ("x.7.27", R.AUTHENTICATION_FAILED, "RFC 7505 sender address has null MX"),
    ("x.7.28", R.RATE_LIMITED, "RFC 5248 mail flood detected"),
    ("x.7.29", R.AUTHENTICATION_FAILED, "RFC 5248 ARC validation failure"),
    ("x.7.*", R.POLICY_REJECTED, "RFC 3463 3.8 security or policy status"),
)
# Class 4 of what class 5 makes hard: the other side could not tell.
_TRANSIENT = CodeRule("code.4.1.*", R.SERVER_UNAVAILABLE, "RFC 3463 2.1 persistent transient failure")
_RULES = {code: CodeRule(f"code.{code}", reason, source) for code, reason, source in _TABLE}


def says_another_cause(code: EnhancedStatus) -> bool:
    """Whether the code is so special that words of an unknown address beside it are about something else."""
    return code.subject == 6 or (code.subject == 7 and 20 <= code.detail <= 29) or str(code) in _SPECIAL


_SPECIAL = frozenset({"5.3.4", "5.3.5", "5.4.6", "5.4.7", "5.4.14", "5.5.3", "5.5.4"})


def code_rule(code: EnhancedStatus) -> CodeRule | None:
    """The row for a code, or None where the code says nothing (class 2, X.0.0, an unknown subject)."""
    if code.klass == 2:
        return None
    subject, detail = code.subject, code.detail
    for key in (str(code), f"x.{subject}.{detail}", f"x.{subject}.*"):
        if (rule := _RULES.get(key)) is not None:
            break
    else:
        return None
    if code.klass == 4 and rule.reason.severity is Severity.HARD:
        return _TRANSIENT
    return rule if rule.reason is not R.UNDETERMINED else None
