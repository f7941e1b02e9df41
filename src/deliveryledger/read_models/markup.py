"""HTML that cannot be injected into: every text is escaped, unless this module made it.

>>> print(tag("p", "1 < 2", tag("b", "safe"), title='"'))
<p title="&quot;">1 &lt; 2<b>safe</b></p>
"""

import unicodedata
from html import escape

_INVISIBLE = frozenset("\u061c\u200b\u200e\u200f\u2028\u2029\u2060\ufeff") | {
    chr(number) for block in (range(0x202A, 0x202F), range(0x2066, 0x206A)) for number in block
}
"""Turn text around, or hide in it: an address with one of them is not the address that it seems to be."""
_VOID = frozenset(("meta", "br"))


class Html(str):
    """Markup, made by this module."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str) -> Html:
    """An element. Children that are no Html are texts. ``class_`` is the attribute ``class``."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"' for key, value in attributes.items()
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: str) -> Html:
    """Several elements or texts, one after another."""
    return Html("".join(child if isinstance(child, Html) else _visible(child) for child in children))


def foreign(text: str) -> Html:
    """A word of somebody else's: not translated, and its direction stays its own affair."""
    return tag("bdi", text, translate="no")


def _visible(text: str) -> str:
    """Escaped; signs that cannot be seen are named by their numbers."""
    return "".join(_sign(character) if _is_hidden(character) else escape(character) for character in text)


def _escaped(text: str) -> str:
    return "".join(f"U+{ord(c):04X}" if _is_hidden(c) else escape(c) for c in text)


def _sign(character: str) -> str:
    return f'<span class="sign">U+{ord(character):04X}</span>'


def _is_hidden(character: str) -> bool:
    if character in _INVISIBLE:
        return True
    if character in "\n\t":
        return False
    number = ord(character)
    is_no_character = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    return is_no_character or unicodedata.category(character) in ("Cc", "Cs")
