"""OpenDocument text: body, headers and footers of page styles, text boxes, tables, links, notes, forms."""

from collections.abc import Mapping
from typing import Final

from .archive import Archive
from .limits import UnreadableCv, Watch
from .markup import walk
from .paragraphs import Paragraphs
from .passages import BOX, FIELD, FOOTER, HEADER, NOTE, Passage

_INNER: Final = {
    "text-box": BOX,
    "custom-shape": BOX,
    "header": HEADER,
    "header-left": HEADER,
    "header-first": HEADER,
    "footer": FOOTER,
    "footer-left": FOOTER,
    "footer-first": FOOTER,
    "note-body": NOTE,
    "annotation": NOTE,
}
"""Elements that hold paragraphs apart from those around them."""
_PARAGRAPHS: Final = frozenset(("p", "h"))
_SIGNS: Final = {"tab": "\t", "line-break": "\n"}
_SILENT: Final = frozenset(("tracked-changes", "creator", "binary-data", "note-citation", "meta", "scripts"))
_MOST_BLANKS: Final = 100


def read_odt(archive: Archive, watch: Watch) -> list[Passage]:
    """The passages of an .odt. Raises UnreadableCv."""
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise UnreadableCv("it is encrypted", "ask for it without a password")
    body = read_flat_odt(archive.read("content.xml"), watch)
    if "styles.xml" not in archive:
        return body
    edges = read_flat_odt(archive.read("styles.xml"), watch)
    above = [passage for passage in edges if passage.how == HEADER]
    return above + body + [passage for passage in edges if passage.how != HEADER]


def read_flat_odt(xml: bytes, watch: Watch) -> list[Passage]:
    """The passages of one part, or of an .fodt. Raises UnreadableCv."""
    story = _Story()
    walk(xml, story, watch)
    return story.paragraphs.passages()


class _Story:
    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self._in_paragraph = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case _ if name in _PARAGRAPHS:
                self.paragraphs.begin()
                self._in_paragraph += 1
            case _ if name in _SIGNS:
                self.paragraphs.add(_SIGNS[name])
            case "s":
                count = attributes.get("c", "1")
                self.paragraphs.add(" " * min(int(count) if count.isdecimal() else 1, _MOST_BLANKS))
            case "a":
                self.paragraphs.link(attributes.get("href", ""))
            case "text" | "textarea" | "formatted-text" if value := (
                attributes.get("current-value") or attributes.get("value")
            ):
                self.paragraphs.field(Passage(value, FIELD))
            case _ if name in _INNER:
                self.paragraphs.enter(_INNER[name])
            case _ if name in _SILENT:
                self.paragraphs.hush(1)

    def end(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self.paragraphs.end()
            self._in_paragraph -= 1
        elif name in _INNER:
            self.paragraphs.leave()
        elif name in _SILENT:
            self.paragraphs.hush(-1)

    def text(self, data: str) -> None:
        if self._in_paragraph:
            self.paragraphs.add(data)
