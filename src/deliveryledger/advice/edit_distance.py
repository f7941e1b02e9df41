"""How far a typed word is from a meant one, in slips of the fingers.

Optimal string alignment (Damerau 1964, each stretch edited once) with weights: what fingers do often costs
less than what they hardly ever do. 1.0 is one arbitrary wrong letter.
"""

from itertools import pairwise

SWAPPED = 0.6
DOUBLED = 0.6
NEIGHBOUR = 0.7
MISSING = 0.7
EXTRA = 0.9
WRONG = 1.0
FIRST = 0.4
"""Added for the first letter of the meant word: people look at it while they type it."""

# Nordic QWERTY; each key touches the ones beside it and the two below it.
_ROWS = ("1234567890", "qwertyuiopå", "asdfghjklöä", "zxcvbnm,.-")

_ALIKE = {"1l", "1i", "0o", "il", "ıi"}
"""Read wrong on paper rather than typed wrong, and no dearer."""


def _touching() -> frozenset[str]:
    beside = {row[at : at + 2] for row in _ROWS for at in range(len(row) - 1)}
    below = {
        upper[at] + lower[near]
        for upper, lower in pairwise(_ROWS)
        for at in range(len(upper))
        for near in (at - 1, at)
        if 0 <= near < len(lower)
    }
    return frozenset(pair[::way] for pair in beside | below | _ALIKE for way in (1, -1))


_TOUCHING = _touching()


def _wrong(typed: str, meant: str) -> float:
    if typed == meant:
        return 0.0
    return NEIGHBOUR if typed + meant in _TOUCHING else WRONG


def _extra(typed: str, at: int) -> float:
    """A letter too many: typed twice, or a key hit along with the one beside it."""
    letter = typed[at]
    around = typed[max(at - 1, 0) : at] + typed[at + 1 : at + 2]
    if letter in around:
        return DOUBLED
    return NEIGHBOUR if any(near + letter in _TOUCHING for near in around) else EXTRA


def cost(typed: str, meant: str, *, first: float = FIRST) -> float:
    """The cheapest way from ``meant`` to ``typed``; 0 if they are equal. len(typed) x len(meant) steps."""
    before: list[float] = []
    row = [0.0]
    for place in range(len(meant)):
        row.append(row[-1] + MISSING + (first if place == 0 else 0.0))
    for at, letter in enumerate(typed):
        extra = _extra(typed, at)
        # A letter in front of the word is a slip at its first letter, unless that one was typed twice.
        front = first if at == 0 and typed[1:2] != letter else 0.0
        before, last, row = row, before, [row[0] + extra + front]
        for place, wanted in enumerate(meant):
            dearer = 0.0 if place else first
            wrong = _wrong(letter, wanted)
            best = min(
                before[place] + wrong + (dearer if wrong else 0.0),
                row[place] + MISSING + dearer,
                before[place + 1] + extra,
            )
            swapped = at and place and typed[at - 1] == wanted != letter == meant[place - 1]
            row.append(min(best, last[place - 1] + SWAPPED) if swapped else best)
    return row[-1]


def single(typed: str, meant: str, *, first: float = FIRST) -> float:
    """``cost`` of two words that are one slip apart, in a tenth of the time: most mistyped words are."""
    longest = min(len(typed), len(meant))
    at = 0
    while at < longest and typed[at] == meant[at]:
        at += 1
    dearer = 0.0 if at else first
    if len(typed) < len(meant):
        # "ail" for "mail", but not "al" for "aal": of two equal letters the second is missing.
        return MISSING + dearer
    if len(typed) == len(meant):
        swapped = typed[at + 1 : at + 2] == meant[at] and typed[at] == meant[at + 1 : at + 2]
        return SWAPPED if swapped else _wrong(typed[at], meant[at]) + dearer
    # Where a letter stands twice, it does not matter which one is too many.
    return _extra(typed, at) + (dearer if typed[1:2] != typed[0] else 0.0)
