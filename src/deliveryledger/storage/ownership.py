"""Whose file it is: a database is claimed while it is empty, and refused if it belongs to somebody else."""

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ..errors import ForeignDatabase


def refuse_foreign(connection: sqlite3.Connection, application_id: int, what: str) -> bool:
    """Raise ForeignDatabase unless the file is ours or empty. True = it is empty."""
    # In this order: another process may be creating it, and commits tables and id together.
    is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    if found == application_id:
        return False
    if found == 0 and is_empty:
        return True
    raise ForeignDatabase(f"open {what}", "the file belongs to another program", "give the path of a ledger")


def refuse_newer(connection: sqlite3.Connection, newest: int, attempted: str) -> int:
    """The file's version. Raises ForeignDatabase if it is above the newest that we know."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > newest:
        raise ForeignDatabase(
            attempted, "a newer version of deliveryledger wrote it", "upgrade deliveryledger"
        )
    return version


def claim(connection: sqlite3.Connection, *, application_id: int, schemas: Sequence[str], what: str) -> bool:
    """Create the tables in an empty file, or bring those of an earlier version up to date.

    ``schemas`` has one script per version, each adding to those before it: nothing that was written is
    changed. True = the file was created now. Raises ForeignDatabase if it is somebody else's or newer.
    """
    is_new = refuse_foreign(connection, application_id, what)
    version = 0 if is_new else refuse_newer(connection, len(schemas), f"open {what}")
    for script in schemas[version:]:
        for statement in script.split(";\n\n"):
            connection.execute(statement)
    if version < len(schemas):
        connection.execute(f"PRAGMA application_id={application_id}")
        connection.execute(f"PRAGMA user_version={len(schemas)}")
    return is_new


def touch_private(path: str) -> None:
    """Make an empty file that its owner alone can read, unless there is one."""
    # SQLite gives a database's journals the rights of the database. Made under another name, because to close
    # a file that is in use would let go of its locks (sqlite.org/howtocorrupt.html, 2.2).
    file = Path(path)
    if file.exists():
        return
    empty = file.with_name(f"{file.name}.{os.getpid()}-{os.urandom(4).hex()}")
    with contextlib.suppress(OSError):  # connecting says what is wrong
        os.close(os.open(empty, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            os.link(empty, file)
        finally:
            empty.unlink()
