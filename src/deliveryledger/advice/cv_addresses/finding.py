"""Addresses in cleaned text: every @, and what belongs to it on both sides, over line breaks too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...domain.addresses import problem_with
from .joining import Vocabulary, join_domain, join_local
from .words import ENDINGS, FILES, GLUED_AFTER, GLUED_BEFORE, LABELLED

_LETTERS: Final = r"A-Za-z0-9\u00c0-\u024f\u0370-\u04ff"
LOCAL_END: Final = re.compile(rf"[{_LETTERS}._+\-'&\u2010]{{1,100}}\Z")
DOMAIN_START: Final = re.compile(rf"[{_LETTERS}.\-\u2010]{{1,255}}")
_BEFORE: Final = "._-+'&\u2010"
_PHONE: Final = re.compile(r"(\d[\d \t()/-]{0,20})\Z")
_DIGITS: Final = re.compile(r"(\d+)(?=[A-Za-z])")
_CAMEL: Final = re.compile(r"([a-z]{2,24})(?=[A-ZÅÄÖ0-9])|([A-Z]{2,24})(?=[0-9])")
_PLAIN: Final = re.compile(r"(com|org|net|edu|info)(?=[^\W\d_]{3,}\Z)")
"""Endings that few longer ones begin with, and those are known: a blank was lost behind them."""
_LOOK_BACK: Final = 200
_LOOK_AHEAD: Final = 400
_LEAST_PHONE: Final = 7
"""Digits that make a number before an address a telephone number."""


@dataclass(frozen=True)
class Found:
    """An address in a text, and what speaks for it."""

    address: str
    at: int
    labelled: bool = False
    joined: bool = False
    certain: bool = True


def find(text: str, vocabulary: Vocabulary) -> Iterator[Found]:
    """Every address of a cleaned text, in order."""
    end = -1
    while (end := text.find("@", end + 1)) >= 0:
        before = text[max(0, end - _LOOK_BACK) : end]
        after = text[end + 1 : end + 1 + _LOOK_AHEAD]
        found = _around(before, after, vocabulary)
        if found:
            yield Found(found.address, end, found.labelled, found.joined, found.certain)


def _around(before: str, after: str, vocabulary: Vocabulary) -> Found | None:
    loose = before[-1:] in (" ", "\t") or after[:1] in (" ", "\t")
    near_before, near_after = before.rstrip(" \t")[-_LOOK_BACK:], after.lstrip(" \t")
    if len(before) - len(near_before) > 2 or len(after) - len(near_after) > 2:
        return None
    local, start, joined = join_local(near_before, LOCAL_END, vocabulary)
    domain, went_on = join_domain(near_after, DOMAIN_START, vocabulary, is_whole)
    if not local or not domain or near_before[:start].endswith("@"):
        return None  # @name@server is how the fediverse writes its own
    local, domain = _local(local, near_before[:start]), _domain(domain)
    ending = domain.rpartition(".")[2].lower()
    address = f"{local}@{domain}"
    if "." not in domain or ending in FILES or not local or problem_with(address):
        return None
    labelled = LABELLED.search(near_before[:start]) is not None
    if loose and not (labelled or _looks_meant(local, vocabulary, ending)):
        return None
    return Found(address, 0, labelled, joined or went_on, ending in ENDINGS)


def _looks_meant(local: str, vocabulary: Vocabulary, ending: str) -> bool:
    """Blanks around an @ may be a person's way to say where they work: ``engineer @ example.com``."""
    return ending in ENDINGS and ("." in local or "_" in local or vocabulary.is_name(local))


def is_whole(domain: str) -> bool:
    """Whether a domain needs nothing more: its ending exists."""
    name, dot, ending = domain.strip(".-").rpartition(".")
    return bool(dot and name) and ending.lower() in ENDINGS


def _local(local: str, before: str) -> str:
    """The part before the @ without what is glued to it."""
    local = local.lstrip(_BEFORE).rstrip(".'&\u2010")
    if glued := GLUED_BEFORE.match(local):
        local = local[glued.end() :]
    digits = _DIGITS.match(local)
    phone = _PHONE.search(before)
    if digits and (phone or len(digits[1]) >= _LEAST_PHONE):
        number = (phone[1] if phone else "") + digits[1]
        if sum(sign.isdigit() for sign in number) >= _LEAST_PHONE:
            local = local[digits.end() :]
    return local


def _domain(domain: str) -> str:
    """The part after the @ without what is glued to it."""
    labels = domain.strip(".-").split(".")
    if "" in labels:
        labels = labels[: labels.index("")]
    for at in range(1, len(labels)):
        label = labels[at]
        if label.lower() in ENDINGS or not label:
            if at + 1 < len(labels) and _is_a_new_sentence(labels[at + 1 :]):
                return ".".join(labels[: at + 1])
            continue
        ending = _ending_glued(label, at + 1 == len(labels))
        if ending:
            return ".".join([*labels[:at], ending])
    return ".".join(labels)


def _is_a_new_sentence(labels: list[str]) -> bool:
    """``example.org.Telefon``: no ending, and begun with a capital."""
    return labels[0][:1].isupper() and not labels[0].isupper() and labels[-1].lower() not in ENDINGS


def _ending_glued(label: str, last: bool) -> str | None:
    for pattern in (GLUED_AFTER, _CAMEL, _PLAIN):
        found = pattern.match(label)
        ending = found and (found[1] or found[found.lastindex or 1])
        if ending and ending.lower() in ENDINGS and (last or pattern is GLUED_AFTER):
            return str(ending)
    return None
