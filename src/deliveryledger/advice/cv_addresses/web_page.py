"""HTML: text, links and the values of forms, in one walk from tag to tag that never goes back."""

import html
import re
from collections.abc import Iterator
from typing import Final

from .limits import Watch
from .passages import FIELD, Passage, link_passages
from .plain_text import decoded

_CHARSET: Final = re.compile(
    rb"charset\s{0,9}=\s{0,9}[\"']?((?:iso-8859|windows|cp12|koi8|mac|shift_jis|euc|gb|big5)[\w-]{0,20})",
    re.IGNORECASE,
)
"""Encodings of one byte, or of east Asia; any other is either told by its bytes or none of a page."""
_NAME: Final = re.compile(r"/?[A-Za-z][A-Za-z0-9:]{0,30}")
_ATTRIBUTE: Final = re.compile(
    r"([A-Za-z][\w:-]{0,30})\s{0,9}=\s{0,9}(?:\"([^\"]{0,4000})\"|'([^']{0,4000})'|([^\s\"'>]{1,2000}))"
)
_UNSHOWN: Final = frozenset(("script", "style", "template", "title"))
_ENDS: Final = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _UNSHOWN}
_INLINE_NAMES: Final = (
    "a abbr b bdi bdo big cite code em font i ins kbd mark q s samp small span strong sub sup tt u var wbr"
)
_INLINE: Final = frozenset(_INLINE_NAMES.split())
"""Tags that break no line; every other one does."""
_CELLS: Final = frozenset(("td", "th"))
_LONGEST_TAG: Final = 20_000


def read_page(data: bytes, watch: Watch) -> list[Passage]:
    """The passages of a page. Raises UnreadableCv."""
    declared = _CHARSET.search(data[:4_096])
    source = decoded(data, declared[1].decode("ascii", "replace") if declared else None)
    passages: list[Passage] = []
    parts: list[str] = []
    for text, tag in _tokens(source, watch):
        # What a line break in the source is, is a blank on the page.
        parts.append(" ".join(html.unescape(text).split("\n")) if text else "")
        name = _NAME.match(tag)
        if not name:
            continue
        plain = name[0].strip("/").lower()
        if plain in _CELLS:
            parts.append("\t")
        elif plain not in _INLINE:
            parts.append("\n")
        if tag[0] == "/" or plain not in ("a", "area", "input"):
            continue
        attributes = _attributes(tag)
        if links := link_passages(attributes.get("href", "")):
            passages += [Passage("".join(parts)), *links]
            parts = []
        if plain == "input" and attributes.get("type", "text").lower() in ("text", "email"):
            passages.append(Passage(attributes.get("value", ""), FIELD))
    return [*passages, Passage("".join(parts))]


def _attributes(tag: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(tag[:_LONGEST_TAG])
    return {name.lower(): html.unescape(double or single or bare) for name, double, single, bare in found}


def _tokens(source: str, watch: Watch) -> Iterator[tuple[str, str]]:
    """The text before each tag, and the tag without its angles."""
    at = 0
    while (start := source.find("<", at)) >= 0:
        watch.take_element()
        text = source[at:start]
        watch.take_text(len(text))
        if source.startswith("<!--", start):
            end = source.find("-->", start)
            if end < 0:
                return
            yield text, ""
            at = end + 3
            continue
        end = source.find(">", start)
        if end < 0:
            break
        tag = source[start + 1 : end]
        if not _NAME.match(tag) and tag[:1] not in ("!", "?"):
            yield source[at : start + 1], ""  # a lone angle
            at = start + 1
            continue
        yield text, tag
        at = end + 1
        name = _NAME.match(tag)
        if name and name[0].lower() in _UNSHOWN:
            over = _ENDS[name[0].lower()].search(source, at)
            if not over:
                return
            at = over.start()
    watch.take_text(len(source) - at)
    yield source[at:], ""
