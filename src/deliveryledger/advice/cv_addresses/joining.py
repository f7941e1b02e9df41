"""What layout broke: an address that goes on in the next line, at a dot, at a hyphen or anywhere.

Where a break could be read in two ways, the rest of the document decides: a word that it has elsewhere, a
part of the candidate's name. Without such a proof a line that looks whole is taken for whole.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from ..popular_domains import POPULAR
from .cleaning import HYPHEN
from .names import Names
from .words import ENDINGS

_HYPHENS: Final = ("-", HYPHEN)
_JOINTS: Final = (".", "_", "+")
_WORD: Final = re.compile(r"[^\W_]{2,40}(?:-[^\W_]{1,40}){0,5}")
_TOKEN: Final = re.compile(r"[^\s:|,;<>()\[\]\"]{1,100}\Z")
_LAST_WORD: Final = re.compile(r"[^\W_]+\Z")
_FIRST_WORD: Final = re.compile(r"[^\W_]+")
_MOST_BREAKS: Final = 3
_MOST_WORDS: Final = 100_000
_INDENT: Final = re.compile(r"\n[ \t]{0,60}\Z")
_FIRST_BREAK: Final = re.compile(f"[{HYPHEN}-]?[ \t]{{0,3}}\n[ \t]{{0,60}}")
_LINE_IS_OVER: Final = re.compile(r"[ \t|·]{0,60}(?:\n|\Z)")
_NEXT_LINE: Final = re.compile(r"[ \t]{0,3}\n[ \t]{0,60}")


class Vocabulary:
    """What the whole document says, to decide what a break meant."""

    def __init__(self, texts: Iterable[str], names: Names) -> None:
        self._words: set[str] = set()
        self._names = names
        for text in texts:
            if len(self._words) < _MOST_WORDS:
                self._words.update(word.casefold() for word in _WORD.findall(text))

    def is_name(self, word: str) -> bool:
        """Whether a word is a part of the candidate's name."""
        return self._names.has(word)

    def knows(self, word: str) -> bool:
        """Whether the document has the word elsewhere."""
        return word.casefold() in self._words or self._names.has(word)

    def keeps_hyphen(self, left: str, right: str) -> bool:
        """Whether a hyphen at a line's end belongs to the address, or was put there by layout."""
        first, second = _LAST_WORD.search(left), _FIRST_WORD.match(right)
        if not first or not second:
            return True
        if self.knows(f"{first[0]}-{second[0]}") or (self.is_name(first[0]) and self.is_name(second[0])):
            return True
        if self.knows(first[0] + second[0]):
            return False
        return "-" in left or "-" in right  # who has one hyphen has more


def join_local(before: str, local_end: re.Pattern[str], vocabulary: Vocabulary) -> tuple[str, int, bool]:
    """The part before the @, where it begins, and whether it goes over a line break."""
    if before.endswith("\n"):
        before = before.rstrip("\n \t")
        found = local_end.search(before)
        return (found[0], found.start(), True) if found else ("", len(before), False)
    found = local_end.search(before)
    if not found:
        return "", len(before), False
    local, start, joined = found[0], found.start(), False
    for _ in range(_MOST_BREAKS):
        indent = _INDENT.search(before, 0, start)
        if not indent:
            break
        above = before[: indent.start()].rstrip(" \t")
        token = local_end.search(above)
        if not token or not (glue := _glue(above, token, local, vocabulary)):
            break
        local, start, joined = glue, token.start(), True
    return local, start, joined


def _glue(above: str, token: re.Match[str], local: str, vocabulary: Vocabulary) -> str | None:
    left, head = token[0], above[: token.start()]
    stands_alone = (
        not head.strip(" \t") or head.endswith("\n") or head.rstrip(" \t")[-1:] in (":", "|", "\t", "\n")
    )
    if left.endswith(_HYPHENS):
        stem = left[:-1]
        last = _LAST_WORD.search(stem)
        first = _FIRST_WORD.match(local)
        proved = last and first and vocabulary.knows(last[0] + first[0])
        # A line that ends with a hyphen goes on in the next, and the next begins with the address.
        if not re.search(r"[^\W\d_]", stem) or (stem[0].isupper() and not proved):
            return None
        if left.endswith(HYPHEN):
            return stem + local
        return left + local if vocabulary.keeps_hyphen(stem, local) else stem + local
    if left.endswith(_JOINTS) or local.startswith(_JOINTS):
        is_meant = stands_alone or local.startswith((".", "_")) or vocabulary.is_name(left.strip("._+"))
        return left + local if is_meant and not left[0].isupper() else None
    # Broken anywhere: only the name, or a word of the document, can tell.
    last, first = _LAST_WORD.search(left), _FIRST_WORD.match(local)
    if not last or not first or vocabulary.is_name(first[0]):
        return None
    whole = last[0] + first[0]
    proved = vocabulary.is_name(whole) or ("." in left and stands_alone and vocabulary.knows(whole))
    return left + local if proved and not left[0].isupper() else None


def join_domain(
    after: str, domain_start: re.Pattern[str], vocabulary: Vocabulary, is_whole: Callable[[str], bool]
) -> tuple[str, bool]:
    """The part after the @, and whether it goes over a line break."""
    joined = False
    if broken := _FIRST_BREAK.match(after):
        after, joined = after[broken.end() :], True
    found = domain_start.match(after)
    if not found:
        return "", False
    domain, at = found[0], found.end()
    for _ in range(_MOST_BREAKS):
        line_end = _NEXT_LINE.match(after, at)
        following = domain_start.match(after, line_end.end()) if line_end else None
        if not following:
            domain = _dotted(domain, after[at : at + 60], is_whole)
            break
        alone = _LINE_IS_OVER.match(after, following.end()) is not None
        glue = _next(domain, following[0], alone, vocabulary, is_whole)
        if not glue:
            break
        domain, at, joined = glue, following.end(), True
    return domain, joined


def _next(
    domain: str, line: str, alone: bool, vocabulary: Vocabulary, is_whole: Callable[[str], bool]
) -> str | None:
    if domain.endswith(_HYPHENS):
        stem = domain[:-1]
        if domain.endswith(HYPHEN) or not vocabulary.keeps_hyphen(stem, line):
            return stem + line
        return f"{stem}-{line}"
    if is_whole(domain):
        # Whole as it stands; what follows belongs to it only if it cannot be anything else.
        if line.startswith(".") and is_whole(domain + line):
            return domain + line
        rest = len(line) <= 3 and line.islower() and alone
        if domain.endswith("."):  # the end of a sentence, unless an ending is all that follows
            goes_on = rest and line in ENDINGS and domain[:-1].lower() not in POPULAR
            return domain + line if goes_on else None
        return domain + line if rest and domain.rpartition(".")[2] + line in ENDINGS else None
    return domain + line if is_whole(domain + line) or line.endswith(_HYPHENS) else None


def _dotted(domain: str, rest: str, is_whole: Callable[[str], bool]) -> str:
    """``example . org``: blanks around the dots."""
    if is_whole(domain):
        return domain
    found = re.match(
        r"[ \t]{0,2}\.?[ \t]{0,2}([A-Za-z0-9-]{1,63})((?:[ \t]?\.[ \t]?[A-Za-z0-9-]{1,63}){0,3})", rest
    )
    if not found or not (domain.endswith(".") or "." in found[0][: found.start(1)]):
        return domain
    whole = f"{domain.rstrip('.')}.{found[1]}{''.join(found[2].split())}"
    return whole if is_whole(whole) else domain
