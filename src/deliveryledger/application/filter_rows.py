"""What travels between recipient filters: rows of a file, what became of them, the columns of our own."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from ..domain.failure_reason import FailureReason
from ..domain.suppression_filter.events import Cause
from ..domain.suppression_filter.imports import NEEDS_APPROVAL

COLUMNS: Final = ("address", "cause", "reason", "since", "expires_at", "by", "messages_stopped")
"""Columns of our own files; one row an address and cause, so that dates and expiry stay with their cause."""
FORMULA_STARTS: Final = "=+-@\t\r\n'"
"""A cell that starts so gets an apostrophe before it: a spreadsheet would take it for a formula."""
MOST_REFUSED: Final = 1_000
"""Refused rows that a report names; it counts them all."""


class FilterRow(NamedTuple):
    """One entry of a file. ``since`` None: the file does not say. Times are UTC."""

    address: str
    cause: Cause
    reason: FailureReason | None = None
    since: datetime | None = None
    expires_at: datetime | None = None


class RefusedRow(NamedTuple):
    """A row that is no entry: where it stands, and why; never what it holds."""

    file: str
    line: int
    why: str


Rows = Callable[[], Iterable[FilterRow | RefusedRow]]
"""Gives the rows; asked twice, once to count and once to record, so that they need not be kept."""


class ExportedRow(NamedTuple):
    """One address and cause that holds now."""

    address: str
    cause: str
    reason: str | None
    since: datetime
    expires_at: datetime | None
    by: str | None
    messages_stopped: int


class ExportPage(NamedTuple):
    """Some rows, and the place after which the next page begins; None = there is none."""

    rows: tuple[ExportedRow, ...]
    after: str | None


@dataclass
class ImportReport:
    """What an import would do, or did. Entries are counted by address and cause."""

    applied: bool = False
    batch: str | None = None
    """Its id, to undo it with; None: nothing was written."""
    rows: int = 0
    new: int = 0
    known: int = 0
    """They are on the filter already."""
    changed: int = 0
    """They are there already, and get a later word of the recipient, an earlier date or a later end."""
    lifted: int = 0
    """They were lifted here after their date, and stay lifted."""
    expired: int = 0
    malformed: int = 0
    by_cause: Counter[str] = field(default_factory=Counter)
    """Of the new ones."""
    by_reason: Counter[str] = field(default_factory=Counter)
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def need_approval(self) -> int:
        """New entries that only the recipient's consent and a second person will end."""
        return sum(self.by_cause[cause] for cause in NEEDS_APPROVAL)

    def refuse(self, row: RefusedRow) -> None:
        """Count a row that is no entry."""
        self.rows += 1
        self.malformed += 1
        if len(self.refused) < MOST_REFUSED:
            self.refused.append(row)

    def add(self, row: FilterRow) -> None:
        """Count a new entry."""
        self.new += 1
        self.by_cause[str(row.cause)] += 1
        self.by_reason[str(row.reason) if row.reason else ""] += 1


@dataclass(frozen=True)
class UndoneImport:
    """What ``undo_import`` took back: nothing, where it had been undone before."""

    batch: str
    addresses: int = 0
    causes: int = 0

    def __bool__(self) -> bool:
        return self.addresses > 0
