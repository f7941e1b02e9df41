"""What the readers of formats hand on: passages of text, in reading order, and where each stands."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

TEXT, LINK, FIELD, HEADER, FOOTER, BOX, NOTE = (
    "text",
    "link",
    "form field",
    "header",
    "footer",
    "text box",
    "note",
)
"""Where an address stands: the word that is answered as ``how``."""

_TARGET: Final = re.compile(
    r"(?:mailto:|https?://)?([^/?#@\s]{1,300}@[^/?#\s]{1,700})/?(?:[?#].*)?\Z", re.I | re.S
)


@dataclass(frozen=True)
class Passage:
    """Text that belongs together: what the lines of it say may go on in the next line."""

    text: str
    how: str = TEXT
    page: int | None = None
    source: int = 0
    """Which reader read it, where two read the same."""


def link_passages(target: str, page: int | None = None) -> list[Passage]:
    """The addresses that a link leads to; none, if it leads to a page."""
    target = target.strip()
    if target[:7].lower() != "mailto:" and ":" in target.partition("://")[2]:
        return []  # a URL with a password, or a port
    found = _TARGET.match(unquote(target[:2_000]).strip())
    if not found:
        return []
    return [Passage(each.strip(), LINK, page) for each in re.split("[,;]", found[1]) if each.strip()]
