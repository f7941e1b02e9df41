"""Every text a person reads, in Swedish and English, and times the way a person reads them.

The texts are data (``texts.json``). Nothing here reads a clock: what is relative to now takes ``now`` as an
argument.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_timedelta

from ..domain.reports import utc
from ..errors import DeliveryLedgerError, InvalidInput

LANGUAGES = ("sv", "en")
"""Languages that have every text; any other falls back to English."""

NOT_KNOWN = "…"
"""Stands where a placeholder was given no value: a person never sees ``{braces}``."""

# en_GB: day before month, as in "Saturday 14 November 2026"; plain "en" is American.
_LOCALES = {"sv": "sv", "en": "en_GB"}
_FULL = {"sv": "EEEE d MMMM y 'kl.' HH:mm:ss", "en": "EEEE d MMMM y, HH:mm:ss"}


class UnknownText(DeliveryLedgerError, LookupError):
    """A text key that does not exist: a mistake in the program, never in what a user typed."""


class _Values(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return NOT_KNOWN


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts by key and language, read once from the package."""
    loaded: dict[str, dict[str, str]] = json.loads(
        files(__package__).joinpath("texts.json").read_text(encoding="utf-8")
    )
    return loaded


def language(lang: str) -> str:
    """The language we have for a tag: ``sv``, ``sv-FI`` and ``sv_SE`` are Swedish, the rest English."""
    primary = lang.replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else "en"


def text(key: str, lang: str, /, **values: object) -> str:
    """The text of ``key`` with ``values`` filled in. Raises UnknownText for a key that does not exist.

    A placeholder without a value becomes ``…``: a half sentence on a card is better than no card. Values are
    never read as templates, so an address with braces in it (RFC 5322 allows them) stays as it is.
    """
    try:
        template = texts()[key][language(lang)]
    except KeyError:
        raise UnknownText(f"show the text {key!r}", "there is none", "add it to advice/texts.json") from None
    return template.format_map(_Values(values)) if "{" in template else template


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


@lru_cache(maxsize=4096)
def full_datetime(moment: datetime, lang: str, tz: str) -> str:
    """``lördag 14 november 2026 kl. 09:32:07 CET``, ``Saturday 14 November 2026, 09:32:07 CET``."""
    local = local_time(moment, tz)
    return f"{_formatted(local, _FULL[language(lang)], lang)} {_abbreviation(local)}"


@lru_cache(maxsize=4096)
def short_datetime(moment: datetime, lang: str, tz: str) -> str:
    """``14 nov. 09:32``, ``14 Nov 09:32``."""
    return _formatted(local_time(moment, tz), "d MMM HH:mm", lang)


@lru_cache(maxsize=4096)
def date(moment: datetime, lang: str, tz: str) -> str:
    """``14 november 2026``: the day it was in that zone."""
    return _formatted(local_time(moment, tz), "d MMMM y", lang)


def relative_time(moment: datetime, now: datetime, lang: str) -> str:
    """``för 3 timmar sedan``, ``3 hours ago``."""
    seconds = (utc(moment) - utc(now)).total_seconds()
    # Nothing that has happened is ever shown as "in 0 seconds".
    return format_timedelta(timedelta(seconds=seconds or -1), add_direction=True, locale=_locale(lang))


@cache
def _locale(lang: str) -> Locale:
    return Locale.parse(_LOCALES[language(lang)])


def _formatted(local: datetime, pattern: str, lang: str) -> str:
    return format_datetime(local, pattern, tzinfo=local.tzinfo, locale=_locale(lang))


def _abbreviation(local: datetime) -> str:
    """The zone's own abbreviation. Babel's ``z`` writes CET in one language, +0100 in another."""
    name, offset = local.tzname() or "", f"{local:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
