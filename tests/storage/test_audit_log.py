"""The audit log's file: follows beside the write path, in many processes and through kills."""

import multiprocessing
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.audit.leaves import Row, leaf_hashes
from deliveryledger.audit.merkle import root
from deliveryledger.audit.tiles import Recount
from deliveryledger.errors import (
    ForeignDatabase,
    HistoryChanged,
    LedgerCorrupt,
)
from deliveryledger.storage import audit_log
from deliveryledger.storage.audit_log import AuditLog
from tests.storage.audited import fill

ID = "0123456789abcdef0123456789abcdef"


class Events:
    """A log of so many events, with gaps between the positions, as databases leave them."""

    def __init__(self, count: int) -> None:
        self.rows: list[Row] = [(3 * n + 5, f"s-{n // 3}", n % 3 + 1, "E", b"%d" % n) for n in range(count)]

    def stored(self, *, after: int, limit: int) -> list[Row]:
        return [row for row in self.rows if row[0] > after][:limit]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deliveries.db"


def contents(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        tiles = connection.execute("SELECT * FROM tiles ORDER BY level, number").fetchall()
        return [*tiles, *connection.execute("SELECT ledger_id, size, position FROM audit_log")]


# --- following --------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [[700], [1, 255, 1, 443], [256, 256, 188], [0, 0, 700], [513, 187]])
def test_follows_in_any_steps_to_the_same_tiles(tmp_path: Path, steps: list[int]) -> None:
    whole = AuditLog(str(tmp_path / "whole"), ID)
    stepwise = AuditLog(str(tmp_path / "stepwise"), ID)
    events = Events(700)
    assert whole.follow(events) == 700
    done = 0
    for step in steps:
        done += step
        assert stepwise.follow(Events(done)) == done
    for log in (whole, stepwise):
        with log.snapshot() as tree:
            hashes = leaf_hashes(events.rows)
            recount = Recount([])
            recount.add(hashes)
            assert root(700, tree.node()) == recount.root(700)
            assert tree.leaves(250, 600) == b"".join(hashes[250:600])
            assert tree.leaves(5, 5) == b""
            assert tree.name(299) == "s-99@3"
            assert tree.find(hashes[600], 0) == tree.find(hashes[600], 600) == 600
            assert tree.find(hashes[600], 601) is None
            for index in (0, 255, 256, 699):
                row = events.rows[index]
                assert tree.index_of(row[0], f"{row[1]}@{row[2]}") == index
            assert tree.index_of(3, "s-0@1") is None
            assert tree.index_of(10_000, "s-0@1") is None
        log.close()
    one, other = (
        [row[:3] for row in contents(tmp_path / name) if len(row) == 5] for name in ("whole", "stepwise")
    )
    assert one == other


def test_reads_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "BATCH", 100)
    log, whole = AuditLog(str(tmp_path / "batches"), ID), AuditLog(":memory:", ID)
    assert log.follow(Events(500)) == whole.follow(Events(500)) == 500
    with log.snapshot() as one, whole.snapshot() as other:
        assert root(500, one.node()) == root(500, other.node())
    log.close()
    whole.close()


@pytest.mark.parametrize("kept", [0, 1, 299])
def test_a_log_that_does_not_go_on_is_not_followed(tmp_path: Path, kept: int) -> None:
    log = AuditLog(str(tmp_path / "audit"), ID)
    log.follow(Events(300))
    shorter = Events(kept)
    with pytest.raises(HistoryChanged):
        log.follow(shorter)
    other = Events(301)
    other.rows[299] = (*other.rows[299][:4], b"another")
    with pytest.raises(HistoryChanged):
        log.follow(other)
    assert log.follow(Events(301)) == 301  # nothing was written, and the right log goes on
    log.close()


def test_the_file_of_another_ledger_is_refused(tmp_path: Path) -> None:
    AuditLog(str(tmp_path / "audit"), ID).close()
    with pytest.raises(ForeignDatabase):
        AuditLog(str(tmp_path / "audit"), ID[::-1])
    with closing(sqlite3.connect(tmp_path / "foreign")) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(ForeignDatabase):
        AuditLog(str(tmp_path / "foreign"), ID)


def test_tiles_that_are_damaged_are_named(path: Path) -> None:
    with Ledger.open(path) as ledger:
        fill(ledger, 1, 2, 3)
        ledger.audit.follow()
    with closing(sqlite3.connect(path.with_name("deliveries.db.audit"))) as connection:
        connection.execute("UPDATE tiles SET hashes = substr(hashes, 1, 40), names = x'00'")
        connection.commit()
    with Ledger.open(path) as ledger:
        with pytest.raises((LedgerCorrupt, HistoryChanged)):
            ledger.audit.checkpoint()
        assert not ledger.verify()
    path.with_name("deliveries.db.audit").unlink()
    with Ledger.open(path) as ledger:
        assert ledger.audit.checkpoint()
        assert ledger.verify()


def follow_once(path: str, barrier: object) -> None:
    """In a process of its own."""
    barrier.wait()  # type: ignore[attr-defined]
    log = AuditLog(path, ID)
    audit_log.BATCH = 40
    log.follow(Events(4_000))
    log.close()


def test_racing_followers_make_the_same_tiles(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    racers = [context.Process(target=follow_once, args=(str(tmp_path / "race"), barrier)) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0, 0, 0]
    alone = AuditLog(str(tmp_path / "alone"), ID)
    alone.follow(Events(4_000))
    alone.close()
    assert [row[:3] for row in contents(tmp_path / "race")] == [
        row[:3] for row in contents(tmp_path / "alone")
    ]


KILLED = """
import sys
from tests.storage.test_audit_log import AuditLog, Events, ID, audit_log
audit_log.BATCH = 20
log = AuditLog(sys.argv[1], ID)
print("begun", flush=True)
log.follow(Events(50_000))
"""


def test_a_kill_between_or_amid_batches_is_harmless(tmp_path: Path) -> None:
    path, sizes = tmp_path / "killed", []
    for wait in (0.0, 0.02, 0.05):
        command = [sys.executable, "-c", KILLED, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(wait)
            process.kill()
        with closing(sqlite3.connect(path)) as connection:
            sizes.append(connection.execute("SELECT size FROM audit_log").fetchone()[0])
    assert sizes == sorted(sizes)
    log, alone = AuditLog(str(path), ID), AuditLog(":memory:", ID)
    events = Events(max(sizes) + 300)
    assert log.follow(events) == alone.follow(events)
    with log.snapshot() as one, alone.snapshot() as other:
        assert root(one.size, one.node()) == root(other.size, other.node())
    log.close()
    alone.close()


@pytest.mark.parametrize("damage", ["size = 1000000000000000000", "size = -5", "position = -1"])
def test_a_size_that_cannot_be_is_told_at_once(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@example.org", by="rec-3")
        ledger.audit.checkpoint()
    with closing(sqlite3.connect(f"{path}.audit", isolation_level=None)) as intruder:
        intruder.execute(f"UPDATE audit_log SET {damage}")
    with Ledger.open(path) as ledger:
        try:
            found = [str(finding.kind) for finding in ledger.verify().findings]
        except LedgerCorrupt:
            found = ["audit_file"]
        assert found == ["audit_file"]
