"""Put a log and its keys back into a place where no ledger is."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..application.ports import Clock
from ..errors import (
    AddressSecretMissing,
    ForeignDatabase,
    KeyBackupTooOld,
    KeyStoreForeign,
    KeyStoreMissing,
    PlaceTaken,
    StorageError,
)
from ..privacy.keys import KeyWrapper
from . import key_ring, sqlite
from .copying import copy, reading
from .event_log import SqliteEventLog
from .key_backup import made_at, moment
from .key_file import sync_folder
from .key_sources import KeySource, key_source
from .key_store import KeyStore
from .ownership import refuse_foreign

_ATTEMPTED = "restore a ledger"
_GIVE_KEYS = "give a backup of the keys, or the folder in which they are"
_EXPIRES = "SELECT backup_expires_at FROM key_store WHERE is_backup = 1"
_LIVE = "SELECT count(wrapped) FROM subject_keys"
_TAKEN = ("", "-wal", "-shm", "-journal", ".keys", ".keys-wal", ".keys-shm", ".keys-journal", ".audit")
_PARTS = ("", ".audit", ".keys")
"""In the order in which they are put in place: the keys last, for a log without them is refused."""
_STAGING = ".restoring-"


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
    keys: Path
    """The backup of the keys that was taken."""

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

    ``keys`` is a file, or a folder: then the newest backup of this ledger's keys in it.

    The key-encryption key comes as for ``Ledger.open``: it is given here, or in the environment, or lies in
    the file ``<to>.kek`` already. Recorded erasures are applied before anything is read. Raises PlaceTaken
    where a ledger is, KeyStoreForeign where log and keys do not belong together, KeyBackupTooOld unless
    ``accept_old_keys``, KeyStoreError, StorageError; then nothing was put in place.
    """
    log, key_copy, target = Path(backup), Path(keys), Path(to).absolute()
    _require_free(target)
    key_copy = _file_of_keys(key_copy, log)
    _check(log, key_copy, None if accept_old_keys else clock())
    with _beside(target) as folder:
        staged = folder / target.name
        _copy_all(log, key_copy, staged)
        restored = _open(staged, key_source(target, key_encryption_key), clock, key_copy)
        _put_in_place(staged, target)
    return restored


def _require_free(target: Path) -> None:
    taken = [target.name + end for end in _TAKEN if os.path.lexists(f"{target}{end}")]
    if not taken:
        return
    staging = sorted(path.name for path in _siblings(target) if path.name.startswith(target.name + _STAGING))
    if staging and not os.path.lexists(f"{target}.keys"):
        left = ", ".join(repr(name) for name in [*taken, *staging])
        raise PlaceTaken(_ATTEMPTED, "a restore was interrupted there", f"remove {left}, then restore again")
    raise PlaceTaken(_ATTEMPTED, f"there is a file {taken[0]!r} already", "give a place without a ledger")


def _siblings(target: Path) -> list[Path]:
    with suppress(OSError):
        return list(target.parent.iterdir())
    return []


def _put_in_place(staged: Path, target: Path) -> None:
    moves = {Path(f"{staged}{part}"): Path(f"{target}{part}") for part in _PARTS}
    moves = {source: to for source, to in moves.items() if source.exists()}
    try:
        for source, to in moves.items():
            source.rename(to)
            sync_folder(target)
    except BaseException:
        for source, to in moves.items():
            if not source.exists():
                to.unlink()
        raise


def _check(log: Path, keys: Path, now: datetime | None) -> None:
    with reading(log, _ATTEMPTED) as connection:
        refuse_foreign(connection, sqlite.APPLICATION_ID, "the backup of the log")
        row = connection.execute("SELECT ledger_id FROM ledger").fetchone()
    _refuse_other_files(keys)
    with reading(keys, _ATTEMPTED) as connection:
        names = {column[1] for column in connection.execute("PRAGMA table_info(key_store)")}
        of = connection.execute("SELECT ledger_id FROM key_store").fetchone()
        expires = None
        if "is_backup" in names and (row_of_copy := connection.execute(_EXPIRES).fetchone()):
            expires = moment(row_of_copy[0])
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
    if now > expires:
        raise KeyBackupTooOld(
            _ATTEMPTED,
            "the backup of the keys is older than its maximum age",
            "use a newer one, or accept old keys: recorded erasures are applied again",
        )


def _refuse_other_files(keys: Path) -> None:
    """Raise ForeignDatabase for what is no key store, however it is none."""
    try:
        with reading(keys, _ATTEMPTED) as connection:
            is_empty = refuse_foreign(connection, key_ring.APPLICATION_ID, "the backup of the keys")
    except ForeignDatabase as error:
        raise ForeignDatabase(error.attempted, error.obstacle, _GIVE_KEYS) from None
    if is_empty:
        raise ForeignDatabase(_ATTEMPTED, "the file is empty", _GIVE_KEYS)


def _file_of_keys(keys: Path, log: Path) -> Path:
    """The newest backup of this log's keys where a folder is given. Raises KeyStoreMissing."""
    if not keys.is_dir():
        return keys
    with reading(log, _ATTEMPTED) as connection:
        refuse_foreign(connection, sqlite.APPLICATION_ID, "the backup of the log")
        row = connection.execute("SELECT ledger_id FROM ledger").fetchone()
    try:
        made = [(at, file) for file in keys.iterdir() if row and (at := made_at(file, row[0]))]
    except OSError as error:
        raise StorageError(_ATTEMPTED, f"the system says: {error.strerror}", _GIVE_KEYS) from None
    if not made:
        raise KeyStoreMissing(
            _ATTEMPTED,
            f"there is no backup of this ledger's keys in {str(keys)!r}",
            _GIVE_KEYS,
        )
    return max(made)[1]


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder for what is not yet whole, on the same disk; it goes in the end."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=target.name + _STAGING, dir=target.parent))
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


def _open(staged: Path, source: KeySource, clock: Clock, keys: Path) -> Restored:
    with closing(KeyStore(f"{staged}.keys", source, log_exists=True)) as store:
        before = _live(store)
        with closing(SqliteEventLog(str(staged), store, clock)) as log:
            after = _live(store)
            with store.connections.write(_ATTEMPTED) as connection:
                connection.execute("UPDATE key_store SET is_backup = 0, backup_expires_at = NULL")
            return Restored(
                log.last_position(), before - after, log.keys.missing(), _lacks_address_secret(log), keys
            )


def _live(store: KeyStore) -> int:
    with store.connections.read(_ATTEMPTED) as connection:
        count: int = connection.execute(_LIVE).fetchone()[0]
    return count


def _lacks_address_secret(log: SqliteEventLog) -> bool:
    try:
        return not log.digests.versions
    except AddressSecretMissing:
        return True
