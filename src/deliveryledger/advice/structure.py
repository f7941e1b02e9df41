"""Slips in the form of an address that leave no doubt: a comma for the dot, a double dot, a missing dot.

What could be mended in two ways is left alone: a blank between two names may stand for a dot, a hyphen or
nothing.
"""

import re
import unicodedata

from .endings import exists
from .homoglyphs import latin, latin_domain
from .popular_domains import ONE_ENDING, POPULAR

_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})  # Unicode general categories: control, format, surrogate
_WIDE = str.maketrans(
    {"＠": "@", "．": ".", "。": ".", "，": ",", "\u00a0": " ", "\t": " ", "\n": " ", "\r": " "}
)
_AT = re.compile(r" ?[(\[](?:at|a|snabel-?a)[)\]] ?| (?:at|snabel-?a) ", re.IGNORECASE)
_DOT = re.compile(r" ?[(\[](?:dot|punkt)[)\]] ?", re.IGNORECASE)
_LABEL = re.compile(r"(?:mailto|mail|e-?mail|e-?post):\s*", re.IGNORECASE)
_AROUND_DOT = re.compile(r" *\. *")
_DOTS = re.compile(r"\.{2,}")
_AFTER = ".,;:!?/\\* "
_AROUND = _AFTER + ">)]}'\"-_"
_BRACKETS = ("<>", '""', "''", "()", "[]")

# "gmailcom", "gmail-com" -> "gmail.com"
_SIGNS = str.maketrans("", "", ".-_/\\ ")
_SQUEEZED = {domain.translate(_SIGNS): domain for domain in POPULAR}
_BARE = {name: f"{name}.com" for name in ONE_ENDING}
# On Nordic keyboards @ is AltGr and 2: "anna2gmail.com" may be anna@ or anna2@. Signs are no part of a name.
_AT_KEY = "2"
_IN_LINKS = "%=?/"
_SIGNS_FOR_AT = '"#&%$!*/=€£§'


def repair(text: str) -> str:
    """The address that ``text`` must mean, or ``text`` without surrounding blanks if that is not certain."""
    typed = text.strip()
    local, at, domain = _one_at(_unwrapped(typed)).partition("@")
    if "@" in domain and domain.replace("@", ".").lower() in POPULAR:
        domain = domain.replace("@", ".")
    if not at or "@" in domain:
        return typed
    if not local.startswith('"'):  # a quoted local part may hold anything (RFC 5321 4.1.2)
        local = latin(_dotted(local.replace(",", ".")))
    return f"{local}@{_domain(domain)}"


def _unwrapped(typed: str) -> str:
    visible = typed.translate(_WIDE)
    if not visible.isprintable():
        visible = "".join(char for char in visible if unicodedata.category(char) not in _INVISIBLE)
    text = visible.strip()
    if "@" not in text:
        text = text.replace("%40", "@")  # as in a link (RFC 3986 2.1)
    if label := _LABEL.match(text):
        text = text[label.end() :]
    if "@" in text and "?" in text[text.index("@") :]:
        text = text[: text.index("?", text.index("@"))]  # what a mailto: link says besides (RFC 6068)
    if text.endswith(">") and text.count("<") == 1:  # "Ada Lovelace <ada@acme.se>"
        text = text[text.index("<") :]
    text = text.rstrip(_AFTER)
    if len(text) > 2 and text[0] + text[-1] in _BRACKETS:
        text = text[1:-1].strip().rstrip(_AFTER)
    # Copied with a bracket or a quotation mark of the text around it; no domain ends so.
    return text.lstrip("<([").rstrip(_AROUND)


def _one_at(text: str) -> str:
    if "@" not in text:
        text = _DOT.sub(".", _AT.sub("@", text))
    if "@" not in text:
        return _with_at(text)
    head, _, tail = text.partition("@")
    return f"{head}@{tail.lstrip('@ ')}"


def _with_at(text: str) -> str:
    """``anna.svenssongmail.com``: the longest provider it ends with, so hotmail.com before mail.com."""
    lowered = text.lower()
    for start in range(2, len(lowered) - 4):
        if lowered[start:] in POPULAR and len(lowered) - start > 8:
            local = text[:start].rstrip(".")
            if local.endswith(_AT_KEY) or any(sign in local[:-1] for sign in _IN_LINKS):
                return text
            return f"{local[:-1] if local[-1:] in _SIGNS_FOR_AT else local}@{lowered[start:]}"
    return text


def _dotted(text: str) -> str:
    return _DOTS.sub(".", _AROUND_DOT.sub(".", text.strip())).strip(".")


def _domain(typed: str) -> str:
    if not typed.isascii():
        typed = unicodedata.normalize("NFKC", typed)
    domain = latin_domain(_dotted(re.sub("[,;:]", ".", typed)).strip("-_").lower())
    if domain in POPULAR:
        return domain
    if domain.startswith("www.") and domain[4:] in POPULAR:
        return domain[4:]
    if domain in _BARE:
        return _BARE[domain]
    if "." not in domain or " " in domain or not exists(domain.rpartition(".")[2]):
        return _SQUEEZED.get(domain.translate(_SIGNS), domain)
    return domain
