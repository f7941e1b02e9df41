"""The domain that was probably meant. Abstains rather than guesses.

Before sending, a needless suggestion is worse than none, so one slip in a well-known provider's name has to
explain what was typed. Where it is certain that something is wrong (a bounce, an ending that does not exist)
two slips may. RapidFuzz finds the few names that are near; ``edit_distance`` weighs them by what fingers do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from .edit_distance import SWAPPED, cost, single
from .endings import RARE, WRONG_ENDINGS, exists
from .popular_domains import KNOWN, LEADING, LOOKALIKES, ONE_ENDING, POPULAR
from .typo_domains import TYPO_DOMAINS

NEVER = float("inf")
_RANK = 0.2
"""What a provider's being more common is worth, per step: it decides between equally near ones."""
_HOME = 0.3
"""What an ending's being the country's own is worth, where the country is known."""
_SHARPNESS = 5.0
"""How fast a dearer slip gets less likely: one that costs 0.2 more is a third as likely."""
_SHARE = 0.52
"""How much of all likelihood the best must have; two equally near ones have half each."""
_FURTHER = 0.6
"""How much dearer than the best a further suggestion may be."""

# Length of the meant name -> dearest slip before sending, and when something is certainly wrong. Short names
# lie close to each other and to companies' names (live, line, love), long ones to nothing.
_BUDGET = {3: (0.6, 0.7), 4: (0.6, 0.8), 5: (0.7, 1.1), 6: (1.1, 1.2), 7: (1.1, 1.3)}
_LONG = (1.3, 1.7)
_LEADING_BONUS = 0.15


@dataclass(frozen=True)
class Meant:
    """A domain that may have been meant. ``likely``: its share of all that may, 0 to 1."""

    domain: str
    cost: float
    text_key: str
    wrong: str
    right: str
    likely: float = 1.0


def meant_domains(domain: str, *, bold: bool = False, country: str | None = None) -> tuple[Meant, ...]:
    """What a domain was probably meant to be, the likeliest first; empty if it looks right or all is unclear.

    ``domain`` is lower case. ``bold``: something is certainly wrong with the address. ``country``: an ending
    of two letters, where those who write here are at home; it decides between equally near ones.
    """
    if domain in POPULAR or domain in LOOKALIKES:
        return ()
    curated = TYPO_DOMAINS.get(domain)
    if curated:
        return (_explained(domain, curated, 0.0),)
    if domain.replace(".", "") in _SQUEEZED:
        return (_explained(domain, _SQUEEZED[domain.replace(".", "")], 0.0),)
    head, _, ending = domain.rpartition(".")
    found = _ranked(_providers(domain, bold or not exists(ending)), country)
    if found or ending not in WRONG_ENDINGS:
        return found
    right = WRONG_ENDINGS[ending]
    if head in _NAMES and f"{head}.{right}" not in POPULAR:
        # Another's: nobody's mailbox is at comhem.com. Names like spray are other companies' too.
        only = list(_NAMES[head]) if bold or len(head) >= _DISTINCT else []
        return (_explained(domain, f"{head}.{only[0]}", 0.0),) if len(only) == 1 else ()
    return (Meant(f"{head}.{right}", 0.0, "fix.why.tld", ending, right),)


def _ranked(candidates: list[tuple[float, Meant]], country: str | None) -> tuple[Meant, ...]:
    if len(candidates) < 2:
        return tuple([one for _, one in candidates])
    found = sorted(
        ((price - _HOME * (one.domain.rpartition(".")[2] == country), one) for price, one in candidates),
        key=lambda priced: priced[0],
    )
    best = found[0][0]
    weights = [exp(_SHARPNESS * (best - price)) for price, _ in found]
    if 1 / sum(weights) < _SHARE:
        return ()
    return tuple(
        replace(one, likely=weight / sum(weights))
        for weight, (price, one) in zip(weights, found, strict=True)
        if price - best <= _FURTHER
    )


def _by_name() -> dict[str, dict[str, int]]:
    endings: dict[str, dict[str, int]] = {}
    for domain, rank in POPULAR.items():
        name, _, ending = domain.partition(".")
        endings.setdefault(name, {})[ending] = rank
    return endings


_NAMES = _by_name()
"""Name -> its endings, and how common each is."""
# "gmailc.om", "g.mail.com": a dot in the wrong place, or one too many.
_SQUEEZED = {domain.replace(".", ""): domain for domain, rank in POPULAR.items() if rank == LEADING}
_LONG_NAME = 8
"""Letters of a name that two slips leave recognisable, also before sending."""
_DISTINCT = 6
"""Letters of a name that is hardly anybody else's."""
_LONGEST = max(map(len, _NAMES)) + 2


def _of_length(length: int, bold: bool) -> list[str]:
    """The names that a word of this length may stand for; two slips are too many in a short one."""
    two = 5 if bold else _LONG_NAME
    return [name for name in _NAMES if len(name) > 2 and abs(len(name) - length) <= 1 + (len(name) >= two)]


