"""Whom a bounce in prose is about, and which of its words are about whom."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_LOCAL: Final = r"\s@<>,;:\"()\[\]*`|\u3000-\u303f\uff00-\uffef"
_LABEL: Final = r"(?:[A-Za-z0-9_-]{1,63}|[^\x00-\x7f\s\u3000-\u303f\uff00-\uffef]{1,63})"
# The search begins at the beginnings of words only. A domain's label is of one script here, so that a Chinese
# sentence may go on behind an address.
_ADDRESS: Final = re.compile(
    rf"(?:(?<![^{_LOCAL}])[^{_LOCAL}]{{1,128}}+|\"[^\"@\n]{{1,64}}\")@(?:{_LABEL}(?:\.{_LABEL}){{0,20}}|\[[0-9A-Fa-f:.IPv]{{3,45}}\])"
)
_SIGNS: Final = " \t>*|-\u2013\u2022\u00b7\"'<`[#.(\uff08"
"""What may stand before an address in a list."""
_LABEL_BEFORE: Final = re.compile(
    r"(?:.{0,80}(?:smtp[:=]|rfc822;|utf-8;|mailto:)|(?!.{0,30}(?:sender|from|return|reply|reporting|your|source|support|contact))(?:[^\W\d_]+[- ]){0,3}"
    r"(?:recipients?|recipient\(s\)|address(?:es|\(es\))?|id|user|users|mailbox|account|e-?mail|empfänger|adresse|adress|mottagare|destinataires?|destinatari[oi]|destinatarios|destinatários?|dirección|"
    r"indirizzo|endereço|ontvanger|modtagere?|mottakere?|vastaanottaja|saaja|получатель|адрес|odbiorca|adresat|příjemce|címzett|alıcı|παραλήπτης|宛先|宛先アドレス|受信者|收件人|收件者|收件地址|받는 사람|수신자)"
    r"\s*(?:\d+\s*)?[:：=])[\s\"'<`\[(]*(?:smtp:|rfc822;|utf-8;|mailto:)?[\s\"'<]*",
    re.IGNORECASE,
)
"""A label that says what the address behind it is."""
_DESCRIBED: Final = re.compile(
    r"[\s>*|]*(?:to|cc|bcc|till|an|à|para|aan|til|кому|宛先)\s*[:：]\s*[<\"'\s]*", re.IGNORECASE
)
"""What stands before an address where a server describes the message: it may name those who did get it."""
_TRANSCRIPT: Final = re.compile(
    r"[\s>|-]*(?:<<<|>>>)?\s*(?:rcpt to:\s*|[245]\d\d[ -](?:#?[245]\.\d{1,3}\.\d{1,3} )?)[<\"'\s]*",
    re.IGNORECASE,
)
"""What stands before an address in a transcript of the SMTP dialogue."""
_STATED: Final = re.compile(
    r"(?:deliver(?:y|ed)?|send|sent|transmit|reach|failed|failure|undeliverable|consegn\w+|entreg\w+|livr\w+|remis\w*|zugestellt|zustell\w+|lever\w+|bezorg\w+|достав\w+|dostarcz\w+|doruč\w+)\b[^@]{0,40}[:：]?[\s\"'<]*",
    re.IGNORECASE,
)
"""A sentence that says that something was not delivered to the address behind it."""
_OURS: Final = re.compile(
    r"(?:expanded|generated|forwarded|redirected|translated) from:?|originally (?:addressed|sent) to|original recipient(?: was)?:?|orig[_-]to=|ORCPT=(?:rfc822;)?",
    re.IGNORECASE,
)
"""The address that we wrote to, where the server forwarded to another one."""
_OTHERS: Final = re.compile(
    r"\b(?:contact|postmaster|administrator|admin|support|help|helpdesk|questions?|assistance|mail from|from|sender|envelope-from|reply-to|"
    r"return-path|message-id|received|subject|sent by|on behalf of|helo|ehlo|issue|in-reply-to|references|id|x-\w+|dkim-signature)\b[^@]{0,60}$",
    re.IGNORECASE,
)
"""Before an address that is not a recipient's."""
_ATTRIBUTE: Final = re.compile(r"^(?:smtp|rfc822|addr|to|orig_to|from|user)=", re.IGNORECASE)
"""X.400 gateways and logs write ``SMTP=`` before an address."""
_WORD: Final = re.compile(r"[^\W_]{2}")
_MAX_LINES: Final = 400
_MAX_WORDS: Final = 1_500
MOST: Final = 30


