"""How the read models forget a person: the columns are overwritten, then the file is written anew.

Whatever was interrupted is found again: the cursor has not passed the erasure, or the file says that it still
holds bytes of what was overwritten.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ..application.ports import EventLog
from ..domain.candidate_email.events import PersonalDataErased
from .read_model import ReadModel


def forget(
    connection: sqlite3.Connection, log: EventLog, models: Sequence[ReadModel], after: int, until: int
) -> None:
    """Overwrite what was taken up of the persons whose erasure lies between two positions.

    Runs in the transaction that moves the cursor past the erasure.
    """
    log.carry_out_erasures(sweep=False)  # whoever recorded it may have been killed before
    streams: set[str] = set()
    for envelope in log.read(after=after, until=until, limit=until - after):
        if isinstance(event := envelope.event, PersonalDataErased):
            streams.update((envelope.stream, *event.filter_entries))
            for model in models:
                streams.update(model.streams_of(connection, envelope.name.owner, event.candidate_id))
    if not streams:
        return
    envelopes = [e for e in log.read_streams(sorted(streams)) if e.position <= until]
    for model in models:
        model.overwrite(connection, envelopes)
    connection.execute("PRAGMA user_version=1")  # part of the transaction


def must_be_rewritten(connection: sqlite3.Connection) -> bool:
    """Whether free pages or journals still hold what was overwritten."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0])


def rewrite_into(scratch: Path, connection: sqlite3.Connection) -> None:
    """Write what is in the tables, and nothing else, into an empty file that may replace this one."""
    connection.execute("VACUUM INTO ?", (str(scratch),))
    copy = sqlite3.connect(scratch, isolation_level=None)
    try:
        copy.execute("PRAGMA user_version=0")
    finally:
        copy.close()


def rewrite_memory(connection: sqlite3.Connection) -> None:
    """The same where no file is: the pages are written anew in place."""
    connection.execute("VACUUM")
    connection.execute("PRAGMA user_version=0")
