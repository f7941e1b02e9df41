"""Statistics as a terminal shows them: what asks for something first, then the counts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from ..advice.alarms import Judgement, Level
from ..advice.wording import date as day_text
from ..advice.wording import full_datetime, number, percent, text
from .asking import Asking
from .statistics import ERASED_DOMAINS, NO_DOMAIN, OTHER_DOMAINS

if TYPE_CHECKING:
    from .statistics_view import Alarm, Counts, Statistics, StatisticsRow

MOST_ROWS = 60
"""Rows that are shown; all of them are in ``rows``, and in CSV and JSON."""
SHOWN = (
    "sent", "delivered", "hard_bounces", "soft_bounces", "deferred", "rejected", "dropped", "withheld",
    "complaints", "withdrawn",
)  # fmt: skip
_MARKS = {Level.ACT: "⚠", Level.WARN: "⚠", Level.OK: "✓", Level.TOO_FEW: "○"}
_INSTEAD = {OTHER_DOMAINS: "stats.others", ERASED_DOMAINS: "stats.erased", NO_DOMAIN: "stats.no_domain"}


def statistics_text(view: "Statistics") -> str:
    """Plain lines, no colour needed to read them."""
    lines = [*heading_lines(view), ""]
    if not any(getattr(view.total, name) for name in SHOWN):
        return "\n".join([*lines, "  " + text("stats.empty", view.lang)])
    lines += [*total_lines(view), "", *(alarm_line(alarm, view.lang) for alarm in view.alarms)]
    if view.by:
        lines += ["", " · ".join(text(f"stats.{name}", view.lang) for name in view.by)]
        lines += [f"  {row_name(row, view)}: {_counts(row, view.lang)}" for row in view.rows[:MOST_ROWS]]
    if (more := len(view.rows) - MOST_ROWS) > 0:
        lines.append("  " + text("stats.more", view.lang, count=more))
    return "\n".join(lines)


def heading_lines(view: "Statistics") -> list[str]:
    """Which messages are counted, and when that was asked."""
    period = {"since": _day(view.since, view.lang), "until": _day(view.until, view.lang)}
    lines = [text("stats.title", view.lang, **period)]
    lines.append(text("stats.as_of", view.lang, at=full_datetime(view.asked_at, view.lang, view.tz)))
    for name, value in (("sender", view.sender), ("domain", view.domain)):
        if value is not None:
            lines.append(f"{text(f'stats.{name}', view.lang)}: {value}")
    return lines


def total_lines(view: "Statistics") -> list[str]:
    """The counts of all messages, a line each where there are any."""
    shown = [(text(f"stats.{n}", view.lang), getattr(view.total, n)) for n in SHOWN if getattr(view.total, n)]
    width = max((len(label) for label, _ in shown), default=0)
    digits = max((len(number(count, view.lang)) for _, count in shown), default=0)
    return [f"  {label:<{width}}  {number(count, view.lang):>{digits}}" for label, count in shown]


def alarm_line(alarm: "Alarm", lang: str) -> str:
    """An alarm, with the word for its level: neither a colour nor a sign says it alone."""
    said = " ".join(part for part in (_whose(alarm), alarm.text) if part)
    if alarm.level in (Level.WARN, Level.ACT):
        said = f"{text(f'alarm.level.{alarm.level}', lang)}: {said}"
    return f"  {_MARKS[alarm.level]} {said}"


def alarm_text(kind: str, found: Judgement, at_least: int, period: tuple[date, date], asking: Asking) -> str:
    """What an alarm says."""
    lang, (since, until) = asking.lang, period
    if found.level is Level.TOO_FEW:
        subject = text(f"alarm.{kind}.subject", lang)
        return f"{subject}: {text('alarm.too_few', lang, count=found.of, min=at_least)}"
    values = {"rate": percent(found.rate, lang), "limit": percent(found.limit, lang)}
    if found.level is Level.OK:
        return text(f"alarm.{kind}.ok", lang, **values)
    if until == asking.now.astimezone(UTC).date():
        window = text("alarm.window", lang, days=(until - since).days + 1)
        return text(f"alarm.{kind}", lang, window=window, **values)
    return text(f"alarm.{kind}.period", lang, since=_day(since, lang), until=_day(until, lang), **values)


def row_name(row: "StatisticsRow", view: "Statistics", by: tuple[str, ...] | None = None) -> str:
    """What a row is about, in words."""
    return " · ".join(_name(name, getattr(row, name), view.lang) for name in (by or view.by))


def _name(dimension: str, value: object, lang: str) -> str:
    if dimension == "reason":
        return text("stats.without_reason" if value is None else f"reason.{value}.label", lang)
    if dimension == "domain" and value in _INSTEAD:
        return text(_INSTEAD[str(value)], lang)
    return str(value)


def _counts(counts: "Counts", lang: str) -> str:
    shown: Mapping[str, int] = {name: getattr(counts, name) for name in SHOWN}
    parts = [f"{text(f'stats.{name}', lang)} {number(n, lang)}" for name, n in shown.items() if n]
    return ", ".join(parts)


def _whose(alarm: "Alarm") -> str:
    whose = alarm.sender if alarm.sender is not None else alarm.domain
    return f"{whose}:" if whose is not None else ""


def _day(day: date, lang: str) -> str:
    return day_text(datetime.combine(day, time(), UTC), lang, "UTC")
