"""Are the read models, kept up to date event by event, the same as computed from the log at once?"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ...ledger import Ledger
from ...projections.views import Views

Tables = dict[str, list[tuple[object, ...]]]


class Comparison(NamedTuple):
    """``different`` names the tables whose rows are not the same."""

    events: int
    tables: int
    rows: int
    different: tuple[str, ...]


def rebuild_and_compare(ledger: Ledger, path: Path) -> Comparison:
    """Rebuild, and compare every row of every table with what was there before."""
    events = ledger.status().last_position  # asking catches up
    before = _tables(path)
    ledger.rebuild()
    after = _tables(path)
    names = sorted(before.keys() | after.keys())
    different = [name for name in names if before.get(name) != after.get(name)]
    if ledger.status().last_position != events:
        different.append("the log itself")
    return Comparison(events, len(names), sum(map(len, after.values())), tuple(different))


def _tables(path: Path) -> Tables:
    views = Views(path)
    file = views.file(views.generation())
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        # The names are those of our own schema.
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}  # noqa: S608
