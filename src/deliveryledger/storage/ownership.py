"""Whose file it is: a database is claimed while it is empty, and refused if it belongs to somebody else."""

import sqlite3

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


def claim(
    connection: sqlite3.Connection, *, application_id: int, schema: str, version: int, what: str
) -> bool:
    """Create the schema in an empty file, or check that the file is ours. True = it was created now."""
    if refuse_foreign(connection, application_id, what):
        for statement in schema.split(";\n\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={application_id}")
        connection.execute(f"PRAGMA user_version={version}")
        return True
    if connection.execute("PRAGMA user_version").fetchone()[0] > version:
        raise ForeignDatabase(
            f"open {what}", "a newer version of deliveryledger wrote it", "upgrade deliveryledger"
        )
    return False
