"""Text as a program laid it out, as its author meant it: signs that nobody sees, words for signs."""

import re
import unicodedata
from typing import Final

from .words import ENDINGS, PROSE

_UNSEEN: Final = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u034f\u061c]|\u00ad(?:[ \t]*\r?\n[ \t]*)?"
)
"""Widths of zero, directions, and soft hyphens with the break they stand for."""
_ICONS: Final = re.compile(
    "[\ue000-\uf8ff\U000f0000-\U0010ffff\x00\x01\x03-\x08\x0e-\x1f\x7f\ufffd\ud800-\udfff]"
)
"""Private use is where icon fonts have their pictures."""
HYPHEN: Final = "\u2010"
"""Stands for a hyphen that layout put at the end of a line; NFKC makes the one that never breaks the same."""
_BROKEN: Final = re.compile("[\x02\ufffe](?:\r?\n)?")
"""PDFium's sign for a hyphen at the end of a line, of whatever kind, the line's end left out."""
_WITHIN_A_LINE: Final = re.compile(f"{HYPHEN}(?![ \t]*(?:\n|\\Z))")

_WORD: Final = r"[^\W_]{1,40}+(?:[_+-][^\W_]{1,40}+){0,4}"
_DOT: Final = (
    r"(?:[ \t]?[(\[{<][ \t]?(?:dot|punkt|prick|point|punto|\.)[ \t]?[)\]}>][ \t]?"
    r"|[ \t](?:dot|punkt|prick)[ \t]|\.)"
)
_AT: Final = (
    r"(?:[ \t]{0,2}[(\[{<][ \t]?"
    r"(?:at|a|ät|@|snabel-? ?a|krøllalfa|alfakrøll|kanelbulle|arobase|arroba)"
    r"[ \t]?[)\]}>][ \t]{0,2}|[ \t]snabel-?a[ \t]|[ \t]at[ \t])"
)
_IN_WORDS: Final = re.compile(
    rf"(?<![\w.@])({_WORD}(?:{_DOT}{_WORD}){{0,5}})({_AT})({_WORD}(?:{_DOT}{_WORD}){{1,6}})(?![\w.+-]*@)",
    re.IGNORECASE,
)
_SAYS_AT: Final = re.compile(
    r"[(\[{<][ \t]?(?:at|a|ät|@|snabel|kr|al|ka|ar)|snabel|[ \t]at[ \t]", re.IGNORECASE
)
_ANY_DOT: Final = re.compile(_DOT, re.IGNORECASE)
_SPOKEN_DOT: Final = re.compile(r"(?:dot|punkt|prick)", re.IGNORECASE)
_LABEL_BEFORE: Final = re.compile(
    r"(?:post|mail|mejl|kontakt|contact)\w{0,8}\s?[:|-]?\s{0,10}\Z", re.IGNORECASE
)
_LONGEST_PIECE: Final = 2
_FEWEST_PIECES: Final = (2, 4)


def cleaned(text: str) -> str:
    """One line break for each, one kind of letter for each, nothing unseen; spelt-out addresses as signs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    text = _WITHIN_A_LINE.sub("-", _ICONS.sub(" ", _BROKEN.sub("-\n", text)))
    if _SAYS_AT.search(text):
        text = _IN_WORDS.sub(_in_signs, text)
    return "\n".join(_together(line) if "@" in line else line for line in text.split("\n"))


def _in_signs(found: re.Match[str]) -> str:
    local, at, domain = found.groups()
    domain = _ANY_DOT.sub(".", spoken := domain)
    if at.strip().lower() == "at":
        # "engineer at example.com" is no address: something more has to say that it is meant as one.
        named = _LABEL_BEFORE.search(found.string[max(0, found.start() - 30) : found.start()])
        if local.lower() in PROSE or domain.rpartition(".")[2].lower() not in ENDINGS:
            return found[0]
        if not (named or _SPOKEN_DOT.search(spoken) or "." in local):
            return found[0]
    return f"{_ANY_DOT.sub('.', local)}@{domain}"


def _together(line: str) -> str:
    """A line whose letters are set apart: ``a d a @ e x a m p l e . o r g``."""
    pieces = re.split(r"( {1,2}|\t)", line[:2_000])
    words, gaps = pieces[::2], pieces[1::2]
    if len(words) < sum(_FEWEST_PIECES):
        return line
    middle = next(
        (i for i, word in enumerate(words) if "@" in word and len(word) <= _LONGEST_PIECE + 1), None
    )
    if middle is None:
        return line
    first = last = middle
    gap = max(gaps[middle - 1] if middle else "", gaps[middle] if middle < len(gaps) else "", key=len)
    while first and 0 < len(words[first - 1]) <= _LONGEST_PIECE and len(gaps[first - 1]) <= len(gap):
        if words[first - 1][-1] in ":|,;":
            break
        first -= 1
    while (
        last + 1 < len(words) and 0 < len(words[last + 1]) <= _LONGEST_PIECE and len(gaps[last]) <= len(gap)
    ):
        last += 1
    if middle - first < _FEWEST_PIECES[0] or last - middle < _FEWEST_PIECES[1]:
        return line
    start = sum(map(len, pieces[: 2 * first]))
    end = sum(map(len, pieces[: 2 * last + 1]))
    return f"{line[:start]}{''.join(words[first : last + 1])} {line[end:]}"
