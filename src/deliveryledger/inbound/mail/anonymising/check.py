"""Whether an anonymised mail says the same, and nothing of anybody: read again, and searched, on its own."""

import html
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from ..fields import addresses
from ..headers import DEFAULT_LIMITS, BeyondLimits, decode
from ..kinds import answer
from ..reading import read_mail
from ..scanner import scan
from .headers import plain
from .names import is_kept
from .rewriting import Anonymised
from .tables import SYSTEM_LOCALS
from .words import WORDS, is_telling, name_words

_COMPARED: Final = ("action", "severity", "reason", "rule", "reply_code", "status")
_VERP: Final = re.compile(r"[\w.+-]{1,64}=(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?=@)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"([^@=&]{1,250})@((?:[\w-]{1,63}\.){1,10}[a-z][\w-]{1,62})$")
"""With a host's name, and without what a text put before it; all else is no address that leads anywhere."""


def differences(original: bytes, anonymised: bytes) -> list[str]:
    """What the reader says of one and not of the other, without any of their content."""
    before, after = _said(original), _said(anonymised)
    found = [
        f"{name}: {before[name] or 'none'} → {after[name] or 'none'}"
        for name in ("kind", "feedback_type", "recipients")
        if before[name] != after[name]
    ]
    for number, (one, other) in enumerate(zip(before["reports"], after["reports"], strict=False), 1):
        found += [
            f"{name} of report {number}: {one[name] or 'none'} → {other[name] or 'none'}"
            for name in _COMPARED
            if one[name] != other[name]
        ]
    return found


def _said(raw: bytes) -> dict[str, Any]:
    said = answer("", read_mail(raw))
    recipients = {(each["recipient"] or "").lower() for each in said["reports"]} - {""}
    return {**said, "recipients": len(recipients)}


def leaks(original: bytes, anonymised: Anonymised) -> list[str]:
    """What of the original is still there, in whatever encoding: how many of what, none of it named."""
    before, after = "\n".join(texts_of(original)), "\n".join(texts_of(anonymised.raw))
    words = {word.lower() for word in WORDS.findall(after)}
    names = {word for name in anonymised.names for word in name_words(name)}
    spaced = " ".join(after.lower().split())
    found = {
        "addresses": _personal(before) & _personal(after),
        "names": names & words,
        "subjects": {
            subject
            for subject in anonymised.subjects
            if is_telling(subject) and " ".join(subject.lower().split()) in spaced
        },
    }
    return [f"{len(those)} {what}" for what, those in found.items() if those]


def _personal(text: str) -> set[str]:
    """Addresses that are somebody's, those written into another one too."""
    found = addresses(text) | {each.replace("=", "@") for each in _VERP.findall(text.lower())}
    whole = (_ADDRESS.search(each) for each in found)
    return {each[0] for each in whole if each and not _is_nobodys(each[1], each[2])}


def _is_nobodys(local: str, domain: str) -> bool:
    return bool(SYSTEM_LOCALS.fullmatch(local)) and is_kept(domain)


def texts_of(raw: bytes, depth: int = 0) -> Iterator[str]:
    """Everything that stands in a mail, as it stands and with every encoding undone."""
    text = decode(raw)
    yield text
    for other in (plain(text), html.unescape(text), unquote(text)):
        if other != text:
            yield other
    if depth >= DEFAULT_LIMITS.depth:
        return
    try:
        parts = scan(raw).parts
    except BeyondLimits:
        return
    for part in parts:
        if part.content != part.raw:
            yield from texts_of(part.content, depth + 1)
            charset = part.parameters.get("charset", "")
        else:
            charset = ""
        if part.type.startswith("message/") and part.content == part.raw and part.content != raw:
            yield from texts_of(part.content, depth + 1)
        if charset:
            try:
                yield part.content.decode(charset, "replace")
            except LookupError:
                continue
