"""Evidence in, verdict out. The knowledge is in ``rules/``; this walks it, first match wins.

Precedence: provider rules, then phrase families, then the enhanced code in the remote server's words, then
the reported Status, and a bare reply code decides nothing. MTAs make codes up; they quote words.
"""

from dataclasses import dataclass

from ..domain.failure_reason import FailureReason, Severity
from ..domain.smtp_codes import EnhancedStatus
from .evidence import Evidence
from .rules import RULES_VERSION, RuleIndex
from .rules.codes import CONTRADICTED, code_rule
from .rules.phrases import PHRASES
from .rules.providers import PROVIDERS

_WORD_RULES = RuleIndex((*PROVIDERS, *PHRASES))
_CODE_CONTRADICTED = "guard.code_contradicted"
_BEFORE_RECIPIENT = "guard.before_recipient"
_REPLY_CODE = "reply_code"
_NOTHING = "nothing"


@dataclass(frozen=True)
class Verdict:
    """A reason, the rule that gave it, and the version of the tables, so that reclassifying is a replay."""

    reason: FailureReason
    rule: str
    rules_version: str = RULES_VERSION


def classify(evidence: Evidence) -> Verdict:
    """The reason of a failure. Total: never raises, and ``undetermined`` is an answer."""
    verdict = _by_words_or_code(evidence)
    # Before RCPT TO the server cannot have meant the recipient, whatever it says.
    if evidence.phase and evidence.phase.is_before_recipient and verdict.reason.severity is Severity.HARD:
        return Verdict(FailureReason.POLICY_REJECTED, _BEFORE_RECIPIENT)
    return verdict


def _by_words_or_code(evidence: Evidence) -> Verdict:
    text = evidence.matchable
    if (row := _WORD_RULES.first(text, evidence)) is not None:
        return Verdict(row.reason, row.id)
    for code in (evidence.said, evidence.field):
        if (verdict := _by_code(code, text)) is not None:
            return verdict
    return Verdict(FailureReason.UNDETERMINED, _REPLY_CODE if evidence.reply_code else _NOTHING)


def _by_code(code: EnhancedStatus | None, text: str) -> Verdict | None:
    rule = code_rule(code) if code else None
    if rule is None:
        return None
    # Some MTAs write 5.1.1 for every 550: a code alone is not hard where the words speak of something else.
    if rule.reason.severity is Severity.HARD and CONTRADICTED.search(text):
        return Verdict(FailureReason.POLICY_REJECTED, _CODE_CONTRADICTED)
    return Verdict(rule.reason, rule.id)
