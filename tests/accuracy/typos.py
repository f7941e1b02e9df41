"""``python -m tests.accuracy.typos CORPUS``: how many suggestions are right, wrong and needless.

The project's cases, where there is a corpus; slips made by a model of fingers (``slips``); and real domains
that look mistyped (``lookalikes.txt``). A list of domains, one a line, may be given as a second argument.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from deliveryledger.advice.suggestions import suggest
from tests.accuracy.slips import slips

LOOKALIKES = Path(__file__).with_name("lookalikes.txt")
SLIPS = 600


class Case(NamedTuple):
    """What was typed, and what should be suggested: None, nothing."""

    group: str
    typed: str
    expected: str | None
    name: str | None = None
    cv: tuple[str, ...] = ()


def corpus(path: Path) -> list[Case]:
    """The cases of a corpus, in its groups."""
    entries = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Case(
            each["set"], each["address"], each["expected"], each["name"], (each["cv"],) if each["cv"] else ()
        )
        for each in entries
    ]


def generated() -> list[Case]:
    """Slips of the model, by kind."""
    return [Case(slip.kind, slip.typed, slip.meant) for slip in slips(SLIPS)]


def real(path: Path) -> list[Case]:
    """An address at each domain of a list."""
    lines = path.read_text(encoding="utf-8").splitlines()
    domains = {word for line in lines if not line.startswith("#") for word in line.split()}
    return [Case("real", f"anna.svensson@{domain}", None) for domain in sorted(domains)]


def verdicts(cases: Iterable[Case], *, after_bounce: bool) -> Counter[tuple[str, str]]:
    """How many of each group are right, wrong (another one, or a needless one) or without a suggestion."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in cases:
        found = suggest(case.typed, name=case.name, cv=case.cv, after_bounce=after_bounce)
        first = found[0].address if found else None
        verdict = "right" if first == case.expected else "wrong" if first else "none"
        counts[case.group, verdict] += 1
    return counts


def print_table(title: str, cases: list[Case]) -> None:
    """Each group, before and after a bounce."""
    print(f"{title:<34} {'before a bounce':>26} {'after a bounce':>27}")
    print(f"{'':<34} {'right':>8} {'wrong':>8} {'none':>8} {'right':>10} {'wrong':>8} {'none':>8}")
    counts = [verdicts(cases, after_bounce=after) for after in (False, True)]
    for group in dict.fromkeys(case.group for case in cases):
        total = sum(case.group == group for case in cases)
        numbers = [count[group, verdict] for count in counts for verdict in ("right", "wrong", "none")]
        print(f"  {f'{group} ({total})':<32} {{:8}} {{:8}} {{:8}} {{:10}} {{:8}} {{:8}}".format(*numbers))
    shares = [
        100 * sum(number for (_, said), number in count.items() if said == verdict) / len(cases)
        for count in counts
        for verdict in ("right", "wrong", "none")
    ]
    print("  {:<32} {:7.1f}% {:7.1f}% {:7.1f}% {:9.1f}% {:7.1f}% {:7.1f}%".format("all", *shares))


def main() -> None:
    """Print what can be measured here."""
    cases = Path(sys.argv[1]) / "typos" / "dev.jsonl" if len(sys.argv) > 1 else None
    if cases and cases.exists():
        print_table("suggestions, the corpus", corpus(cases))
    else:
        print("suggestions, the corpus: not measured; there is none here")
    print_table("suggestions, slips of a model", generated())
    print_table("suggestions, real look-alikes", real(LOOKALIKES))
    for path in map(Path, sys.argv[2:]):
        print_table(f"suggestions, {path.name}", real(path))


if __name__ == "__main__":
    main()
