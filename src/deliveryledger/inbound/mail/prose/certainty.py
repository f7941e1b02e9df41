"""How sure it is that an address is a failed recipient's, from the words before it."""

import re
from typing import Final

HEADED: Final = 5
"""A line begins with the address, as in a list of recipients."""
TRANSCRIPT: Final = 4
"""The address stands in an SMTP command or at the beginning of a reply."""
STATED: Final = 3
"""A sentence ends with the address: "could not be delivered to: "."""
DESCRIBED: Final = 2
"""The address stands behind the ``To:`` of the message."""
MENTIONED: Final = 1

_SIGNS: Final = " \t>*|-\u2013\u2022\u00b7\"'<`[#.({\uff08\u00ab\u201c\u201e\u2018\u300c\u300a\u200e\u200f\u202a\u202b\ufeff"
"""What may stand before an address in a list."""
_LABEL_BEFORE: Final = re.compile(
    r"(?:.{0,80}(?:smtp[:=]|rfc822;|utf-8;|mailto:)|(?!.{0,30}(?:sender|from|return|reply|reporting|your|source|support|contact|message))(?:[^\W\d_]+[- ]){0,3}"
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
    r"[\s>|-]*(?:<<<|>>>)?\s*(?:rcpt to:\s*|[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3} )?)[<\"'\s]*",
    re.IGNORECASE,
)
"""What stands before an address in a transcript of the SMTP dialogue."""
_STATED: Final = re.compile(
    r"(?:deliver(?:y|ed)?|send|sent|transmit|reach|failed|failure|undeliverable|consegn\w+|entreg\w+|livr\w+|remis\w*|zugestellt|zustell\w+|lever\w+|bezorg\w+|достав\w+|dostarcz\w+|doruč\w+)\b[^@]{0,40}[:：]?[\s\"'<]*",
    re.IGNORECASE,
)
"""A sentence that says that something was not delivered to the address behind it."""
_OTHERS: Final = re.compile(
    r"\b(?:contact|postmaster|administrator|admin|support|help|helpdesk|questions?|assistance|mail from|from|sender|envelope-from|reply-to|"
    r"return-path|message-id|instead|new address|write to|signature|received|subject|sent by|on behalf of|helo|ehlo|issue|in-reply-to|references|id|x-\w+|dkim-signature)\b[^@]{0,60}$|\bmessage\s{0,3}<$",
    re.IGNORECASE,
)
"""Before an address that is not a recipient's."""
_NUMBER_OR_NAME: Final = re.compile(
    r"\d{1,2}[.)]?|\"[^\"@<>]{1,60}\"\s{0,3}[<(]|'[^'@<>]{1,60}'\s{0,3}[<(]"
    r"|(?:[A-Z\u00c0-\u00de][\w.'-]{1,20},? ){2,4}[<(]"
)
"""What may stand before an address in a list besides signs."""
_TO: Final = re.compile(r"(?:deliver(?:ed)?|reach(?:ed)?) to[\s\"'<]{0,4}$", re.IGNORECASE)
_OTHERS_ABOVE: Final = re.compile(
    r"(?:\b(?:contact|instead|new (?:e-?mail )?address|write to|signature|support|help ?desk|assistance|questions?)\b[^@.]{0,40}"
    r"|^\W{0,3}(?:sender|from|reply-to|return-path|message-id)\s{0,3}:|@[^@]{1,80}\b(?:or|and))$",
    re.IGNORECASE,
)
"""The end of the line above an address that is not a recipient's."""


_END: Final = 130
"""Characters at the end of the line above that are looked at."""
_SENDER: Final = re.compile(r"[>:\s.]{0,6}sender\b", re.IGNORECASE)
"""What a server says behind the address that it does not take mail from."""


def certainty(before: str, behind: str, above: str, is_first: bool) -> int:
    """How sure it is that the address between these words is a failed recipient's; 0: it is not.

    ``above`` is the last line with anything in it above that of the address.
    """
    if _SENDER.match(behind):
        return 0
    label = before.strip(_SIGNS)
    if is_first:
        if not label or _NUMBER_OR_NAME.fullmatch(label if label.isalnum() else before.strip()):
            return MENTIONED if _OTHERS_ABOVE.search(above.rstrip()[-_END:]) else HEADED
        if label[-1] in ":：" and _DESCRIBED.fullmatch(before):
            return DESCRIBED
        if _TRANSCRIPT.fullmatch(before):
            return TRANSCRIPT
        if label[-1] in ":：=;" and _LABEL_BEFORE.fullmatch(before.lstrip(_SIGNS)):
            return HEADED
    if _OTHERS.search(before):
        return 0
    if label[-1:] not in (":", "："):
        return STATED if _TO.search(before) else MENTIONED
    stated = _STATED.search(before)
    return STATED if stated and stated.end() == len(before) else MENTIONED
