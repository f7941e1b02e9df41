"""The secret of the address keys, as the log's file knows it: which one is in use, and its replacement.

History is not rewritten. The keys that stand in the log when a secret is replaced are noted
(``earlier_address_keys``), so that an address the ledger has met keeps its key.
"""

import sqlite3
from collections.abc import Iterable

from ..errors import LedgerCorrupt
from .connections import Connections
from .key_store import KeyStore
from .parameters import json_array

_PAGE = 20_000
"""Events that are searched for address keys while the write lock is held."""
_NOTE = (
    "INSERT OR IGNORE INTO earlier_address_keys "
    "SELECT json_extract(CAST(data AS TEXT), '$.address_key') AS key FROM ledger_events "
    "WHERE position > :after AND position <= :until AND key IS NOT NULL "
    "UNION SELECT json_extract(CAST(data AS TEXT), '$.previous_key') AS key FROM ledger_events "
    "WHERE name = 'EmailChanged' AND position > :after AND position <= :until AND key IS NOT NULL"
)
_EARLIER = (
    "SELECT address_key FROM earlier_address_keys WHERE address_key IN (SELECT value FROM json_each(?))"
)


def secret_in_use(connection: sqlite3.Connection) -> int:
    """Version of the secret that new addresses are digested with."""
    row = connection.execute("SELECT version FROM address_secret_in_use WHERE only_row = 1").fetchone()
    if row is None:
        raise LedgerCorrupt("look up the address secret", "its row is gone", "restore a backup")
    version: int = row[0]
    return version


def earlier_address_keys(connection: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Those of the keys that stood in the log when a secret was replaced."""
    return {row[0] for row in connection.execute(_EARLIER, (json_array(keys),))}


def replace_secret(log: Connections, key_store: KeyStore) -> int:
    """Make a new secret and use it from now on; returns its version.

    A kill leaves at most a secret that is never used. Others write meanwhile: the log is searched page by
    page, and only the last page together with the change. Raises StorageError, KeyStoreError.
    """
    attempted = "replace the secret of the address keys"
    with log.read(attempted) as connection:
        key_store.digests(secret_in_use(connection))  # an alarm now is better than a gap for ever
    after = 0
    while (last := _last_position(log, attempted)) - after > _PAGE:
        with log.write(attempted) as connection:
            _note(connection, after, after + _PAGE)
        after = min(after + _PAGE, last)
    with log.write(attempted) as connection:
        _note(connection, after, 2**63 - 1)
        version = key_store.add_address_secret(above=secret_in_use(connection))
        connection.execute("UPDATE address_secret_in_use SET version = ?", (version,))
    return version


def _last_position(log: Connections, attempted: str) -> int:
    with log.read(attempted) as connection:
        return connection.execute("SELECT max(position) FROM ledger_events").fetchone()[0] or 0


def _note(connection: sqlite3.Connection, after: int, until: int) -> None:
    connection.execute(_NOTE, {"after": after, "until": until})
