"""The tables themselves: ids, sources, cost, and the shortcut that must never change an answer."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.classification import Evidence
from deliveryledger.classification.rules import RuleIndex, WordRule, required_text, required_texts
from deliveryledger.classification.rules.codes import code_rule
from deliveryledger.classification.rules.tables import WORD_RULES as RULES
from deliveryledger.domain.smtp_codes import EnhancedStatus
from tests.classification.test_classify import HARD, SOFT

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


TEXTS = [Evidence.gather(words).matchable for words in (*SOFT, *HARD)]


@EVERY
def test_one_of_the_texts_looked_for_first_is_in_every_match(rule: WordRule):
    for words in rule.words:
        required = required_texts(words)
        for text in TEXTS:
            assert not (required and re.search(words, text)) or any(each in text for each in required)


@EVERY
@settings(max_examples=5)
@given(data=st.data())
def test_one_of_them_is_in_whatever_matches(rule: WordRule, data: st.DataObject):
    for words in rule.words:
        alphabet = st.characters(codec="ascii" if words.isascii() else "utf-8")
        match = re.search(words, data.draw(st.from_regex(words, alphabet=alphabet)))
        required = required_texts(words)
        assert match
        assert not required or any(each in match[0] for each in required)


def test_the_index_finds_what_asking_every_row_finds():
    index = RuleIndex(RULES)
    for words in (*SOFT, *HARD):
        for status in (None, "5.1.10", "5.7.705", "5.4.1"):
            evidence = Evidence.gather(words, status=status)
            text = evidence.matchable
            assert index.first(text, evidence) == next(
                (r for r in RULES if r.found(text, evidence) is not None), None
            )


@pytest.mark.parametrize(
    ("pattern", "required"),
    [
        ("user unknown", ("user unknown",)), (r"\b(?:dnsbl|rbl)\b", ("dnsbl", "rbl")),
        (r"\[bl\d\]", ("[bl",)), (r"\bb\d\b", ()),
        (r"(?:a|b) (?:full|empty)?", ()), (r"(?:no|any) (?:box|mail(?:er)?)\.", ("box", "mail")),
        (r"(?:abc|def)?x", ()), (r"(?:abc|def){0,4}x", ()), (r"(?<!abc)x", ()),
        (r"(?:abc|de\)f)", ("abc", "de)f")),
        (r"(?:用户|地址).{0,9}(?:不存在|无效)", ("用户", "地址")),
    ],
)  # fmt: skip
def test_required_texts(pattern: str, required: tuple[str, ...]):
    assert required_texts(pattern) == required


@pytest.mark.parametrize(
    ("pattern", "required"),
    [
        ("user unknown", "user unknown"), (r"\bspf\b.{0,30}(?:fail|none)", "spf"),
        (r"e-?mail quota", "mail quota"),
        (r"(?:a(?:b|c)|d)", ""), (r"[?&]p=nosuchuser\b", "p=nosuchuser"), (r"x{2,3}too long", "too long"),
        (r"no such (?:\w+ )?user", "no such "), (r"host\.example", "host.example"),
    ],
)  # fmt: skip
def test_required_text(pattern: str, required: str):
    assert required_text(pattern) == required


@EVERY
@pytest.mark.parametrize("word", ["user domain ", "your ip ", "message size "])
def test_no_rule_is_slow_on_a_long_text(rule: WordRule, word: str):
    text, evidence = word * (100_000 // len(word)), Evidence.gather("", status="5.7.1")
    index = RuleIndex([rule])
    # Another try where the machine was busy.
    assert any(_seconds(lambda: index.first(text, evidence)) < 0.05 for _ in range(5))


def _seconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def test_no_code_of_class_4_is_hard():
    for subject in range(8):
        for detail in range(40):
            rule = code_rule(EnhancedStatus(4, subject, detail))
            assert rule is None or rule.reason.severity == "soft"
