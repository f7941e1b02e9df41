"""The timeline of support's pages: what happened and when we were told, nothing hidden."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from ..advice.wording import full_datetime, text
from .activity_entries import ActivityEntry, entry_of
from .asking import Asking

Row = Sequence[Any]


class TimelineEntry(ActivityEntry):
    """One event. ``duplicate``: the same was said before; ``out_of_order``: what came before is newer."""

    candidate_id: str | None = None
    provider: str | None = None
    account: str | None = None
    diagnostic: str | None = None
    """The remote server's words as they came."""
    duplicate: bool = False
    out_of_order: bool = False


def timeline(rows: Iterable[Row], asking: Asking) -> tuple[TimelineEntry, ...]:
    """Entries by when they happened, oldest first. A row is one of ``entry_of``, and the candidate's id."""
    entries, said, latest = [], set[object](), None
    for row in sorted(rows, key=lambda row: row[0]):
        event = from_json(row[4])
        entry = entry_of(tuple(row[:9]), {}, {}, asking)
        same = (row[1], row[3], event.get("severity"), event.get("reason"))
        entries.append(
            TimelineEntry(
                **dict(entry),
                candidate_id=row[9] or event.get("candidate_id"),
                provider=event.get("provider"),
                account=event.get("account"),
                diagnostic=event.get("diagnostic"),
                duplicate=event.get("report_id") is not None and same in said,
                out_of_order=latest is not None and entry.occurred_at < latest,
            )
        )
        said.add(same)
        latest = max(latest or entry.occurred_at, entry.occurred_at)
    return tuple(sorted(entries, key=lambda entry: (entry.occurred_at, entry.position)))


def timeline_lines(entries: Iterable[TimelineEntry], lang: str, tz: str) -> list[str]:
    """As a terminal shows it: when and what; then when we knew, from whom, in which words, as which event."""
    lines = []
    for entry in entries:
        marks = [text(key, lang) for key, holds in _marks(entry) if holds]
        lines.append(" · ".join([f"  ● {full_datetime(entry.occurred_at, lang, tz)}", entry.text, *marks]))
        recorded = text("support.recorded", lang, at=full_datetime(entry.recorded_at, lang, tz))
        ways = [each for each in (entry.provider, entry.source) if each]
        lines.append("      " + " · ".join([recorded, *ways, entry.event_id]))
        if entry.diagnostic:
            lines.append(f"      {text('support.raw', lang)}: {entry.diagnostic}")
    return lines


def _marks(entry: TimelineEntry) -> tuple[tuple[str, bool], ...]:
    return (("support.duplicate", entry.duplicate), ("support.out_of_order", entry.out_of_order))


def when(moment: datetime | None, lang: str, tz: str) -> str:
    """A moment in full; ``–`` where there is none."""
    return full_datetime(moment, lang, tz) if moment else "–"


def fetch(connection: sqlite3.Connection, question: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a question."""
    return connection.execute(question, values).fetchall()
