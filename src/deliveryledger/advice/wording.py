"""Every text a person reads, in Swedish and English, and times the way a person reads them.

The texts are data (``texts.json``); an ATS may put its own in their place with :func:`use`, once, before
anybody is shown anything. Nothing here reads a clock: what is relative to now takes ``now`` as an argument.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import date as calendar_date
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent

from ..domain.reports import utc
from ..errors import DeliveryLedgerError, InvalidInput
from .catalogue import COMPLETE, LANGUAGES, Catalogue, Texts, make_catalogue, our_catalogue
from .catalogue import our_texts as texts

__all__ = [
    "LANGUAGES", "NOT_KNOWN", "UnknownText", "date", "day_and_month",
    "full_datetime", "language", "languages", "local_time",
    "number", "percent", "relative_time", "short_datetime", "text", "texts", "use", "zone",
]  # fmt: skip

NOT_KNOWN = "…"
"""Stands where a placeholder was given no value: a person never sees ``{braces}``."""

_FULL = {"sv": "EEEE d MMMM y 'kl.' HH:mm:ss", "en": "EEEE d MMMM y, HH:mm:ss"}
_SHORT = {"sv": "d MMM HH:mm", "en": "d MMM HH:mm"}
_DATE = {"sv": "d MMMM y", "en": "d MMMM y"}
"""Patterns that the design fixes; other languages have their locale's own."""

_given: Catalogue | None = None
"""Set by ``use`` alone, as one reference: a thread sees the old catalogue or the new one, whole."""


class UnknownText(DeliveryLedgerError, LookupError):
    """A text key that does not exist: a mistake in the program, never in what a user typed."""


class _Values(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return NOT_KNOWN


def use(texts: Texts, *, fallback: str = COMPLETE) -> None:
    """Put texts in the place of ours, and add languages, for the whole process; ``use({})`` gives ours back.

    ``{"advice.unknown": {"sv": "…", "nb": "…"}}``; a plural form is a key of its own, ``bell.group.one``.
    What a language lacks is shown in ``fallback``. Call it once, at start-up. Raises InvalidTexts, which says
    which text cannot be used and why; nothing has changed then.
    """
    global _given
    _given = make_catalogue(texts, fallback)


def languages() -> tuple[str, ...]:
    """Every language that has texts of its own: ours first, then those that were added."""
    return (*LANGUAGES, *(tag for tag in sorted(_catalogue().templates) if tag not in LANGUAGES))


def language(lang: str) -> str:
    """The language we have for a tag: ``sv``, ``sv-FI`` and ``sv_SE`` are Swedish, the rest the fallback."""
    return _catalogue().language(lang)


def text(key: str, lang: str, /, **values: object) -> str:
    """The text of ``key`` with ``values`` filled in. Raises UnknownText for a key that does not exist.

    A number for ``count``, ``hours`` or ``days`` chooses the plural form. A placeholder without a value
    becomes ``…``: a half sentence on a card is better than no card. Values are never read as templates, so an
    address with braces in it (RFC 5322 allows them) stays as it is.
    """
    try:
        template = _catalogue().find(key, lang, values)
    except KeyError:
        raise UnknownText(f"show the text {key!r}", "there is none", "add it to advice/texts.json") from None
    return template.format_map(_Values(values)) if "{" in template or "}" in template else template


@lru_cache(maxsize=64)
def zone(tz: str) -> tzinfo:
    """The zone of an IANA name. Raises InvalidInput. ``UTC`` works without any zone data installed."""
    if tz == "UTC":
        return UTC
    try:
        # "localtime" is whatever this machine is set to, so a card would differ from host to host.
        if tz != "localtime":
            return ZoneInfo(tz)
    # ZoneInfo lets file-system errors through: "Europe" is a folder, a long name is an OSError.
    except (LookupError, ValueError, OSError):
        pass
    raise InvalidInput(
        "show a time in a time zone",
        "there is no zone of that name",
        "use an IANA name such as Europe/Stockholm",
    )


def local_time(moment: datetime, tz: str) -> datetime:
    """A moment as the clocks of a zone show it; in UTC where the calendar ends there (years 1 and 9999)."""
    with suppress(OverflowError):
        return utc(moment).astimezone(zone(tz))
    return utc(moment)


def full_datetime(moment: datetime, lang: str, tz: str) -> str:
    """``lördag 14 november 2026 kl. 09:32:07 CET``, ``Saturday 14 November 2026, 09:32:07 CET``."""
    return _full(moment, _locale(lang), tz)


def short_datetime(moment: datetime, lang: str, tz: str) -> str:
    """``14 nov. 09:32``, ``14 Nov 09:32``."""
    return _short(moment, _locale(lang), tz)


def date(moment: datetime, lang: str, tz: str) -> str:
    """``14 november 2026``: the day it was in that zone."""
    return _day(moment, _locale(lang), tz)


def relative_time(moment: datetime, now: datetime, lang: str) -> str:
    """``för 3 timmar sedan``, ``3 hours ago``."""
    seconds = (utc(moment) - utc(now)).total_seconds()
    # Nothing that has happened is ever shown as "in 0 seconds".
    return format_timedelta(timedelta(seconds=seconds or -1), add_direction=True, locale=_locale(lang))


def day_and_month(day: calendar_date, lang: str) -> str:
    """``14 nov.``, ``14 Nov``."""
    locale = _locale(lang)
    pattern = "d MMM" if locale.language in _SHORT else _day_and_month(locale)
    return format_date(day, pattern, locale=locale)


def number(count: int, lang: str) -> str:
    """``12 345``, ``12,345``."""
    return format_decimal(count, locale=_locale(lang))


def percent(share: float, lang: str) -> str:
    """A share with at most two decimals: ``0,1 %``, ``0.1%``."""
    return format_percent(round(share, 4), locale=_locale(lang), decimal_quantization=False)


def _catalogue() -> Catalogue:
    return _given or our_catalogue()


def _locale(lang: str) -> Locale:
    catalogue = _catalogue()
    return catalogue.locales[catalogue.language(lang)]


# Asked by locale and not by language: what a language means may change with use().
@lru_cache(maxsize=4096)
def _full(moment: datetime, locale: Locale, tz: str) -> str:
    local = local_time(moment, tz)
    pattern = _FULL.get(locale.language) or f"{locale.date_formats['full'].pattern} HH:mm:ss"
    return f"{_formatted(local, pattern, locale)} {_abbreviation(local)}"


@lru_cache(maxsize=4096)
def _short(moment: datetime, locale: Locale, tz: str) -> str:
    pattern = _SHORT.get(locale.language) or f"{_day_and_month(locale)} HH:mm"
    return _formatted(local_time(moment, tz), pattern, locale)


@lru_cache(maxsize=4096)
def _day(moment: datetime, locale: Locale, tz: str) -> str:
    pattern = _DATE.get(locale.language) or locale.date_formats["long"].pattern
    return _formatted(local_time(moment, tz), pattern, locale)


def _day_and_month(locale: Locale) -> str:
    skeleton = locale.datetime_skeletons.get("MMMd")
    return skeleton.pattern if skeleton else "d MMM"


def _formatted(local: datetime, pattern: str, locale: Locale) -> str:
    return format_datetime(local, pattern, tzinfo=local.tzinfo, locale=locale)


def _abbreviation(local: datetime) -> str:
    """The zone's own abbreviation. Babel's ``z`` writes CET in one language, +0100 in another."""
    name, offset = local.tzname() or "", f"{local:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
