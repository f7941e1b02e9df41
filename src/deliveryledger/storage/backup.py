"""Back up a log that is in use."""

from dataclasses import dataclass
from pathlib import Path

from ..errors import PlaceTaken
from .connections import Connections
from .copying import copy, reading

_ATTEMPTED = "back up the ledger"


@dataclass(frozen=True)
class Backup:
    """A copy of the log: where it is, and how far it goes; ``audit`` is the audit log's, if there is one."""

    path: Path
    last_position: int
    audit: Path | None


def back_up(log: Connections, to: Path) -> Backup:
    """Copy the log, and the audit log beside it. Raises PlaceTaken, StorageError."""
    audit, audit_to = Path(f"{log.path}.audit"), to.with_name(to.name + ".audit")
    if to.exists() or audit_to.exists():
        taken = to if to.exists() else audit_to
        raise PlaceTaken(_ATTEMPTED, f"there is a file {taken.name!r} already", "give another name")
    copied = None
    # First what follows, then what is followed: a copy of the audit log must not know more than the log's.
    if not log.is_memory and audit.exists():
        with reading(audit, _ATTEMPTED) as connection:
            copy(connection, audit_to, _ATTEMPTED)
        copied = audit_to
    with log.read(_ATTEMPTED) as connection:
        last = connection.execute("SELECT max(position) FROM ledger_events").fetchone()[0] or 0
        copy(connection, to, _ATTEMPTED)  # the same snapshot
    return Backup(to, last, copied)
