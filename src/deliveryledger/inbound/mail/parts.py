"""The MIME tree of a mail (RFC 2045, RFC 2046), in whatever state of damage it is."""

import re
from collections.abc import Iterator
from typing import Final

from .headers import BeyondLimits, Headers, Limits, decode, media_type, parameters, read_headers
from .transfer import undone

_MAX_BOUNDARY: Final = 200
"""RFC 2046 5.1.1 allows 70 characters; some mailers do not care."""
_MAX_TEXT: Final = 16 * 1024
_CANDIDATES: Final = 5
"""Boundary-like lines per allowed part: the boundaries of inner multiparts often begin with the outer one."""
_GUESSED_IN: Final = 64 * 1024
"""Bytes in which a delimiter is looked for that the header does not give."""
_DELIMITER: Final = re.compile(rb"\n--(\S[^\r\n]{0,198}+)\r?\ncontent-[a-z-]++[ \t]*+:", re.IGNORECASE)
_RETURN: Final = 0x0D
_FIELD_OR_FOLD: Final = re.compile(rb"[ \t]|[!-9;-~]++[ \t]*+:")
_WHOLE_FIELD: Final = re.compile(rb"[!-9;-~]++[ \t]*+:[^\n]*+(?:\n[ \t][^\n]*+)*+\n?")
_STRAY_LINES: Final = 20
"""Lines that are no field, after which no field is looked for."""


class Part:
    """A leaf of the MIME tree, or a whole mail inside this one, which is not descended into."""

    __slots__ = ("_content", "headers", "raw", "type")

    def __init__(self, headers: Headers, type_: str, raw: bytes) -> None:
        """``type``: ``type/subtype`` in lower case; ``text/plain`` where nothing is said (RFC 2045 5.2)."""
        self.headers = headers
        self.type = type_
        self.raw = raw
        self._content: bytes | None = None

    def __repr__(self) -> str:
        return f"Part({self.type})"

    @property
    def parameters(self) -> dict[str, str]:
        """Of the content type, names in lower case."""
        return parameters(self.headers.get("content-type"))

    @property
    def content(self) -> bytes:
        """The body with its transfer encoding undone (RFC 2045 6), as far as that is possible."""
        if self._content is None:  # a cached_property takes a lock, before Python 3.12
            encoding = self.headers.get("content-transfer-encoding")
            self._content = undone(self.raw, encoding) if encoding else self.raw
        return self._content

    @property
    def text(self) -> str:
        """The beginning of the content as text with simple line ends."""
        return decode(self.content[:_MAX_TEXT]).replace("\r\n", "\n")


def cut(raw: bytes, start: int, end: int, limits: Limits) -> tuple[bytes, int]:
    """Header block, and where the body starts; what starts with a blank line has none (RFC 2046 5.1)."""
    line_end = raw.find(b"\n", start, end)
    if line_end == start or (line_end == start + 1 and raw[start] == _RETURN):
        return b"", line_end + 1
    # The usual one first, so that the other one is looked for in the header only.
    with_return = line_end > start and raw[line_end - 1] == _RETURN
    usual, other = (b"\n\r\n", b"\n\n") if with_return else (b"\n\n", b"\n\r\n")
    stop, size = raw.find(usual, start, end), len(usual)
    earlier = raw.find(other, start, stop if stop >= 0 else end)
    if earlier >= 0:
        stop, size = earlier, len(other)
    head, body = (raw[start:stop], stop + size) if stop >= 0 else (raw[start:end], end)
    if not _FIELD_OR_FOLD.match(head, head.rfind(b"\n") + 1):
        size = _fields_end(head, limits)
        if b" " in head[size:]:  # words, not a field that lost the blank before its second line
            return head[:size], start + size
    return head, body


def _fields_end(head: bytes, limits: Limits) -> int:
    """Where the fields end in a block whose last line is none: the blank line after them is missing."""
    end = position = stray = 0
    for _ in range(limits.headers * _STRAY_LINES):
        if field := _WHOLE_FIELD.match(head, position):
            end = position = field.end()
            stray = 0
        else:
            position = head.find(b"\n", position) + 1
            stray += 1
            if not position or stray > _STRAY_LINES:
                break
    return end


class Tree:
    """The parts of one mail, as positions in it: a level of nesting costs no copy."""

    def __init__(self, raw: bytes, limits: Limits) -> None:
        self.raw = raw
        self.limits = limits
        self.leaves: list[Part] = []
        self.has_report = False
        self._count = 0

    def add(self, headers: Headers, start: int, end: int, depth: int) -> str:
        """Add the leaves of what these headers describe, and return its type."""
        value = headers.get("content-type")
        type_ = leaf = media_type(value) if value else "text/plain"
        if type_.startswith("multipart/"):
            self.has_report = self.has_report or type_ == "multipart/report"
            if self._add_pieces(value, start, end, depth):
                return type_
            leaf = "text/plain"  # no delimiter anywhere: something to read all the same
        self.leaves.append(Part(headers, leaf, self.raw[start:end]))
        return type_

    def _add_pieces(self, value: str, start: int, end: int, depth: int) -> bool:
        if depth >= self.limits.depth:
            raise BeyondLimits(f"the mail is nested deeper than {self.limits.depth} levels")
        boundary = parameters(value).get("boundary", "")[:_MAX_BOUNDARY].rstrip().encode("utf-8", "replace")
        return self._add_between(boundary, start, end, depth) or (
            (found := _DELIMITER.search(self.raw, max(start - 1, 0), min(end, start + _GUESSED_IN)))
            is not None
            and self._add_between(found[1].rstrip(), start, end, depth)
        )

    def _add_between(self, boundary: bytes, start: int, end: int, depth: int) -> bool:
        """Whether there was a piece between such delimiters."""
        if not boundary:
            return False
        before = self._count
        for first, last in self._pieces(boundary, start, end):
            self._count += 1
            if self._count > self.limits.parts:
                raise BeyondLimits(f"the mail has more than {self.limits.parts} parts")
            head, body = cut(self.raw, first, last, self.limits)
            if head and not _FIELD_OR_FOLD.match(head) and b"\ncontent-" not in head.lower():
                head, body = b"", first  # a paragraph, not headers
            self.add(read_headers(head, self.limits), body, last, depth + 1)
        return self._count > before

    def _pieces(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What stands between the delimiter lines (RFC 2046 5.1.1); a missing last one ends with the body."""
        raw = self.raw
        delimiter = b"\n--" + boundary
        first = None
        # The line end before the first delimiter may be that of the header.
        position = raw.find(delimiter, max(start - 1, 0), end)
        for _ in range(_CANDIDATES * self.limits.parts):
            if position < 0:
                break
            after = position + len(delimiter)
            rest, line_end, _ = raw[after : min(after + _MAX_BOUNDARY, end)].partition(b"\n")
            # Otherwise a line that only begins like it.
            if rest.strip() in (b"", b"--") and (line_end or after + len(rest) == end):
                if first is not None:
                    last = max(position, first)
                    yield first, last - (last > first and raw[last - 1] == _RETURN)
                if rest.strip() or not line_end:
                    return
                first = after + len(rest) + 1
            position = raw.find(delimiter, after - 1, end)
        else:
            if position >= 0:
                raise BeyondLimits("the mail has too many lines that look like a boundary")
        if first is not None:
            yield first, end
