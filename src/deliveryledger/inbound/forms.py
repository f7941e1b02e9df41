"""Fields of a posted form, recognised from the bytes alone, because evidence is read again without headers.

A multipart body (RFC 7578, RFC 2046 5.1.1) begins with its boundary; what has an equals sign and no line
end is urlencoded (WHATWG URL 5.1). Stricter than mail parsers on purpose: two readings of one form must not
differ. Bytes that are not UTF-8 stay what they are (``surrogateescape``), so that signatures can be checked.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

from .request import MAX_BODY

MAX_FIELDS: Final = 1_000
"""Providers post some dozen fields; the sender's own variables stand among them."""
MAX_NAME: Final = 1_000
"""Characters of a field's name."""
MAX_PART_HEADERS: Final = 8 * 1024
"""Bytes of all header fields of a part."""

_BOUNDARY = re.compile(rb"--([0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-])\r\n")
_DISPOSITION = re.compile(r"content-disposition:[ \t]*form-data(?=[ \t]*;)", re.IGNORECASE)
_PARAMETER = re.compile(r'[ \t]*;[ \t]*([A-Za-z-]{1,20}\*?)=(?:"([^"\\]*)"|([^\s";\\]+))')


def fields(body: bytes) -> list[tuple[str, str]]:
    """Name and value of each field in the order of the body, without file parts.

    Raises ValueError, with a text that has none of the content, for what is no form or above a limit.
    """
    if len(body) > MAX_BODY:
        raise ValueError("the form is longer than what is read")
    boundary = _BOUNDARY.match(body)
    found = _multipart(body, boundary[1]) if boundary else _urlencoded(body)
    if any(len(name) > MAX_NAME for name, _ in found):
        raise ValueError("a field of the form has too long a name")
    return found


def by_name(form: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The fields of a form in which no name may come twice. Raises ValueError."""
    found: dict[str, str] = {}
    for name, value in form:
        if name in found:
            raise ValueError("a field of the form comes twice")
        found[name] = value
    return found


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    # parse_qsl would look at every byte that is not ASCII as well, which takes three times as long.
    pairs = body.split(b"&", MAX_FIELDS)
    if b"\n" in body or b"\r" in body or len(pairs) > MAX_FIELDS:
        raise ValueError("the body is no form, or has too many fields")
    found = []
    for pair in filter(None, pairs):
        name, separator, value = pair.partition(b"=")
        if not separator:
            raise ValueError("the body is no form")
        found.append((_decoded(name), _decoded(value)))
    if not found:
        raise ValueError("the body is no form")
    return found


def _decoded(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", "surrogateescape")


def _multipart(body: bytes, boundary: bytes) -> list[tuple[str, str]]:
    _, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary, MAX_FIELDS + 2)
    last = parts.pop()
    if len(parts) > MAX_FIELDS or last[:2] != b"--" or last[2:].strip():
        raise ValueError("the form has too many parts, or does not end")
    found = []
    for part in parts:
        head, separator, value = part.partition(b"\r\n\r\n")
        if not separator or not head.startswith(b"\r\n") or len(head) > MAX_PART_HEADERS:
            raise ValueError("a part of the form has no header, or too long a one")
        parameters = _parameters(head[2:].decode("utf-8", "surrogateescape"))
        if parameters.keys().isdisjoint({"filename", "filename*"}):
            found.append((parameters["name"], value.decode("utf-8", "surrogateescape")))
    return found


def _parameters(head: str) -> dict[str, str]:
    """The parameters of a part's one Content-Disposition (RFC 7578 4.2)."""
    lines = [match for line in head.split("\r\n") if (match := _DISPOSITION.match(line))]
    if len(lines) != 1:
        raise ValueError("a part of the form does not say which field it is")
    line, position = lines[0].string, lines[0].end()
    found: list[tuple[str, str]] = []
    while match := _PARAMETER.match(line, position):
        found.append((match[1].lower(), match[3] or match[2] or ""))
        position = match.end()
    parameters = by_name(found)
    if line[position:].strip() or "name" not in parameters:
        raise ValueError("a part of the form does not say which field it is")
    return parameters
