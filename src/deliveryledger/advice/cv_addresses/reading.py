"""What a CV says: its addresses, the candidate's own first."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from .formats import read_passages
from .limits import UnreadableCv, Watch
from .passages import LINK, Passage
from .ranking import OWN, WHOSE, rank

_LEAST_LETTERS: Final = 20
"""Letters that make a document one that has text. A scan may have a page number, or its scanner's name."""


@dataclass(frozen=True)
class CvAddress:
    """An address in a CV.

    ``page`` counts from 1 and is None where the format has no pages; ``how`` is where it stands. ``whose``:
    ``candidate``, ``referee``, or ``role`` for one that is nobody's own (``jobb@``).
    """

    address: str
    page: int | None
    how: str
    whose: str = "candidate"


@dataclass(frozen=True)
class CvReading:
    """The addresses of a CV, best first.

    ``readable``: whether there was any text to look in. A scan has none.
    """

    addresses: tuple[CvAddress, ...]
    readable: bool

    @property
    def own(self) -> tuple[CvAddress, ...]:
        """The candidate's own, best first: those of referees are other people's data."""
        return tuple(each for each in self.addresses if each.whose == WHOSE[OWN])


def read_here(data: bytes, name: str | None, watch: Watch) -> CvReading:
    """Read a CV in this process. Raises UnreadableCv, MissingExtra."""
    if len(data) > watch.limits.size:
        raise UnreadableCv(f"it has more than {watch.limits.size:,} bytes")
    passages = read_passages(data, watch)
    watch.look()
    most = watch.limits.addresses
    ranked = rank(passages, name, most)
    addresses = tuple(CvAddress(each.address, each.page, each.how, WHOSE[each.kind]) for each in ranked)
    return CvReading(addresses, bool(addresses) or _has_text(passages))


def _has_text(passages: list[Passage]) -> bool:
    letters = 0
    for passage in passages:
        if passage.how == LINK:
            continue
        for sign in passage.text:
            # Glyphs without a meaning come out as private use, which is no letter.
            letters += unicodedata.category(sign).startswith("L")
            if letters >= _LEAST_LETTERS:
                return True
    return False
