"""Whom a bounce in prose is about, and which of its words are about whom."""

import re
from collections.abc import Callable
from typing import Final

from ..addresses import clean, first_in, matches
from .certainty import DESCRIBED as DESCRIBED
from .certainty import HEADED as HEADED
from .certainty import MENTIONED, STATED, certainty
from .certainty import TRANSCRIPT as TRANSCRIPT
from .passage import COLONS, has_words
from .passage import Passage as Passage

_OURS: Final = re.compile(
    r"(?:expanded|generated|forwarded|redirected|translated) from:?|originally (?:addressed|sent) to|original recipient(?: was)?:?|orig[_-]to=|ORCPT=(?:rfc822;)?",
    re.IGNORECASE,
)
"""The address that we wrote to, where the server forwarded to another one."""
_SIGNATURE: Final = ("--", "-- ")
"""What follows is the writer's signature (RFC 3676 4.3)."""
_FROM: Final = ("from", "from:", "from ")
_MAX_LINES: Final = 400
_MAX_LINE: Final = 1_000
_MOST: Final = 30


def _nobody(_address: str) -> bool:
    return False


def passages(text: str, is_other: Callable[[str], bool] = _nobody) -> list[Passage]:
    """The recipients that the text names, of the highest certainty there is; addresses in their own case.

    ``is_other`` says of an address in lower case that it is no recipient's.
    """
    if "@" not in text:
        return []
    reader = _Reader(text.split("\n", _MAX_LINES)[:_MAX_LINES], is_other)
    reader.read()
    return reader.best()


class _Reader:
    """Reads line by line, and says of each line whom it is about."""

    def __init__(self, lines: list[str], is_other: Callable[[str], bool]) -> None:
        self.found: dict[str, Passage] = {}
        self._lines = lines
        self._is_other = is_other
        self._current: Passage | None = None

    def read(self) -> None:
        """All of the lines."""
        for number, line in enumerate(self._lines):
            if "@" in line:
                self._read(number, line)
            elif self._current is not None:
                if line in _SIGNATURE:
                    break
                self._current.lines.append(line)

    def _read(self, number: int, line: str) -> None:
        """A line that may name somebody."""
        named = self._named_in(number, line[:_MAX_LINE])
        for each in named:
            if len(self.found) < 2 * _MOST:
                self._take(number, each)
                if (
                    len(named) > 1 and self._current is each
                ):  # what it says of itself must not name the others
                    each.lines = [each.address]
        if self._current is not None and len(named) < 2:
            self._current.lines.append(line)

    def _above(self, number: int) -> str:
        """The last line above that is not blank."""
        for at in range(number - 1, -1, -1):
            if self._lines[at].strip():
                return self._lines[at]
        return ""

    def best(self) -> list[Passage]:
        """Those of the highest certainty."""
        found = list(self.found.values())
        _share(found)
        failed = [passage for passage in found if not passage.is_delivered]
        if any(passage.certainty == STATED for passage in failed):
            for passage in failed:
                if passage.certainty == HEADED and passage.is_bare:
                    passage.certainty = MENTIONED
        best = max((passage.certainty for passage in failed), default=0)
        return [passage for passage in failed if passage.certainty == best]

    def _take(self, number: int, named: Passage) -> None:
        """Decide whose lines begin with this one."""
        current = self._current
        if named.ours and current is not None and named.certainty < HEADED:
            current.ours = named.ours
            return
        known = self.found.get(named.address.lower())
        if known is not None:
            known.certainty = max(known.certainty, named.certainty)
            self._current = known
            return
        if current is not None and current.certainty > named.certainty:
            return
        # A line that is indented more than the recipient above it goes on about them.
        if current is not None and current.certainty == HEADED and named.indent > current.indent:
            return
        named.line = named.start = number
        if named.certainty == HEADED:
            self._find_heading(named)
        self.found[named.address.lower()] = self._current = named

    def _find_heading(self, named: Passage) -> None:
        """The paragraph right above. What ends with a colon, or touches the address as at the first one, is its own."""
        above, end = self._current, named.line
        if above is not None and above.certainty == HEADED and above.line >= named.line - 1:
            named.heading, named.has_heading = above.heading, above.has_heading
            return
        while end and not self._lines[end - 1].strip():
            end -= 1
        start = end
        while start and self._lines[start - 1].strip():
            start -= 1
        paragraph = self._lines[start:end]
        if not paragraph or any("@" in line for line in paragraph):
            return
        named.heading, named.start, named.touches = paragraph, start, end == named.line
        if above is None or above.certainty < HEADED:
            return
        first = next(each for each in self.found.values() if each.certainty == HEADED)
        if paragraph[-1].rstrip().endswith(COLONS) or (named.touches and first.touches):
            first.has_heading, named.has_heading = bool(first.heading), True
            del above.lines[start - named.line :]

    def _named_in(self, number: int, line: str) -> list[Passage]:
        """The first address in a line that may be a recipient's, or all of a list of them."""
        indent = len(line) - len(line.lstrip(" \t"))
        above = self._above(number)
        if self._current is not None and above.endswith(_FROM):
            above = above[-80:]
            if (ours := _ours_in(f"{above} {line}")) and not _ours_in(above):
                return [Passage(ours, MENTIONED, indent, ours=ours)]
        ours = _ours_in(line)
        named: list[Passage] = []
        mentioned: Passage | None = None
        for place, match in enumerate(matches(line)):
            address = clean(match.group())
            if not address or self._is_other(address.lower()):
                continue
            if named:
                named.append(Passage(address, HEADED, indent))
                continue
            at = line.find(address, match.start())
            if sure := certainty(line[:at], line[match.end() :], above, place == 0):
                passage = Passage(address, sure, indent, ours=ours)
                if sure == MENTIONED:  # the end of the sentence may say more
                    mentioned = mentioned or passage
                    continue
                named.append(passage)
                if sure < HEADED or line.count("@") == 1 or has_words(line):
                    break
        if not named and mentioned is not None:
            return [mentioned]
        if not named and ours:
            return [Passage(ours, MENTIONED, indent, ours=ours)]
        return named


def _share(found: list[Passage]) -> None:
    """Give headings to those whom they are about, and what stands below a list to all who are in it."""
    headed = [passage for passage in found if passage.certainty == HEADED]
    for passage in headed:
        if passage.has_heading:
            passage.lines[1:1] = passage.heading
        else:
            passage.start = passage.line
    for above, below in zip(headed[-2::-1], headed[:0:-1], strict=True):
        is_next = above.line >= below.line - 1
        if is_next and len(above.lines) == 1 and not any(map(has_words, (above.lines[0], below.lines[0]))):
            above.lines += _below(below)


def _below(passage: Passage) -> list[str]:
    """What follows a recipient after a blank line, up to where somebody is named."""
    lines = passage.lines[1:]
    if not lines or lines[0].strip():
        return []
    return lines[: next((at for at, line in enumerate(lines) if "@" in line), len(lines))]


def _ours_in(line: str) -> str | None:
    ours = _OURS.search(line) if "from" in line or "rig" in line or "ORCPT" in line else None
    return first_in(line[ours.end() :]) if ours else None
