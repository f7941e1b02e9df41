"""The tables of ``stats``: bars a day, and a heat table of failures. Without colour they say the same."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..advice.wording import day_and_month, number, text
from ..read_models.statistics_text import row_name
from ..read_models.statistics_view import Statistics, StatisticsRow
from .output import printable

FAILURES = ("hard_bounces", "soft_bounces", "deferred", "rejected")
_LETTERS = {"hard_bounces": "█", "soft_bounces": "▒", "complaints": "!"}
_STYLES = {"hard_bounces": "red", "soft_bounces": "yellow", "complaints": "magenta"}
_SHADES = ("", "white on grey19", "black on khaki1", "black on orange1", "white on red3")
"""Of a quarter each of the highest number, none included."""
_MOST_BARS, _MOST_PLACES = 31, 20
_PLACE_WIDTH, _CELL_WIDTH = 38, 5
_PIPED_WIDTH = 80


class Span:
    """Days that stand in one row or column."""

    def __init__(self, first: date, days: int, last: date) -> None:
        self.first = first
        self.last = min(last, first + timedelta(days - 1))

    def name(self, lang: str) -> str:
        """As short as it may be: the first day, and the last one where there are more."""
        days = dict.fromkeys((self.first, self.last))
        return "–".join(day_and_month(day, lang) for day in days)


def spans(first: date, last: date, most: int) -> list[Span]:
    """A period in at most so many spans of equal length; the last one may be shorter."""
    days = (last - first).days + 1
    each = -(-days // most)
    return [Span(first + timedelta(start), each, last) for start in range(0, days, each)]


def print_tables(view: Statistics) -> None:
    """Both tables, as wide as the terminal; 80 columns, and no colour, where there is none."""
    console = Console(
        file=sys.stdout, highlight=False, markup=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH
    )
    console.print(bars(view, console.width))
    if any(row.reason for row in view.rows):
        console.print(heat(view, console.width))


def bars(view: Statistics, width: int) -> Table:
    """A row for each span in which something was sent, with a bar of what went wrong."""
    rows = view.folded("day")
    days = [row.day for row in rows if row.day]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(text("stats.day", view.lang), no_wrap=True)
    table.add_column(text("stats.sent", view.lang), justify="right", no_wrap=True)
    table.add_column(_legend(view.lang), no_wrap=True)
    kept = list(_folded(rows, spans(min(days), max(days), _MOST_BARS)))
    highest = max(sum(counts[name] for name in _LETTERS) for _, counts in kept)
    room = max(10, width - 40)
    for span, counts in kept:
        table.add_row(span.name(view.lang), number(counts["sent"], view.lang), _bar(counts, highest, room))
    return table


def _legend(lang: str) -> Text:
    said = Text()
    for name, letter in _LETTERS.items():
        said.append(letter, _STYLES[name]).append(f" {text(f'stats.{name}', lang)}  ")
    return said


def _folded(rows: tuple[StatisticsRow, ...], in_spans: list[Span]) -> Iterator[tuple[Span, Counter[str]]]:
    for span in in_spans:
        counts = Counter[str]()
        for row in rows:
            if row.day and span.first <= row.day <= span.last:
                counts.update({name: getattr(row, name) for name in ("sent", *_LETTERS)})
        if any(counts.values()):
            yield span, counts


def _bar(counts: Counter[str], highest: int, room: int) -> Text:
    """Parts that end where their sum does, so that rounding never adds up; then the numbers."""
    line, ends, total = Text(), [0], 0
    for name in _LETTERS:
        total += counts[name]
        ends.append(-(-total * room // max(highest, 1)))
    for (name, letter), (start, end) in zip(_LETTERS.items(), pairwise(ends), strict=True):
        line.append(letter * (end - start), _STYLES[name])
    said = "+".join(str(counts[name]) for name in _LETTERS if counts[name])
    return line.append(f" {said}" if said else "")


def heat(view: Statistics, width: int) -> Table:
    """Failures by reason and domain, the worst first, over time; darker is more."""
    failed = Counter[tuple[str, date | None]]()
    for row in view.rows:
        if row.reason:
            place = row_name(row, view, ("reason", "domain"))
            failed[place, row.day] += sum(getattr(row, name) for name in FAILURES)
    totals = Counter[str]()
    for (place, _), count in failed.items():
        totals[place] += count
    days = [day for _, day in failed if day]
    columns = spans(min(days), max(days), max(1, (width - _PLACE_WIDTH - 8) // (_CELL_WIDTH + 1)))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(
        f"{text('stats.reason', view.lang)} · {text('stats.domain', view.lang)}", max_width=_PLACE_WIDTH
    )
    for span in columns:
        table.add_column(day_and_month(span.first, view.lang).replace(" ", "\n"), justify="right")
    table.add_column("Σ", justify="right")
    worst = sorted(totals, key=lambda place: (-totals[place], place))
    cells = {
        place: [sum(failed[place, day] for day in set(days) if s.first <= day <= s.last) for s in columns]
        for place in worst[:_MOST_PLACES]
    }
    highest = max(max(numbers) for numbers in cells.values())
    for place, numbers in cells.items():
        shaded = (Text(f"{n:>3}" if n else "  ·", _shade(n, highest)) for n in numbers)
        table.add_row(printable(place), *shaded, number(totals[place], view.lang))
    if more := len(worst) - len(cells):
        table.add_row(text("stats.more", view.lang, count=more))
    return table


def _shade(count: int, highest: int) -> str:
    return _SHADES[-(-4 * count // highest)] if count else ""
