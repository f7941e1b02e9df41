"""What opens a key store: its key-encryption key, and with it the secrets of the address keys."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import AddressSecretMissing, KeyStoreMissing, LedgerCorrupt, WrongKeyEncryptionKey
from ..privacy.keys import KeyEncryptionKey
from .connections import Connections
from .key_sources import KeySource

_READ = "SELECT ledger_id, kek_generation, wrapped_kek FROM key_store"
_REWRAPPED_AT_ONCE = 10_000


class _Locked(NamedTuple):
    ledger_id: str
    generation: int
    wrapped: bytes | None
    secrets: dict[int, bytes]


@dataclass(frozen=True, repr=False)
class Unlocked:
    """A key store as it was opened; ``generation`` grows with every replaced key-encryption key."""

    ledger_id: str
    generation: int
    kek: KeyEncryptionKey
    secrets: Mapping[int, bytes]


def secret_context(version: int) -> str:
    """What the wrapped form of an address secret is bound to."""
    return f"address-secret-{version}"


def generation(connection: sqlite3.Connection) -> int:
    """How often the key-encryption key was replaced, from 1."""
    number: int = connection.execute("SELECT kek_generation FROM key_store").fetchone()[0]
    return number


def unlock(connections: Connections, source: KeySource) -> Unlocked:
    """Open the key store, while others may be replacing its key. Raises KeyStoreError."""
    locked = _read(connections)
    while True:
        try:
            return _unlock(locked, source)
        except (WrongKeyEncryptionKey, KeyStoreMissing):
            before, locked = locked, _read(connections)
            if locked.generation == before.generation:
                raise


def _read(connections: Connections) -> _Locked:
    with connections.read("open the key store") as connection:
        secrets = dict(connection.execute("SELECT version, wrapped FROM address_secrets").fetchall())
        row = connection.execute(_READ).fetchone()
    if row is None:
        raise LedgerCorrupt("open the key store", "its only row is gone", "restore it from its backup")
    ledger_id, number, wrapped = row
    return _Locked(ledger_id, number, wrapped, secrets)


def _unlock(locked: _Locked, source: KeySource) -> Unlocked:
    if 1 not in locked.secrets:
        raise AddressSecretMissing(
            "open the key store", "the first secret of the address keys is gone", "restore it from its backup"
        )
    for kek in source.candidates(locked.ledger_id, locked.wrapped):
        with suppress(WrongKeyEncryptionKey):
            secrets = {v: kek.unwrap(wrapped, secret_context(v)) for v, wrapped in locked.secrets.items()}
            return Unlocked(locked.ledger_id, locked.generation, kek, secrets)
    raise WrongKeyEncryptionKey(
        "open the key store",
        "the key-encryption key does not fit, or the key store was altered",
        "give the key-encryption key that this ledger was made with, or that it was replaced by",
    )


def rewrap(connection: sqlite3.Connection, old: KeyEncryptionKey, new: KeyEncryptionKey) -> None:
    """Wrap every live key anew. Raises WrongKeyEncryptionKey if one was altered; then nothing is changed."""
    for version, wrapped in connection.execute("SELECT version, wrapped FROM address_secrets").fetchall():
        context = secret_context(version)
        anew = new.wrap(old.unwrap(wrapped, context), context)
        connection.execute("UPDATE address_secrets SET wrapped = ? WHERE version = ?", (anew, version))
    page = (
        "SELECT subject, wrapped FROM subject_keys WHERE wrapped IS NOT NULL AND subject > ? "
        "ORDER BY subject LIMIT ?"
    )
    last = ""
    while rows := connection.execute(page, (last, _REWRAPPED_AT_ONCE)).fetchall():
        last = rows[-1][0]
        connection.executemany(
            "UPDATE subject_keys SET wrapped = ? WHERE subject = ?",
            [(new.wrap(old.unwrap(wrapped, subject), subject), subject) for subject, wrapped in rows],
        )
