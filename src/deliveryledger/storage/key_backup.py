"""Copies of the key store: in a folder of their own, and with an end, for they can undo an erasure."""

import os
import re
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ..errors import InvalidInput, StorageError
from .connections import Connections
from .copying import copy, reading
from .key_file import sync_folder

DEFAULT_MAX_AGE = timedelta(days=30)
_ATTEMPTED = "back up the keys"
_UNFINISHED = re.compile(r"\.\d+-[0-9a-f]{8}\Z")
"""How a copy ends that is not whole yet, see ``copying.copy``."""
_HOUR = 3_600
"""Seconds after which nobody is still at it."""
_MADE = "SELECT ledger_id, backed_up_at FROM key_store WHERE is_backup = 1"


@dataclass(frozen=True)
class KeyBackup:
    """A copy of the key store, when it was made, and how many older ones were removed."""

    path: Path
    made_at: datetime
    expires_at: datetime
    removed: int


def back_up_keys(
    store: Connections, ledger_id: str, name: str, folder: Path, now: datetime, max_age: timedelta
) -> KeyBackup:
    """Copy the key store, and remove the copies of this ledger that are older than ``max_age``."""
    if max_age <= timedelta(0):
        raise InvalidInput(_ATTEMPTED, "the maximum age is not positive", "give days, as timedelta(days=30)")
    expires, limit = _moved(now, max_age), _moved(now, -max_age)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(_ATTEMPTED, f"the system says: {error.strerror}", "give another folder") from None
    path = folder / f"{name}.keys-{now:%Y%m%dT%H%M%S%fZ}"

    def mark(connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE key_store SET is_backup = 1, backed_up_at = ?, backup_expires_at = ?",
            (now.isoformat(), expires.isoformat()),
        )
        connection.execute("VACUUM")  # free pages may hold what was destroyed

    with store.read(_ATTEMPTED) as connection:
        copy(connection, path, _ATTEMPTED, mark)
    with store.write(_ATTEMPTED) as connection:
        connection.execute("UPDATE key_store SET backed_up_at = ?", (now.isoformat(),))
    return KeyBackup(path, now, expires, _remove_older(folder, name, ledger_id, limit, path))


def _remove_older(folder: Path, name: str, ledger_id: str, before: datetime, newest: Path) -> int:
    removed = 0
    for path in _below(folder):
        if not path.name.startswith(f"{name}.keys-"):
            continue
        made = made_at(path, ledger_id)
        is_old = made is not None and made < before
        if path != newest and (is_old or _is_abandoned(path)):
            overwrite(path)
            removed += 1
    if removed:
        sync_folder(newest)
    return removed


def _is_abandoned(path: Path) -> bool:
    """Whether it is a copy that a killed process never finished: it says of itself neither whose nor when."""
    try:
        return bool(_UNFINISHED.search(path.name)) and time.time() - path.stat().st_mtime > _HOUR
    except OSError:
        return False


def _below(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise StorageError(
            "remove old backups of the keys",
            f"the system says: {error.strerror}",
            "check the rights of the folder",
        ) from None


def _moved(now: datetime, by: timedelta) -> datetime:
    try:
        return now + by
    except OverflowError:
        raise InvalidInput(
            _ATTEMPTED, "the maximum age is beyond any calendar", "give days, as timedelta(days=30)"
        ) from None


def made_at(path: Path, ledger_id: str) -> datetime | None:
    """When a copy was made, as it says itself; None: it is no copy of this ledger's keys."""
    with suppress(StorageError), reading(path, _ATTEMPTED, is_still=True) as connection:
        row = connection.execute(_MADE).fetchone()
        if row and row[0] == ledger_id:
            return moment(row[1])
    return None


def moment(stored: object) -> datetime | None:
    """A time as a copy says it; None: it says none, or was altered."""
    try:
        found = datetime.fromisoformat(str(stored))
    except ValueError:
        return None
    return found if found.tzinfo else None


def overwrite(path: Path) -> None:
    """Remove a file for good, as far as the file system overwrites in place."""
    try:
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(bytes(min(left, 1 << 20)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except OSError as error:
        raise StorageError(
            "remove an old backup of the keys",
            f"the system says: {error.strerror}",
            "remove it by hand: it can bring back what was erased",
        ) from None
