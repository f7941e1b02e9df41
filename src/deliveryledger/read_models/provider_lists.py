"""What keeping the providers' lists in step asks of the read models."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from ..application.provider_removals import ApprovedRemoval
from ..application.reconciling import OwnEntry
from ..domain.suppression_filter.events import Cause
from .filter_moves import is_erased
from .recipient_filter import active_causes

_APPROVED = (
    "SELECT stream, address FROM recipient_filter WHERE instr(entry, '\"approved\":{') "
    "AND (?1 IS NULL OR scope = ?1) ORDER BY stream"
)
_ENTRIES = (
    "SELECT address_key, stream, address, entry FROM recipient_filter WHERE scope = ? AND address_key > ? "
    "ORDER BY address_key LIMIT ?"
)


class ListQuestions:
    """Asks the views of a ledger; ``ask`` runs a question on views that have caught up."""

    def __init__(self, ask: Callable[..., Any], clock: Callable[[], datetime]) -> None:
        self._ask, self._clock = ask, clock

    def approved(self, tenant: str | None) -> list[ApprovedRemoval]:
        """Removals that are approved and not lifted; of a tenant, or of all."""
        found: list[ApprovedRemoval] = self._ask(_approved, tenant)
        return found

    def entries(self, tenant: str, after: str, limit: int) -> tuple[list[OwnEntry], str | None]:
        """The next entries of the filter by their address keys, and the place where the next page begins."""
        found: tuple[list[OwnEntry], str | None] = self._ask(_entries, tenant, after, limit, self._clock())
        return found


def _approved(views: sqlite3.Connection, tenant: str | None) -> list[ApprovedRemoval]:
    rows = views.execute(_APPROVED, (tenant,))
    return [ApprovedRemoval(*row) for row in rows if not is_erased(row[1])]


def _entries(
    views: sqlite3.Connection, tenant: str, after: str, limit: int, now: datetime
) -> tuple[list[OwnEntry], str | None]:
    rows = views.execute(_ENTRIES, (tenant, after, limit)).fetchall()
    entries = []
    for address_key, stream, address, text in rows:
        entry = from_json(text)
        causes = {Cause(cause): facts.get("list") for cause, facts in active_causes(entry, now).items()}
        if causes and not is_erased(address):
            entries.append(OwnEntry(stream, address_key, address, causes, "approved" in entry))
    return entries, rows[-1][0] if len(rows) == limit else None
