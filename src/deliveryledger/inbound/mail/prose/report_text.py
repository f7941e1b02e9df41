"""The two halves of a bounce in prose: what the mail server wrote, and the message that it returned."""

import html
import re
from dataclasses import dataclass
from typing import Final

from ..fields import is_saved
from ..scanner import Mail, Part
from .charsets import text_of
from .signs import RETURNED

_MAX: Final = 16 * 1024
_MOST_PARTS: Final = 6
_SHORT: Final = 200
"""Characters of a plain text that may be only a notice that there is HTML."""
_BLOCKS: Final = re.compile(
    r"<(?:br|/p|/div|/tr|/td|/li|/h\d|/table|hr|p|tr|div)\b[^<>]{0,200}>", re.IGNORECASE
)
_HIDDEN: Final = re.compile(r"<(style|script|head)\b.{0,20000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(
    r"<[/!]?[a-zA-Z][^<>@]{0,1000}>|<[a-zA-Z]{1,10} [^<>]{1,1000}>|<!--.{0,5000}?-->", re.DOTALL
)
_INLINE: Final = r"(?:</?(?:span|b|i|u|em|strong|font|wbr|a|tt|code)\b[^<>]{0,200}>){1,8}"
_WITHIN: Final = re.compile(rf"{_INLINE}(?=@)|(?<=@){_INLINE}|<wbr\b[^<>]{{0,20}}>", re.IGNORECASE)
"""Elements within an address: about the sign in its middle, or where a line may break."""
_LINK: Final = re.compile(
    r"<a\b[^<>]{0,200}\bhref=[\"']?mailto:([^<>\"'?\s]{3,320})[^<>]{0,200}>", re.IGNORECASE
)
_WRAPPED: Final = re.compile(r"(<[^\s<>@]{1,128}@[^\s<>@]{0,255})\n[ \t]{0,8}([^\s<>@]{1,255}>)")
"""An address in angle brackets that goes on in the next line."""
_LOOKALIKES: Final = (("\xa0", " "), ("\uff20", "@"), ("\u200b", ""), ("\u00ad", ""))
"""Signs that look like others, or like nothing."""
_QUOTED: Final = re.compile(r"[> \t|]{1,12}(?=[A-Za-z-]{1,60}:)")
"""What a mail program puts before every line of what it quotes."""
_NO_CHARACTER: Final = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}+;?")
"""A number that no character has; Python refuses to read very long ones."""
_HEADER_OF_RETURNED: Final = re.compile(
    r"\n(?:> ?)?(?:received|return-path|message-id|dkim-signature|mime-version|x-mailer): "
    r"|\n[ >\t]{1,4}(?:received|return-path): "
)
"""Fields that every returned message has, and no explanation; the first of them begins it."""
_NEAR: Final = 400
"""Characters above a returned message in which something may announce it."""
_FIELD_LINE: Final = re.compile(r"[> ]{0,4}[A-Za-z][\w-]{0,60}:(?: |$)|\s+\S")


@dataclass(frozen=True)
class ReportText:
    """``written`` by the server; ``returned``: the beginning of the returned message, if it is there."""

    written: str
    lowered: str
    """What the server wrote, in lower case."""
    returned: str


def report_text(mail: Mail) -> ReportText:
    """The server's words, from plain text where there is any, else from HTML."""
    parts = mail.parts or (Part(mail.headers, "text/plain", body_of(mail.raw)),)
    texts = [part for part in parts if part.type.startswith("text/") and not _is_returned(part, parts[0])]
    plain = "\n".join(text_of(part, _MAX) for part in texts[:_MOST_PARTS] if part.type == "text/plain")
    if len(plain) < _SHORT or "@" not in plain:
        rich = [part for part in texts if part.type == "text/html"]
        plain = "\n".join([plain, *(without_tags(text_of(part, _MAX)) for part in rich[:1])])
    if not plain.isascii():
        for sign, meant in _LOOKALIKES:
            plain = plain.replace(sign, meant)
    return split(plain)


def body_of(raw: bytes) -> bytes:
    """What stands below the header, of a mail whose boundaries do not fit."""
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def _is_returned(part: Part, first: Part) -> bool:
    return part.type.startswith("text/rfc822") or (part is not first and is_saved(part))


def without_tags(text: str) -> str:
    """HTML as text, a line for each block. Addresses in angle brackets stay."""
    text = _BLOCKS.sub("\n", _HIDDEN.sub(" ", text))
    plain = _plain(_WITHIN.sub("", text))
    # A link behind a name: only where nothing else tells an address, for it may lead to any help desk.
    return plain if "@" in plain else _plain(_LINK.sub(r"<\1> ", text))


def _plain(text: str) -> str:
    return html.unescape(_NO_CHARACTER.sub(" ", _TAG.sub(" ", text)))


def split(text: str) -> ReportText:
    """Where the server's words end and the returned message begins."""
    lower = text.lower()
    if len(lower) != len(text):  # some letters are longer in lower case
        text = lower
    # Before the first address words about a copy are a sentence: the report has not said anything yet.
    start, returned = max(lower.find("@"), 0), ""
    if head := _HEADER_OF_RETURNED.search(lower):
        at = _first_field(text, head.start() + 1)
        text, lower, returned = text[:at], lower[:at], text[at:]
        start = max(start, at - _NEAR)
    end = RETURNED.first_in(lower, start)
    cut = text.rfind("\n", 0, end) + 1 if end >= 0 else len(text)
    if end >= 0 and not returned:
        returned = text[cut:].partition("\n")[2].lstrip("\n")
    written, lower = text[:cut], lower[:cut]
    if _WRAPPED.search(written):
        written = _WRAPPED.sub(r"\1\2", written)
        lower = written.lower()
    return ReportText(written, lower, _unquoted(returned))


def _unquoted(text: str) -> str:
    """A returned message without what stands before each line of it, if its first field has it."""
    quote = _QUOTED.match(text)
    if quote is None:
        return text
    sign, bare = quote.group(), quote.group().rstrip()
    return "\n".join(line.removeprefix(sign if line.startswith(sign) else bare) for line in text.split("\n"))


def _first_field(text: str, at: int) -> int:
    """The beginning of the block of fields around ``at``."""
    while at > 0:
        before = text.rfind("\n", 0, at - 1) + 1
        if not _FIELD_LINE.match(text[before : at - 1]):
            break
        at = before
    return at
