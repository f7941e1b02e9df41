"""Which format a file is in, by its bytes: its name says what somebody thought it is."""

import re
from collections.abc import Callable
from typing import Final

from .archive import Archive
from .docx import read_docx, read_word_xml
from .limits import UnreadableCv, Watch
from .odt import read_flat_odt, read_odt
from .passages import Passage
from .pdf import read_pdf
from .plain_text import read_text
from .rtf import read_rtf
from .web_page import read_page

_AHEAD: Final = 1_024
"""Bytes before a PDF's first line that every reader of PDF puts up with."""
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_OFFICE_OF_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Compound File: .doc, and what Word encrypts (MS-CFB 2.2)."""
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|div|p|table|h\d|br)\b", re.IGNORECASE)
_WORD: Final = re.compile(rb"<(?:\w{1,20}:)?(?:wordDocument|package)\b")
_OPEN_DOCUMENT: Final = re.compile(rb"<office:document\b")


def read_passages(data: bytes, watch: Watch) -> list[Passage]:
    """What stands in a file, whatever its format. Raises UnreadableCv, MissingExtra."""
    start = data[:_AHEAD].lstrip(b"\xef\xbb\xbf\x00\t\r\n ")
    if b"%PDF-" in data[:_AHEAD]:
        return read_pdf(data, watch)
    if start.startswith(b"PK\x03\x04"):
        return _packed(data, watch)
    if start.startswith(b"{\\rtf"):
        return read_rtf(data, watch)
    if start.startswith(_PICTURES):
        return []  # a photograph of a CV is no error; there is nothing to read in it
    if start.startswith(_OFFICE_OF_OLD):
        if _ENCRYPTED_PACKAGE in data:
            raise UnreadableCv("it is encrypted", "ask for it without a password")
        raise UnreadableCv("it is in the format of Word 97 to 2003, which is not read")
    if not start:
        return []
    return _by_tags(start, data)(data, watch)


def _by_tags(start: bytes, data: bytes) -> Callable[[bytes, Watch], list[Passage]]:
    if start.startswith(b"<"):
        if _WORD.search(data[: 4 * _AHEAD]):
            return read_word_xml
        if _OPEN_DOCUMENT.search(data[: 4 * _AHEAD]):
            return read_flat_odt
    decoded = data[: 4 * _AHEAD].replace(b"\x00", b"")  # so that UTF-16 is known too
    return read_page if _PAGE.search(decoded) and b"<" in decoded else read_text


def _packed(data: bytes, watch: Watch) -> list[Passage]:
    archive = Archive(data, watch)
    if any(name.startswith("word/") for name in archive.names):
        return read_docx(archive, watch)
    if "content.xml" in archive:
        return read_odt(archive, watch)
    raise UnreadableCv("it is packed, and holds neither a .docx nor an .odt")
