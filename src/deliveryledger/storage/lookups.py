"""Lookups beside the events: deliveries that were recorded, submissions by recipient and time."""

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from ..application.ports import Correlation, Delivery

LOOKUPS_SCHEMA: Final = """\
ALTER TABLE deliveries ADD COLUMN seen_on TEXT;

CREATE INDEX correlations_by_address ON correlations (address_key, submitted_at)
"""
_DELIVERY: Final = "SELECT content FROM deliveries WHERE key = ?"
_REMEMBER: Final = "INSERT INTO deliveries (key, content, seen_on) VALUES (?,?,?)"
_FORGET: Final = "DELETE FROM deliveries WHERE seen_on < ?"
_SUBMITTED_TO: Final = (
    "SELECT * FROM correlations WHERE address_key = ? AND submitted_at BETWEEN ? AND ? "
    "AND provider = ? AND account = ? ORDER BY submitted_at DESC, stream DESC LIMIT 1000"
)


def delivery(connection: sqlite3.Connection, key: str) -> str | None:
    """The content that a delivery key was seen with."""
    row = connection.execute(_DELIVERY, (key,)).fetchone()
    return row[0] if row else None


def remember_deliveries(connection: sqlite3.Connection, deliveries: Mapping[str, Delivery]) -> None:
    """Note deliveries that were recorded."""
    rows = [
        (key, content, seen_on.isoformat() if seen_on else None)
        for key, (content, seen_on) in deliveries.items()
    ]
    connection.executemany(_REMEMBER, rows)


def forget_deliveries(connection: sqlite3.Connection, before: date) -> None:
    """Remove those that were seen before a day; what is remembered for ever stays."""
    connection.execute(_FORGET, (before.isoformat(),))


def submitted_to(
    connection: sqlite3.Connection,
    address_key: str,
    *,
    provider: str,
    account: str,
    since: datetime,
    until: datetime,
) -> list[Correlation]:
    """See the port."""
    asked = (address_key, since.isoformat(), until.isoformat(), provider, account)
    return [Correlation(*row) for row in connection.execute(_SUBMITTED_TO, asked)]
