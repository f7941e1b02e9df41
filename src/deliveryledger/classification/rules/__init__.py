"""The rules are data: one row, one piece of knowledge, with an id that events record and a source.

``providers.py`` marks of one receiving provider, ``phrases.py`` families of words, ``codes.py`` enhanced
status codes. A new row goes into the table whose order it needs; raise ``RULES_VERSION`` with it.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from ...domain.failure_reason import FailureReason
from ..evidence import Evidence

RULES_VERSION: Final = "1"
_CLASS_OR_ESCAPE: Final = re.compile(r"\\.|\[[^\]]*\]")
_GROUP: Final = re.compile(r"\([^()]*\)")
_UNSURE: Final = re.compile(r".?(?:[?*]|\{[^}]*\})|[.^$+]")


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
    _patterns: tuple[tuple[str, re.Pattern[str]], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        patterns = tuple((required_text(words), re.compile(words)) for words in self.words)
        object.__setattr__(self, "_patterns", patterns)

    def matches(self, text: str, evidence: Evidence) -> bool:
        """Whether the row applies. ``text`` is ``evidence.matchable``, computed once."""
        if self.code is not None and not re.fullmatch(self.code, evidence.status or ""):
            return False
        # A look for plain text is much cheaper than a search, and mostly says no.
        for required, pattern in self._patterns:
            if required in text and pattern.search(text):
                return True
        return not self._patterns


def required_text(pattern: str) -> str:
    """The longest plain text that every match of ``pattern`` contains; empty where there is none."""
    pattern = _CLASS_OR_ESCAPE.sub("\n", pattern)
    while (shorter := _GROUP.sub("\n", pattern)) != pattern:
        pattern = shorter
    return max(_UNSURE.sub("\n", pattern).split("\n"), key=len)
