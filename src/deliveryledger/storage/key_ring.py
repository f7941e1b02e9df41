"""The key store as it is opened: the key that opens it, the address keys' secrets, and their replacement."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..domain.addresses import Digests
from ..errors import (
    AddressSecretMissing,
    KeyEncryptionKeyReplaced,
    KeyStoreForeign,
    KeyStoreMissing,
    WrongKeyEncryptionKey,
)
from ..privacy.keys import KeyEncryptionKey, new_key
from .connections import MEMORY, Connections
from .key_sources import GivenKey, KeySource
from .ownership import claim
from .unlocking import generation, rewrap, secret_context, unlock

APPLICATION_ID = 0x444C4B53  # "DLKS"


class KeyRing:
    """The keys of one ledger, but for those of its data subjects.

    Where another process replaces the key-encryption key, this one asks its source again: a file or a
    wrapper goes on working, a key that was given raises KeyEncryptionKeyReplaced.
    """

    def __init__(
        self,
        path: str,
        source: KeySource | KeyEncryptionKey,
        *,
        schemas: Sequence[str],
        log_exists: bool = False,
        belongs_to: str | None = None,
    ) -> None:
        self._schemas = schemas
        self._log_exists = log_exists and path != MEMORY
        if self._log_exists and not Path(path).exists():
            raise _missing()
        self._source = GivenKey(source) if isinstance(source, KeyEncryptionKey) else source
        self._connections = Connections(
            path,
            what="the key store",
            application_id=APPLICATION_ID,
            version=len(schemas),
            prepare=self._prepare,
            private=True,
        )
        try:
            if belongs_to is not None:  # asked first: its key would be the wrong one too
                self._check_belongs_to(belongs_to)
            self._unlocked = unlock(self._connections, self._source)
            self._settle()
        except BaseException:
            self.close()
            raise
        self.ledger_id = self._unlocked.ledger_id
        self._digests: Digests | None = None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if not claim(connection, application_id=APPLICATION_ID, schemas=self._schemas, what="the key store"):
            return
        if self._log_exists:
            raise _missing()  # emptied
        ledger_id = os.urandom(16).hex()
        kek, wrapped = self._source.new(ledger_id, replaces=False)
        connection.execute(
            "INSERT INTO key_store (only_row, ledger_id, wrapped_kek) VALUES (1, ?, ?)", (ledger_id, wrapped)
        )
        secret = kek.wrap(new_key(), secret_context(1))
        connection.execute("INSERT INTO address_secrets VALUES (1, ?)", (secret,))

    def _check_belongs_to(self, ledger_id: str) -> None:
        with self._connections.read("open the key store") as connection:
            row = connection.execute("SELECT ledger_id FROM key_store").fetchone()
        if row is not None and row[0] != ledger_id:
            raise foreign()

    def _settle(self) -> None:
        if self._source.is_staged:
            # What is in force is asked for under the lock: another process may have gone on meanwhile.
            with self._connections.write("put the key file in its place"):
                self._unlocked = unlock(self._connections, self._source)
                self._source.settle(self._unlocked.kek)

    @property
    def kind_of_source(self) -> str:
        """Where the key-encryption key comes from: ``file``, ``given`` or ``wrapper``."""
        return self._source.kind

    @property
    def connections(self) -> Connections:
        """The connections to its file."""
        return self._connections

    def digests(self, version: int) -> Digests:
        """Keyed digests with the secrets up to a version. Raises AddressSecretMissing."""
        digests = self._digests
        if digests is None or digests.versions[0] != version:
            if version not in self._unlocked.secrets:
                self._unlock_again()
            secrets = {v: s for v, s in self._unlocked.secrets.items() if v <= version}
            if version not in secrets:
                raise AddressSecretMissing(
                    "digest an address",
                    "the log was written with a secret that the key store does not have",
                    "restore a newer backup of the key store",
                )
            self._digests = digests = Digests(secrets)
        return digests

    def add_address_secret(self, *, above: int) -> int:
        """Commit a new secret of the address keys, to be used once the log says so; returns its version."""
        with self._writing("store a new secret") as (connection, kek):
            newest = connection.execute("SELECT max(version) FROM address_secrets").fetchone()[0]
            version: int = max(above, newest) + 1
            wrapped = kek.wrap(new_key(), secret_context(version))
            connection.execute("INSERT INTO address_secrets VALUES (?, ?)", (version, wrapped))
        self._unlock_again()
        return version

    def replace_key_encryption_key(self, source: KeySource) -> None:
        """Wrap every key anew under the key of another source, in one transaction; forget the old forms.

        Raises KeyStoreError, StorageError; then the old key stays in force.
        """
        kek, wrapped = source.new(self.ledger_id, replaces=True)
        attempted = "replace the key-encryption key"
        # Until we know the new one, no other thread shall ask the old source and take it for replaced.
        with self._connections.writing_alone(attempted):
            with self._writing(attempted) as (connection, present):
                source.stage(present, kek)
                rewrap(connection, present, kek)
                connection.execute(
                    "UPDATE key_store SET kek_generation = kek_generation + 1, wrapped_kek = ?, "
                    "must_scrub = must_scrub + 1",
                    (wrapped,),
                )
            self._source = source
            self._unlocked = unlock(self._connections, source)
        self._settle()
        self.scrub()

    @contextmanager
    def _writing(self, attempted: str) -> Iterator[tuple[sqlite3.Connection, KeyEncryptionKey]]:
        """A write transaction, and the key-encryption key that is in force until it ends."""
        with self._connections.write(attempted) as connection:
            if generation(connection) != self._unlocked.generation:
                self._unlock_again()
            yield connection, self._unlocked.kek

    def _unlock_again(self) -> None:
        attempted = "open the key store"
        with self._connections.writing_alone(attempted):
            try:
                self._unlocked = unlock(self._connections, self._source)
            except (WrongKeyEncryptionKey, KeyStoreMissing):
                with self._connections.read(attempted) as connection:
                    if generation(connection) == self._unlocked.generation:
                        raise
                raise KeyEncryptionKeyReplaced(
                    "use the keys",
                    "another process has replaced the key-encryption key",
                    "open the ledger again with the new one",
                ) from None

    def scrub(self) -> None:
        """After an erasure: write the file anew and empty its journal, so that no destroyed key is left."""
        while pending := self._pending():
            self._connections.scrub("remove what is left of destroyed keys")
            with self._connections.write("note an erasure") as connection:
                # Unless another process has destroyed more meanwhile: that may not be scrubbed yet.
                connection.execute("UPDATE key_store SET must_scrub = 0 WHERE must_scrub = ?", (pending,))

    def _pending(self) -> int:
        with self._connections.read("look up the last erasure") as connection:
            pending: int = connection.execute("SELECT must_scrub FROM key_store").fetchone()[0]
        return pending

    def close(self) -> None:
        """Release the connections."""
        self._connections.close()


def foreign() -> KeyStoreForeign:
    """The error for keys of another ledger."""
    return KeyStoreForeign(
        "open the key store",
        "it belongs to another ledger",
        "put the key store that was made with this log beside it",
    )


def _missing() -> KeyStoreMissing:
    return KeyStoreMissing(
        "open the key store",
        "the event log is there, its key store is not",
        "restore the key store from its backup; nothing was changed",
    )
