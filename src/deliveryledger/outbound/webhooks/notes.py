"""What was sent and what was not: positions and counts in a small file of its own, no personal data.

It is no part of the log: that somebody was told is no fact of the domain, and can be repeated.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from ...errors import AlreadySending, StorageError

_BUSY_SECONDS: Final = 10
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS cursors (
    subscription TEXT PRIMARY KEY, ledger_id TEXT NOT NULL, position INTEGER NOT NULL, fingerprint TEXT,
    failures INTEGER NOT NULL DEFAULT 0, paused_until REAL NOT NULL DEFAULT 0, disabled TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS waiting (
    subscription TEXT NOT NULL, position INTEGER NOT NULL, stream TEXT NOT NULL, type TEXT NOT NULL,
    attempts INTEGER NOT NULL, next_at REAL NOT NULL, why TEXT NOT NULL, parked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting_stream ON waiting (subscription, stream, parked, position);
"""
_COLUMNS: Final = "SELECT position, stream, type, attempts, next_at, why FROM waiting WHERE subscription = ? "
_DUE: Final = (
    "SELECT position, stream, type, attempts, next_at, why FROM waiting AS w "
    "WHERE subscription = ? AND parked = 0 AND next_at <= ? AND NOT EXISTS (SELECT 1 FROM waiting AS b "
    "WHERE b.subscription = w.subscription AND b.stream = w.stream AND b.parked = 0 "
    "AND b.position < w.position) ORDER BY next_at, position LIMIT 1"
)
_COUNTS: Final = "SELECT sum(parked = 0), sum(parked = 1) FROM waiting WHERE subscription = ?"
_MOVE: Final = (
    "UPDATE cursors SET position = ?, fingerprint = ? WHERE subscription = ? AND position = ? "
    "AND disabled IS NULL"
)
_BEGIN: Final = (
    "INSERT OR IGNORE INTO cursors (subscription, ledger_id, position, fingerprint) VALUES (?, ?, ?, ?)"
)


class Standing(NamedTuple):
    """Where a subscription stands: everything up to ``position`` was told, or waits, or is of no interest."""

    position: int
    fingerprint: str | None
    ledger_id: str
    failures: int
    """Times in a row that the receiver could not be reached."""
    paused_until: float
    """Seconds since 1970."""
    disabled: str | None
    """Why nothing is sent any more."""


class Waiting(NamedTuple):
    """A delivery that failed, or one behind it."""

    position: int
    stream: str
    type: str
    attempts: int
    next_at: float
    """Seconds since 1970."""
    why: str
    """What became of the last attempt; "" = there was none."""


