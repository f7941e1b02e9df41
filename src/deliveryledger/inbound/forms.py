"""Fields of a posted form, recognised from the bytes alone, because evidence is read again without headers.

A multipart body (RFC 7578, RFC 2046 5.1.1) begins with its boundary; what has an equals sign and no line
end is urlencoded (WHATWG URL 5.1). Stricter than mail parsers on purpose: two readings of one form must not
differ. Bytes that are not UTF-8 stay what they are (``surrogateescape``), so that signatures can be checked.
"""

import re
from collections.abc import Iterable
from typing import Final, TypeVar

from .request import MAX_BODY

MAX_FIELDS: Final = 1_000
"""Providers post some dozen fields; the sender's own variables stand among them."""
MAX_NAME: Final = 1_000
"""Bytes of a field's name."""
MAX_PART_HEADERS: Final = 8 * 1024
"""Bytes of all header fields of a part."""
_FEW: Final = 20
"""Header fields of a part, and parameters of one: there are two or three."""

Text = TypeVar("Text", str, bytes)

_BOUNDARY = re.compile(rb"--([0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-])\r\n")
_DISPOSITION = re.compile(r"content-disposition:[ \t]*form-data(?=[ \t]*;)", re.IGNORECASE)
_PARAMETER = re.compile(r'[ \t]*;[ \t]*([A-Za-z-]{1,20}\*?)=(?:"([^"\\]*)"|([^\s";\\]+))')


def fields(body: bytes, longest: int = MAX_BODY) -> list[tuple[str, str]]:
    """Name and value of each field in the order of the body, without file parts.

    ``longest``: the bytes that are read, of names, values and what stands around them; file parts are passed
    over and do not count. Raises ValueError, with a text that has none of the content, for what is no form or
    above a limit.
    """
    return [
        (name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape"))
        for name, value in raw_fields(body, longest)
    ]


def raw_fields(body: bytes, longest: int = MAX_BODY) -> list[tuple[bytes, bytes]]:
    """As :func:`fields`, in bytes: long values are text in fewer places, which takes less memory."""
    if len(body) > MAX_BODY:
        raise ValueError("the form is longer than what is read")
    boundary = _BOUNDARY.match(body)
    found = _multipart(body, boundary[1], longest) if boundary else _urlencoded(body, longest)
    if any(len(name) > MAX_NAME for name, _ in found):
        raise ValueError("a field of the form has too long a name")
    return found


def by_name(form: Iterable[tuple[Text, Text]]) -> dict[Text, Text]:
    """The fields of a form in which no name may come twice. Raises ValueError."""
    found: dict[Text, Text] = {}
    for name, value in form:
        if name in found:
            raise ValueError("a field of the form comes twice")
        found[name] = value
    return found


def _urlencoded(body: bytes, longest: int) -> list[tuple[bytes, bytes]]:
    if len(body) > longest:
        raise ValueError("the form is longer than what is read")
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


def _decoded(text: bytes) -> bytes:
    """Raises ValueError for a percent sign without two hexadecimal digits after it, which nobody writes.

    What urllib does takes two hundred bytes of memory for each percent sign. To Python's own decoder of
    escapes, with the same digits, none of them is an object.
    """
    text = text.replace(b"+", b" ")
    if b"%" not in text:
        return text
    if b"%%" in text:
        raise ValueError("a field of the form is not encoded as forms are")
    text = text.replace(b"\\", b"\\\\").replace(b"%", b"\\x")
    try:
        return text.decode("unicode_escape").encode("latin-1")
    except ValueError:
        raise ValueError("a field of the form is not encoded as forms are") from None


def _multipart(body: bytes, boundary: bytes, longest: int) -> list[tuple[bytes, bytes]]:
    mark, found = b"\r\n--" + boundary, []
    begin, count, read = len(mark) - 2, 0, 0
    while (end := body.find(mark, begin)) >= 0:
        blank = body.find(b"\r\n\r\n", begin, min(end, begin + MAX_PART_HEADERS + 4))
        count += 1
        if blank < 0 or not body.startswith(b"\r\n", begin) or count > MAX_FIELDS:
            raise ValueError("the form has too many parts, or one without a header or with too long a one")
        read += blank - begin
        parameters = _parameters(body[begin + 2 : blank].decode("utf-8", "surrogateescape"))
        if parameters.keys().isdisjoint({"filename", "filename*"}):
            read += end - blank
            name = parameters["name"].encode("utf-8", "surrogateescape")
            found.append((name, body[blank + 4 : end]))
        if read > longest:
            raise ValueError("the form is longer than what is read")
        begin = end + len(mark)
    if not count or not body.startswith(b"--", begin) or body[begin + 2 :].strip():
        raise ValueError("the form does not end")
    return found


def _parameters(head: str) -> dict[str, str]:
    """The parameters of a part's one Content-Disposition (RFC 7578 4.2)."""
    header = head.split("\r\n", _FEW)
    lines = [match for line in header if (match := _DISPOSITION.match(line))]
    if len(lines) != 1 or len(header) > _FEW:
        raise ValueError("a part of the form does not say which field it is")
    line, position = lines[0].string, lines[0].end()
    found: list[tuple[str, str]] = []
    while len(found) < _FEW and (match := _PARAMETER.match(line, position)):
        found.append((match[1].lower(), match[3] or match[2] or ""))
        position = match.end()
    parameters = by_name(found)
    if line[position:].strip() or "name" not in parameters:
        raise ValueError("a part of the form does not say which field it is")
    return parameters
