"""Text of strangers made fit to stand in a mail: one line, no control or direction marks, not too long."""

import unicodedata
from typing import Final

LONGEST: Final = 120
"""Characters that are shown of a name, an address or a subject."""
_JOINERS: Final = "\u200c\u200d"
"""Some scripts cannot be written without them, and they move nothing."""


def one_line(value: str, longest: int = LONGEST) -> str:
    """The text on one line, without anything that would begin a header or turn the reading direction."""
    # Twice what is shown is looked at: the rest of 10 kB is never normalised.
    kept = "".join([_sign(sign) for sign in value[: 2 * longest]])
    words = " ".join(unicodedata.normalize("NFC", kept).split())
    # The e-mail package decodes encoded words (RFC 2047) in what it is given, line ends and all.
    words = words.replace("=?", "= ?")
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def web_link(value: str | None) -> str | None:
    """A link that a mail may show, or None: only of the web, and all of it printable without spaces."""
    if value is None or len(value) > 2_000 or not value.isprintable() or set(value) & set(' "<>\\^`{|}'):
        return None
    return value if value.lower().startswith(("https://", "http://")) else None


def _sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") and sign not in _JOINERS else sign
