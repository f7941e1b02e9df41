"""Word's formats by their XML: body, headers, footers, notes, text boxes, tables, links, fields, diagrams.

Own code, because the usual library reads neither text boxes nor what links lead to. Names are compared
without namespaces, so that "strict" Open XML and Word 2003's single file are read by the same rows.
"""

import re
from collections.abc import Mapping
from typing import Final

from .archive import Archive
from .limits import Watch
from .markup import walk
from .paragraphs import Paragraphs
from .passages import BOX, FOOTER, HEADER, NOTE, TEXT, Passage

_PART: Final = re.compile(r"word/(header|document|footnotes|endnotes|footer|comments)\d*\.xml\Z")
_DIAGRAM: Final = re.compile(r"word/diagrams/data\d*\.xml\Z")
_PLACES: Final = {"header": HEADER, "footer": FOOTER, "footnotes": NOTE, "endnotes": NOTE, "comments": NOTE}
_INNER: Final = {"txbxContent": BOX, "hdr": HEADER, "ftr": FOOTER}
"""Elements that hold paragraphs apart from those around them."""
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t", "sym": " "}
_NO_CONTENT: Final = frozenset(("tabs", "pPr", "rPr", "sectPr", "binData"))
_FIELD: Final = re.compile(r'HYPERLINK\s+(?:\\\w\s+)*"?([^"\s]+)', re.IGNORECASE)
_ORDER: Final = ("header", "document", "diagram", "footnotes", "endnotes", "footer", "comments")


def read_docx(archive: Archive, watch: Watch) -> list[Passage]:
    """The passages of a .docx. Raises UnreadableCv."""
    parts = []
    for name in archive.names:
        if found := _PART.match(name):
            parts.append((_ORDER.index(found[1]), name, _PLACES.get(found[1], TEXT)))
        elif _DIAGRAM.match(name):
            parts.append((_ORDER.index("diagram"), name, BOX))
    passages: list[Passage] = []
    for _, name, how in sorted(parts):
        folder, _, file = name.rpartition("/")
        links = _Relations()
        if relations := archive.read(f"{folder}/_rels/{file}.rels"):
            walk(relations, links, watch)
        passages += read_word_xml(archive.read(name), watch, how, links.targets)
    return passages


def read_word_xml(
    xml: bytes, watch: Watch, how: str = TEXT, targets: Mapping[str, str] | None = None
) -> list[Passage]:
    """The passages of one part, or of Word 2003's single file. Raises UnreadableCv."""
    story = _Story(how, targets or {})
    walk(xml, story, watch)
    return story.paragraphs.passages()


class _Relations:
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") == "External":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def end(self, name: str) -> None:
        """Nothing to do."""

    def text(self, data: str) -> None:
        """Nothing to do."""


class _Story:
    def __init__(self, how: str, targets: Mapping[str, str]) -> None:
        self.paragraphs = Paragraphs(how)
        self._targets = dict(targets)
        self._in_text = self._in_field = False
        self._field = ""
        self._skipping = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _NO_CONTENT or self._skipping:
            self._skipping += 1
            return
        match name:
            case "p":
                self.paragraphs.begin()
            case "t":
                self._in_text = True
            case "instrText":
                self._in_field = True
            case "fldChar":
                self._field_sign(attributes.get("fldCharType"))
            case "fldSimple":
                self._field_code(attributes.get("instr", ""))
            case "hyperlink" | "hlinkClick" | "hlink":
                target = self._targets.get(attributes.get("id", ""), "") or attributes.get("dest", "")
                self.paragraphs.link(target)
            case "Relationship":  # a package in one file has them inside
                self._targets[attributes.get("Id", "")] = attributes.get("Target", "")
            case _ if name in _SIGNS:
                self.paragraphs.add(_SIGNS[name])
            case _ if name in _INNER:
                self.paragraphs.enter(_INNER[name])

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        match name:
            case "p":
                self.paragraphs.end()
            case "t":
                self._in_text = False
            case "instrText":
                self._in_field = False
            case _ if name in _INNER:
                self.paragraphs.leave()

    def text(self, data: str) -> None:
        if self._skipping:
            return
        if self._in_text:
            self.paragraphs.add(data)
        elif self._in_field:
            self._field += data

    def _field_sign(self, sign: str | None) -> None:
        """A field's code may be cut into any number of runs; it ends where its result begins."""
        if sign in ("separate", "end"):
            self._field_code(self._field)
        self._field = ""

    def _field_code(self, code: str) -> None:
        for target in _FIELD.findall(code[:10_000]):
            self.paragraphs.link(target)
