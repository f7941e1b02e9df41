"""The exact bytes of the events in a JSON body, for signatures, evidence and quarantine."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

MAX_EVENTS: Final = 10_000
"""Of one body. The largest documented batch has 1,000; what holds more is quarantined whole."""
MAX_MEMBERS: Final = 10_000
"""Of an object that is looked into member by member, often before it is known who sent it."""

_WHITE = b" \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(rb"\}[ \t\r\n]*,[ \t\r\n]*\{")
# Numbers stay text: an event is only cut out here, and a number of a million digits is its own fault.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def cut(body: bytes, count: int) -> list[bytes]:
    """As :func:`split`, in a fraction of its time, of a body that is known to be ``count`` valid objects.

    Where one object ends and the next begins the bytes always look so; if they look so elsewhere too, there
    are more parts than objects.
    """
    if count == 0 or body.lstrip(_WHITE)[:1] != b"[":
        return [body.strip(_WHITE)] if count else []
    inner = body[body.index(b"{") + 1 : body.rindex(b"}")]
    first = _BETWEEN.search(inner)
    if first and body.count(b"{") == count:
        # Each brace opens an event, so these bytes stand between two of them and nowhere else.
        parts = inner.split(first[0])
        if len(parts) == count:
            return [b"{%s}" % part for part in parts]
    parts = _BETWEEN.split(inner)
    return [b"{%s}" % part for part in parts] if len(parts) == count else split(body)


def split(body: bytes) -> list[bytes]:
    """The exact bytes of each event: of an array's elements, or of the one object. Raises ValueError.

    Bytes that are not UTF-8 pass through, so that only their event suffers.
    """
    text = body.decode("utf-8", "surrogateescape").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    start = _after_space(text, 0)
    try:
        found = _elements(text, start) if text.startswith("[", start) else iter([_object(text, start)])
        spans = list(islice(found, MAX_EVENTS + 1))
    except (ValueError, RecursionError):
        raise ValueError("the body is no JSON object and no array of them") from None
    if len(spans) > MAX_EVENTS:
        raise ValueError(f"the body has more than {MAX_EVENTS} events")
    return [text[begin:end].encode("utf-8", "surrogateescape") for begin, end in spans]


def member(body: bytes, name: str) -> bytes | None:
    """The exact bytes of a JSON object's member; None if it has none of that name. Raises ValueError.

    Of several of one name the last, as parsers take it.
    """
    text = body.decode("utf-8", "surrogateescape").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    found = None
    try:
        for key, begin, end in _members(text, _after_space(text, 0)):
            if key == name:
                found = (begin, end)
    except (ValueError, RecursionError):
        raise ValueError("the body is no JSON object") from None
    return text[slice(*found)].encode("utf-8", "surrogateescape") if found else None


def around(body: bytes, name: str) -> tuple[bytes, bytes, bytes]:
    """A JSON object's bytes before, of and after the value of its one member of that name.

    For signatures over a body in which something else stood there. Raises ValueError, also for a second
    member of the name.
    """
    text = body.decode("utf-8", "surrogateescape")
    try:
        spans = [(begin, end) for key, begin, end in _members(text, _after_space(text, 0)) if key == name]
        ((begin, end),) = spans
    except (ValueError, RecursionError):
        raise ValueError("the body is no JSON object, or has not just one member of that name") from None
    parts = (text[:begin], text[begin:end], text[end:])
    before, value, after = (part.encode("utf-8", "surrogateescape") for part in parts)
    return before, value, after


def _members(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Name of each member of the object at ``start``, and where its value begins and ends (RFC 8259 4)."""
    if not text.startswith("{", start):
        raise ValueError("no object")
    position, count = _after_space(text, start + 1), 0
    while not text.startswith("}", position):
        count += 1
        if count > MAX_MEMBERS:
            raise ValueError("too many members")
        if not text.startswith('"', position):
            raise ValueError("no name")
        key, position = _DECODER.raw_decode(text, position)
        position = _after_space(text, position)
        if not text.startswith(":", position):
            raise ValueError("no member")
        begin = _after_space(text, position + 1)
        _, position = _DECODER.raw_decode(text, begin)
        yield key, begin, position
        position = _after_space(text, position)
        if text.startswith(",", position):
            position = _after_space(text, position + 1)
        elif not text.startswith("}", position):
            raise ValueError("neither comma nor brace")
    if _after_space(text, position + 1) != len(text):
        raise ValueError("something follows")


def _object(text: str, start: int) -> tuple[int, int]:
    value, end = _DECODER.raw_decode(text, start)
    if not isinstance(value, dict) or _after_space(text, end) != len(text):
        raise ValueError("no object, or something follows")
    return start, end


def _elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of the array at ``start`` begins and ends (RFC 8259 5). Raises ValueError."""
    position = _after_space(text, start + 1)
    while not text.startswith("]", position):
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _after_space(text, end)
        if text.startswith(",", position):
            position = _after_space(text, position + 1)
        elif not text.startswith("]", position):
            raise ValueError("neither comma nor bracket")
    if _after_space(text, position + 1) != len(text):
        raise ValueError("something follows")


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
