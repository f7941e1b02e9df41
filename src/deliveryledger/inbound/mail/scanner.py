"""A mail cut into its MIME parts (RFC 5322, RFC 2045, RFC 2046), within limits that are checked first.

Own code instead of ``email``: hostile mail meets limits before any parsing, nothing raises but
``BeyondLimits``, and headers are read only where somebody asks for them.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Final

_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]+)')
_COMMENT = re.compile(r"\([^()]*\)")
_MAX_BOUNDARY: Final = 200
"""RFC 2046 5.1.1 allows 70 characters; some mailers do not care."""
_MAX_TEXT: Final = 16 * 1024
_CANDIDATES: Final = 5
"""Boundary-like lines per allowed part: the boundaries of inner multiparts often begin with the outer one."""


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


@dataclass(frozen=True)
class Headers:
    """A block of header fields, unfolded. Names are lower case; text is UTF-8 or else Latin-1."""

    fields: tuple[tuple[str, str], ...]

    @cached_property
    def _first(self) -> dict[str, str]:
        return dict(reversed(self.fields))

    def get(self, name: str) -> str:
        """The first field of that name, or an empty text."""
        return self._first.get(name, "")

    def all(self, name: str) -> list[str]:
        """All fields of that name, in order."""
        return [value for key, value in self.fields if key == name]


@dataclass(frozen=True)
class Part:
    """A leaf of the MIME tree, or a whole mail inside this one, which is not descended into."""

    headers: Headers
    type: str
    """``type/subtype`` in lower case; ``text/plain`` where nothing is said (RFC 2045 5.2)."""
    raw: bytes = field(repr=False)

    @cached_property
    def content(self) -> bytes:
        """The body with its transfer encoding undone (RFC 2045 6), as far as that is possible."""
        encoding = self.headers.get("content-transfer-encoding").strip().lower()
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.raw)
        if encoding == "base64":
            try:
                return binascii.a2b_base64(self.raw)
            except binascii.Error:
                return self.raw
        return self.raw

    @property
    def text(self) -> str:
        """The beginning of the content as text with simple line ends."""
        return decode(self.content[:_MAX_TEXT]).replace("\r\n", "\n")


@dataclass(frozen=True)
class Mail:
    """A mail's own headers, its type and parameters, and its leaves in order."""

    headers: Headers
    type: str
    parameters: dict[str, str]
    parts: tuple[Part, ...]
    raw: bytes = field(default=b"", repr=False)
    """All of it, as it came."""

    def part(self, *types: str) -> Part | None:
        """The first part of one of the types."""
        return next((part for part in self.parts if part.type in types), None)


def scan(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Mail:
    """Cut a mail into parts. Raises BeyondLimits, and nothing else for whatever the bytes are."""
    if len(raw) > limits.size:
        raise BeyondLimits(f"the mail is longer than {limits.size} bytes")
    head, body = _cut(_without_envelope(raw))
    headers = read_headers(head, limits)
    type_, parameters = _content_type(headers)
    return Mail(headers, type_, parameters, tuple(_leaves(headers, body, limits, 0, count(1))), raw)


def _without_envelope(raw: bytes) -> bytes:
    """Without blank lines and an mbox ``From `` line at the top."""
    raw = raw.lstrip(b"\r\n")
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    """Header block and body; a part that starts with a blank line has no headers (RFC 2046 5.1)."""
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.partition(b"\n")[2]
    bare = raw.find(b"\n\n")
    with_return = raw.find(b"\n\r\n", 0, bare if bare >= 0 else len(raw))
    if with_return >= 0:
        return raw[:with_return], raw[with_return + 3 :]
    return (raw[:bare], raw[bare + 2 :]) if bare >= 0 else (raw, b"")


def read_headers(block: bytes, limits: Limits | None = None) -> Headers:
    """The fields of a block. With limits raises BeyondLimits; without, takes what the default ones allow."""
    bounds = limits or DEFAULT_LIMITS
    fields: list[bytes] = []
    for line in block.split(b"\n"):
        text = line.rstrip(b"\r")
        if fields and text[:1] in (b" ", b"\t"):
            fields[-1] += text
        else:
            fields.append(text)
        if len(fields) > bounds.headers or len(fields[-1]) > bounds.header_size:
            if limits:
                raise BeyondLimits(
                    f"more than {bounds.headers} headers, or one of over {bounds.header_size} bytes"
                )
            fields.pop()
            break
    return Headers(tuple(filter(None, map(_field, fields))))


def _field(line: bytes) -> tuple[str, str] | None:
    name, colon, value = line.partition(b":")
    return (decode(name).strip().lower(), decode(value).strip()) if colon and name.strip() else None


def _content_type(headers: Headers) -> tuple[str, dict[str, str]]:
    value = headers.get("content-type")
    if not value:
        return "text/plain", {}
    type_, semicolon, rest = value.partition(";")
    if not semicolon:
        return _COMMENT.sub("", type_).strip().lower(), {}
    found = _PARAMETER.findall(semicolon + rest)
    parameters = {name.lower(): _unquoted(text) for name, text in reversed(found)}
    return _COMMENT.sub("", type_).strip().lower(), parameters


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _leaves(
    headers: Headers, body: bytes, limits: Limits, depth: int, numbers: Iterator[int]
) -> Iterator[Part]:
    """The leaves below one part; ``numbers`` counts every part of the mail, empty ones too."""
    type_, parameters = _content_type(headers)
    boundary = parameters.get("boundary", "")[:_MAX_BOUNDARY].rstrip()
    if not type_.startswith("multipart/") or not boundary:
        yield Part(headers, type_, body)
        return
    if depth >= limits.depth:
        raise BeyondLimits(f"the mail is nested deeper than {limits.depth} levels")
    for raw in _pieces(body, boundary, limits):
        if next(numbers) > limits.parts:
            raise BeyondLimits(f"the mail has more than {limits.parts} parts")
        head, inner = _cut(raw)
        yield from _leaves(read_headers(head, limits), inner, limits, depth + 1, numbers)


def _pieces(body: bytes, boundary: str, limits: Limits) -> Iterator[bytes]:
    """What stands between the delimiter lines (RFC 2046 5.1.1); a missing last one ends with the body."""
    delimiter = b"\n--" + boundary.encode("utf-8", "replace")
    start = None
    for number, position in enumerate(_occurrences(body, delimiter)):
        if number >= _CANDIDATES * limits.parts:
            raise BeyondLimits("the mail has too many lines that look like a boundary")
        after = position + len(delimiter)
        rest, line_end, _ = body[after : after + _MAX_BOUNDARY].partition(b"\n")
        if rest.strip() not in (b"", b"--") or not (line_end or after + len(rest) == len(body)):
            continue  # a line that only begins like it
        if start is not None:
            yield body[start : max(position, start)].removesuffix(b"\r")
        if rest.strip() or not line_end:
            return
        start = after + len(rest) + 1
    if start is not None:
        yield body[start:]


def _occurrences(body: bytes, delimiter: bytes) -> Iterator[int]:
    """Where the delimiter, which begins with a line end, stands; -1 = at the top, without the line end."""
    if body.startswith(delimiter[1:]):
        yield -1
    position = body.find(delimiter)
    while position >= 0:
        yield position
        position = body.find(delimiter, position + 1)


def decode(raw: bytes) -> str:
    """Text of bytes whose charset nobody vouches for: UTF-8 (RFC 6532), or else Latin-1. Never fails."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
