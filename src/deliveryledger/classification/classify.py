"""Evidence in, verdict out. The knowledge is in ``rules/``; this walks it, first match wins.

Precedence: provider rules, then phrase families, then the enhanced code in the remote server's words, then
the reported Status, and a bare reply code decides nothing. MTAs make codes up; they quote words.
"""

from dataclasses import replace
from functools import cache
from typing import Final, NamedTuple

from ..domain.failure_reason import FailureReason, Severity
from ..domain.smtp_codes import EnhancedStatus
from .evidence import Evidence, Phase
from .profile import DEFAULT_PROFILE, Profile
from .rules import RULES_VERSION, RuleIndex
from .rules.codes import CONTRADICTED, code_rule, says_another_cause
from .rules.tables import HOSTS, rule_index

_CODE_CONTRADICTED: Final = "guard.code_contradicted"
_BEFORE_RECIPIENT: Final = "guard.before_recipient"
_SENDER_CODE: Final = "guard.sender_code"
_DOMAIN_BY_POLICY: Final = "guard.domain_by_policy"
_DOMAIN_ACCEPTED: Final = "guard.domain_accepted"
_FOR_NOW: Final = "guard.for_now"
_COMMAND: Final = "guard.command"
_OTHER_CODE: Final = "guard.other_code"
GUARDS: Final = {
    _CODE_CONTRADICTED: "MTAs fill codes in: none is believed beside words about something else",
    _BEFORE_RECIPIENT: "RFC 5321 3.3: the recipient had not been named yet",
    _SENDER_CODE: "RFC 3463 3.2: X.1.7 and X.1.8 are about the sender's address, whatever the words",
    _DOMAIN_BY_POLICY: "RFC 3463 3.8: who refuses by policy (X.7.0, X.7.1) means the sender's domain",
    _DOMAIN_ACCEPTED: "RFC 5321 3.3: who refuses the message has accepted the recipient's domain",
    _FOR_NOW: "RFC 5321 4.2.1: a 4yz reply, or a code of class 4 in the words, is for now",
    _COMMAND: "RFC 5321 4.2.2, RFC 4954 6: replies about the command or the login, never about a mailbox",
    _OTHER_CODE: "RFC 3463, RFC 7372: codes that nobody writes for an unknown address",
}
"""What may overrule a rule, and why."""
_COMMAND_REPLIES: Final = frozenset({500, 502, 503, 504, 530, 534, 535, 538})
_REPLY_CODE = "reply_code"
NO_RULE: Final = "nothing"


class Verdict(NamedTuple):
    """A reason, the rule that gave it, and the version of the tables, so that reclassifying is a replay."""

    reason: FailureReason
    rule: str
    rules_version: str = RULES_VERSION


def classify(evidence: Evidence, profile: Profile = DEFAULT_PROFILE) -> Verdict:
    """The reason of a failure. Total: never raises, and ``undetermined`` is an answer."""
    verdict = _by_words_or_code(evidence, profile)
    if verdict.reason.severity is Severity.HARD:
        return _guard(verdict, evidence) or _guard_by_code(verdict, evidence) or verdict
    return verdict


def said_to(recipient: str | None, evidence: Evidence) -> Evidence:
    """The same, where no server is named, as said by that of the recipient's own domain.

    Only for domains whose servers mean something of their own by common words.
    """
    if not recipient or not recipient.lower().endswith(HOSTS) or evidence.remote_host:
        return evidence
    return replace(evidence, remote_mta=recipient.rpartition("@")[2])


def _guard(verdict: Verdict, evidence: Evidence) -> Verdict | None:
    """What forbids that a failure is hard, whatever the rules say: the reply, and what it was given to."""
    # Before RCPT TO the server cannot have meant the recipient.
    if evidence.phase and evidence.phase.is_before_recipient:
        return Verdict(FailureReason.POLICY_REJECTED, _BEFORE_RECIPIENT)
    if verdict.reason is FailureReason.DOMAIN_UNKNOWN and evidence.phase is Phase.DATA:
        return Verdict(FailureReason.POLICY_REJECTED, _DOMAIN_ACCEPTED)
    if evidence.reply_code in _COMMAND_REPLIES and not (evidence.said and evidence.said.subject == 1):
        return Verdict(FailureReason.PROTOCOL_ERROR, _COMMAND)
    said = evidence.said.klass if evidence.said else (evidence.reply_code or 0) // 100
    return Verdict(FailureReason.SERVER_UNAVAILABLE, _FOR_NOW) if said == 4 else None


def _guard_by_code(verdict: Verdict, evidence: Evidence) -> Verdict | None:
    """The same, of the enhanced code."""
    code = evidence.said or evidence.field
    if code is None:
        return None
    if code.subject == 1 and code.detail in (7, 8):
        return Verdict(FailureReason.POLICY_REJECTED, _SENDER_CODE)
    if evidence.said and says_another_cause(evidence.said) and (rule := code_rule(evidence.said)):
        return Verdict(rule.reason, _OTHER_CODE)
    if verdict.reason is FailureReason.DOMAIN_UNKNOWN and code.subject == 7 and code.detail in (0, 1):
        return Verdict(FailureReason.POLICY_REJECTED, _DOMAIN_BY_POLICY)
    return None


@cache
def _usual_index() -> RuleIndex:
    """Without a look-up by the fields of a profile."""
    return rule_index(DEFAULT_PROFILE)


def _by_words_or_code(evidence: Evidence, profile: Profile) -> Verdict:
    text = evidence.matchable
    index = _usual_index() if profile is DEFAULT_PROFILE else rule_index(profile)
    if (row := index.first(text, evidence)) is not None:
        return Verdict(row.reason, row.id)
    for code in (evidence.said, evidence.field):
        if (verdict := _by_code(code, text)) is not None:
            return verdict
    return Verdict(FailureReason.UNDETERMINED, _REPLY_CODE if evidence.reply_code else NO_RULE)


def _by_code(code: EnhancedStatus | None, text: str) -> Verdict | None:
    rule = code_rule(code) if code else None
    if rule is None:
        return None
    # Some MTAs write 5.1.1 for every 550: a code alone is not hard where the words speak of something else.
    if rule.reason.severity is Severity.HARD and CONTRADICTED.search(text):
        return Verdict(FailureReason.POLICY_REJECTED, _CODE_CONTRADICTED)
    return Verdict(rule.reason, rule.id)
