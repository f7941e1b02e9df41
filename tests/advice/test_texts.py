"""The texts are complete in both languages, and plain (klarspråk: at most 20 words in a sentence)."""

import json
import re
from pathlib import Path

import pytest

from deliveryledger.advice.catalogue import COUNTS, FORMS, placeholders
from deliveryledger.advice.plans import BY_CAUSE, BY_REASON, REFUSALS
from deliveryledger.advice.wording import LANGUAGES, text, texts
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.status import MessageStatus

DESIGN = Path(__file__).parents[2] / "../shared/design/ui_strings.json"
NO_PLURAL = {
    "bell.group.sub": "counts nothing that is named",
    "alarm.too_few": "counts nothing that is named",
    "card.recipients": "the noun belongs to the total, which is never one here",
    "log.strike": "a number in a row, not a number of things",
}
"""Texts with a count that are right for any number."""


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


def test_every_counted_text_has_its_singular():
    counted = {key for key, entry in texts().items() if placeholders(entry["en"]) & {*COUNTS}}
    forms = {key for key in texts() if key.rpartition(".")[2] in FORMS and key.rpartition(".")[0] in texts()}
    assert {key for key in counted - forms if f"{key}.one" not in texts()} == NO_PLURAL.keys()


@pytest.mark.parametrize(
    ("key", "values", "swedish", "english"),
    [
        ("a11y.bell_label", {"count": 1}, "Aviseringar, 1 oläst", "Notifications, 1 unread"),
        ("a11y.bell_label", {"count": 0}, "Aviseringar, 0 olästa", "Notifications, 0 unread"),
        ("bell.reason_repeated", {"count": 3, "reason": "…"}, "… (3 gånger)", "… (3 times)"),
        ("bell.reason_repeated", {"count": 1, "reason": "…"}, "… (1 gång)", "… (1 time)"),
        ("intake.unmatched", {"count": 1}, "1 leveransbesked saknar meddelande",
         "1 delivery report has no message"),
        ("confirm.resend", {"count": 2, "address": "…"}, "Skicka 2 meddelanden igen till …?",
         "Send 2 messages again to …?"),
        ("confirm.resend", {"count": 1, "address": "…"}, "Skicka meddelandet igen till …?",
         "Send the message again to …?"),
        ("log.expired", {"days": 1, "address": "…"},
         "… togs bort ur mottagarfiltret automatiskt efter en dag",
         "… was removed from the recipient filter automatically after one day"),
    ],
)  # fmt: skip
def test_a_count_chooses_singular_or_plural(key: str, values: dict[str, object], swedish: str, english: str):
    assert (text(key, "sv", **values), text(key, "en", **values)) == (swedish, english)
