"""Put a log and its keys back into a place where no ledger is."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic_core import to_json

from ..application.ports import Clock
from ..errors import (
    AddressSecretMissing,
    KeyBackupTooOld,
    KeyStoreForeign,
    PlaceTaken,
    StorageError,
)
from ..privacy.keys import KeyWrapper
from . import key_ring, sqlite
from .codec import sealed_subject
from .copying import copy, reading
from .event_log import SqliteEventLog
from .key_file import sync_folder
from .key_sources import KeySource, key_source
from .key_store import KeyStore
from .ownership import refuse_foreign

_ATTEMPTED = "restore a ledger"
_PAGE = 10_000
_LIVE = "SELECT count(wrapped) FROM subject_keys"
_NOT_THERE = "SELECT count(*) FROM json_each(?) WHERE value NOT IN (SELECT subject FROM subject_keys)"
_TAKEN = ("", "-wal", "-journal", ".keys", ".keys-wal", ".keys-journal", ".audit")
_PARTS = (".keys", ".audit", "")
"""In the order in which they are put in place: the log last, for without it there is no ledger."""


@dataclass(frozen=True)
class Restored:
    """What a restored ledger is like."""

    last_position: int
    erasures_applied: int
    """Keys that the backup had and that were destroyed again: their erasure is recorded in the log."""
    keys_missing: int
    """Data subjects whose keys the backup does not have: an alarm; their personal fields do not open."""
    address_secret_missing: bool
    """An alarm: the log was written with a newer secret of the address keys than the backup has."""

    @property
    def is_whole(self) -> bool:
        """Whether there is no alarm."""
        return not self.keys_missing and not self.address_secret_missing


def restore(
    backup: str | os.PathLike[str],
    *,
    keys: str | os.PathLike[str],
    to: str | os.PathLike[str],
    key_encryption_key: bytes | KeyWrapper | None = None,
    accept_old_keys: bool = False,
    clock: Clock = lambda: datetime.now(UTC),
) -> Restored:
    """Put a backup of the log and one of the keys to ``to``, and open it once.

    The key-encryption key comes as for ``Ledger.open``: it is given here, or in the environment, or lies in
    the file ``<to>.kek`` already. Recorded erasures are applied before anything is read. Raises PlaceTaken
    where a ledger is, KeyStoreForeign where log and keys do not belong together, KeyBackupTooOld unless
    ``accept_old_keys``, KeyStoreError, StorageError; then nothing was put in place.
    """
    log, key_copy, target = Path(backup), Path(keys), Path(to).absolute()
    if taken := [target.name + end for end in _TAKEN if os.path.lexists(f"{target}{end}")]:
        raise PlaceTaken(_ATTEMPTED, f"there is a file {taken[0]!r} already", "give a place without a ledger")
    _check(log, key_copy, None if accept_old_keys else clock())
    with _beside(target) as folder:
        staged = folder / target.name
        _copy_all(log, key_copy, staged)
        restored = _open(staged, key_source(target, key_encryption_key), clock)
        for part in _PARTS:
            if Path(f"{staged}{part}").exists():
                Path(f"{staged}{part}").rename(f"{target}{part}")
        sync_folder(target)
    return restored


def _check(log: Path, keys: Path, now: datetime | None) -> None:
    with reading(log, _ATTEMPTED) as connection:
        refuse_foreign(connection, sqlite.APPLICATION_ID, "the backup of the log")
        row = connection.execute("SELECT ledger_id FROM ledger").fetchone()
    with reading(keys, _ATTEMPTED) as connection:
        refuse_foreign(connection, key_ring.APPLICATION_ID, "the backup of the keys")
        names = {column[1] for column in connection.execute("PRAGMA table_info(key_store)")}
        of = connection.execute("SELECT ledger_id FROM key_store").fetchone()
        expires = None
        if "is_backup" in names:
            expires = connection.execute(
                "SELECT backup_expires_at FROM key_store WHERE is_backup = 1"
            ).fetchone()
    if row is None or row != of:
        raise KeyStoreForeign(
            _ATTEMPTED, "log and keys do not belong together", "give the backup of this ledger's key store"
        )
    if now is None:
        return
    if expires is None:
        raise KeyBackupTooOld(
            _ATTEMPTED,
            "the copy of the keys does not say when it was made",
            "use one that ledger.keys.backup() made, or accept old keys",
        )
    if now > datetime.fromisoformat(expires[0]):
        raise KeyBackupTooOld(
            _ATTEMPTED,
            "the backup of the keys is older than its maximum age",
            "use a newer one, or accept old keys: recorded erasures are applied again",
        )


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder for what is not yet whole, on the same disk; it goes in the end."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{target.name}.restoring-", dir=target.parent))
    except OSError as error:
        raise StorageError(
            _ATTEMPTED, f"the system says: {error.strerror}", "make the folder, or check its rights"
        ) from None
    try:
        yield folder
    except OSError as error:
        raise StorageError(_ATTEMPTED, f"the system says: {error.strerror}", "check the folder") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_all(log: Path, keys: Path, staged: Path) -> None:
    sources = {"": log, ".keys": keys, ".audit": log.with_name(log.name + ".audit")}
    for part, source in sources.items():
        if part != ".audit" or source.exists():
            with reading(source, _ATTEMPTED) as connection:
                copy(connection, Path(f"{staged}{part}"), _ATTEMPTED)


def _open(staged: Path, source: KeySource, clock: Clock) -> Restored:
    with closing(KeyStore(f"{staged}.keys", source, log_exists=True)) as store:
        before = _live(store)
        with closing(SqliteEventLog(str(staged), store, clock)) as log:
            after = _live(store)
            with store.connections.write(_ATTEMPTED) as connection:
                connection.execute("UPDATE key_store SET is_backup = 0, backup_expires_at = NULL")
            return Restored(
                log.last_position(), before - after, _missing(log, store), _lacks_address_secret(log)
            )


def _live(store: KeyStore) -> int:
    with store.connections.read(_ATTEMPTED) as connection:
        count: int = connection.execute(_LIVE).fetchone()[0]
    return count


def _missing(log: SqliteEventLog, store: KeyStore) -> int:
    subjects: set[str] = set()
    after = 0
    while rows := log.stored(after=after, limit=_PAGE):
        after = rows[-1][0]
        subjects.update(subject for row in rows if (subject := sealed_subject(row[4])))
    with store.connections.read(_ATTEMPTED) as connection:
        count: int = connection.execute(_NOT_THERE, (to_json(sorted(subjects)).decode(),)).fetchone()[0]
    return count


def _lacks_address_secret(log: SqliteEventLog) -> bool:
    try:
        return not log.digests.versions
    except AddressSecretMissing:
        return True
