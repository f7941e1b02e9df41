"""Measured: the project's own cases, slips of a model, and real domains; what was reached is the bar."""

from pathlib import Path

import pytest

from tests.accuracy.typos import LOOKALIKES, Case, corpus, generated, real, verdicts

CORPUS = Path(__file__).parents[2] / "../shared/corpus/typos/dev.jsonl"


def share(cases: list[Case], verdict: str, *, after_bounce: bool) -> float:
    counts = verdicts(cases, after_bounce=after_bounce)
    return sum(number for (_, said), number in counts.items() if said == verdict) / len(cases)


def test_the_projects_cases_are_right():
    if not CORPUS.exists():
        pytest.skip("the typo corpus is not beside this checkout")
    before, after = (verdicts(corpus(CORPUS), after_bounce=bounced) for bounced in (False, True))
    assert before["typo", "right"] >= 27
    assert after["typo", "right"] + after["name-typo", "right"] == 38
    assert not any(verdict == "wrong" for counts in (before, after) for _, verdict in counts)


def test_slips_of_the_fingers_are_mended_or_left_alone():
    assert share(generated(), "right", after_bounce=False) >= 0.88
    assert share(generated(), "right", after_bounce=True) >= 0.94
    assert share(generated(), "wrong", after_bounce=True) <= 0.002


def test_real_domains_are_left_alone():
    assert share(real(LOOKALIKES), "wrong", after_bounce=False) <= 0.002
    assert share(real(LOOKALIKES), "wrong", after_bounce=True) <= 0.01
