"""The candidate's name against an address: what speaks for its being the candidate's own."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import takewhile
from typing import Final

from .passages import LINK, Passage
from .words import NAMED, REFEREES, SECTIONS, TITLES

_OTHER_LETTERS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "œ": "oe"}
)
_DIGRAPHS: Final = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe"})
_WORD: Final = re.compile(r"[^\W\d_]+")
_NAME: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SMALL: Final = frozenset(
    ["af", "av", "von", "van", "de", "der", "del", "la", "di", "da", "du", "den", "och", "y", "e", "zu"]
)
_LINES: Final = 15
"""Lines of a document in which the name is looked for."""
_LONGEST: Final = 60


def folded(text: str) -> str:
    """Lower case, without accents, as names become local parts."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_OTHER_LETTERS))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


class Names:
    """Who the candidate may be: by what the caller knows, and by what stands at the top of the CV."""

    def __init__(self, name: str | None, passages: Iterable[Passage]) -> None:
        found = [name] if name and name.strip() else _at_the_top(list(passages))
        self._names = [parts for each in found if (parts := _parts(each))]

    def match(self, local: str, domain: str) -> int:
        """How well an address fits the best of the names: 4 first and last name, 0 not at all."""
        return max((_fit(parts, local, domain) for parts in self._names), default=0)

    def has(self, word: str) -> bool:
        """Whether a word is a part of a name."""
        return any(folded(word) in parts or word.casefold() in parts for parts in self._names)


def _parts(name: str) -> list[str]:
    words = [word for word in _WORD.findall(name[:_LONGEST].casefold()) if word not in _SMALL]
    parts = dict.fromkeys(
        form for word in words[:6] for form in (folded(word), folded(word.translate(_DIGRAPHS)))
    )
    return [part for part in parts if len(part) > 1]


def _fit(parts: list[str], local: str, domain: str) -> int:
    squeezed = re.sub(r"[^a-z]", "", folded(local))
    inside = [part for part in parts if part in squeezed and len(part) > 2]
    covered = sum({part[:3]: len(part) for part in inside}.values())
    if len({part[:3] for part in inside}) > 1:
        return 4
    # Short names: tek@ of Tove Ek.
    if any(squeezed in (one + two, one[0] + two) for one in parts for two in parts if one != two):
        return 3
    if inside:
        rest = len(squeezed) - covered
        initials = {part[0] for part in parts}
        around = squeezed.replace(max(inside, key=len), "", 1)
        if rest <= 2 and all(letter in initials for letter in around):
            return 3
        return 2 if covered >= 3 and covered * 2 >= len(squeezed) else 1
    own_domain = folded(domain)
    return 2 if any(len(part) > 3 and part in own_domain for part in parts) else 0


def _at_the_top(passages: list[Passage]) -> list[str]:
    lines = [
        line.strip()
        for passage in passages[:12]
        if passage.how != LINK
        for line in passage.text[:4_000].split("\n")[: 4 * _LINES]
        if line.strip()
    ]
    # Names that stand below "References" are others'.
    head = takewhile(lambda line: not REFEREES.match(line), lines[:_LINES])
    found = [name for line in head if len(line) <= _LONGEST and (name := _name_in(line))][:2]
    labelled = [match[1] for line in lines if (match := NAMED.match(line[:100]))]
    return labelled[:1] + found


def _name_in(line: str) -> str | None:
    if (
        TITLES.search(line)
        or SECTIONS.match(line)
        or REFEREES.match(line)
        or any(sign in line for sign in "@:/0123456789,")
    ):
        return None
    words = line.split()
    if sum(len(word) == 1 for word in words) > 3:  # letters set apart
        words = ["".join(part.split()) for part in re.split(r" {2,}|\t", line)]
    is_one = 2 <= len(words) <= 5 and all(
        _NAME.fullmatch(word.strip(".")) and (word[0].isupper() or word in _SMALL) for word in words
    )
    return " ".join(words) if is_one else None
