"""The recipient filter as a file: CSV that no spreadsheet runs, or JSON, one object a line."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from ..application.filter_rows import COLUMNS, FORMULA_STARTS, ExportedRow


def as_csv(rows: Iterable[ExportedRow]) -> Iterator[str]:
    """A header and a line each (RFC 4180, with plain line feeds)."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line([_safe(_plain(cell)) for cell in row])


def as_json_lines(rows: Iterable[ExportedRow]) -> Iterator[str]:
    """An object a line."""
    for row in rows:
        values = (_iso(cell) for cell in row)
        yield json.dumps(dict(zip(COLUMNS, values, strict=True)), ensure_ascii=False) + "\n"


FORMATS = {"csv": as_csv, "json": as_json_lines}
"""How a filter may be written."""


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _safe(cell: str) -> str:
    """An apostrophe before what would be a formula; whoever imports our files takes it away again."""
    return f"'{cell}" if cell[:1] in FORMULA_STARTS and cell else cell


def _plain(cell: object) -> str:
    return "" if cell is None else str(_iso(cell))


def _iso(cell: object) -> object:
    return cell.isoformat() if isinstance(cell, datetime) else cell
