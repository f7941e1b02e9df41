"""The file of the read models. Rebuilding writes the next generation beside it and publishes it by a rename.

``<ledger>.views-<generation>``: the highest generation present is the present one. A reader that has an
older one open notices at its next question and changes over.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from ..errors import ForeignDatabase
from .read_model import ReadModel

APPLICATION_ID = 0x444C5657  # "DLVW"
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

    def generation(self) -> int:
        """Number of the present generation; 0 = none."""
        return max((number for number, name in self._files() if name.isdigit()), default=0)

    def file(self, generation: int) -> Path:
        """The file of a generation."""
        return self._ledger.with_name(f"{self._prefix}{generation}")

    def scratch(self) -> Path:
        """A new name for a file under construction."""
        return self._ledger.with_name(f"{self._ledger.name}.building-{os.getpid()}-{os.urandom(4).hex()}")

    def publish(self, finished: Path) -> int:
        """Make a finished file the present generation; returns its number."""
        while True:
            generation = self.generation() + 1
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


def check(connection: sqlite3.Connection) -> None:
    """Raise ForeignDatabase unless the file holds read models of ours."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ForeignDatabase(
            "open the read models",
            "the file belongs to another program",
            "move it away; it will be made anew",
        )
