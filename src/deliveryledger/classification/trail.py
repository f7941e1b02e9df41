"""How a verdict came about: every rule that applies, in the order of precedence. The first decided."""

from collections.abc import Iterator
from typing import NamedTuple

from ..domain.failure_reason import FailureReason
from .classify import GUARDS, NO_RULE, classify
from .evidence import Evidence
from .profile import DEFAULT_PROFILE, Profile
from .rules.codes import CONTRADICTED, code_rule
from .rules.tables import word_rules


class Step(NamedTuple):
    """One rule that applies. ``on``: what it saw, in a few words without addresses."""

    rule: str
    reason: FailureReason
    source: str
    on: str
    is_decisive: bool = False


def trail(evidence: Evidence, profile: Profile = DEFAULT_PROFILE) -> tuple[Step, ...]:
    """The deciding step, then what the next rules would have said. Never empty; slower than ``classify``."""
    verdict = classify(evidence, profile)
    steps = list(_steps(evidence, profile))
    if verdict.rule in GUARDS:
        on = _what_forbids(evidence)
        steps.insert(0, Step(verdict.rule, verdict.reason, GUARDS[verdict.rule], on))
    return (steps[0]._replace(is_decisive=True), *steps[1:])


def _steps(evidence: Evidence, profile: Profile) -> Iterator[Step]:
    text = evidence.matchable
    for rule in word_rules(profile):
        found = rule.found(text, evidence)
        if found is not None:
            seen = [f"words “{found}”"] if found else []
            if rule.code is not None:
                seen.append(f"code {evidence.status}")
            if rule.hosts:
                seen.append("the remote server")
            yield Step(rule.id, rule.reason, rule.source, ", ".join(seen))
    for name, code in (("code in the words", evidence.said), ("reported status", evidence.field)):
        if code is not None and (by_code := code_rule(code)) is not None:
            yield Step(by_code.id, by_code.reason, by_code.source, f"{name} {code}")
    if evidence.reply_code:
        on = f"reply code {evidence.reply_code}"
        yield Step("reply_code", FailureReason.UNDETERMINED, "RFC 5321 4.2: a class, no cause", on)
    else:
        yield Step(NO_RULE, FailureReason.UNDETERMINED, "no rule applies", "nothing")


def _what_forbids(evidence: Evidence) -> str:
    seen = [f"code {evidence.status}"] if evidence.status else []
    if evidence.phase:
        seen.append(f"refused at {evidence.phase}")
    if contradiction := CONTRADICTED.search(evidence.matchable):
        seen.append(f"words “{contradiction[0]}”")
    return ", ".join(seen)