class Notes:
    """The file. Of one thread. Raises StorageError."""

    def __init__(self, ledger: Path | None) -> None:
        self._path = None if ledger is None else ledger.with_name(f"{ledger.name}.webhooks")
        with _as_ours():
            # Given on from the thread that makes it to the one that sends; never used by two at once.
            self._connection = sqlite3.connect(
                self._path or ":memory:",
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(_TABLES)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else sends meanwhile; a kill ends that. Raises AlreadySending."""
        if self._path is None:
            yield
            return
        lock = self._path.with_name(f"{self._path.name}-lock")
        with _as_ours(), closing(sqlite3.connect(lock, timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                raise AlreadySending(
                    "send webhooks", "another process sends those of this ledger", "let it, or end it first"
                ) from None
            yield

    def begin(self, name: str, ledger_id: str, position: int, fingerprint: str | None) -> None:
        """Where a subscription begins that is new."""
        self._write((_BEGIN, (name, ledger_id, position, fingerprint)))

    def standing(self, name: str) -> Standing | None:
        """None: it never began."""
        with _as_ours():
            row = self._connection.execute(
                "SELECT position, fingerprint, ledger_id, failures, paused_until, disabled FROM cursors "
                "WHERE subscription = ?",
                (name,),
            ).fetchone()
        return Standing(*row) if row else None

    def move(
        self,
        name: str,
        before: int,
        after: int,
        fingerprint: str | None,
        waiting: Waiting | None = None,
    ) -> bool:
        """Move the cursor on, and note what waits in the same step; False: somebody moved it meanwhile."""
        with _as_ours(), self._transaction():
            moved = self._connection.execute(_MOVE, (after, fingerprint, name, before)).rowcount == 1
            if moved and waiting:
                self._connection.execute(
                    "INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?, ?, ?, 0)", (name, *waiting)
                )
        return moved

    def due(self, name: str, now: float) -> Waiting | None:
        """The next delivery to try again; never one before an earlier one of the same stream."""
        with _as_ours():
            row = self._connection.execute(_DUE, (name, now)).fetchone()
        return Waiting(*row) if row else None

    def is_held(self, name: str, stream: str) -> bool:
        """Whether something of the stream waits; what is parked holds nothing back."""
        query = "SELECT 1 FROM waiting WHERE subscription = ? AND stream = ? AND parked = 0 LIMIT 1"
        with _as_ours():
            return self._connection.execute(query, (name, stream)).fetchone() is not None

    def counts(self, name: str) -> tuple[int, int]:
        """How many wait, and how many are parked."""
        with _as_ours():
            waiting, parked = self._connection.execute(_COUNTS, (name,)).fetchone()
        return waiting or 0, parked or 0

    def taken(self, name: str, position: int) -> None:
        """A delivery that waited was taken."""
        self._write(("DELETE FROM waiting WHERE subscription = ? AND position = ?", (name, position)))

    def put_off(self, name: str, position: int, why: str, next_at: float | None) -> None:
        """It failed again; without another time it is parked."""
        self._write(
            (
                "UPDATE waiting SET attempts = attempts + 1, why = ?, next_at = ?, parked = ? "
                "WHERE subscription = ? AND position = ?",
                (why, next_at or 0.0, int(next_at is None), name, position),
            )
        )

    def pause(self, name: str, failures: int, until: float) -> None:
        """The receiver cannot be reached, or wants a pause; 0 and 0: it answers."""
        self._write(
            (
                "UPDATE cursors SET failures = ?, paused_until = ? WHERE subscription = ?",
                (failures, until, name),
            )
        )

    def disable(self, name: str, why: str) -> None:
        """Send nothing more, until :meth:`enable` or :meth:`replay`."""
        self._write(("UPDATE cursors SET disabled = ? WHERE subscription = ?", (why, name)))

    def parked(self, name: str) -> Sequence[Waiting]:
        """What was given up, oldest first."""
        with _as_ours():
            rows = self._connection.execute(_COLUMNS + "AND parked = 1 ORDER BY position", (name,))
            return [Waiting(*row) for row in rows]

    def enable(self, name: str) -> int:
        """Send again, also what is parked, and soon; returns how much was parked."""
        _, parked = self.counts(name)
        self._write(
            (
                "UPDATE waiting SET parked = 0, attempts = 0, next_at = 0 WHERE subscription = ? AND parked",
                (name,),
            ),
            (
                "UPDATE cursors SET disabled = NULL, failures = 0, paused_until = 0 WHERE subscription = ?",
                (name,),
            ),
        )
        return parked

    def replay(self, name: str, ledger_id: str, position: int, fingerprint: str | None) -> None:
        """Tell everything after a position anew, in its order."""
        self._write(
            ("DELETE FROM waiting WHERE subscription = ? AND position > ?", (name, position)),
            (
                "INSERT OR REPLACE INTO cursors (subscription, ledger_id, position, fingerprint) "
                "VALUES (?, ?, ?, ?)",
                (name, ledger_id, position, fingerprint),
            ),
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _write(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        with _as_ours(), self._transaction():
            for statement, values in statements:
                self._connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
    else:
        return
    # Raised out here: SQLite's own text may name the path.
    raise StorageError(
        "note what was told by webhook", f"SQLite answered {name}", "check the folder's rights and room"
    )
