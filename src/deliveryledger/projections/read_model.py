"""What a read model is: tables, SQL constants and one ``apply``. No clock, no questions, safe to rebuild."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Protocol

from ..application.envelope import Envelope


class ReadModel(Protocol):
    """Tables for one screen, computed from the log alone."""

    @property
    def name(self) -> str:
        """Its name in the table of cursors."""

    @property
    def version(self) -> int:
        """Raised when schema or ``apply`` change: the views are then rebuilt."""

    @property
    def tables(self) -> str:
        """CREATE TABLE statements."""

    @property
    def indexes(self) -> str:
        """CREATE INDEX statements, run after a rebuild has loaded the rows."""

    def apply(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Take up events in the order of their positions, inside the runner's transaction."""

    def streams_of(self, connection: sqlite3.Connection, tenant: str, candidate_id: str) -> Iterable[str]:
        """Streams whose rows hold personal data of a candidate; each is asked of every read model."""

    def overwrite(self, connection: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
        """Write the personal columns of whole streams anew, with what their events say since an erasure."""
