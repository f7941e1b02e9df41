"""Transfer encodings of parts (RFC 2045 6), undone as far as that is possible: nothing here fails."""

import binascii
from typing import Final

_NO_BASE64: Final = bytes(
    each for each in range(256) if not ((chr(each).isascii() and chr(each).isalnum()) or each in b"+/")
)
_MAX_LINES: Final = 20_000
"""Lines of uuencoded text that are decoded."""


def undone(raw: bytes, encoding: str) -> bytes:
    """The bytes of a body, by its Content-Transfer-Encoding; as they stand where that says nothing known."""
    encoding = encoding.lower()
    if "quoted" in encoding:
        return binascii.a2b_qp(raw)
    if "base64" in encoding:
        return _base64(raw)
    return _uuencoded(raw) if "uue" in encoding else raw


def _base64(raw: bytes) -> bytes:
    first = raw.lstrip()[:200].partition(b"\n")[0].strip()
    if first.count(b" ") > 1:  # plain text that only says that it is base64
        return raw
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:  # cut off, or with something lost
        letters = raw.translate(None, _NO_BASE64)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _uuencoded(raw: bytes) -> bytes:
    _, begin, body = raw.partition(b"begin ")
    decoded = []
    for line in body.split(b"\n", _MAX_LINES)[1:_MAX_LINES]:
        line = line.rstrip(b"\r")
        if line == b"end":
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:  # some encoders get the length of the last group wrong
            continue
    return b"".join(decoded) if begin else raw