_REACH = {bold: [_of_length(length, bold) for length in range(_LONGEST + 1)] for bold in (False, True)}


def _near(typed: str, bold: bool) -> list[tuple[str, float]]:
    """Names that a word may stand for, and how dear the slips are; only the nearest kind."""
    if typed in _NAMES:
        return [(typed, 0.0)]
    if len(typed) > _LONGEST:
        return []
    two = 5 if bold else _LONG_NAME
    most = 2 if len(typed) >= two - 2 else 1
    hits = extract(typed, _REACH[bold][len(typed)], scorer=OSA.distance, score_cutoff=most, limit=None)
    once = [(name, single(typed, name)) for name, distance, _ in hits if distance == 1]
    return once or [(name, cost(typed, name)) for name, _, _ in hits if len(name) >= two]


def _providers(domain: str, bold: bool) -> list[tuple[float, Meant]]:
    """Domains of providers that may have been meant, each with how dear that is for one so common."""
    typed, _, typed_ending = domain.partition(".")
    found = []
    for name, slip in _near(typed, bold):
        for ending, rank in _endings(name, typed_ending, slip):
            if slip <= _budget(name, ending, rank, bold):
                price = slip + _ending_cost(name, typed_ending, ending, bold)
                if price < NEVER:
                    found.append((price - _RANK * rank, _explained(domain, f"{name}.{ending}", price)))
    return found


def _endings(name: str, typed: str, slip: float) -> Iterable[tuple[str, int]]:
    """The endings of a name that may have been meant, and how common each is."""
    endings = _NAMES[name]
    if typed in endings:
        return ((typed, endings[typed]),)
    if not slip or not exists(typed.rpartition(".")[2]):
        return endings.items()
    # Name and ending wrong at once: gmal.se may be a company's, gamil.co hardly.
    return [(ending, rank) for ending, rank in endings.items() if rank == LEADING and typed in RARE]


def _explained(typed: str, meant: str, price: float) -> Meant:
    last = typed.rpartition(".")[2]
    if typed.partition(".")[0] != meant.partition(".")[0]:
        return Meant(meant, price, "fix.why.domain_typo", typed, meant)
    if exists(last):
        return Meant(meant, price, "fix.why.tld_rare", typed, meant)
    return Meant(meant, price, "fix.why.tld", last, meant.rpartition(".")[2])


def _budget(name: str, ending: str, rank: int, bold: bool) -> float:
    """How dear a slip in the name may be."""
    length = len(name)
    if length < 3:
        return 0.0
    if length == 3 and ending == "com":
        # Every .com of three letters is somebody's.
        return SWAPPED if bold else 0.0
    careful, certain = _BUDGET.get(length, _LONG)
    if rank == KNOWN:
        # Few have an address there, so it takes more to believe that one was meant.
        certain = min(certain, careful + 0.1)
    return (certain if bold else careful) + (_LEADING_BONUS if rank == LEADING else 0.0)


def _ending_cost(name: str, typed: str, meant: str, bold: bool) -> float:
    """How dear it is to have typed one ending for another; NEVER if that does not happen by a slip."""
    if typed == meant:
        return 0.0
    if WRONG_ENDINGS.get(typed) == meant:
        return 0.3
    if name in ONE_ENDING and typed.count(".") == typed.startswith(("com.", "co.")):
        return 0.5
    if RARE.get(typed) == meant:
        # Companies like .co; hardly anybody outside Cameroon and Oman has the others.
        return 0.4 if bold or len(name) >= 5 or typed != "co" else NEVER
    last = typed.rpartition(".")[2]
    if bold and (typed, meant) == ("uk", "co.uk"):
        return 0.5
    if len(typed) == 1 and typed in (meant[0], meant[-1]):
        # Who missed a key, missed the last one.
        return 0.5 if meant[0] == typed else 0.7
    if not exists(last) or (typed.count(".") == 1 and last == meant.rpartition(".")[2]):
        slip = _ending_slip(typed, meant)
        return slip if slip <= 1.0 else NEVER
    if not bold or name in _SHARED or (name not in _BRANDS and len(name) < 6):
        return NEVER
    slip = _ending_slip(typed, meant) + 0.3
    return slip if slip <= 1.0 else NEVER


@lru_cache(maxsize=4096)
def _ending_slip(typed: str, meant: str) -> float:
    # Cached: there are few endings, whatever stands in front of them.
    return cost(typed, meant, first=0.0) if abs(len(typed) - len(meant)) <= 1 else NEVER


_BRANDS = frozenset(domain.partition(".")[0] for domain, rank in POPULAR.items() if rank == LEADING)
"""Names that mean the same provider in every country."""
_SHARED = frozenset(
    ["yahoo", "online", "orange", "chello", "posteo", "tiscali", "telenor", "vodafone", "planet"]
)
"""Names under which there is something real in nearly every country."""
