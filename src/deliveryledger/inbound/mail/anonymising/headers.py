"""Header fields with what is somebody's replaced: names, order, folding and charsets stay."""

import base64
import binascii
import re
from collections.abc import Callable
from email.utils import getaddresses
from typing import Final

from ..headers import decode
from .names import Pseudonyms
from .tables import HEADERS, NAMED_IN, OPAQUE, Treatment
from .words import is_of_notices, shape, subject_of_notice

_FIELD: Final = re.compile(r"^([!-9;-~]+)([ \t]*:)((?:[^\n]|\n[ \t])*)(\n|\Z)", re.MULTILINE)
ENCODED: Final = re.compile(
    r"=\?[^?\s]{1,60}\?[bq]\?[^?\n]{0,2000}\?=(?:\s*=\?[^?\s]{1,60}\?[bq]\?[^?\n]{0,2000}\?=)*", re.I
)
_WORD: Final = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]*)?\?([bq])\?([^?\n]{0,2000})\?=", re.I)
_FILE_NAME: Final = re.compile(r"(\b(?:file)?name\*?(?:\d\*?)?=)(\"[^\"\n]*\"|[^;\s]+)", re.I)
BOUNDARY: Final = re.compile(r"(\bboundary\s*=\s*\"?)([^\"\s;]+(?:[^\"\n;]*[^\"\s;])?)", re.I)
_HELO: Final = re.compile(
    r"\b((?:from|by)\s+|helo[= ]|ehlo[= ])([a-z][\w-]{1,62})(?=[\s)\];])", re.IGNORECASE
)
"""A host without a domain, in a Received field: the name of somebody's computer."""
_IDS: Final = re.compile(r"<[^<>]{1,998}>")
_MOST_OCTETS: Final = 42
"""Of a text in one encoded-word, which has 75 characters at most (RFC 2047 2)."""


