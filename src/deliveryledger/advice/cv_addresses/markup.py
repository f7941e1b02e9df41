"""XML, without what makes it dangerous: no document type, no entities, nothing fetched, no tree."""

from collections.abc import Callable, Mapping
from typing import Protocol
from xml.parsers import expat

from .limits import UnreadableCv, Watch

Start = Callable[[str, Mapping[str, str]], None]


class Handler(Protocol):
    """Who is told what stands in the document; names come without their namespaces."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters of it."""


_CHUNK = 64 * 1024


def walk(xml: bytes, handler: Handler, watch: Watch) -> None:
    """Tell the handler what stands in a document. Raises UnreadableCv."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        watch.take_element(depth)
        handler.start(local(name), {local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(local(name))

    def text(data: str) -> None:
        watch.take_text(len(data))
        handler.text(data)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    try:
        for at in range(0, len(xml), _CHUNK):
            parser.Parse(xml[at : at + _CHUNK], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise UnreadableCv("its XML is damaged") from None


def _refuse(*_: object) -> None:
    raise UnreadableCv("its XML declares a document type, as no word processor writes one")


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]
