"""Text of bytes whose charset is declared, wrongly declared, or not at all (RFC 2045 5, RFC 2047)."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from ..scanner import Part, decode

_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE)
_ALIASES: Final = {
    # Names in use that the codec registry does not know, and supersets of what mailers declare too narrowly.
    "unicode-1-1-utf-7": "utf-7",
    "iso-2022-jp": "iso2022_jp_ext",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "cp950",
    "x-big5": "cp950",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-mac-roman": "mac-roman",
    "cp-850": "cp850",
    "unicode": "utf-8",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "8bit": "utf-8",
    "default": "utf-8",
}
_ESCAPE: Final = b"\x1b"
_SEVEN_BIT_JAPANESE: Final = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_SEVEN_BIT: Final = frozenset({"utf-7", "iso-2022-kr", "hz-gb-2312", "hz"})
_NO_CHARSETS: Final = frozenset(
    {"base64", "hex", "zlib", "bz2", "quopri", "uu", "rot13", "rot-13", "unicode_escape", "unicode-escape"}
    | {"raw_unicode_escape", "raw-unicode-escape", "idna", "punycode", "undefined", "mbcs", "oem"}
)
"""Codecs of Python's that are none."""
_MAX_HEADER: Final = 1_000


def text_of(part: Part, limit: int) -> str:
    """The first ``limit`` bytes of a part as text with simple line ends. Never fails."""
    kind = part.headers.get("content-type")
    declared = _CHARSET.search(kind) if kind else None
    text = decoded(part.content[:limit], declared.group(1) if declared else "")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def decoded(raw: bytes, charset: str) -> str:
    """Text of bytes of the declared charset, or of the likeliest one where that is wrong or missing."""
    name = charset.lower().strip()
    name = _ALIASES.get(name, name)
    if raw.isascii():
        if _ESCAPE in raw and any(mark in raw for mark in _SEVEN_BIT_JAPANESE):
            return raw.decode("iso2022_jp_ext", "replace")
        return raw.decode(name, "replace") if name in _SEVEN_BIT else raw.decode("ascii")
    if name and name not in _NO_CHARSETS:
        try:
            return raw.decode(name)
        except (ValueError, LookupError):
            pass
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        # Cut in the middle of a character; everything before it was right.
        if error.start > len(raw) - 4 and error.start > 0:
            return raw[: error.start].decode()
    if name and name not in ("utf-8", "utf8", "us-ascii", "ascii", *_NO_CHARSETS):
        try:
            return raw.decode(name, "replace")
        except (ValueError, LookupError):
            pass
    return decode(raw)


def header_text(value: str) -> str:
    """A header's value with encoded words read (RFC 2047). Never fails."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value[:_MAX_HEADER])
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "") for piece, charset in pieces
    )
