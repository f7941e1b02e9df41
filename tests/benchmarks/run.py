"""``make bench``: ours against raw sqlite3, both sides interleaved in one run, printed as ratios.

raw = ``executemany`` of the same event rows into the same table (or of the same read-model rows into the
same tables), with the same pragmas (WAL, synchronous=FULL), one transaction where ours has one.
"""

import argparse
import contextlib
import os
import platform
import shutil
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.projections.views import building
from deliveryledger.read_models.questions import READ_MODELS
from tests.benchmarks import audit_speed, trust_cost
from tests.benchmarks.workload import now, populate, record, requests, timed

_ROWS = "SELECT stream, version, name, data FROM ledger_events WHERE position > ? ORDER BY position"
_INSERT = "INSERT INTO ledger_events (stream, version, name, data) VALUES (?,?,?,?)"


class Raw:
    """A copy of the ledger's file, written to with plain sqlite3."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"):
            self.connection.execute(f"PRAGMA {pragma}")

    def insert(self, rows: list[tuple[object, ...]]) -> float:
        """Seconds for one transaction with these rows."""
        started = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(_INSERT, rows)
        self.connection.execute("COMMIT")
        return time.perf_counter() - started


def report(name: str, ratio: float, bar: float | None, ours: str) -> None:
    """One line of the table."""
    verdict = "" if bar is None else f"bar {bar:.2f} {'reached' if ratio >= bar else 'MISSED'}"
    print(f"  {name:<46} {ratio:5.2f} x raw  {ours:<24} {verdict}")


def ingest(folder: Path, count: int, *, caught_up: bool, size: int = 1_000, limit: int | None = None) -> None:
    """Signed batches, recorded; with all read models caught up after each if asked."""
    path, copy = folder / "ledger.db", folder / "raw.db"
    with open_ledger(path) as ledger:
        ledger.status()
        shutil.copy(path, copy)
        raw = Raw(copy)
        ours, theirs, events, reports = [], [], 0, 0
        for request in list(requests(limit or count, size=size)):
            position = ledger.status().last_position if caught_up else last_position(ledger)
            seconds = timed(lambda r=request: record(ledger, r))
            if caught_up:
                seconds += timed(lambda: ledger.bell("nobody"))
            rows = rows_after(path, position)
            theirs.append(raw.insert(rows))
            ours.append(seconds)
            events, reports = events + len(rows), reports + size
        raw.connection.close()
    name = f"{size:,}-event batches" if size > 1 else "single webhooks"
    name += ", read models caught up" if caught_up else ""
    bar = None if size == 1 else 0.13 if caught_up else 0.25
    rate = f"{reports / sum(ours):,.0f} reports/s"
    if size == 1:
        rate += f", median {statistics.median(ours) * 1000:.2f} ms"
    report(name, sum(theirs) / sum(ours), bar, rate)


def last_position(ledger: Ledger) -> int:
    """Position of the newest event."""
    return ledger._services.log.last_position()


def rows_after(path: Path, position: int) -> list[tuple[object, ...]]:
    """The event rows that were just written."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(_ROWS, (position,)).fetchall()


def rebuild(folder: Path) -> None:
    """All read models from the log, against loading the same rows into the same tables."""
    with open_ledger(folder / "ledger.db") as ledger:
        ledger.rebuild()
        tables = table_rows(folder)
        ours, theirs = [], []
        for _ in range(3):
            ours.append(timed(ledger.rebuild))
            theirs.append(timed(lambda: raw_load(folder, tables)))
        events = last_position(ledger)
    report("rebuild of all read models", min(theirs) / min(ours), 0.25, f"{events / min(ours):,.0f} events/s")
    started = time.perf_counter()
    raw = Raw(folder / "raw-events.db")
    raw.connection.execute(schema_of(folder / "ledger.db", "ledger_events"))
    rows = rows_after(folder / "ledger.db", 0)
    started = time.perf_counter()
    raw.insert(rows)
    seconds = time.perf_counter() - started
    raw.connection.close()
    report("  (the same against loading the event rows)", seconds / min(ours), None, "")


def schema_of(path: Path, table: str) -> str:
    """The CREATE TABLE statement of a table."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])


def table_rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every read-model table."""
    path = max(folder.glob("ledger.db.views-*[0-9]"), key=lambda p: int(p.name.rpartition("-")[2]))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}


def raw_load(folder: Path, tables: dict[str, list[tuple[object, ...]]]) -> None:
    """The same rows into the same tables and indexes, with executemany."""
    path = folder / "raw-views.db"
    path.unlink(missing_ok=True)
    with building(path, READ_MODELS) as connection:
        connection.execute("BEGIN")
        for name, rows in tables.items():
            if rows:
                marks = ",".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        for model in READ_MODELS:
            for statement in model.indexes.split(";\n"):
                connection.execute(statement)
        connection.execute("COMMIT")
        connection.close()
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def card(folder: Path, count: int) -> None:
    """A card query, the read models caught up already."""
    with open_ledger(folder / "ledger.db") as ledger:
        ledger.candidate_card("cand-1")
        times = [timed(lambda n=n: ledger.candidate_card(f"cand-{n * 37 % count}")) for n in range(500)]
    print(f"  {'card query':<46} median {statistics.median(times) * 1000:.2f} ms  (bar 2 ms)")


def open_ledger(path: Path) -> Ledger:
    """A ledger whose clock stands still."""
    return Ledger.open(path, clock=now)


def run(count: int) -> None:
    """All benchmarks at one size."""
    print(f"\n{count:,} messages")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with open_ledger(folder / "ledger.db") as ledger:
            seconds = timed(lambda: populate(ledger, count))
        print(f"  (populated with {3 * count:,} events in {seconds:.1f} s)")
        bare, full, single = copies(folder, ("bare", "full", "single")).values()
        ingest(bare, count, caught_up=False)
        ingest(full, count, caught_up=True)
        ingest(single, count, caught_up=False, size=1, limit=500)
        rebuild(bare)
        card(full, count)
        audit_speed.report(bare / "ledger.db")
        trust_cost.report(copies(folder, trust_cost.VARIANTS), count)


def copies(folder: Path, names: tuple[str, ...]) -> dict[str, Path]:
    """The ledger of a folder, copied once for each name."""
    for name in names:
        (folder / name).mkdir()
        for file in folder.glob("ledger.db*"):
            shutil.copy(file, folder / name)
    return {name: folder / name for name in names}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    sizes = parser.parse_args().sizes
    stamp = datetime.now(UTC).strftime("%Y-%m-%d")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{stamp}, {machine}, SQLite {sqlite3.sqlite_version}; a ratio of 1 is as fast as raw sqlite3")
    for size in sizes:
        run(size)


if __name__ == "__main__":
    main()
