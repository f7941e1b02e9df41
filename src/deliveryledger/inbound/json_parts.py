"""The exact bytes of the events in a JSON body, for signatures, evidence and quarantine."""

import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

MAX_EVENTS: Final = 10_000
"""Of one body. The largest documented batch has 1,000; what holds more is quarantined whole."""
MAX_MEMBERS: Final = 10_000
"""Of an object that is looked into member by member, often before it is known who sent it."""
MAX_DEPTH: Final = 50
"""Arrays and objects within one another, in a value that is cut out; providers nest six of them."""

_WHITE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(rb"[ \t\r\n]*+")
_BETWEEN = re.compile(rb"\}[ \t\r\n]*,[ \t\r\n]*\{")


def _value() -> re.Pattern[bytes]:
    """One value, told from what follows by its quotes and brackets alone, which costs no memory.

    A parser would build every value first, for somebody who has proven nothing yet. Nothing here is tried
    in two ways (all repetitions are possessive); whether a value is valid, its reader finds out.
    """
    text, plain = rb'"[^"\\]*+(?>\\.[^"\\]*+)*+"', rb'[^\[\]{}"]*+'
    nested = rb"[\[{]" + plain + rb"(?>" + text + plain + rb")*+[\]}]"
    for _ in range(MAX_DEPTH - 1):
        nested = rb"[\[{]" + plain + rb"(?>(?>" + text + rb"|" + nested + rb")" + plain + rb")*+[\]}]"
    word = rb"(?>true|false|null|NaN|-?Infinity|-?[0-9][0-9.eE+-]*+)"
    return re.compile(rb"(?>" + text + rb"|" + nested + rb"|" + word + rb")", re.DOTALL)


_VALUE = _value()


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


def split(body: bytes, most: int = MAX_EVENTS) -> list[bytes]:
    """The exact bytes of each event: of an array's elements, or of the one object. Raises ValueError.

    Bytes that are not UTF-8 pass through, so that only their event suffers.
    """
    start = _start(body)
    try:
        found = _elements(body, start) if body.startswith(b"[", start) else _object(body, start)
        spans = list(islice(found, most + 1))
    except ValueError:
        raise ValueError("the body is no JSON object and no array of them") from None
    if len(spans) > most:
        raise ValueError(f"the body has more than {MAX_EVENTS} events")
    return [body[begin:end] for begin, end in spans]


def member(body: bytes, name: str) -> bytes | None:
    """The exact bytes of a JSON object's member; None if it has none of that name. Raises ValueError.

    Of several of one name the last, as parsers take it.
    """
    spans = spans_of(body, name)
    return body[slice(*spans[-1])] if spans else None


def spans_of(body: bytes, name: str) -> list[tuple[int, int]]:
    """Where the values of a JSON object's members of that name begin and end. Raises ValueError."""
    try:
        return [(begin, end) for key, begin, end in _members(body, _start(body)) if key == name]
    except ValueError:
        raise ValueError("the body is no JSON object") from None


def _members(body: bytes, start: int) -> Iterator[tuple[str, int, int]]:
    """Name of each member of the object at ``start``, and where its value begins and ends (RFC 8259 4)."""
    if not body.startswith(b"{", start):
        raise ValueError("no object")
    position, count = _after_space(body, start + 1), 0
    while not body.startswith(b"}", position):
        count += 1
        if count > MAX_MEMBERS:
            raise ValueError("too many members")
        if not body.startswith(b'"', position):
            raise ValueError("no name")
        after_name = _end(body, position)
        key = _text(body[position:after_name])
        position = _after_space(body, after_name)
        if not body.startswith(b":", position):
            raise ValueError("no member")
        begin = _after_space(body, position + 1)
        end = _end(body, begin)
        yield key, begin, end
        position = _after_space(body, end)
        if body.startswith(b",", position):
            position = _after_space(body, position + 1)
        elif not body.startswith(b"}", position):
            raise ValueError("neither comma nor brace")
    if _after_space(body, position + 1) != len(body):
        raise ValueError("something follows")


def _text(quoted: bytes) -> str:
    text = quoted.decode("utf-8", "surrogateescape")
    return str(json.loads(text)) if "\\" in text else text[1:-1]


def _object(body: bytes, start: int) -> Iterator[tuple[int, int]]:
    deque(_members(body, start), maxlen=0)
    yield start, _end(body, start)


def _elements(body: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of the array at ``start`` begins and ends (RFC 8259 5). Raises ValueError."""
    position = _after_space(body, start + 1)
    while not body.startswith(b"]", position):
        end = _end(body, position)
        yield position, end
        position = _after_space(body, end)
        if body.startswith(b",", position):
            position = _after_space(body, position + 1)
        elif not body.startswith(b"]", position):
            raise ValueError("neither comma nor bracket")
    if _after_space(body, position + 1) != len(body):
        raise ValueError("something follows")


def _end(body: bytes, position: int) -> int:
    match = _VALUE.match(body, position)
    if match is None:
        raise ValueError("no value, or one that is nested too deep")
    return match.end()


def _start(body: bytes) -> int:
    return _after_space(body, len(_BOM) if body.startswith(_BOM) else 0)


def _after_space(body: bytes, position: int) -> int:
    match = _SPACE.match(body, position)
    return match.end() if match else position
