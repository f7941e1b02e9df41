"""Short words for what is imported into the recipient filter."""

from typing import Any

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow, ImportReport, RefusedRow
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.suppression_filter.events import Cause

GRACE, BJORN = "grace@example.org", "bjorn@example.org"
LISTED = [
    FilterRow(GRACE, Cause.HARD_BOUNCE, FailureReason.MAILBOX_UNKNOWN),
    FilterRow(BJORN, Cause.COMPLAINT),
    FilterRow(GRACE.upper(), Cause.HARD_BOUNCE),
    RefusedRow("list.csv", 4, "its address is no e-mail address"),
]


def take_in(ledger: Ledger, *rows: FilterRow | RefusedRow, **options: Any) -> ImportReport:
    """Count, then confirm."""
    filters = ledger.suppression_filters
    new = filters.import_rows(lambda: rows, by="sup-1", **options).new
    return filters.import_rows(lambda: rows, by="sup-1", apply=True, confirm=new, **options)


def batch_of(report: ImportReport) -> str:
    """Its id, to undo it with."""
    assert report.batch
    return report.batch


def on_filter(ledger: Ledger, **options: Any) -> dict[str, tuple[str, ...]]:
    """The causes of each address that gets no mail."""
    return {entry.address: entry.causes for entry in ledger.recipient_filter(**options).entries}
