"""The candidate's name against the part before the @: a hint after a bounce, never before.

The address has to be made of the name: every piece of it is one of the names, an initial or a number, but for
one piece with one slip of the fingers. Spellings that people choose are no slips: kristina for Christina,
petter for Peter, bjoern for Björn.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from rapidfuzz.distance import OSA

from .edit_distance import cost

_MOST_NAMES = 5
_MOST_LETTERS = 200
_SHORTEST = 4
"""Letters of a name that a slip can be seen in: too many names are one letter from a shorter one."""
_LONG_ENOUGH = 6
"""Letters of an address of one piece, which no other piece shows to be made of the name."""
_TIE = 0.15
"""Costs nearer than this are equally likely: one slip from "soeren" may be one from "soren" too."""

_PIECE = re.compile(r"[^\W\d_]+")
# How letters are written in an address: without their marks, and spelt out (German, Nordic, Icelandic usage).
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i", "œ": "oe"}
)
_SPELT = str.maketrans({"å": "aa", "ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "ð": "dh"})

# One sound, several letters; in this order. "th" and "ph" before the h that nobody hears.
_SOUNDS = (
    ("ch", "k"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("c", "k"), ("q", "k"), ("w", "v"), ("z", "s"),
    ("x", "ks"), ("j", "i"), ("y", "i"), ("h", ""),
)  # fmt: skip
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True)
class MeantLocal:
    """A local part that may have been meant, and the piece that differs."""

    local: str
    wrong: str
    right: str


@dataclass(frozen=True)
class _Name:
    spellings: frozenset[str]
    is_given: bool


def meant_local(local: str, name: str) -> MeantLocal | None:
    """What a local part was probably meant to be, going by the person's name; None if nothing is clear."""
    names = _names(name)
    pieces = list(_PIECE.finditer(local.partition("+")[0]))
    if not names or not pieces or len(pieces) > _MOST_NAMES or not local.isascii():
        return None
    words = [piece[0].lower() for piece in pieces]
    odd = [at for at, word in enumerate(words) if not _is_made_of(word, names)]
    if len(odd) != 1 or (len(words) == 1 and len(words[0]) < _LONG_ENOUGH):
        return None
    if not all(_is_whole(word, names) for at, word in enumerate(words) if at != odd[0]):
        return None
    piece = pieces[odd[0]]
    right = _right(words[odd[0]], names, alone=len(words) == 1)
    if right is None:
        return None
    right = right.capitalize() if piece[0].istitle() else right
    return MeantLocal(local[: piece.start()] + right + local[piece.end() :], piece[0], right)


def is_in_name(local: str, name: str) -> bool:
    """Whether a local part has one of a person's names in it, of three letters at least."""
    return any(len(spelling) >= 3 and spelling in local for one in _names(name) for spelling in one.spellings)


def is_somebody_elses(local: str, name: str) -> bool:
    """Whether a local part is made of names of which none is a given name of this person.

    A family name alone may be a relative's; a short form begins as the name does.
    """
    pieces = [_plain(piece.lower()) for piece in _PIECE.findall(local.partition("+")[0])]
    given = {spelling for one in _names(name) if one.is_given for spelling in one.spellings}
    if len(pieces) < 2 or min(map(len, pieces)) < 2 or not given:
        return False
    return not any(
        piece[:3] == spelling[:3] or OSA.distance(piece, spelling, score_cutoff=1) <= 1
        for piece in pieces
        for spelling in given
    )


def _names(name: str) -> list[_Name]:
    family, comma, given = name[:_MOST_LETTERS].partition(",")
    ordered = f"{given} {family}" if comma else family
    words = [word.lower() for word in _PIECE.findall(unicodedata.normalize("NFC", ordered))][:_MOST_NAMES]
    return [_Name(_spellings(word), is_given=at < max(len(words) - 1, 1)) for at, word in enumerate(words)]


def _spellings(word: str) -> frozenset[str]:
    return frozenset(
        plain for plain in (_plain(word), _plain(word.translate(_SPELT))) if plain.isascii() and plain
    )


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFD", word.translate(_PLAIN))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _is_made_of(word: str, names: list[_Name]) -> bool:
    """Whether a word is a name, its beginning, initials, or some of these joined."""
    if any(spelling.startswith(word) for name in names for spelling in name.spellings):
        return True
    return word in _joined(names)


def _is_whole(word: str, names: list[_Name]) -> bool:
    """Whether a word is a whole name or an initial, so that its neighbour did not lose a letter to it."""
    spellings = {spelling for name in names for spelling in name.spellings}
    if word in spellings or word in {spelling[0] for spelling in spellings}:
        return True
    return any(word == one + other for one in spellings for other in spellings)


def _joined(names: list[_Name]) -> Iterator[str]:
    """Names and initials in a row, two or three in any order."""
    for count in (2, 3):
        for some in permutations(names, count):
            for first in some[0].spellings:
                for rest in _rows(some[1:]):
                    yield first + rest
                    yield first[0] + rest
                    yield first + rest[0]


def _rows(names: tuple[_Name, ...]) -> Iterator[str]:
    if len(names) == 1:
        yield from names[0].spellings
        return
    for first in names[0].spellings:
        for rest in names[1].spellings:
            yield first + rest
            yield first[0] + rest


def _right(word: str, names: list[_Name], *, alone: bool) -> str | None:
    """The one spelling that is a slip away from a word; None if there are several, or it is a variant."""
    wanted: dict[str, bool] = {
        spelling: name.is_given for name in names for spelling in name.spellings if len(spelling) >= _SHORTEST
    }
    if alone or len(word) > max(map(len, wanted), default=0) + 1:
        wanted.update((joined, False) for joined in _joined(names) if len(joined) >= _LONG_ENOUGH)
    near = [spelling for spelling in wanted if OSA.distance(word, spelling, score_cutoff=1) == 1]
    if not near or any(_is_variant(word, spelling, wanted[spelling]) for spelling in near):
        return None
    ranked = sorted((cost(word, spelling, first=0.0), spelling) for spelling in near)
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _TIE:
        return None
    return ranked[0][1]


def _is_variant(word: str, spelling: str, is_given: bool) -> bool:
    """Whether somebody of this name may write themselves so."""
    if len(word) == len(spelling) and sorted(word) == sorted(spelling):
        return False  # two letters swapped: nobody is called Jhon
    if not is_given:
        # A family's name is written in one way, but Lindkvist and Lindqvist are both families.
        return _sound(word) == _sound(spelling)
    if _once(_sound(word)) == _once(_sound(spelling)):
        return True
    return _is_other_form(word, spelling)


def _is_other_form(word: str, spelling: str) -> bool:
    """Maria and Marie, Kristina and Kristin, Ahmed and Ahmad: another vowel, or another end."""
    shorter = min(len(word), len(spelling))
    at = next((at for at in range(shorter) if word[at] != spelling[at]), shorter)
    if at >= len(spelling) - 1:
        return True
    if len(word) == len(spelling):
        return word[at] in _VOWELS and spelling[at] in _VOWELS
    return len(word) > len(spelling) and word[at] in _VOWELS


def _sound(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return word


def _once(word: str) -> str:
    return "".join(letter for at, letter in enumerate(word) if letter != word[at - 1 : at])
