"""A mail cut into its MIME parts, within limits that are checked first.

Own code instead of ``email``: hostile mail meets limits before any parsing, nothing raises but
``BeyondLimits``, and headers are read only where somebody asks for them.
"""

from typing import TYPE_CHECKING, Final

from .headers import DEFAULT_LIMITS, BeyondLimits, Headers, Limits, decode, parameters, read_headers
from .parts import Part, Tree, cut

if TYPE_CHECKING:
    from .notes import Notes

__all__ = [
    "DEFAULT_LIMITS",
    "BeyondLimits",
    "Headers",
    "Limits",
    "Mail",
    "Part",
    "decode",
    "read_headers",
    "scan",
]

_MAX_RETURNS: Final = 3
"""How often a mail may have been converted to network line ends that it already had."""
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Mail:
    """A mail's own headers, its type and parameters, and its leaves in order."""

    __slots__ = ("headers", "is_report", "notes", "parts", "raw", "type")

    def __init__(
        self, headers: Headers, type_: str, parts: tuple[Part, ...], raw: bytes, *, is_report: bool = False
    ) -> None:
        """``raw``: all of it, as it came. ``is_report``: there is a ``multipart/report`` in it (RFC 6522)."""
        self.headers = headers
        self.type = type_
        self.parts = parts
        self.raw = raw
        self.is_report = is_report
        self.notes: Notes | None = None

    def __repr__(self) -> str:
        return f"Mail({self.type}, {self.parts})"

    @property
    def parameters(self) -> dict[str, str]:
        """Of the content type, names in lower case."""
        return parameters(self.headers.get("content-type"))

    def part(self, *types: str) -> Part | None:
        """The first part of one of the types."""
        for part in self.parts:
            if part.type in types:
                return part
        return None


def scan(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Mail:
    """Cut a mail into parts. Raises BeyondLimits, and nothing else for whatever the bytes are."""
    if len(raw) > limits.size:
        raise BeyondLimits(f"the mail is longer than {limits.size} bytes")
    text = _without_envelope(_with_line_ends(raw))
    head, start = cut(text, 0, len(text), limits)
    headers = read_headers(head, limits)
    tree = Tree(text, limits)
    type_ = tree.add(headers, start, len(text), 0)
    return Mail(headers, type_, tuple(tree.leaves), raw, is_report=tree.has_report)


def _with_line_ends(raw: bytes) -> bytes:
    """With line feeds, after one return at most and for lone ones, without the zeros of UTF-16 or damage."""
    if b"\0" in raw:
        raw = raw.replace(b"\0", b"")
    if b"\r" in raw:
        if b"\n" not in raw:
            return raw.replace(b"\r", b"\n")
        for _ in range(_MAX_RETURNS):
            if b"\r\r\n" not in raw:
                break
            raw = raw.replace(b"\r\r\n", b"\r\n")
        if raw.count(b"\r") > raw.count(b"\r\n"):
            return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def _without_envelope(raw: bytes) -> bytes:
    """Without byte order marks, blanks, blank lines and an mbox ``From `` line at the top."""
    if raw.startswith(_MARKS):
        raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")
    raw = raw.lstrip(b" \t\r\n")
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw
