"""The short form of ``make torture``, and that it would notice."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from deliveryledger import Ledger
from tests.torture import run
from tests.torture.run import Verdict, Work, Writers


def test_nothing_acknowledged_is_lost_and_no_batch_is_there_by_half() -> None:
    command = [sys.executable, run.__file__, "--kills", "12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.count(" 0 lost, 0 by half") == 2


@pytest.fixture
def writers(tmp_path: Path) -> Writers:
    """A writer that has acknowledged two batches and was killed in the third."""
    writers = Writers(tmp_path / "ledger.db", 1)
    with Ledger.open(writers.path) as ledger:
        for number in range(3):
            Work(100, number).do(ledger)
    writers.acks(0).write_text("0\n1\n")
    return writers


def without(path: Path, condition: str) -> None:
    """Take events away by force."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TRIGGER ledger_events_are_never_deleted")
    connection.execute(f"DELETE FROM ledger_events WHERE {condition}")
    connection.close()


def test_a_whole_batch_that_was_not_acknowledged_is_all_right(writers: Writers) -> None:
    assert +Verdict(writers.path).judge(writers) == {"acknowledged": 2, "recorded, not yet acknowledged": 1}


def test_a_lost_event_would_be_noticed(writers: Writers) -> None:
    without(writers.path, "stream = 'message-default:b100-1' AND name = 'ComplaintReceived'")
    assert Verdict(writers.path).judge(writers)["lost"] == 1


def test_half_a_batch_would_be_noticed(writers: Writers) -> None:
    without(writers.path, "stream LIKE 'intake-b100-2:%'")
    assert Verdict(writers.path).judge(writers)["half"] == 1


def test_a_batch_from_nowhere_would_be_noticed(writers: Writers) -> None:
    writers.acks(0).write_text("0\n")
    assert Verdict(writers.path).judge(writers)["from nowhere"] == 1
