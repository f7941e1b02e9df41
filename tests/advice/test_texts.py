"""The texts are complete in both languages, and plain (klarspråk: at most 20 words in a sentence)."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest

from deliveryledger.advice.plans import BY_CAUSE, BY_REASON, REFUSALS
from deliveryledger.advice.wording import LANGUAGES, texts
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.status import MessageStatus

DESIGN = Path(__file__).parents[2] / "../shared/design/ui_strings.json"


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_text_of_the_design_is_carried_over_unchanged():
    if not DESIGN.exists():
        pytest.skip("the design folder is not beside this checkout")
    designed = json.loads(DESIGN.read_text(encoding="utf-8"))
    assert {key: texts().get(key) for key in designed} == designed


def test_every_text_has_both_languages_with_the_same_placeholders():
    for key, entry in texts().items():
        assert tuple(entry) == LANGUAGES, key
        assert placeholders(entry["sv"]) == placeholders(entry["en"]), key
        assert all(name.isidentifier() for name in placeholders(entry["sv"])), key
        assert all(value == value.strip(" ") and value for value in entry.values()), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_longer_than_twenty_words(lang: str):
    for key, entry in texts().items():
        for sentence in re.split(r"(?<=[.!?:])\s+", entry[lang]):
            assert len(sentence.split()) <= 20, (key, sentence)


def test_no_text_shows_a_status_code():
    for key, entry in texts().items():
        assert not any(re.search(r"\b[245]\.\d+\.\d+\b", value) for value in entry.values()), key


def test_every_status_reason_cause_and_action_has_its_texts():
    plans = [*BY_REASON.values(), *BY_CAUSE.values()]
    actions = {action for plan in plans for action in (*plan.actions, *(plan.with_suggestion or ()))}
    wanted = {
        *(f"status.{status}.label" for status in MessageStatus),
        *(f"reason.{reason}.label" for reason in FailureReason),
        *(key for plan in plans for key in (plan.reason, plan.advice) if key),
        *(f"cause.{cause}{suffix}" for cause in BY_CAUSE for suffix in ("", ".because")),
        *REFUSALS.values(),
        *(f"action.{action}" for action in actions),
    }
    assert wanted - texts().keys() == set()
    assert BY_REASON.keys() == set(FailureReason)
    assert BY_CAUSE.keys() == REFUSALS.keys()
