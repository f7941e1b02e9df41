"""Lines and JSON objects of a text of any length, read with little memory, whatever is in it."""

import csv
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Final, TextIO

MAX_LINE: Final = 64 * 1024
"""Characters of a line, or of a JSON object."""
MAX_CONTINUED: Final = 20
"""Lines that one record may have: after them a quote that was not closed is taken for a slip."""
MOST_FIELDS: Final = 200

TOO_LONG: Final = "it is too long"
HAS_NUL: Final = "it has a NUL in it"
NOT_CLOSED: Final = "a quote is not closed"
NOT_CSV: Final = "it is no line of a CSV"
NOT_JSON: Final = "it is no JSON object"
REST_LOST: Final = "it is no JSON object; what comes after it cannot be read"

Record = tuple[int, list[str] | str]
"""Number of the line, and its cells; or, as text, why it has none."""
Item = tuple[int, dict[str, object] | str]


class Lines:
    """Numbered lines of a text; some can be given back. A line that is too long is cut, and said to be."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._given_back: deque[tuple[int, str]] = deque()
        self._number = 0

    def next(self) -> tuple[int, str] | None:
        """The next line with its number, from 1 on; None at the end."""
        if self._given_back:
            return self._given_back.popleft()
        line = self._stream.readline(MAX_LINE + 1)
        if not line:
            return None
        self._number += 1
        if len(line) > MAX_LINE and not line.endswith("\n"):
            while (rest := self._stream.readline(MAX_LINE)) and not rest.endswith("\n"):
                pass
        return self._number, line

    def give_back(self, lines: list[tuple[int, str]]) -> None:
        """Let these lines come again, before all others."""
        self._given_back.extendleft(reversed(lines))


def records(lines: Lines, delimiter: str) -> Iterator[Record]:
    """The records of a CSV (RFC 4180). A quote that is never closed costs one line, not the file."""
    while (numbered := lines.next()) is not None:
        number, text = numbered
        more: list[tuple[int, str]] = []
        while text.count('"') % 2 and len(more) < MAX_CONTINUED and len(text) <= MAX_LINE:
            following = lines.next()
            if following is None:
                break
            more.append(following)
            text += following[1]
        if not text.strip():
            continue
        cells = _cells(text, delimiter)
        if isinstance(cells, str):
            lines.give_back(more)
        yield number, cells


def _cells(text: str, delimiter: str) -> list[str] | str:
    if len(text) > MAX_LINE:
        return TOO_LONG
    if text.count('"') % 2:
        return NOT_CLOSED
    if "\x00" in text:
        return HAS_NUL
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return NOT_CSV
    return rows[0] if len(rows) == 1 and len(rows[0]) <= MOST_FIELDS else NOT_CSV


def objects_of_lines(lines: Lines) -> Iterator[Item]:
    """One JSON object a line."""
    while (numbered := lines.next()) is not None:
        number, text = numbered
        if len(text) > MAX_LINE:
            yield number, TOO_LONG
        elif text.strip():
            yield number, _object(text)


def _object(text: str) -> dict[str, object] | str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return NOT_JSON
    return found if isinstance(found, dict) else NOT_JSON


_BETWEEN: Final = re.compile(r"[\s,]*")


def objects_of_list(stream: TextIO, head: str, line: int = 1) -> Iterator[Item]:
    """The objects of a JSON list, of which ``head`` was read; it begins after the list's bracket, in a line.

    Nothing after an object that cannot be read is understood any more: where it ends, nobody knows.
    """
    decoder, buffer, at = json.JSONDecoder(), head, 0
    while True:
        begins = _BETWEEN.match(buffer, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        line += buffer.count("\n", at, begins)
        at = begins
        if buffer.startswith("]", at):
            return
        try:
            found, ends = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError):
            more = stream.read(MAX_LINE) if len(buffer) - at <= MAX_LINE else ""
            if more:
                buffer, at = buffer[at:] + more, 0
                continue
            yield line, REST_LOST
            return
        yield line, found if isinstance(found, dict) else NOT_JSON
        line += buffer.count("\n", at, ends)
        at = ends
