"""The rules are data: one row, one piece of knowledge, with an id that events record and a source.

``providers.py`` marks of one receiving provider, ``phrases.py`` families of words, ``codes.py`` enhanced
status codes. A new row goes into the table whose order it needs; raise ``RULES_VERSION`` with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ...domain.failure_reason import FailureReason
from ..evidence import Evidence

RULES_VERSION: Final = "2"
_CLASS_OR_ESCAPE: Final = re.compile(r"\\.|\[[^\]]*\]")
_GROUP: Final = re.compile(r"\([^()]*\)")
_UNSURE: Final = re.compile(r".?(?:[?*]|\{[^}]*\})|[.^$+]")
_OPTIONAL: Final = ("?", "*", "{")
_MARK: Final = 3
"""Characters of a text by which a pattern is found; fewer say too little."""


@dataclass(frozen=True)
class WordRule:
    """A reason, and what has to match: any of ``words``, and the enhanced code where one is given.

    ``words`` are regular expressions without a top-level ``|``; gaps in them are bounded (``.{0,30}``).
    None at all = the code suffices. ``code`` matches the code the server said, or else the reported one.
    """

    id: str
    reason: FailureReason
    words: tuple[str, ...]
    source: str
    code: str | None = None
    _patterns: tuple[re.Pattern[str], ...] = field(init=False, repr=False)
    _code: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_patterns", tuple(map(re.compile, self.words)))
        object.__setattr__(self, "_code", re.compile(self.code) if self.code is not None else None)

    def matches(self, text: str, evidence: Evidence) -> bool:
        """Whether the row applies. ``text`` is ``evidence.matchable``, computed once."""
        if not self.allows(evidence):
            return False
        return not self._patterns or any(pattern.search(text) for pattern in self._patterns)

    def allows(self, evidence: Evidence) -> bool:
        """Whether the enhanced code is one that the row is about."""
        return self._code is None or bool(self._code.fullmatch(evidence.status or ""))


class RuleIndex:
    """Finds the first row that applies; most are never tried.

    Every match of most patterns contains one of a few plain texts. Three characters of each stand in a
    table, which is asked with all the threes of a text at once: cheaper than a look for every pattern.
    """

    def __init__(self, rules: Sequence[WordRule]) -> None:
        self._rows: list[tuple[WordRule, re.Pattern[str] | None]] = []
        self._always: list[int] = []
        self._by_mark: dict[str, list[tuple[str, int]]] = {}
        for rule in rules:
            for words in rule.words or ("",):
                self._add(required_texts(words), len(self._rows))
                self._rows.append((rule, re.compile(words) if words else None))

    def _add(self, texts: tuple[str, ...], place: int) -> None:
        if not texts:
            self._always.append(place)
        for text in texts:
            # The mark that the fewest others share is the one that is seldom found in vain.
            rarest = min(sorted(_marks(text)), key=lambda mark: len(self._by_mark.get(mark, ())))
            self._by_mark.setdefault(rarest, []).append((text, place))

    def first(self, text: str, evidence: Evidence) -> WordRule | None:
        """The first row that ``matches``, as if every one were asked."""
        places = set(self._always)
        for mark in self._by_mark.keys() & _marks(text):
            for required, place in self._by_mark[mark]:
                if required in text:
                    places.add(place)
        for place in sorted(places):
            rule, pattern = self._rows[place]
            if (pattern is None or pattern.search(text)) and rule.allows(evidence):
                return rule
        return None


def _marks(text: str) -> set[str]:
    return {text[start : start + _MARK] for start in range(len(text) - _MARK + 1)}


def required_text(pattern: str) -> str:
    """The longest plain text that every match of ``pattern`` contains; empty where there is none."""
    pattern = _CLASS_OR_ESCAPE.sub("\n", pattern)
    while (shorter := _GROUP.sub("\n", pattern)) != pattern:
        pattern = shorter
    return max(_UNSURE.sub("\n", pattern).split("\n"), key=len)


def required_texts(pattern: str) -> tuple[str, ...]:
    """Plain texts of which every match of ``pattern`` contains one; none, where none are long enough."""
    choices: list[tuple[str, ...]] = [(required_text(pattern),)]
    choices += [tuple(map(required_text, group)) for group in _alternatives(pattern)]
    best = max(choices, key=lambda texts: min(map(len, texts)))
    return best if min(map(len, best)) >= _MARK else ()


def _alternatives(pattern: str) -> Iterator[list[str]]:
    """What each group that has to match offers, of the groups that stand in no other."""
    pattern = _CLASS_OR_ESCAPE.sub("\n", pattern)
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
