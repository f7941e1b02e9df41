"""What keeping the providers' lists in step asks of the read models."""

import sqlite3
from collections.abc import Callable
from typing import Any

from ..application.provider_removals import ApprovedRemoval
from .filter_moves import is_erased

_APPROVED = (
    "SELECT stream, address FROM recipient_filter WHERE instr(entry, '\"approved\":{') "
    "AND (?1 IS NULL OR scope = ?1) ORDER BY stream"
)


class ListQuestions:
    """Asks the views of a ledger; ``ask`` runs a question on views that have caught up."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def approved(self, tenant: str | None) -> list[ApprovedRemoval]:
        """Removals that are approved and not lifted; of a tenant, or of all."""
        found: list[ApprovedRemoval] = self._ask(_approved, tenant)
        return found


def _approved(views: sqlite3.Connection, tenant: str | None) -> list[ApprovedRemoval]:
    rows = views.execute(_APPROVED, (tenant,))
    return [ApprovedRemoval(*row) for row in rows if not is_erased(row[1])]
