"""All texts of all languages, put together once: ours, and those that an ATS puts in their place.

A catalogue never changes after it was made, so any number of threads may read it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Final, NamedTuple

from babel import Locale, UnknownLocaleError

from ..errors import InvalidTexts

Texts = Mapping[str, Mapping[str, str]]
"""Texts by key and language tag: ``{"advice.unknown": {"sv": "…", "nb": "…"}}``."""

LANGUAGES: Final = ("sv", "en")
"""Languages that have every text of ours."""
COMPLETE: Final = "en"
"""Where a text is looked for last."""
COUNTS: Final = ("count", "hours", "days")
"""Placeholders that decide between singular and plural, the first that has a number."""
FORMS: Final = ("zero", "one", "two", "few", "many", "other")
"""Plural categories (CLDR). The form of ``key`` for one of them is the text ``key.one`` and so on."""

# en_GB: day before month, as in "Saturday 14 November 2026"; plain "en" is American.
_LOCALES: Final = {"en": "en_GB"}
_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,4}")
_ATTEMPTED: Final = "use other texts"


class Template(NamedTuple):
    """A text with its placeholders, and the language that it is written in."""

    text: str
    language: str


@dataclass(frozen=True)
class Catalogue:
    """Every text in every language. ``templates`` has, for each language, all keys: a text that the language
    lacks is there in its fallback."""

    templates: Mapping[str, Mapping[str, Template]]
    locales: Mapping[str, Locale] = field(repr=False)
    fallback: str = COMPLETE

    def language(self, tag: str) -> str:
        """The language that stands for a tag: the tag itself, or its first part, or the fallback."""
        if tag in self.templates:
            return tag
        normal = normal_tag(tag)
        while normal and normal not in self.templates:
            normal = normal.rpartition("-")[0]
        return normal or self.fallback

    def find(self, key: str, tag: str, values: Mapping[str, object]) -> str:
        """The template of ``key``, in the plural form that the values ask for. Raises KeyError."""
        templates = self.templates[self.language(tag)]
        template = templates[key]
        if "{" in template.text:
            for name in COUNTS:
                count = values.get(name)
                if isinstance(count, int):
                    # In the language that the text is written in, which may be the fallback.
                    form = self.locales[template.language].plural_form(count)
                    return templates.get(f"{key}.{form}", template).text
        return template.text


@cache
def our_texts() -> dict[str, dict[str, str]]:
    """Our texts by key and language, read once from the package."""
    loaded: dict[str, dict[str, str]] = json.loads(
        files(__package__).joinpath("texts.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def our_catalogue() -> Catalogue:
    """The catalogue of our texts alone."""
    return make_catalogue({})


def make_catalogue(texts: Texts, fallback: str = COMPLETE) -> Catalogue:
    """Our texts with others in their place, or beside them in further languages. Raises InvalidTexts.

    A text that a language lacks is taken from the language without its last part (``sv-x-acme``: ``sv``),
    then from ``fallback``, then from English.
    """
    given = _checked(texts)
    tags = sorted({*LANGUAGES, *(tag for entry in given.values() for tag in entry)}, key=len)
    locales = {tag: _locale(tag) for tag in tags}
    last = normal_tag(fallback)
    if last not in locales:
        raise _invalid(f"there is no text in the fallback language {fallback!r}", "name one that has texts")
    own = {tag: _own_texts(tag, given, locales[tag]) for tag in tags}
    order = {tag: list(_chain(tag, last, own)) for tag in tags}
    return Catalogue({tag: _merged(order[tag], own) for tag in tags}, locales, last)


def normal_tag(tag: str) -> str:
    """A language tag as it is looked up: ``sv_SE`` is ``sv-se``."""
    return tag.replace("_", "-").lower()


def placeholders(template: str) -> frozenset[str]:
    """The names in braces. Raises ValueError for what is no template, or wants more than a name."""
    names = set()
    for _, name, format_spec, conversion in Formatter().parse(template):
        if name is not None:
            if not name.isidentifier() or format_spec or conversion:
                raise ValueError(name)
            names.add(name)
    return frozenset(names)


def _chain(tag: str, fallback: str, own: Mapping[str, object]) -> Iterator[str]:
    """Where a text of a language is looked for, the last place first."""
    parents = [tag]
    while "-" in parents[-1]:
        parents.append(parents[-1].rpartition("-")[0])
    for each in dict.fromkeys((COMPLETE, fallback, *reversed(parents))):
        if each in own:
            yield each


def _merged(chain: list[str], own: Mapping[str, Mapping[str, str]]) -> dict[str, Template]:
    merged: dict[str, Template] = {}
    for language in chain:
        texts = own[language]
        for key, text in texts.items():
            merged[key] = Template(text, language)
            # A text of one language must not have the plural forms of another.
            for form in FORMS:
                if (other := f"{key}.{form}") in merged and other not in texts:
                    merged[other] = merged[key]
    return merged


def _own_texts(tag: str, given: Texts, locale: Locale) -> dict[str, str]:
    own = {key: entry[tag] for key, entry in our_texts().items() if tag in entry}
    for key, entry in given.items():
        if tag in entry:
            own[key] = entry[tag]
            for form in locale.plural_form.tags | {"other"}:
                other = f"{key}.{form}"
                if other in own and tag not in given.get(other, {}):
                    own[other] = entry[tag]
    return own


def _checked(texts: Texts) -> dict[str, dict[str, str]]:
    if not isinstance(texts, Mapping):
        raise _invalid("they are no mapping of keys", 'give {"key": {"language": "text"}}')
    return {key: _checked_entry(key, entry) for key, entry in texts.items()}


def _checked_entry(key: object, entry: object) -> dict[str, str]:
    shown = repr(key)[:80]
    allowed = _placeholders_of(key) if isinstance(key, str) else None
    if allowed is None:
        near = get_close_matches(str(key), our_texts(), 1)
        raise _invalid(
            f"there is no text {shown}", f"did you mean {near[0]!r}?" if near else "see advice/texts.json"
        )
    if not isinstance(entry, Mapping):
        raise _invalid(f"the text {shown} has no languages", 'give {"language": "text"}')
    checked = {}
    for tag, text in entry.items():
        language = normal_tag(tag) if isinstance(tag, str) else ""
        where = f"the text {shown} in {str(tag)[:20]!r}"
        if not _TAG.fullmatch(language):
            raise _invalid(f"{where}: that is no language tag", "give one such as nb or sv-x-acme")
        if not isinstance(text, str) or not text.strip():
            raise _invalid(f"{where} is empty, or no text", "leave it out to keep ours")
        try:
            unknown = placeholders(text) - allowed
        except ValueError:
            raise _invalid(f"{where} has a brace that is no placeholder", "write {name}, {{ or }}") from None
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            raise _invalid(f"{where} has no placeholder {{{min(unknown)[:40]}}}", f"it has {known}")
        checked[language] = text
    return checked


def _placeholders_of(key: str) -> frozenset[str] | None:
    """What a text may have in braces; None: there is no such text, nor a counted one that it is a form of."""
    base, _, form = key.rpartition(".")
    for each in (base, key) if form in FORMS else (key,):
        if entry := our_texts().get(each):
            names = placeholders(entry[COMPLETE])
            if each == key or names & {*COUNTS}:
                return names
    return None


def _locale(tag: str) -> Locale:
    language = tag.partition("-x-")[0]
    try:
        return Locale.parse(_LOCALES.get(language, language), sep="_" if language in _LOCALES else "-")
    except (UnknownLocaleError, ValueError):
        raise _invalid(
            f"nothing is known of the language {tag!r}", "give a tag such as nb or de-at"
        ) from None


def _invalid(obstacle: str, remedy: str) -> InvalidTexts:
    return InvalidTexts(_ATTEMPTED, obstacle, remedy)
