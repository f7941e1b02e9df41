"""Which address is the candidate's: first their own, then their referees', last what is nobody's own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ...domain.addresses import normalise
from ..role_accounts import ROLES
from .cleaning import cleaned
from .finding import Found, find
from .joining import Vocabulary
from .names import Names
from .passages import BOX, FIELD, HEADER, LINK, TEXT, Passage
from .words import ON_REQUEST, REFEREES, SECTIONS

OWN, REFEREE, ROLE = 0, 1, 2
WHOSE: Final = {OWN: "candidate", REFEREE: "referee", ROLE: "role"}
_NAMED: Final = 2
"""A match of the name from which on an address is the candidate's, wherever it stands."""
_TOP: Final = 15
"""Lines of a document that are its head."""


@dataclass
class Seen:
    """One address, wherever it was found."""

    address: str
    order: int
    page: int | None
    how: str
    sources: set[int] = field(default_factory=set)
    linked: bool = False
    labelled: bool = False
    at_top: bool = False
    joined: bool = False
    certain: bool = True
    kind: int = OWN
    """Whose it is, in the end."""
    outside: bool = False
    """Found at least once outside the part with referees."""


def rank(passages: list[Passage], name: str | None, most: int) -> list[Seen]:
    """Every address of a CV, the candidate's own first."""
    clean = [Passage(cleaned(each.text), each.how, each.page, each.source) for each in passages]
    names = Names(name, clean)
    vocabulary = Vocabulary((each.text for each in clean), names)
    seen: dict[str, Seen] = {}
    state = _Reading()
    for passage in clean:
        for found, in_referees, at_top in state.walk(passage, vocabulary):
            _note(seen, found, passage, len(seen), outside=not in_referees, at_top=at_top)
            if len(seen) > 2 * most:
                break
    kept = _without_glued(list(seen.values()), names)
    return sorted(kept, key=lambda each: _key(each, names))[:most]


class _Reading:
    """How far the document is read: in which part, at which line."""

    def __init__(self) -> None:
        self._source, self._line, self._in_referees = 0, 0, False

    def walk(self, passage: Passage, vocabulary: Vocabulary) -> Iterable[tuple[Found, bool, bool]]:
        """What is found, whether among the referees, and whether at the top."""
        if passage.source != self._source:
            self._source, self._line, self._in_referees = passage.source, 0, False
        if "@" not in passage.text and passage.how != TEXT:
            return
        found = iter(find(passage.text, vocabulary))
        following = next(found, None)
        at = 0
        in_referees = self._in_referees
        for line in passage.text.split("\n"):
            in_referees = _goes_on(line, in_referees)
            end = at + len(line)
            while following is not None and following.at <= end:
                at_top = self._line < _TOP and not in_referees and passage.page in (None, 1)
                yield following, in_referees and passage.how in (TEXT, LINK), at_top
                following = next(found, None)
            at = end + 1
            self._line += bool(line.strip()) and passage.how in (TEXT, HEADER, BOX)
        if passage.how == TEXT:
            self._in_referees = in_referees


def _goes_on(line: str, in_referees: bool) -> bool:
    """Whether the part with referees begins, goes on or ends with this line."""
    title = (
        "".join(line.split()) if re.fullmatch(r"\s*(?:\S\s+){3,}\S\s*", line) else line.strip(" \t-–•*#:=_")
    )
    if REFEREES.match(title):
        return ON_REQUEST.search(title) is None
    return in_referees and not SECTIONS.match(title)


def _note(
    seen: dict[str, Seen], found: Found, passage: Passage, order: int, *, outside: bool, at_top: bool
) -> None:
    each = seen.setdefault(
        normalise(found.address), Seen(found.address, order, passage.page, passage.how, certain=False)
    )
    if each.how == LINK and passage.how != LINK and each.page == passage.page:
        each.how = passage.how  # people look for what they can see
    if each.address.isupper() and not found.address.isupper():
        each.address = found.address
    each.sources.add(passage.source)
    each.linked |= passage.how == LINK
    each.labelled |= found.labelled or passage.how == FIELD
    each.joined |= found.joined
    each.certain |= found.certain
    # The same thing read twice is not a second place, unless a reader of the page sees it elsewhere.
    each.outside |= outside
    each.at_top |= at_top or passage.how == HEADER


def _key(each: Seen, names: Names) -> tuple[int, int, int]:
    local, _, domain = each.address.lower().rpartition("@")
    fit = names.match(local, domain)
    if local in ROLES or local.partition("+")[0] in ROLES:
        each.kind = OWN if fit >= _NAMED else ROLE
    else:
        each.kind = OWN if each.outside or fit >= 3 else REFEREE
    score = (
        4 * fit + 3 * each.labelled + 3 * each.at_top + each.linked + (len(each.sources) > 1) + each.certain
    )
    return each.kind, -score, each.order


def _without_glued(seen: list[Seen], names: Names) -> list[Seen]:
    """Without addresses that are another one with something glued to it, or half of one.

    Only where the two were not read side by side: by different readers, or one as a link.
    """
    dropped: set[int] = set()
    for long in seen:
        for short in seen:
            if long is short or not _contains(long.address.lower(), short.address.lower()):
                continue
            if long.sources & short.sources and long.linked == short.linked:
                continue
            dropped.add(id(_worse(long, short, names)))
    return [each for each in seen if id(each) not in dropped]


def _contains(long: str, short: str) -> bool:
    local, _, domain = long.rpartition("@")
    local_, _, domain_ = short.rpartition("@")
    ends = local.endswith(local_) and domain == domain_
    return (ends or (local == local_ and domain.startswith(domain_))) and long != short


def _worse(long: Seen, short: Seen, names: Names) -> Seen:
    if long.linked != short.linked:
        return short if long.linked else long
    fits = [names.match(*each.address.lower().rpartition("@")[::2]) for each in (long, short)]
    if fits[0] != fits[1]:
        return short if fits[0] > fits[1] else long
    return short if long.joined else long
