"""Words: which are somebody's, and which are those of any notification."""

import re
from typing import Final

from .tables import SYSTEM_LOCALS, UNSPACED, VOCABULARY

MIN_NAME: Final = 3
"""Letters of a name that is looked for where it stands alone."""
_MIN_STEM: Final = 6
"""Letters in which a word has to begin like one of a notification, to be one."""
CJK: Final = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
"""Scripts without blanks between words."""
WORDS: Final = re.compile(r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}-][^\W\d_]+)*")
_LONG_NUMBER: Final = re.compile(r"\d{4,}")


def shape(text: str) -> str:
    """The text with x for each letter and 0 for each digit: as long, and nobody's."""
    return "".join(map(_shape_of, text))


def _shape_of(character: str) -> str:
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return "0" if character.isdigit() else character


def name_words(name: str) -> frozenset[str]:
    """The words of a name, in lower case, that are no words of notifications."""
    words = (word.lower() for word in WORDS.findall(name))
    return frozenset(
        word for word in words if not is_of_notices(word) and (len(word) >= MIN_NAME or CJK.search(word))
    )


def is_of_notices(word: str) -> bool:
    """Whether notifications use a word (lower case), or one that begins like it: ``undeliverable``."""
    if VOCABULARY.issuperset(re.split(r"[\W_]", word)) or SYSTEM_LOCALS.fullmatch(word):
        return True
    return any(word[:size] in VOCABULARY for size in range(_MIN_STEM, len(word)))


def is_telling(subject: str) -> bool:
    """Whether a subject says so much that it may not stand anywhere."""
    words = name_words(subject)
    return len(words) > 1 or any(CJK.search(word) and len(word) > MIN_NAME for word in words)


def subject_of_notice(subject: str) -> str:
    """A subject in which only the words of notifications are left."""
    subject = _LONG_NUMBER.sub(lambda found: shape(found[0]), subject)
    return WORDS.sub(lambda word: _word_of_notice(word[0]), subject)


def _word_of_notice(word: str) -> str:
    if is_of_notices(word.lower()):
        return word
    pieces: list[str] = []
    end = 0
    for kept in UNSPACED.finditer(word):
        pieces += (shape(word[end : kept.start()]), kept[0])
        end = kept.end()
    return "".join((*pieces, shape(word[end:])))
