"""Measured on the project's own cases (``../shared/corpus/typos``): what was reached is the bar."""

import json
from collections import Counter
from pathlib import Path

import pytest

from deliveryledger.advice.typos import suggest

CORPUS = Path(__file__).parents[2] / "../shared/corpus/typos/dev.jsonl"


@pytest.mark.parametrize("after_bounce", [False, True])
def test_suggests_what_was_meant_and_leaves_the_rest_alone(after_bounce: bool):
    if not CORPUS.exists():
        pytest.skip("the typo corpus is not beside this checkout")
    verdicts: Counter[tuple[str, str]] = Counter()
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found = suggest(case["address"], after_bounce=after_bounce)
        best = found[0].address if found else None
        group = "in the name" if case["set"] == "typo" and case["kind"] == "name" else case["set"]
        verdict = "right" if best == case["expected"] else "wrong" if best else "none"
        verdicts[group, verdict] += 1
    print(dict(verdicts))
    assert verdicts["typo", "right"] == 24  # all whose domain or form is wrong
    assert not any(verdict == "wrong" for _, verdict in verdicts)
