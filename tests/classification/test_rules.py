"""The tables themselves: ids, sources, cost, and the shortcut that must never change an answer."""

import time

import pytest

from deliveryledger.classification import Evidence
from deliveryledger.classification.rules import WordRule, required_text
from deliveryledger.classification.rules.codes import code_rule
from deliveryledger.classification.rules.phrases import PHRASES
from deliveryledger.classification.rules.providers import PROVIDERS
from deliveryledger.domain.smtp_codes import EnhancedStatus
from tests.classification.test_classify import HARD, SOFT

RULES = (*PROVIDERS, *PHRASES)
EVERY = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_every_rule_has_an_id_of_its_own():
    assert len({rule.id for rule in RULES}) == len(RULES)


@EVERY
def test_every_rule_has_a_source_and_alternatives_instead_of_a_bar(rule: WordRule):
    assert rule.source
    for words in rule.words:
        depth = 0
        for char in words:
            depth += {"(": 1, ")": -1}.get(char, 0)
            assert char != "|" or depth, words


@EVERY
def test_the_plain_text_looked_for_first_is_in_every_match(rule: WordRule):
    texts = [Evidence.gather(words).matchable for words in (*SOFT, *HARD)]
    for required, pattern in rule._patterns:
        assert all(required in text for text in texts if pattern.search(text))


@pytest.mark.parametrize(
    ("pattern", "required"),
    [
        ("user unknown", "user unknown"), (r"\bspf\b.{0,30}(?:fail|none)", "spf"),
        (r"e-?mail quota", "mail quota"),
        (r"(?:a(?:b|c)|d)", ""), (r"[?&]p=nosuchuser\b", "p=nosuchuser"), (r"x{2,3}too long", "too long"),
        (r"no such (?:\w+ )?user", "no such "), (r"host\.example", "example"),
    ],
)  # fmt: skip
def test_required_text(pattern: str, required: str):
    assert required_text(pattern) == required


@EVERY
@pytest.mark.parametrize("word", ["user ", "domain ", "your ip ", "no ", "message size ", "recipient a "])
def test_no_rule_is_slow_on_a_long_text(rule: WordRule, word: str):
    text, evidence = word * (100_000 // len(word)), Evidence.gather("", status="5.7.1")
    times = []
    for _ in range(5):
        started = time.process_time()
        rule.matches(text, evidence)
        times.append(time.process_time() - started)
    assert min(times) < 0.05


def test_no_code_of_class_4_is_hard():
    for subject in range(8):
        for detail in range(40):
            rule = code_rule(EnhancedStatus(4, subject, detail))
            assert rule is None or rule.reason.severity == "soft"
