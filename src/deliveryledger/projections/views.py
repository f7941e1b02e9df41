"""The file of the read models. A rebuild writes the next generation beside it, published by a hard link.

``<ledger>.views-<generation>``: the highest generation present is the present one. A reader that has an
older one open notices at its next question and changes over.
"""

import contextlib
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from .damage import APPLICATION_ID, require_ours, use_write_ahead_log
from .read_model import ReadModel

if sys.platform != "win32":
    import fcntl

_BUSY_MILLISECONDS = 30_000
_CURSORS = """\
CREATE TABLE cursors (
  read_model TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  fingerprint TEXT,
  ledger_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


class Views:
    """Where the read models of one ledger are kept: ``ledger`` is its path, None keeps them in memory."""

    def __init__(self, ledger: Path | None) -> None:
        self.is_memory = ledger is None
        self._ledger = (ledger or Path()).absolute()
        self._prefix = f"{self._ledger.name}.views-"
        self._building = f"{self._ledger.name}.building-"

    def generation(self) -> int:
        """Number of the present generation; 0 = none."""
        return max((number for number, name in self._files() if name.isdigit()), default=0)

    def file(self, generation: int) -> Path:
        """The file of a generation."""
        return self._ledger.with_name(f"{self._prefix}{generation}")

    def identity(self, generation: int) -> tuple[int, int] | None:
        """Which file it is, whatever its name; None = there is none."""
        try:
            status = self.file(generation).stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    @contextmanager
    def under_construction(self) -> Iterator[Path | None]:
        """A new file beside the present one (None: in memory), which is gone afterwards unless published.

        Only its owner can read it. What builders left behind that were killed is removed.
        """
        if self.is_memory:
            yield None
            return
        self.remove_abandoned()
        lock, handle = self._begin()
        path = lock.with_suffix("")
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            yield path
        finally:
            path.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)
            os.close(handle)

    def _begin(self) -> tuple[Path, int]:
        """A lock file of its own: to close a database in use would let go of SQLite's own locks on it."""
        while True:
            name = f"{self._building}{os.getpid()}-{os.urandom(4).hex()}.lock"
            lock = self._ledger.with_name(name)
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            # Another builder may have taken it for abandoned before it was locked.
            with contextlib.suppress(OSError):
                _take_lock(handle)
                if lock.exists():
                    return lock, handle
            os.close(handle)

    def remove_abandoned(self) -> None:
        """Remove what builders left behind that were killed."""
        if self.is_memory:
            return
        for lock in self._ledger.parent.iterdir():
            if self._is_lock(lock):
                with contextlib.suppress(OSError):
                    handle = os.open(lock, os.O_RDWR)
                    try:
                        _take_lock(handle)
                        lock.with_suffix("").unlink(missing_ok=True)
                        lock.unlink()
                    finally:
                        os.close(handle)

    def wait_for_builders(self, seconds: float) -> bool:
        """Wait until nobody is building who began before now; false if it takes longer."""
        deadline = time.monotonic() + seconds
        for lock in [path for path in self._ledger.parent.iterdir() if self._is_lock(path)]:
            while self._is_held(lock):
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.02)
        return True

    def _is_lock(self, path: Path) -> bool:
        return path.name.startswith(self._building) and path.suffix == ".lock"

    def _is_held(self, lock: Path) -> bool:
        try:
            handle = os.open(lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            _take_lock(handle)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False

    def publish(self, finished: Path) -> int:
        """Make a finished file the present generation; returns its number."""
        while True:
            # Not the number of a file that was deleted while its journal was left: it would be replayed.
            generation = max((number for number, _ in self._files()), default=0) + 1
            try:
                os.link(finished, self.file(generation))  # a link never replaces another builder's file
            except FileExistsError:
                continue
            finished.unlink()
            return generation

    def remove_older(self, generation: int) -> None:
        """Delete earlier generations with their journals; who still has one open can go on reading it."""
        for number, name in self._files():
            if number < generation:
                with contextlib.suppress(OSError):
                    self._ledger.with_name(self._prefix + name).unlink()

    def _files(self) -> Iterator[tuple[int, str]]:
        for path in self._ledger.parent.iterdir():
            name = path.name.removeprefix(self._prefix)
            number = name.split("-")[0]
            if path.name.startswith(self._prefix) and number.isdigit():
                yield int(number), name


@contextmanager
def building(path: Path | None, read_models: Sequence[ReadModel]) -> Iterator[sqlite3.Connection]:
    """A new database with empty tables, for a rebuild: nothing is journalled until it is complete."""
    connection = sqlite3.connect(
        ":memory:" if path is None else str(path), isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        database = sqlite_utils.Database(connection)
        database.executescript(_CURSORS + "\n".join(model.tables for model in read_models))
        yield connection
    except BaseException:
        connection.close()
        raise


def connect(file: Path) -> sqlite3.Connection:
    """A connection to read models that are there. Raises sqlite3.Error if they are not, or are damaged."""
    uri = f"{file.as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        require_ours(connection)
        use_write_ahead_log(connection)
        # Views can be made anew, so a power loss may cost their newest transactions, never their order.
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the journal
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-65536")
    except BaseException:
        connection.close()
        raise
    return connection


def _take_lock(handle: int) -> None:
    """Lock an open file until it is closed, also by its process's death. Raises OSError if it is locked."""
    if sys.platform != "win32":  # there an open file cannot be deleted in the first place
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
