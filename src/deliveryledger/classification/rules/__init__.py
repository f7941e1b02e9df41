"""The rules are data: one row, one piece of knowledge, with an id that events record and a source.

``providers/`` marks of one receiving provider, ``phrases.py`` families of words, ``languages/`` the same in
other languages than English, ``codes.py`` enhanced status codes; ``tables.py`` has their order. A new row goes
into the table whose order it needs; raise ``RULES_VERSION`` with it.
"""

import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ...domain.failure_reason import FailureReason
from ..evidence import Evidence

RULES_VERSION: Final = "6"
_ESCAPED_SIGN: Final = re.compile(r"\\([^\w\s])")
_PRIVATE: Final = 0xE000
_SIGNS: Final = {_PRIVATE + code: chr(code) for code in range(128)}
_CLASS_OR_ESCAPE: Final = re.compile(r"\\.|\[[^\]]*\]")
_GROUP: Final = re.compile(r"\([^()]*\)")
_UNSURE: Final = re.compile(r".?(?:[?*]|\{[^}]*\})|[.^$+]")
_OPTIONAL: Final = ("?", "*", "{")
_LONG: Final = 4
_SHORT: Final = 2
"""Octets of a text by which a pattern is found; the shorter mark is that of texts of less than five."""
_TYPES: Final = {_LONG: "I", _SHORT: "H"}
"""Of arrays with items of that many octets."""
_TOO_SHORT: Final = 2
"""Octets of a text that say too little to be looked for."""


@dataclass(frozen=True)
class WordRule:
    """A reason, and what has to match: any of ``words``, and the enhanced code where one is given.

    ``words`` are regular expressions without a top-level ``|``; gaps in them are bounded (``.{0,30}``).
    None at all = the code suffices. ``code`` matches the code the server said, or else the reported one.
    ``hosts``: endings of the remote server's name, where the words mean this only there.
    """

    id: str
    reason: FailureReason
    words: tuple[str, ...]
    source: str
    code: str | None = None
    hosts: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = field(init=False, repr=False)
    """``words``, compiled."""
    _code: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "patterns", tuple(map(re.compile, self.words)))
        object.__setattr__(self, "_code", re.compile(self.code) if self.code is not None else None)

    def found(self, text: str, evidence: Evidence) -> str | None:
        """The words for which the row applies, empty where it needs none; None where it does not apply.

        ``text`` is ``evidence.matchable``, computed once.
        """
        if not self.allows(evidence):
            return None
        if not self.patterns:
            return ""
        return next((match[0] for each in self.patterns if (match := each.search(text))), None)

    def allows(self, evidence: Evidence) -> bool:
        """Whether the enhanced code and the remote server are ones that the row is about."""
        if self._code is not None and not self._code.fullmatch(evidence.status or ""):
            return False
        return not self.hosts or evidence.remote_host.endswith(self.hosts)


class RuleIndex:
    """Finds the first row that applies; most are never tried.

    Every match of most patterns contains one of a few plain texts. A mark of each, four octets or two, stands in a
    table, and the next one too, so that one of both begins at an even place in whatever text has them. The table
    is asked with all octets at even places of a text at once: cheaper than a look for every pattern.
    """

    def __init__(self, rules: Sequence[WordRule]) -> None:
        rows = [(rule, pattern) for rule in rules for pattern in rule.patterns or (None,)]
        required = [required_texts(pattern.pattern) if pattern else () for _, pattern in rows]
        # A row whose text is all of its pattern has matched when that is found.
        self._rows = [
            (rule, pattern if pattern and (pattern.pattern,) != texts else None)
            for (rule, pattern), texts in zip(rows, required, strict=True)
        ]
        self._by_code = [place for place, (_, pattern) in enumerate(rows) if pattern is None]
        self._always = [place for place, (_, pattern) in enumerate(rows) if pattern and not required[place]]
        codes = [rule.code for rule, pattern in rows if pattern is None and rule.code]
        self._codes = re.compile("|".join(codes) or r"(?!)")
        places: dict[str, list[int]] = {}
        for place, texts in enumerate(required):
            for text in texts:
                places.setdefault(text, []).append(place)
        self._long, self._short = _Marks(places, _LONG), _Marks(places, _SHORT)

    def first(self, text: str, evidence: Evidence) -> WordRule | None:
        """The first row for which ``found`` is not None, as if every one were asked."""
        places = self._always.copy()
        if (status := evidence.status) and self._codes.fullmatch(status):
            places += self._by_code
        octets = text.encode("utf-8", "surrogatepass")
        octets += b" " * (-len(octets) % _LONG)
        for marks in (self._long, self._short):
            for required, found in marks.of(octets):
                if required in text:
                    places += found
        rows = self._rows
        for place in sorted(set(places)):
            rule, pattern = rows[place]
            if (pattern is None or pattern.search(text)) and rule.allows(evidence):
                return rule
        return None


