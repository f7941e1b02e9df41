"""What other addresses of the same person say about the one that was typed: the CV's, and earlier ones."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import OSA

from ..domain.addresses import MAX_TYPED, normalise, problem_with
from .names import is_in_name
from .popular_domains import LOOKALIKES, POPULAR

MOST = 20
"""Addresses of each kind that are looked at; a CV of a hundred addresses is a list of references."""
_MOST_READ = 200

# Google ignores dots, and what follows a plus; so do none of the other large ones with dots.
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})
_SEPARATORS = str.maketrans("", "", "._-")


class Found(NamedTuple):
    """An address from elsewhere: in which document and on which page, or when mail to it last arrived."""

    address: str
    document: str | None = None
    page: int | None = None
    at: datetime | None = None


def readable(addresses: Iterable[str | Found]) -> list[Found]:
    """The valid ones among the first, as they were written."""
    return list(islice(_readable(islice(addresses, _MOST_READ)), MOST))


def _readable(addresses: Iterable[str | Found]) -> Iterator[Found]:
    for one in addresses:
        found = Found(one) if isinstance(one, str) else one
        if len(found.address) <= MAX_TYPED and problem_with(found.address) is None:
            yield found._replace(address=found.address.strip())


def mailbox(address: str) -> str:
    """The same text for two spellings of one mailbox."""
    local, _, domain = normalise(address).rpartition("@")
    if domain in _GOOGLE:
        return f"{local.partition('+')[0].replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def domain_of(address: str) -> str:
    """The domain, as it is compared."""
    return normalise(address).rpartition("@")[2]


def is_near(typed: str, other: str) -> bool:
    """Whether an address may be the other one, mistyped: a slip or two in it, or another ending."""
    local, _, domain = normalise(typed).rpartition("@")
    other_local, _, other_domain = normalise(other).rpartition("@")
    names = _slips(local, other_local)
    if names is None:
        return False
    if domain == other_domain:
        return names > 0
    if domain.partition(".")[0] == other_domain.partition(".")[0]:
        return names == 0
    # Two providers that are one letter apart (gmail, ymail) are two providers.
    if domain in POPULAR or domain in LOOKALIKES:
        return False
    return names <= 1 and OSA.distance(domain, other_domain, score_cutoff=2) <= 2


def _slips(word: str, other: str) -> int | None:
    """How many slips two local parts are apart; None if too many for their length."""
    if word.translate(_SEPARATORS) == other.translate(_SEPARATORS):
        return int(word != other)
    most = 2 if min(len(word), len(other)) >= 6 else 1
    slips = OSA.distance(word, other, score_cutoff=most)
    return slips if slips <= most and min(len(word), len(other)) >= 3 else None


def is_of(address: str, name: str | None) -> bool:
    """Whether an address has one of a person's names in it."""
    return bool(name) and is_in_name(normalise(address).rpartition("@")[0], name or "")
