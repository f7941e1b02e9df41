"""Blocks of header fields (RFC 5322 2.2), kept as bytes: only the fields that somebody asks for are read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_FIELD_START: Final = re.compile(rb"\n(?![ \t])")
_PARAMETER: Final = re.compile(r';\s*+([\w*-]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^\s;"]++)')
_SECTION: Final = re.compile(r"([\w-]+)\*(\d{1,2})?\*?")
_ESCAPED: Final = re.compile(r"\\(.)")
_COMMENT: Final = re.compile(r"\([^()]*\)")
_PERCENT: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_BLANKS: Final = b" \t"
_COLON: Final = 0x3A
_MAX_TYPE: Final = 1_000
"""Characters of a content type that are looked at."""


@dataclass(frozen=True)
class Limits:
    """What a mail may have; beyond it the mail is kept, but not read."""

    size: int = 1024 * 1024
    headers: int = 200
    header_size: int = 8 * 1024
    depth: int = 20
    parts: int = 100
    recipients: int = 30


DEFAULT_LIMITS: Final = Limits()


class BeyondLimits(ValueError):
    """A mail above a limit. The text names the limit, nothing of the mail."""


class Headers:
    """Header fields, unfolded. Names are lower case; text is UTF-8 or else Latin-1."""

    __slots__ = ("_block", "_fields", "_first", "_lower")

    def __init__(self, fields: Iterable[tuple[str, str]] = (), block: bytes | None = None) -> None:
        """Of fields, or of a block of lines, which is not looked at yet."""
        self._fields = tuple(fields) if block is None else None
        self._block = (block or b"").lstrip()
        self._first: dict[str, str] | None = None
        self._lower: bytes | None = None

    def __repr__(self) -> str:
        return f"Headers({len(self.fields)})"

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """All fields, in order."""
        if self._fields is None:
            self._fields = tuple(_parse(self._block))
        return self._fields

    def get(self, name: str) -> str:
        """The first field of that name (lower case), or an empty text."""
        if not self._block:
            if self._first is None:
                self._first = dict(reversed(self.fields))
            return self._first.get(name, "")
        lower = self._lower or self._lowered()
        line = _line(name)
        at = lower.find(line)
        if at < 0:
            return ""
        start = at + len(line)
        end = lower.find(b"\n", start)
        if lower[start] == _COLON and lower[end + 1] not in _BLANKS:  # as nearly every field
            return decode(self._block[start : end - 1]).strip()
        return next(self._values(line, at), "")

    def all(self, name: str) -> list[str]:
        """All fields of that name (lower case), in order."""
        if not self._block:
            return [value for key, value in self.fields if key == name]
        return list(self._values(line := _line(name), self._lowered().find(line)))

    def _lowered(self) -> bytes:
        """With line ends around, so that there is a byte before and after whatever is found."""
        if self._lower is None:
            self._lower = b"\n" + self._block.lower() + b"\n\n"
        return self._lower

    def _values(self, line: bytes, at: int) -> Iterator[str]:
        """From ``at`` on, of fields whose lines begin so; blanks may precede the colon (RFC 5322 4.5)."""
        lower = self._lowered()
        while at >= 0:
            end = after = at + len(line)
            while lower[after] in _BLANKS:
                after += 1
            if lower[after] == _COLON:
                end = lower.find(b"\n", after)
                if lower[end + 1] in _BLANKS and (last := _FIELD_START.search(lower, end)):
                    end = last.start()
                yield decode(_unfolded(self._block[after : end - 1])).strip()
            at = lower.find(line, end)


@lru_cache(maxsize=256)
def _line(name: str) -> bytes:
    """How the line of a field begins. Our own code names fields; there are few names."""
    return b"\n" + name.encode()


def _unfolded(block: bytes) -> bytes:
    """A line a field (RFC 5322 2.2.3)."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    return block.replace(b"\n ", b" ").replace(b"\n\t", b"\t")


def _parse(block: bytes) -> Iterator[tuple[str, str]]:
    block = _unfolded(block)
    try:
        lines = block.decode().split("\n")
    except UnicodeDecodeError:
        lines = [decode(line) for line in block.split(b"\n")]
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t")
        if colon and name:
            yield name.lower(), value.strip()


def read_headers(block: bytes, limits: Limits | None = None) -> Headers:
    """The fields of a block. With limits raises BeyondLimits; without, takes what the default ones allow."""
    bounds = limits or DEFAULT_LIMITS
    if len(block) > bounds.header_size or block.count(b"\n") >= bounds.headers:
        allowed = _allowed(block, bounds)
        if limits and allowed < len(block):
            raise BeyondLimits(
                f"more than {bounds.headers} headers, or one of over {bounds.header_size} bytes"
            )
        block = block[:allowed]
    return Headers(block=block)


def _allowed(block: bytes, limits: Limits) -> int:
    """The end of the last field before the first limit."""
    start = 0
    for number, found in enumerate(_FIELD_START.finditer(block), start=1):
        if found.start() - start > limits.header_size:
            return start
        if number >= limits.headers:
            return found.start()
        start = found.start() + 1
    return start if len(block) - start > limits.header_size else len(block)


def media_type(value: str) -> str:
    """``type/subtype`` of a Content-Type, in lower case; ``text/plain`` where it says none (RFC 2045 5.2)."""
    type_ = value[:_MAX_TYPE].partition(";")[0]
    return (_COMMENT.sub("", type_) if "(" in type_ else type_).strip().lower() or "text/plain"


def parameters(value: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition by their names in lower case (RFC 2231 too)."""
    start = value.find(";", 0, _MAX_TYPE)
    if start < 0:
        return {}
    found = _PARAMETER.findall(value, start, _MAX_TYPE)
    named = {name.lower(): _unquoted(text) for name, text in reversed(found)}
    return _continued(named) if "*" in value else named


def _unquoted(text: str) -> str:
    """Without quotes, of which the last may be missing."""
    if text.startswith('"'):
        text = text[1:].removesuffix('"')
        return _ESCAPED.sub(r"\1", text) if "\\" in text else text
    return text


def _continued(named: dict[str, str]) -> dict[str, str]:
    """With parameters in numbered sections, or with a charset, made whole (RFC 2231 3 and 4)."""
    sections: dict[str, dict[int, str]] = {}
    for key, text in named.items():
        if match := _SECTION.fullmatch(key):
            if key.endswith("*"):
                text = _PERCENT.sub(lambda found: chr(int(found.group(1), 16)), text.split("'", 2)[-1])
            sections.setdefault(match.group(1), {})[int(match.group(2) or 0)] = text
    whole = {name: "".join(text for _, text in sorted(each.items())) for name, each in sections.items()}
    return whole | named


def decode(raw: bytes) -> str:
    """Text of bytes whose charset nobody vouches for: UTF-8 (RFC 6532), or else Latin-1. Never fails."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
