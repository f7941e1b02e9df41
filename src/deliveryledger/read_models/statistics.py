"""How many messages met which fate, by reason, recipient domain, day and sender: counts, never people.

Asked of the table ``messages``, in which every message's reports are folded already: a message counts once
for each outcome, however often and in whatever order it was reported, and where its evidence was read again,
as it is known now. An erased message has no domain any more, as its row has no recipient.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pydantic_core import to_json

from ..domain.addresses import EmailAddress
from ..errors import InvalidAddress
from .candidates_and_messages import DAY, DOMAIN

FEWEST_CANDIDATES = 3
"""Domains with fewer candidates in the period stand together: a domain may be one person's own."""
OTHER_DOMAINS, ERASED_DOMAINS, NO_DOMAIN = "(other)", "(erased)", "(none)"
"""What stands in the place of a domain. No domain has brackets."""
_ERASED = "erased.invalid"

DIMENSIONS = ("reason", "domain", "day", "sender")
"""What counts can be divided by."""
_COLUMNS = {"domain": DOMAIN, "day": DAY, "sender": "sender_id"}
_FAILURES = {"hard_bounces": 8, "soft_bounces": 5, "deferred": 3, "rejected": 6}
"""Counts that are divided by reason, by their place in the column ``outcomes``."""
_PERIOD = f"FROM messages WHERE tenant = :tenant AND {DAY} BETWEEN :since AND :until"
_DOMAINS = f"SELECT {DOMAIN}, instr(recipient, '@'), count(DISTINCT candidate_id) {_PERIOD} GROUP BY 1, 2"
_IS_SENT = " OR ".join(f"json_extract(outcomes, '$[{place}]') IS NOT NULL" for place in (0, *range(3, 10)))
_ANSWERS = (
    f"coalesce({DOMAIN} IN (SELECT value FROM json_each(:silent)), 0)",  # noqa: S608  # constants alone
    *(f"json_extract(outcomes, '$[{place}][1][1]')" for place in _FAILURES.values()),
    f"({_IS_SENT})",
    "json_extract(outcomes, '$[4]') IS NOT NULL",
    "json_extract(outcomes, '$[7]') IS NOT NULL",
    "json_extract(outcomes, '$[9]') IS NOT NULL",
    "coalesce(json_extract(outcomes, '$[10][0]') >= json_extract(outcomes, '$[9][0]'), 0)",
    "withheld_by IS NOT NULL",
)


class Cell(NamedTuple):
    """Where a count belongs; None: it is not divided by that, or the count has no reason."""

    reason: str | None
    domain: str | None
    day: date | None
    sender: str | None


class Period(NamedTuple):
    """Which messages are counted: those of a tenant that were sent on these days (UTC), both included."""

    tenant: str
    since: date
    until: date
    sender: str | None = None
    domain: str | None = None


class _Domains(NamedTuple):
    """The recipients' domains in a period, as they were typed."""

    shown: Mapping[str, str]
    silent: tuple[str, ...]
    wanted: tuple[str, ...]


def count_messages(
    connection: sqlite3.Connection, period: Period, by: Sequence[str], silent: Iterable[str]
) -> dict[Cell, Counter[str]]:
    """The counts of a period in their cells. ``silent``: domains that do not tell of complaints."""
    values = {
        "tenant": period.tenant,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "sender": period.sender,
    }
    domains = _domains_of(connection, values, period.domain, frozenset(silent))
    values.update(silent=_json(domains.silent), wanted=_json(domains.wanted))
    cells: dict[Cell, Counter[str]] = defaultdict(Counter)
    for domain, day, sender, *answers, number in connection.execute(_question(period, by), values):
        name = domains.shown.get(domain, NO_DOMAIN) if "domain" in by else None
        place = Cell(None, name, date.fromisoformat(day) if day else None, sender)
        _take_up(cells, place, answers, number, is_divided="reason" in by)
    return {cell: counts for cell, counts in cells.items() if counts}


def _question(period: Period, by: Sequence[str]) -> str:
    keys = [column if name in by else "NULL" for name, column in _COLUMNS.items()]
    columns = [*keys, *_ANSWERS]
    groups = ", ".join(str(number) for number in range(1, len(columns) + 1))
    asked = " AND sender_id = :sender" if period.sender is not None else ""
    if period.domain is not None:
        asked += f" AND {DOMAIN} IN (SELECT value FROM json_each(:wanted))"  # noqa: S608  # a constant
    return f"SELECT {', '.join(columns)}, count(*) {_PERIOD}{asked} GROUP BY {groups}"


def _take_up(
    cells: dict[Cell, Counter[str]], place: Cell, answers: list[object], number: int, *, is_divided: bool
) -> None:
    is_silent, *reasons, is_sent, delivered, dropped, complained, withdrawn, withheld = answers
    found = {
        "sent": is_sent,
        "delivered": delivered,
        "dropped": dropped,
        "withheld": withheld and not is_sent,
        "complaints": complained,
        "withdrawn": complained and withdrawn,
        "complaint_base": is_sent and not is_silent,
        "base_complaints": complained and not is_silent,
    }
    if any(found.values()):
        cells[place].update({name: number for name, is_so in found.items() if is_so})
    for name, reason in zip(_FAILURES, reasons, strict=True):
        if isinstance(reason, str):
            cells[place._replace(reason=reason) if is_divided else place][name] += number


def _domains_of(
    connection: sqlite3.Connection,
    values: Mapping[str, str | None],
    asked: str | None,
    silent: frozenset[str],
) -> _Domains:
    names, candidates = {}, Counter[str]()
    for typed, has_at, number in connection.execute(_DOMAINS, values):
        names[typed] = _name_of(typed) if has_at else NO_DOMAIN
        candidates[names[typed]] += number
    shown = {
        typed: name if name == asked or name.startswith("(") or candidates[name] >= FEWEST_CANDIDATES
        else OTHER_DOMAINS
        for typed, name in names.items()
    }  # fmt: skip
    return _Domains(
        shown,
        tuple(typed for typed, name in names.items() if name in silent),
        tuple(typed for typed, name in names.items() if name == asked),
    )


def _name_of(typed: str) -> str:
    if typed == _ERASED:
        return ERASED_DOMAINS
    try:
        return EmailAddress.parse(f"x@{typed}").domain
    except InvalidAddress:
        return NO_DOMAIN  # what was typed may be anything


def _json(names: tuple[str, ...]) -> str:
    return to_json(names).decode()