class HeaderFields:
    """Rewrites blocks of fields, and notes the names and subjects that it meets."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self.pseudonyms = pseudonyms
        self.names: set[str] = set()
        self.subjects: set[str] = set()
        self.returned_subjects: set[str] = set()

    def block(self, block: bytes, *, is_returned: bool = False) -> bytes:
        """A block of fields. What is no field in it is rewritten as text."""
        text, charset = text_of(block)
        pieces: list[str] = []
        end = 0
        for field in _FIELD.finditer(text):
            pieces.append(self._with_boundary(text[end : field.start()]))
            pieces += (field[1], field[2], self.value(field[1].lower(), field[3], is_returned), field[4])
            end = field.end()
        return "".join((*pieces, self._with_boundary(text[end:]))).encode(charset, "replace")

    def value(self, name: str, value: str, is_returned: bool) -> str:
        """The value of one field, as it stands, folded."""
        opaque = Treatment.SHAPE if is_returned or OPAQUE.fullmatch(name) else Treatment.TEXT
        treatment = HEADERS.get(name, opaque)
        if name in NAMED_IN:
            self.note_names(name, value)
        if treatment is Treatment.SUBJECT:
            subject = " ".join(plain(value).split())
            (self.returned_subjects if is_returned else self.subjects).add(subject)
            return self._words(value, shape if is_returned else self.subject)
        if treatment is Treatment.ID:
            return self.text(_IDS.sub(self._id, value))
        if treatment is Treatment.SHAPE:
            return self._words(value, shape)
        if name == "received":
            value = _HELO.sub(self._helo, value)
        value = _FILE_NAME.sub(lambda found: found[1] + shape(found[2]), value)
        return self._with_boundary(value) if name == "content-type" else self.text(value)

    def text(self, text: str) -> str:
        """Any text, that in encoded-words too."""
        return self._words(text, self.pseudonyms.text)

    def subject(self, subject: str) -> str:
        """The subject of a notification, as far as notifications say so."""
        return subject_of_notice(self.pseudonyms.text(subject))

    def boundary(self, boundary: str) -> str:
        """A boundary: some are made of a host's name and a letter's id. Equal ones stay equal, others not."""
        known = self.pseudonyms.boundaries
        if boundary not in known:
            made = self.pseudonyms.text(boundary)
            while made in known.values():
                made += "x"
            known[boundary] = made
        return known[boundary]

    def _with_boundary(self, text: str) -> str:
        """A text in which boundaries are replaced too, as in some header that is folded wrongly."""
        found = BOUNDARY.search(text)
        if not found:
            return self.text(text)
        return (
            f"{self.text(text[: found.start(2)])}{self.boundary(found[2])}{self.text(text[found.end(2) :])}"
        )

    def _helo(self, found: re.Match[str]) -> str:
        name = found[2]
        return found[0] if is_of_notices(name.lower()) else found[1] + self.pseudonyms.label(name)

    def _id(self, found: re.Match[str]) -> str:
        local, at, domain = found[0][1:-1].rpartition("@")
        if not at:
            return f"<{shape(domain)}>"
        return f"<{self.pseudonyms.text(f'{_one_word(local)}@{domain}')}>"

    def _words(self, text: str, change: Callable[[str], str]) -> str:
        pieces: list[str] = []
        end = 0
        for run in ENCODED.finditer(text):
            pieces += (change(text[end : run.start()]), _changed(run[0], change))
            end = run.end()
        return "".join((*pieces, change(text[end:])))

    def note_names(self, name: str, value: str) -> None:
        """Remember who is named in a field of people or organisations, so as to find them elsewhere too."""
        unfolded = " ".join(plain(value).split())
        if name.startswith("organi"):
            self.names.add(unfolded)
            return
        try:
            found = getaddresses([unfolded])
        except RecursionError:  # comments in comments, a thousand deep
            found = []
        self.names.update(each for each, _ in found if each and "@" not in each)


def _one_word(local: str) -> str:
    return re.sub(r"[\s<>,;:\"()\[\]\\@|`*=']", "_", local)[:200]


def text_of(raw: bytes, charset: str = "") -> tuple[str, str]:
    """The text of bytes, and the charset that gives the same bytes again."""
    in_shifts = "iso-2022-jp" if b"\x1b$" in raw else ""
    for each in filter(None, (charset, in_shifts, "utf-8")):
        try:
            text = raw.decode(each)
            if text.encode(each) == raw:
                return text, each
        except (UnicodeError, LookupError, ValueError):
            continue
    return raw.decode("latin-1"), "latin-1"


def plain(value: str) -> str:
    """A header's value with its encoded-words decoded."""
    return ENCODED.sub(lambda run: _decoded(run[0])[0], value)


def _decoded(run: str) -> tuple[str, str, str]:
    """The text of adjoining encoded-words (RFC 2047), their charset and encoding."""
    words = _WORD.findall(run)
    raw = b""
    for _, encoding, content in words:
        try:
            raw += (
                binascii.a2b_base64(content + "=" * (-len(content) % 4))
                if encoding in "bB"
                else binascii.a2b_qp(content, header=True)
            )
        except (binascii.Error, ValueError):
            raw += content.encode("utf-8", "replace")
    charset, encoding = (words[0][0], words[0][1]) if words else ("utf-8", "q")
    try:
        return raw.decode(charset), charset, encoding
    except (UnicodeError, LookupError, ValueError):
        return decode(raw), "utf-8", encoding


def _changed(run: str, change: Callable[[str], str]) -> str:
    text, charset, encoding = _decoded(run)
    changed = change(text)
    return run if changed == text else " ".join(_encoded(changed, charset, encoding))


def _encoded(text: str, charset: str, encoding: str) -> list[str]:
    words, rest = [], text
    while rest:
        size = max(1, min(len(rest), _MOST_OCTETS))
        while size > 1 and len(rest[:size].encode(charset, "replace")) > _MOST_OCTETS:
            size -= 1
        raw, rest = rest[:size].encode(charset, "replace"), rest[size:]
        if encoding in "bB":
            content = base64.b64encode(raw).decode()
        else:
            content = "".join(
                chr(each) if chr(each).isalnum() and each < 128 else "_" if each == 32 else f"={each:02X}"
                for each in raw
            )
        words.append(f"=?{charset}?{encoding}?{content}?=")
    return words
