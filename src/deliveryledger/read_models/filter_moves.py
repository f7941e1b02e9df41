"""What exports and undone imports ask of the read models, page by page."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from ..application.filter_rows import ExportedRow, ExportPage
from .candidates_and_messages import iso
from .recipient_filter import active_causes

_ENTRIES = (
    "SELECT address_key, address, entry FROM recipient_filter WHERE scope = ? AND address_key > ? "
    "ORDER BY address_key LIMIT ?"
)
_IMPORTED = (
    "SELECT position, stream FROM activity WHERE position > ? AND tenant = ? AND name = 'AddressSuppressed' "
    "AND json_extract(data, '$.batch') = ? ORDER BY position LIMIT ?"
)


class FilterMoves:
    """Asks the views of a ledger; ``ask`` runs a question on views that have caught up."""

    def __init__(self, ask: Callable[..., Any], clock: Callable[[], datetime]) -> None:
        self._ask, self._clock = ask, clock

    def exported(self, tenant: str, after: str, limit: int) -> ExportPage:
        """The next entries of the filter, by their address keys."""
        page: ExportPage = self._ask(_exported, tenant, after, limit, self._clock())
        return page

    def imported(self, tenant: str, batch: str, after: int, limit: int) -> list[tuple[int, str]]:
        """(position, stream) of what an import recorded after a position."""
        found: list[tuple[int, str]] = self._ask(_imported, tenant, batch, after, limit)
        return found


def is_erased(address: str) -> bool:
    """Whether an address is the placeholder of one that nobody can read any more."""
    return address.startswith("erased+") and address.endswith("@erased.invalid")


def _exported(views: sqlite3.Connection, tenant: str, after: str, limit: int, now: datetime) -> ExportPage:
    entries = views.execute(_ENTRIES, (tenant, after, limit)).fetchall()
    rows = tuple(
        row
        for _, address, entry in entries
        if address and not is_erased(address)
        for row in _rows(address, from_json(entry), now)
    )
    return ExportPage(rows, entries[-1][0] if len(entries) == limit else None)


def _rows(address: str, entry: dict[str, Any], now: datetime) -> list[ExportedRow]:
    return [
        ExportedRow(
            address=address,
            cause=cause,
            reason=facts["reason"],
            since=iso(facts["since"]),
            expires_at=iso(facts["expires_at"]) if facts["expires_at"] else None,
            by=facts["by"],
            messages_stopped=entry["attempts"],
        )
        for cause, facts in active_causes(entry, now).items()
    ]


def _imported(
    views: sqlite3.Connection, tenant: str, batch: str, after: int, limit: int
) -> list[tuple[int, str]]:
    return views.execute(_IMPORTED, (after, tenant, batch, limit)).fetchall()
