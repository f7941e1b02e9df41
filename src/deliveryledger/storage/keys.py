"""``ledger.keys``: replace them, back them up, and say how they are."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..application.ports import Clock
from ..domain.identifiers import check_id
from ..privacy.keys import KeyWrapper, new_key
from .address_secret import replace_secret, secret_in_use
from .connections import Connections
from .key_backup import DEFAULT_MAX_AGE, KeyBackup, back_up_keys, moment
from .key_sources import FileKey, KeySource, given_source, key_file
from .key_store import KeyStore
from .lost_keys import missing_subjects

_COUNT = "SELECT count(*), count(wrapped), count(*) FILTER (WHERE purpose = 'lost') FROM subject_keys"


class KeyStatus(BaseModel):
    """How the keys are: counts of data subjects, versions, the newest backup that the key store knows of."""

    model_config = ConfigDict(frozen=True)

    key_encryption_key: str
    """Where it comes from: ``file``, ``given`` (argument or variable) or ``wrapper``."""
    key_encryption_key_version: int
    address_secret_version: int
    live_keys: int
    destroyed_keys: int
    lost_keys: int
    """That were given up; beside the destroyed ones."""
    backed_up_at: datetime | None
    backup_age_days: int | None

    def __str__(self) -> str:
        backup = "never backed up"
        if self.backed_up_at:
            backup = f"backed up {self.backed_up_at:%Y-%m-%d %H:%M} UTC, {self.backup_age_days} days ago"
        lost = f", {self.lost_keys} lost" if self.lost_keys else ""
        return (
            f"key-encryption key  version {self.key_encryption_key_version} ({self.key_encryption_key})\n"
            f"address secret      version {self.address_secret_version}\n"
            f"keys of people      {self.live_keys} live, {self.destroyed_keys} destroyed{lost}\n"
            f"key store           {backup}"
        )


class LedgerKeys:
    """The keys of one ledger."""

    def __init__(self, log: Connections, store: KeyStore, clock: Clock) -> None:
        self._log = log
        self._store = store
        self._clock = clock

    def rotate_key_encryption_key(self, new: bytes | KeyWrapper | None = None) -> None:
        """Wrap every key anew, in one step: under ``new``, or under a new key in the file beside the ledger.

        A KeyWrapper gets a new random key to wrap. The old key opens the key store no more; it still opens
        backups that were made before. Other processes go on where the new key comes from their file or
        wrapper; a process that was given a key gets KeyEncryptionKeyReplaced. A kill at any point leaves a
        ledger that opens with the old key or with the new one. Raises KeyStoreError, StorageError.
        """
        self._store.replace_key_encryption_key(self._next(new))

    def _next(self, new: bytes | KeyWrapper | None) -> KeySource:
        if new is not None:
            return given_source(new)
        if self._log.is_memory:
            return given_source(new_key())
        return FileKey(key_file(Path(self._log.path)))

    def rotate_address_secret(self) -> int:
        """Digest addresses that the ledger has not met yet with a new secret; returns its version.

        Addresses that it has met keep their keys, and every other digest stays on the first secret: history
        is not rewritten. Other processes notice by themselves. Raises KeyStoreError, StorageError.
        """
        return replace_secret(self._log, self._store)

    def backup(self, folder: str | os.PathLike[str], *, max_age: timedelta = DEFAULT_MAX_AGE) -> KeyBackup:
        """Copy the key store into a folder of its own, and remove its copies that are older than ``max_age``.

        An old one could bring back what was erased since. The key-encryption key is not part of it.
        Raises StorageError, InvalidInput.
        """
        name = "memory" if self._log.is_memory else Path(self._log.path).name
        return back_up_keys(
            self._store.connections, self._store.ledger_id, name, Path(folder), self._clock(), max_age
        )

    def missing(self) -> int:
        """How many data subjects the log names whose keys are neither there nor recorded as destroyed.

        It is an alarm; the log is read for it from the first event on. Raises StorageError.
        """
        return len(set[str]().union(*missing_subjects(self._log, self._store)))

    def give_up_missing(self, *, by: str) -> int:
        """Record every key that is missing as lost, for good; returns how many. Twice is fine.

        For when there is no newer backup of the key store. What they sealed reads as erased from then on,
        and everything else works again; a view that had read it before shows it until ``ledger.rebuild()``.
        Who did it (an id) and when is kept in the key store. Raises InvalidIdentifier, StorageError.
        """
        check_id(by, "actor id")
        pages = missing_subjects(self._log, self._store)
        return sum(self._store.record_lost(missing, self._clock(), by=by) for missing in pages)

    def status(self) -> KeyStatus:
        """Versions and counts. Raises StorageError."""
        with self._log.read("look at the keys") as connection:
            version = secret_in_use(connection)
        with self._store.connections.read("look at the keys") as connection:
            total, live, lost = connection.execute(_COUNT).fetchone()
            number, at = connection.execute("SELECT kek_generation, backed_up_at FROM key_store").fetchone()
        made_at = moment(at)
        return KeyStatus(
            key_encryption_key=self._store.kind_of_source,
            key_encryption_key_version=number,
            address_secret_version=version,
            live_keys=live,
            destroyed_keys=total - live - lost,
            lost_keys=lost,
            backed_up_at=made_at,
            backup_age_days=(self._clock() - made_at).days if made_at else None,
        )