class _Marks:
    """The plain texts of which a mark of one size is looked for, and the places of the rows that need them."""

    def __init__(self, places: dict[str, list[int]], size: int) -> None:
        self._size = size
        self._type = _TYPES[size]
        self._texts: dict[int, list[tuple[str, tuple[int, ...]]]] = {}
        of_size = [text for text in places if (len(text.encode()) > _LONG) == (size == _LONG)]
        # What few of the texts contain is what is seldom found in vain.
        common = Counter(mark for text in of_size for mark in _marks(text, size))
        for text in of_size:
            pair = min(pairwise(_marks(text, size)), key=lambda pair: common[pair[0]] + common[pair[1]])
            for mark in set(pair):
                self._texts.setdefault(mark, []).append((text, tuple(places[text])))
        self._known = frozenset(self._texts)

    def of(self, octets: bytes) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The texts that may be in these octets, of which there are a multiple of four."""
        at_even = array(self._type, octets)
        if self._size > _SHORT:
            at_even.frombytes(octets[2:-2])
        for mark in self._known.intersection(at_even):
            yield from self._texts[mark]


def _marks(text: str, size: int) -> list[int]:
    """So many octets at each place, as the number that this machine reads in them."""
    octets = text.encode("utf-8", "surrogatepass")
    return [int.from_bytes(octets[at : at + size], sys.byteorder) for at in range(len(octets) - size + 1)]


def required_text(pattern: str) -> str:
    """The longest plain text that every match of ``pattern`` contains; empty where there is none."""
    pattern = _without_classes(pattern)
    while (shorter := _GROUP.sub("\n", pattern)) != pattern:
        pattern = shorter
    return max(_UNSURE.sub("\n", pattern).split("\n"), key=len).translate(_SIGNS)


def _without_classes(pattern: str) -> str:
    """A line break for every class; an escaped sign as one that means nothing in a pattern."""
    pattern = _ESCAPED_SIGN.sub(lambda sign: chr(_PRIVATE + ord(sign[1])), pattern)
    return _CLASS_OR_ESCAPE.sub("\n", pattern)


def required_texts(pattern: str) -> tuple[str, ...]:
    """Plain texts of which every match of ``pattern`` contains one; none, where none are long enough."""
    choices: list[tuple[str, ...]] = [(required_text(pattern),)]
    choices += [tuple(map(required_text, group)) for group in _alternatives(pattern)]
    best = max(choices, key=_least)
    return best if _least(best) > _TOO_SHORT else ()


def _least(texts: tuple[str, ...]) -> int:
    return min(len(text.encode()) for text in texts)


def _alternatives(pattern: str) -> Iterator[list[str]]:
    """What each group that has to match offers, of the groups that stand in no other."""
    pattern = _without_classes(pattern)
    depth, start, bars = 0, 0, [0]
    for place, character in enumerate(pattern):
        if character == "(":
            depth += 1
            if depth == 1:
                start, bars = place, [place + len("(?:") - 1]
        elif character == "|" and depth == 1:
            bars.append(place)
        elif character == ")":
            depth -= 1
            is_sure = pattern.startswith("(?:", start) and not pattern.startswith(_OPTIONAL, place + 1)
            if depth == 0 and is_sure:
                yield [pattern[a + 1 : b] for a, b in pairwise([*bars, place])]
