"""Plain text: which encoding it is in, and whether it is text at all."""

import codecs
import unicodedata
from typing import Final

from .limits import UnreadableCv, Watch
from .passages import Passage

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE: Final = 4_096
_MOST_CONTROLS: Final = 0.02
"""Of a text's characters; a picture, a program, a packed file has more."""


def read_text(data: bytes, watch: Watch) -> list[Passage]:
    """The text as a passage. Raises UnreadableCv if it is none."""
    text = decoded(data)
    sample = text[:_SAMPLE]
    controls = sum(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f\v" for sign in sample)
    if controls > len(sample) * _MOST_CONTROLS:
        raise UnreadableCv("its format is none that is read")
    watch.take_text(len(text))
    return [Passage(text)]


def decoded(data: bytes, declared: str | None = None) -> str:
    """Bytes as text: by their mark, as declared, as UTF-8, or else as Windows does in western Europe."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if not declared and (guessed := _without_mark(data[:_SAMPLE])):
        return data.decode(guessed, "replace")
    for name in (declared, "utf-8"):
        try:
            return data.decode(name or "utf-8")
        except (UnicodeError, LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 of a western language: every second byte is zero."""
    half = len(sample) // 2
    if half < 8:
        return None
    if sample[1::2].count(0) > 0.8 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.8 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None