@dataclass
class Passage:
    """One failed recipient, and the lines about them."""

    address: str
    certainty: int = 0
    """``HEADED``, ``TRANSCRIPT``, ``DESCRIBED`` or ``MENTIONED``."""
    indent: int = 0
    lines: list[str] = field(default_factory=list)
    ours: str | None = None
    """The address that we wrote to, where the server says that it forwarded to this one."""

    @property
    def has_words(self) -> bool:
        """Whether anything is said besides the address."""
        return any(_WORD.search(_ADDRESS.sub(" ", line) if "@" in line else line) for line in self.lines)

    @property
    def words(self) -> str:
        """What is said about the recipient; bounded."""
        return "\n".join(map(str.strip, self.lines)).strip()[:_MAX_WORDS]


HEADED: Final = 5
"""A line begins with the address, as in a list of recipients."""
TRANSCRIPT: Final = 4
"""The address stands in an SMTP command or at the beginning of a reply."""
DESCRIBED: Final = 2
"""The address stands behind the ``To:`` of the message."""
STATED: Final = 3
"""A sentence ends with the address: "could not be delivered to: "."""
MENTIONED: Final = 1


def addresses_in(line: str) -> list[str]:
    """The addresses of a line, as they stand."""
    if "@" not in line:
        return []
    return [cleaned for match in _ADDRESS.finditer(line) if (cleaned := _clean(match.group()))]


def _clean(address: str) -> str:
    if "=" in address:
        address = _ATTRIBUTE.sub("", address)
    address = address.strip("'.!?\u2026-_/\\=")
    return address if address.count("@") == 1 and not address.startswith("@") else ""


def _nobody(_address: str) -> bool:
    return False


def passages(text: str, is_other: Callable[[str], bool] = _nobody) -> list[Passage]:
    """The recipients that the text names, of the highest certainty there is; addresses in their own case.

    ``is_other`` says of an address in lower case that it is no recipient's.
    """
    found: dict[str, Passage] = {}
    current: Passage | None = None
    for line in text.split("\n")[:_MAX_LINES]:
        named = _named_in(line, is_other) if "@" in line else None
        if named is not None and len(found) < 2 * MOST:
            current = _next(found, current, named)
        if current is not None:
            current.lines.append(line)
    best = max((passage.certainty for passage in found.values()), default=0)
    return [passage for passage in found.values() if passage.certainty == best]


def _next(found: dict[str, Passage], current: Passage | None, named: Passage) -> Passage:
    """The passage that a line which names somebody belongs to."""
    if named.ours and current is not None and named.certainty < HEADED:
        current.ours = named.ours
        return current
    known = found.get(named.address.lower())
    if known is not None:
        known.certainty = max(known.certainty, named.certainty)
        return known
    if current is not None and current.certainty > named.certainty:
        return current
    # A line that is indented more than the recipient above it goes on about them.
    if current is not None and current.certainty == HEADED and named.indent > current.indent:
        return current
    found[named.address.lower()] = named
    return named


def _named_in(line: str, is_other: Callable[[str], bool]) -> Passage | None:
    """The first address in a line that may be a recipient's."""
    line = line[:1_000]
    ours = _ours_in(line)
    indent = len(line) - len(line.lstrip(" \t"))
    for number, match in enumerate(_ADDRESS.finditer(line)):
        address = _clean(match.group())
        if not address or is_other(address.lower()):
            continue
        if certainty := _certainty(line[: line.find(address, match.start())], number == 0):
            return Passage(address, certainty, indent, ours=ours)
    return Passage(ours, MENTIONED, indent, ours=ours) if ours else None


def _certainty(before: str, is_first: bool) -> int:
    """How sure it is that the address behind these words is a failed recipient's; 0: it is not."""
    label = before.strip(_SIGNS)
    if is_first:
        if not label:
            return HEADED
        if label[-1] in ":：" and _DESCRIBED.fullmatch(before):
            return DESCRIBED
        if _TRANSCRIPT.fullmatch(before):
            return TRANSCRIPT
        if label[-1] in ":：=;" and _LABEL_BEFORE.fullmatch(before.lstrip(_SIGNS)):
            return HEADED
    if _OTHERS.search(before):
        return 0
    if label[-1:] not in (":", "："):
        return MENTIONED
    stated = _STATED.search(before)
    return STATED if stated and stated.end() == len(before) else MENTIONED


def _ours_in(line: str) -> str | None:
    ours = _OURS.search(line) if "from" in line or "rig" in line or "ORCPT" in line else None
    after = _ADDRESS.search(line, ours.end()) if ours else None
    return _clean(after.group()) or None if after else None
