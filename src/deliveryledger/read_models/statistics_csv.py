"""Counts as CSV. Spreadsheets take a text that begins like a formula for one, also within quotation marks.

OWASP, *CSV injection*: = + - @, tab, line ends, and the full-width forms that some programs narrow.
"""

import csv
import io
from collections.abc import Iterable, Mapping

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(by: Iterable[str], counts: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Lines end in CR LF, the first one names the columns (RFC 4180); UTF-8 where it is written."""
    columns, written = [*by, *counts], io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([[_safe(row[column]) for column in columns] for row in rows])
    return written.getvalue()


def _safe(value: object) -> object:
    """A text that would be a formula begins with an apostrophe: the spreadsheet then shows it as it is."""
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return "" if value is None else value
