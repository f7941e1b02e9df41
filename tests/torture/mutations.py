"""Payloads gone wrong: bytes, JSON values, form fields and headers, changed at random."""

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

LARGEST = 100_000
"""Bytes of a payload; what is longer is cut."""
DEEP = "@deep@"
"""Stands for a nesting that ``json.dumps`` itself could not write."""
Mutation = Callable[[bytes, random.Random], bytes]

ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 10**400, 1e308, 0.1, -0.0,
    float("nan"), float("inf"), 253402300800, 1794657598123, 1794657598.5, "", " ", "\0", "\n", "\x1b[2J",
    "a" * 5_000, "é" * 300, "\ud800", "\U0001f600", "null", "0", "-1", "1e999", "nan", "[]", "{}", "{",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z", "2026-11-14", "12:00",
    "smtp;550 5.1.1 " + "user unknown " * 200, "5.1.1", "999.999.999", "<@>", "@", "a@b@c", "\"@\"@x",
    [], {}, [[]], [None], {"": None}, {"a": {"b": {}}}, ["a"], [{}], [[], {}], DEEP,
)  # fmt: skip
ODD_HEADERS = (
    "", " ", "a", "\0", "é", "\u20ac", "Basic", "Basic ====", "Basic YTpi", "Bearer ", "0", "-1", "1" * 5_000,
    "v1,", "v1, v1,= v1", "v1,\u20ac", ",", ";", "=", "t=1,s=", "MEUCIQ==", "application/json", "%", "{",
    "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data", "text/plain; charset=x",
    "multipart/form-data; boundary=", 'multipart/form-data; boundary="a\\"', "multipart/mixed; boundary=-",
    "multipart/form-data; boundary=" + "-" * 300, "multipart/form-data; boundary*=utf-8''%ff", "1e9", "nan",
)  # fmt: skip
ODD_BYTES = (
    b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\0", b"\xef\xbb\xbf", b"\r\n", b"--", b'"', b"\\", b"\\u12",
    b"%", b"%zz", b"%00", b"&", b"=", b";", b"+", b"{", b"}", b"[", b"]", b",", b":", b"9" * 5_000,
    b"[" * 5_000, b'{"a":' * 5_000, b" " * 9_000, b"\n" * 9_000, b"=" * 9_000, b"<" * 9_000,
    b"@" * 9_000, b"(" * 9_000,
)  # fmt: skip


def mutated(body: bytes, other: bytes, dice: random.Random) -> bytes:
    """The body with one to three things wrong; ``other`` lends its parts."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        kind = dice.random()
        if kind < 0.55:
            body = structural(body, dice)
        elif kind < 0.65:
            body = spliced(body, other, dice)
        else:
            body = dice.choice(BYTE_LEVEL)(body, dice)
    return body[:LARGEST]


def structural(body: bytes, dice: random.Random) -> bytes:
    """As JSON, as lines of JSON or as a form, with one value wrong; else some bytes of it."""
    if (value := loaded(body)) is not None:
        return dumped(with_one_wrong(value, dice), dice)
    if b"form-data" not in body and b"=" in body and not body.lstrip().startswith((b"{", b"[")):
        return form(body, dice)
    lines = body.split(b"\n")
    place = dice.randrange(len(lines))
    if len(lines) > 1 and (value := loaded(lines[place])) is not None:
        lines[place] = dumped(with_one_wrong(value, dice), dice)
        return b"\n".join(lines)
    return dice.choice(BYTE_LEVEL)(body, dice)


def loaded(body: bytes | str) -> Any:
    """The object or array in JSON, or None."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def dumped(value: Any, dice: random.Random) -> bytes:
    """JSON, with what Python would not write itself."""
    text = json.dumps(value, ensure_ascii=dice.random() < 0.8)
    depth = dice.choice((40, 20_000))
    return text.replace(f'"{DEEP}"', "[" * depth + "]" * depth).encode("utf-8", "surrogatepass")


def with_one_wrong(value: Any, dice: random.Random) -> Any:
    """The value with one place replaced, taken away or doubled; JSON in texts is opened too."""
    if isinstance(value, str) and (inner := loaded(value)) is not None and dice.random() < 0.8:
        return dumped(with_one_wrong(inner, dice), dice).decode("utf-8", "surrogatepass")
    if not isinstance(value, dict | list) or not value or dice.random() < 0.1:
        return dice.choice(ODD_VALUES)
    if isinstance(value, list):
        place = dice.randrange(len(value))
        kept = [*value[:place], *value[place + 1 :]]
        return dice.choice(
            (
                kept,
                [*value, value[place]],
                [*value[:place], with_one_wrong(value[place], dice), *value[place + 1 :]],
            )
        )
    name = dice.choice(list(value))
    if (kind := dice.random()) < 0.1:
        return {key: each for key, each in value.items() if key != name}
    if kind < 0.2:
        return {**value, dice.choice(("", "x", "\0", name.upper(), name + "s")): value[name]}
    return {**value, name: with_one_wrong(value[name], dice)}


def form(body: bytes, dice: random.Random) -> bytes:
    """A form whose fields are doubled, dropped, renamed or wrong inside."""
    fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True) or [("a", "b")]
    place = dice.randrange(len(fields))
    name, value = fields[place]
    inner = loaded(value)
    changed = (
        dumped(with_one_wrong(inner, dice), dice)
        if inner is not None
        else str(dice.choice(ODD_VALUES)).encode("utf-8", "replace")
    )
    fields[place : place + 1] = dice.choice(
        (
            [(name, changed)],
            [(name, changed)],
            [(name, changed)],
            [],
            [(name, value)] * 2,
            [(name + "[]", value)],
            [("", value)],
        )
    )
    return urlencode(fields).encode()


def spliced(body: bytes, other: bytes, dice: random.Random) -> bytes:
    """The beginning of one and the end of another."""
    return body[: dice.randint(0, len(body))] + other[dice.randint(0, len(other)) :]


def _flipped(body: bytes, dice: random.Random) -> bytes:
    changed = bytearray(body or b"x")
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _truncated(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randint(0, len(body))]


def _doubled(body: bytes, dice: random.Random) -> bytes:
    start = dice.randint(0, len(body))
    end = dice.randint(start, len(body))
    return body[:end] + body[start:end] * dice.choice((1, 1, 2, 50)) + body[end:]


def _without(body: bytes, dice: random.Random) -> bytes:
    start = dice.randint(0, len(body))
    return body[:start] + body[start + dice.randint(1, 20) :]


def _inserted(body: bytes, dice: random.Random) -> bytes:
    start = dice.randint(0, len(body))
    return body[:start] + dice.choice(ODD_BYTES) + body[start:]


BYTE_LEVEL: tuple[Mutation, ...] = (_flipped, _truncated, _doubled, _without, _inserted)


def mutated_headers(headers: dict[str, str], dice: random.Random) -> dict[str, str]:
    """The headers, half of the time with one of them missing, wrong or strange."""
    if not headers or dice.random() < 0.5:
        return headers
    name = dice.choice(list(headers))
    kind = dice.random()
    if kind < 0.2:
        return {key: value for key, value in headers.items() if key != name}
    if kind < 0.4:
        return {**headers, "content-type": dice.choice(ODD_HEADERS)}
    if kind < 0.6:
        return {**headers, name: _flipped(headers[name].encode(), dice).decode("latin-1")}
    return {**headers, name: dice.choice(ODD_HEADERS)}
