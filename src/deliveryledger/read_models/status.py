"""How the ledger is: positions, lag and counts."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from ..application.kept_requests import Waiting

_COUNTS = {
    "candidates": "SELECT count(*) FROM candidates WHERE address_key <> ''",
    "messages": "SELECT count(*) FROM messages",
    "withheld messages": "SELECT count(*) FROM messages WHERE withheld_by IS NOT NULL "
    "AND json_extract(outcomes, '$[0]') IS NULL",
    "open incidents": "SELECT count(*) FROM incidents WHERE handled_by IS NULL",
    "addresses ever suppressed": "SELECT count(*) FROM recipient_filter WHERE address <> ''",
}


class LedgerStatus(BaseModel):
    """``lag`` is how many positions a read model was behind the log when it was asked."""

    model_config = ConfigDict(frozen=True)

    ledger_id: str
    last_position: int
    read_models: Mapping[str, int]
    lag: Mapping[str, int]
    counts: Mapping[str, int]
    kept_requests: int = 0
    """Webhook requests that were answered and are not recorded yet."""
    unverified_requests: int = 0
    """How many of them wait for what proves their origin."""
    oldest_kept_request: datetime | None = None

    def __str__(self) -> str:
        lines = [f"ledger {self.ledger_id}", f"last position {self.last_position}"]
        lines += [
            f"  {name}: position {position}, lag {self.lag[name]}"
            for name, position in self.read_models.items()
        ]
        lines += [f"  {name}: {count}" for name, count in self.counts.items()]
        # Also where there are none: who looks for them would not know that they are counted.
        kept = f"  webhook requests to be recorded: {self.kept_requests}"
        if self.unverified_requests:
            kept += f", of which {self.unverified_requests} wait for a proof"
        if self.oldest_kept_request:
            kept += f", the oldest since {self.oldest_kept_request:%Y-%m-%d %H:%M} UTC"
        lines.append(kept)
        return "\n".join(lines)


def ledger_status(
    connection: sqlite3.Connection,
    ledger_id: str,
    last_position: int,
    positions: Mapping[str, int],
    kept: Waiting,
) -> LedgerStatus:
    """Counts of all tenants together."""
    return LedgerStatus(
        ledger_id=ledger_id,
        last_position=last_position,
        read_models=positions,
        lag={name: max(0, last_position - position) for name, position in positions.items()},
        counts={name: connection.execute(sql).fetchone()[0] for name, sql in _COUNTS.items()},
        kept_requests=kept.requests,
        unverified_requests=kept.unverified,
        oldest_kept_request=kept.oldest,
    )
