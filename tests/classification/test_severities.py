"""Some 900 lines after servers' documentation: what is hard, and above all what only sounds like it.

``severities/*.txt``: one line a case, the reported status (or ``-``), then the words.
"""

from pathlib import Path

import pytest

from tests.classification.lines import reason_of

FOLDER = Path(__file__).parent / "severities"


def _lines(name: str) -> list[tuple[str | None, str]]:
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    cases = (line.split(" ", 1) for line in lines if not line.startswith("#"))
    return [(None if status == "-" else status, words) for status, words in cases]


@pytest.mark.parametrize(("status", "words"), _lines("soft"))
def test_words_that_only_sound_hard_are_soft(status: str | None, words: str):
    assert reason_of(words, status).severity == "soft"


@pytest.mark.parametrize(("status", "words"), _lines("hard"))
def test_a_missing_mailbox_or_domain_is_hard_however_it_is_said(status: str | None, words: str):
    assert reason_of(words, status).severity == "hard"
