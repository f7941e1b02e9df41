"""What a bounce in prose says about one recipient."""

import re
from dataclasses import dataclass, field
from typing import Final

from ..addresses import ADDRESS
from .certainty import HEADED, TRANSCRIPT

_DELIVERED: Final = re.compile(
    r"[\s:>()|.,;-]*(?:(?:successfully |was )?delivered|ok|250|success\w*)\b", re.IGNORECASE
)
"""What follows an address that is no failed recipient's."""
_DELIVERED_TO: Final = re.compile(
    r"\b(?:was|were|been) (?:successfully )?delivered to\b|\bsuccessful(?:ly)? deliver", re.IGNORECASE
)
"""The heading of those who did get it."""
_ACCEPTED: Final = re.compile(r"^[\s<]*250[ -]", re.MULTILINE)
_REFUSED: Final = re.compile(r"^[\s<]*[45]\d\d\b", re.MULTILINE)
_NOT: Final = re.compile(r"\bnot?\b|n't\b|\bfail|\bun\w", re.IGNORECASE)
COLONS: Final = (":", "\uff1a")
_WORD: Final = re.compile(r"[^\W_]{2}")
_MAX_LINES: Final = 60
_MAX_WORDS: Final = 1_500


@dataclass
class Passage:
    """One failed recipient, and the lines about them."""

    address: str
    certainty: int = 0
    """``HEADED``, ``TRANSCRIPT``, ``DESCRIBED`` or ``MENTIONED``."""
    indent: int = 0
    lines: list[str] = field(default_factory=list)
    """The first one has the address."""
    ours: str | None = None
    """The address that we wrote to, where the server says that it forwarded to this one."""
    target: str = ""
    """The address that the server forwarded to, where ``address`` is the one that we wrote to."""
    heading: list[str] = field(default_factory=list)
    """The paragraph right above, which may be about this recipient."""
    line: int = 0
    """Where the address stands in the text."""
    start: int = 0
    """Where it begins: the line of the heading, if it is about nobody else, or of the address."""
    touches: bool = False
    """There is no blank line between the heading and the address."""
    has_heading: bool = False
    """The heading is about those below it, and no others."""
    origin: str = ""
    """Where the address was found, if not in the text."""

    @property
    def has_words(self) -> bool:
        """Whether anything is said besides the address."""
        return any(map(has_words, self.lines))

    @property
    def words(self) -> str:
        """What is said about the recipient; bounded."""
        return "\n".join(map(str.strip, self.lines[:_MAX_LINES])).strip()[:_MAX_WORDS]

    @property
    def is_bare(self) -> bool:
        """A line with an address and no more, that nothing announces."""
        return not self.has_words and not (self.heading and self.heading[-1].rstrip().endswith(COLONS))

    @property
    def is_delivered(self) -> bool:
        """Whether the server says that it did deliver, or accept, the message to this recipient."""
        if self.certainty == HEADED:
            _, _, rest = self.lines[0].partition(self.address)
            if _DELIVERED.match(rest):
                return True
            said = " ".join(self.heading)
            return "eliver" in said and _DELIVERED_TO.search(said) is not None and not _NOT.search(said)
        text = "\n".join(self.lines)
        return self.certainty == TRANSCRIPT and bool(_ACCEPTED.search(text)) and not _REFUSED.search(text)


def has_words(line: str) -> bool:
    """Whether a line has more than addresses."""
    return _WORD.search(ADDRESS.sub(" ", line) if "@" in line else line) is not None
