"""The address that was probably meant: domains and endings. Abstains rather than guesses.

Before sending, a needless suggestion is worse than none, so one slip in a well-known provider's name has to
explain what was typed. Where it is certain that something is wrong (a bounce, an ending that does not exist)
two slips may. Names and CVs add their own evidence beside ``_meant``, ranked by the same scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..domain.addresses import MAX_TYPED, EmailAddress, problem_with
from .edit_distance import cost
from .popular_domains import LEADING, LOOKALIKES, ONE_ENDING, POPULAR, RARE, WRONG_ENDINGS, exists
from .structure import repair

MOST = 3
"""Suggestions after a bounce; before sending there is one or none."""

NEVER = float("inf")
_TIE = 0.05
"""Two domains nearer to each other than this are equally likely."""
_RANK = 0.1
"""What a provider's being more common is worth, per step: it decides between equally near ones."""
_FURTHER = 0.6
"""How much dearer than the best a further suggestion may be."""

# Length of the meant name -> dearest slip before sending, and when something is certainly wrong. Short names
# lie close to each other and to companies' names (live, line, love), long ones to nothing.
_BUDGET = {3: (0.6, 0.7), 4: (0.6, 1.0), 5: (0.7, 1.4), 6: (1.0, 1.7), 7: (1.0, 1.7)}
_LONG = (1.4, 2.0)
_LEADING_BONUS = 0.2


@dataclass(frozen=True)
class Suggestion:
    """An address to use instead. ``grounds`` is ``typo`` or ``structure``; ``text_key`` names its text."""

    address: str
    grounds: str
    text_key: str
    wrong: str
    right: str


@dataclass(frozen=True)
class _Meant:
    domain: str
    cost: float
    text_key: str
    wrong: str
    right: str


def suggest(address: str, *, after_bounce: bool = False) -> tuple[Suggestion, ...]:
    """What was probably meant, best first; empty if the address looks right or nothing is clear.

    ``after_bounce``: the mailbox or the domain turned out not to exist, so bolder. Never raises.
    """
    if len(address) > MAX_TYPED:
        return ()
    mended = repair(address)
    if problem_with(mended):
        return ()
    email = EmailAddress.parse(mended)
    meant = _meant(email.domain, after_bounce)
    if meant:
        return tuple(
            Suggestion(f"{email.local}@{one.domain}", "typo", one.text_key, one.wrong, one.right)
            for one in meant
        )
    typed = address.strip()
    if mended.casefold() == typed.casefold():
        return ()
    return (Suggestion(mended, "structure", "fix.why.structure", typed, mended),)


@lru_cache(maxsize=4096)
def _meant(domain: str, after_bounce: bool) -> tuple[_Meant, ...]:
    if domain in POPULAR or domain in LOOKALIKES:
        return ()
    head, _, ending = domain.rpartition(".")
    certain = not exists(ending)
    found = sorted(_providers(domain, after_bounce or certain), key=lambda one: one.cost)
    if len(found) > 1 and found[1].cost - found[0].cost < _TIE:
        return ()
    if not found and ending in WRONG_ENDINGS:
        right = WRONG_ENDINGS[ending]
        found = [_Meant(f"{head}.{right}", 0.0, "fix.why.tld", ending, right)]
    near = [one for one in found if one.cost - found[0].cost <= _FURTHER]
    return tuple(near[: MOST if after_bounce else 1])


def _by_name() -> dict[str, list[tuple[str, int]]]:
    endings: dict[str, list[tuple[str, int]]] = {}
    for domain, rank in POPULAR.items():
        name, _, ending = domain.partition(".")
        endings.setdefault(name, []).append((ending, rank))
    return endings


_NAMES = [(name, frozenset(name), endings) for name, endings in _by_name().items()]


def _providers(domain: str, bold: bool) -> Iterator[_Meant]:
    typed, _, typed_ending = domain.partition(".")
    letters = frozenset(typed)
    for name, name_letters, endings in _NAMES:
        # A slip changes the length by one and the letters by two at most; most names end here.
        slips = 2 if bold or len(name) >= 8 else 1
        if abs(len(typed) - len(name)) > slips or len(letters ^ name_letters) > 2 * slips:
            continue
        slip = cost(typed, name)
        for ending, rank in endings:
            if slip > _budget(name, ending, rank, bold):
                continue
            price = slip + _ending_cost(name, typed_ending, ending, bold)
            if price < NEVER and (not slip or _may_add(typed_ending, ending, rank)):
                yield _explained(domain, f"{name}.{ending}", price - _RANK * rank)


def _explained(typed: str, meant: str, price: float) -> _Meant:
    last = typed.rpartition(".")[2]
    if typed.partition(".")[0] != meant.partition(".")[0]:
        return _Meant(meant, price, "fix.why.domain_typo", typed, meant)
    if exists(last):
        return _Meant(meant, price, "fix.why.tld_rare", typed, meant)
    return _Meant(meant, price, "fix.why.tld", last, meant.rpartition(".")[2])


def _budget(name: str, ending: str, rank: int, bold: bool) -> float:
    """How dear a slip in the name may be."""
    length = len(name)
    # Every .com of three letters is somebody's.
    if length < 3 or (length == 3 and ending == "com"):
        return 0.0
    return _BUDGET.get(length, _LONG)[bold] + (_LEADING_BONUS if rank == LEADING else 0.0)


def _may_add(typed: str, meant: str, rank: int) -> bool:
    """Whether the ending may be wrong besides the name: gmal.se may be a company's, gamil.co hardly."""
    return typed == meant or not exists(typed.rpartition(".")[2]) or (rank == LEADING and typed in RARE)


def _ending_cost(name: str, typed: str, meant: str, bold: bool) -> float:
    """How dear it is to have typed one ending for another; NEVER if that does not happen by a slip."""
    if typed == meant:
        return 0.0
    if WRONG_ENDINGS.get(typed) == meant:
        return 0.3
    if name in ONE_ENDING and typed.count(".") == typed.startswith(("com.", "co.")):
        return 0.5
    if RARE.get(typed) == meant:
        return 0.4 if bold or len(name) >= 5 else NEVER
    if not exists(typed.rpartition(".")[2]):
        slip = 0.5 if len(typed) == 1 and meant.startswith(typed) else cost(typed, meant, first=0.0)
        return slip if slip <= 1.0 else NEVER
    slip = cost(typed, meant, first=0.0) + 0.3
    return slip if bold and slip <= 1.0 else NEVER
