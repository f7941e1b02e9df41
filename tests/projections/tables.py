"""Every row of every read model, to be compared."""

from typing import Any

from deliveryledger import Ledger

Tables = dict[str, list[tuple[Any, ...]]]


def tables(ledger: Ledger) -> Tables:
    """Caught up; rows in an order of their own, cursors and the schema included."""
    with ledger._runner.caught_up() as views:
        names = [row[0] for row in views.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(views.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
        found["schema"] = sorted(views.execute("SELECT type, name, tbl_name FROM sqlite_master"))
    return found
