"""RTF (specification 1.9.1): text, headers, footers, text boxes, notes, links, in one walk."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from .limits import Watch
from .passages import BOX, FOOTER, HEADER, NOTE, TEXT, Passage, link_passages

_TOKEN: Final = re.compile(
    rb"\\(?:([A-Za-z]{1,40})(-?\d{1,10})? ?|'([0-9A-Fa-f]{2})|(.))|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SIGNS: Final = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"cell": "\t", b"nestcell": "\t",
    b"tab": "\t", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"enspace": " ", b"emspace": " ", b"zwj": "", b"zwnj": "",
}  # fmt: skip
_MARKS: Final = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}
"""Control symbols: blank, hyphen that does not break, soft hyphen, paragraph."""
_INNER: Final = {
    b"header": HEADER, b"headerl": HEADER, b"headerr": HEADER, b"headerf": HEADER, b"footer": FOOTER,
    b"footerl": FOOTER, b"footerr": FOOTER, b"footerf": FOOTER, b"shptxt": BOX, b"dptxbxtext": BOX,
    b"footnote": NOTE, b"annotation": NOTE,
}  # fmt: skip
"""Destinations that hold text apart from that around them."""
_SILENT: Final = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata colorschememapping latentstyles "
    b"datastore rsidtbl generator xmlnstbl filetbl revtbl nonshppict fldtype bkmkstart "
    b"listtable listoverridetable bkmkend pntext listtext atnid atnauthor "
    b"sp background do objdata template abiframeprops".split()
)
_SHOWN_ALTHOUGH_STARRED: Final = frozenset((b"shptxt", b"fldinst", b"shpinst", b"annotation", b"dptxbxtext"))
_LINK: Final = re.compile(r'HYPERLINK\s+(?:\\\w\s+)*"?([^"\s]+)', re.IGNORECASE)


@dataclass
class _Group:
    """What holds until the group ends."""

    parts: list[str]
    how: str
    silent: bool = False
    in_code: bool = False
    skip: int = 1
    starred: bool = False


class _Reader:
    def __init__(self, watch: Watch) -> None:
        self.passages: list[Passage] = []
        self._watch = watch
        self._stack = [_Group([], TEXT)]
        self._codepage = "cp1252"
        self._bytes = bytearray()
        self._to_skip = 0

    def read(self, data: bytes) -> list[Passage]:
        at = 0
        while found := _TOKEN.match(data, at):
            at = found.end()
            self._watch.take_element(len(self._stack))
            if found[6]:
                self._raw(found[6])
            elif found[3]:
                self._raw(bytes.fromhex(found[3].decode()))
            elif found[5] == b"{":
                self._flush()
                now = self._stack[-1]
                self._stack.append(_Group(now.parts, now.how, now.silent, now.in_code, now.skip))
            elif found[5] == b"}":
                self._close()
            elif found[1]:
                if found[1] == b"bin":  # so many bytes of anything follow
                    at += max(0, int(found[2] or 0))
                else:
                    self._word(found[1], found[2])
            elif found[4]:
                self._mark(found[4])
        while len(self._stack) > 1:
            self._close()
        self._flush()
        return [*self.passages, Passage("".join(self._stack[0].parts))]

    def _raw(self, data: bytes) -> None:
        """Bytes in the document's code page; what stands for a ``\\u`` before it is skipped."""
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        if not self._stack[-1].silent:
            self._bytes += data[skipped:]

    def _flush(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._codepage, "replace")
            self._bytes.clear()
            self._add(text)

    def _add(self, text: str) -> None:
        self._flush()
        if not self._stack[-1].silent:
            self._watch.take_text(len(text))
            self._stack[-1].parts.append(text)

    def _close(self) -> None:
        self._flush()
        if len(self._stack) == 1:
            return
        group = self._stack.pop()
        around = self._stack[-1]
        if group.parts is around.parts:
            return
        text = "".join(group.parts)
        if group.in_code and not around.in_code:
            for target in _LINK.findall(text[:10_000]):
                self.passages += link_passages(target)
        elif not group.in_code:
            self.passages.append(Passage(text, group.how))

    def _mark(self, mark: bytes) -> None:
        if mark == b"*":
            self._stack[-1].starred = True
        elif mark in _MARKS:
            self._add(_MARKS[mark])
        else:
            self._raw(mark)  # \\ \{ \}

    def _word(self, word: bytes, number: bytes | None) -> None:
        group = self._stack[-1]
        if word == b"u" and number:
            self._flush()
            self._add_code_unit(int(number) & 0xFFFF)
            self._to_skip = group.skip
            return
        self._to_skip = 0
        self._flush()
        if word in _SIGNS:
            self._add(_SIGNS[word])
        elif word == b"uc":
            group.skip = min(int(number or 1), 8)
        elif word == b"ansicpg":
            self._codepage = _codepage(number)
        elif word == b"mac":
            self._codepage = "mac-roman"
        elif word in (b"v", b"deleted") and number != b"0":
            group.silent = True  # hidden, or deleted with changes tracked
        elif word == b"fldinst":
            group.parts, group.in_code = [], True
        elif word in _INNER:
            group.parts, group.how = [], _INNER[word]
        elif word in _SILENT or (group.starred and word not in _SHOWN_ALTHOUGH_STARRED):
            group.silent = True
        group.starred = False

    def _add_code_unit(self, unit: int) -> None:
        """UTF-16, whose second halves come as words of their own."""
        parts = self._stack[-1].parts
        if 0xDC00 <= unit < 0xE000 and parts and len(parts[-1]) == 1 and 0xD800 <= ord(parts[-1]) < 0xDC00:
            parts[-1] = (parts[-1] + chr(unit)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        else:
            self._add(chr(unit))


def _codepage(number: bytes | None) -> str:
    name = f"cp{int(number or b'1252')}"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def read_rtf(data: bytes, watch: Watch) -> list[Passage]:
    """The passages of an RTF document. Raises UnreadableCv."""
    return _Reader(watch).read(data)
