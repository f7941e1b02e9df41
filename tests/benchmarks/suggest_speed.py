"""``python -m tests.benchmarks.suggest_speed``: suggestions a second on one core, clean and mistyped.

Each address is another one, and each mistyped or unknown domain too, so that nothing is answered from a
cache. Beside them the plainest use of RapidFuzz, ``extractOne`` over the providers' domains, in turn.
"""

import argparse
import random
from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from deliveryledger.advice.popular_domains import POPULAR
from deliveryledger.advice.suggestions import suggest
from tests.accuracy.slips import slips
from tests.benchmarks.timing import best

BAR_CLEAN = 100_000
BAR_TYPOS = 20_000
COUNT = 10_000
TYPOS = 3_000
SYLLABLES = (
    "ab",
    "an",
    "ber",
    "da",
    "el",
    "fo",
    "ga",
    "hol",
    "in",
    "jo",
    "kar",
    "lin",
    "mo",
    "nor",
    "rik",
    "vik",
)


def clean(chance: random.Random, *, companies: float) -> list[str]:
    """Addresses that are right: a share at ``companies`` that nobody knows, the rest at providers."""
    popular = sorted(POPULAR)
    return [
        f"{_word(chance)}.{_word(chance)}{number}@"
        + (f"{_word(chance)}{_word(chance)}.se" if chance.random() < companies else chance.choice(popular))
        for number in range(COUNT)
    ]


def mistyped() -> list[str]:
    """Addresses with a slip in the domain, no domain twice."""
    by_domain = {slip.typed.rpartition("@")[2]: slip for slip in slips(TYPOS * 3) if slip.kind != "form"}
    return [slip.typed for slip in by_domain.values()][:TYPOS]


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randrange(2, 4)))


def over(addresses: Sequence[str], **how: object) -> Callable[[], None]:
    """Ask for each address."""

    def ask() -> None:
        for address in addresses:
            suggest(address, **how)  # type: ignore[arg-type]

    return ask


def plainest(addresses: Sequence[str]) -> Callable[[], None]:
    """The nearest provider of each domain, as most programs look for it."""
    domains = list(POPULAR)

    def ask() -> None:
        for address in addresses:
            extractOne(address.rpartition("@")[2], domains, scorer=OSA.distance, score_cutoff=2)

    return ask


def line(name: str, rate: float, bar: float | None = None, unit: str = "/s") -> None:
    """One line of the table."""
    said = "" if bar is None else f"bar {bar:,.0f} {'reached' if rate >= bar else 'MISSED'}"
    print(f"  {name:<48} {rate:12,.1f} {unit:<6} {said}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    chance = random.Random(7)
    providers, mixed = clean(chance, companies=0.0), clean(chance, companies=0.5)
    unknown, typos = clean(chance, companies=1.0), mistyped()
    print(f"suggestions, best of {rounds}, one core; {len(typos):,} mistyped domains, all different")
    sides = [over(each) for each in (providers, mixed, unknown, typos)]
    sides += [over(typos, after_bounce=True, name="Ada Lovelace"), plainest(unknown), plainest(typos)]
    at_providers, at_both, at_unknown, mended, after, plain_unknown, plain_typos = best(rounds, *sides)
    line("clean, at providers", COUNT / at_providers, BAR_CLEAN)
    line("clean, half of them at companies", COUNT / at_both, BAR_CLEAN)
    line("clean, all at companies", COUNT / at_unknown, BAR_CLEAN)
    line("mistyped", len(typos) / mended, BAR_TYPOS)
    line("mistyped, after a bounce", len(typos) / after, BAR_TYPOS)
    line("RapidFuzz extractOne, at companies", COUNT / plain_unknown)
    line("RapidFuzz extractOne, mistyped", len(typos) / plain_typos)
    line("ours against it, at companies", plain_unknown / at_unknown, unit="times")
    line("ours against it, mistyped", plain_typos / mended, unit="times")


if __name__ == "__main__":
    main()
