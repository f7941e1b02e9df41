"""``ledger.statistics``: counts of a period, and the rates that raise an alarm."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby

from pydantic import BaseModel, ConfigDict

from ..advice.alarms import AlarmPolicy, Level, judge
from .asking import Asking
from .statistics import DIMENSIONS, Cell, Period, count_messages
from .statistics_csv import csv_lines
from .statistics_text import alarm_text, statistics_text


class Counts(BaseModel):
    """Numbers of messages. A message counts once for each outcome that it ever had, so they overlap."""

    model_config = ConfigDict(frozen=True)

    sent: int = 0
    """Handed to a provider: the ATS or a report says so."""
    delivered: int = 0
    hard_bounces: int = 0
    soft_bounces: int = 0
    deferred: int = 0
    rejected: int = 0
    """Refused by the provider before trying."""
    dropped: int = 0
    """Stopped by the provider's own suppression list."""
    withheld: int = 0
    """Stopped by the recipient filter, and not sent all the same."""
    complaints: int = 0
    withdrawn: int = 0
    """Complaints that the recipient took back; they are among the complaints."""
    complaint_base: int = 0
    """Sent to domains whose provider tells of complaints."""
    base_complaints: int = 0
    """Complaints from those domains."""


class StatisticsRow(Counts):
    """The counts of one cell. What ``by`` does not name is None.

    Failures (hard and soft bounces, deferred, rejected) have a reason; the other counts of the same domain,
    day and sender stand in the row whose reason is None.
    """

    reason: str | None = None
    domain: str | None = None
    """In its ASCII form; ``(other)``: domains with few candidates, ``(erased)``, ``(none)``: no domain."""
    day: date | None = None
    sender: str | None = None


class Alarm(BaseModel):
    """One rate and what it asks for. Rates are shares: 0.02 is 2 %."""

    model_config = ConfigDict(frozen=True)

    kind: str
    """``bounce`` or ``complaint``."""
    level: Level
    count: int
    of: int
    rate: float
    lower_bound: float
    """What the rate surely is above, by the policy's confidence; this is what is compared with the limit."""
    limit: float
    sender: str | None = None
    domain: str | None = None
    text: str


class Statistics(BaseModel):
    """What became of the messages that were sent in a period. Days are UTC; nobody is named in it."""

    model_config = ConfigDict(frozen=True)

    since: date
    until: date
    asked_at: datetime
    by: tuple[str, ...]
    sender: str | None = None
    domain: str | None = None
    total: Counts
    rows: tuple[StatisticsRow, ...]
    alarms: tuple[Alarm, ...]
    """Both rates of all messages, whatever their level; then of each sender and domain that ``by`` divides
    by, where there is something to do, the worst first."""
    policy_version: str
    lang: str = "en"
    tz: str = "UTC"

    def folded(self, *by: str) -> tuple[StatisticsRow, ...]:
        """The rows summed up by less than what they are divided by."""
        return tuple(_rows({_cell(row): _counted(row) for row in self.rows}, by))

    def csv(self) -> str:
        """The rows as CSV (RFC 4180, with a header), safe to open in a spreadsheet."""
        return csv_lines(self.by, Counts.model_fields, [row.model_dump(mode="json") for row in self.rows])

    def __str__(self) -> str:
        return statistics_text(self)


def statistics(
    connection: sqlite3.Connection,
    period: Period,
    by: tuple[str, ...],
    policy: AlarmPolicy,
    asking: Asking,
) -> Statistics:
    """The statistics of a period. ``by`` are some of DIMENSIONS."""
    cells = count_messages(connection, period, by, policy.silent_domains)
    total = Counts(**sum(cells.values(), Counter()))
    judged: list[Alarm] = list(_judged(total, policy, period, asking))
    for name in ("sender", "domain"):
        if name in by:
            rows = [row for row in _rows(cells, (name,)) if not (row.domain or "").startswith("(")]
            alarms = (alarm for row in rows for alarm in _judged(row, policy, period, asking))
            worth = [alarm for alarm in alarms if alarm.level in (Level.WARN, Level.ACT)]
            judged += sorted(worth, key=lambda a: (a.level, -a.lower_bound, a.sender or a.domain or ""))
    return Statistics(
        since=period.since,
        until=period.until,
        asked_at=asking.now,
        by=by,
        sender=period.sender,
        domain=period.domain,
        total=total,
        rows=tuple(_rows(cells, by)),
        alarms=tuple(judged),
        policy_version=policy.version,
        lang=asking.lang,
        tz=asking.tz,
    )


def _rows(cells: Mapping[Cell, Counter[str]], by: tuple[str, ...]) -> Iterator[StatisticsRow]:
    """A row a cell, after summing up what ``by`` does not name; in the order of what it names."""
    keys = {cell: tuple(getattr(cell, name) for name in by) for cell in cells}
    # What has no reason stands before what has one.
    ordered = sorted(cells, key=lambda cell: [(key is not None, key or "") for key in keys[cell]])
    for key, group in groupby(ordered, keys.__getitem__):
        counts = sum((cells[cell] for cell in group), Counter())
        yield StatisticsRow.model_validate({**dict(zip(by, key, strict=True)), **counts})


def _cell(row: StatisticsRow) -> Cell:
    return Cell(*(getattr(row, name) for name in DIMENSIONS))


def _counted(row: StatisticsRow) -> Counter[str]:
    return Counter({name: getattr(row, name) for name in Counts.model_fields})


def _judged(counts: Counts, policy: AlarmPolicy, period: Period, asking: Asking) -> Iterator[Alarm]:
    rates = {
        "bounce": (policy.hard_bounces, counts.hard_bounces, counts.sent),
        "complaint": (policy.complaints, counts.base_complaints, counts.complaint_base),
    }
    sender, domain = getattr(counts, "sender", None), getattr(counts, "domain", None)
    for kind, (limits, count, of) in rates.items():
        found = judge(limits, count, of, policy.confidence)
        said = alarm_text(kind, found, limits.at_least, (period.since, period.until), asking)
        yield Alarm(kind=kind, sender=sender, domain=domain, text=said, **asdict(found))
