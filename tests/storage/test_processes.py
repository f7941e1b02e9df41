"""Many processes and many threads on one ledger."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger


def run(module: str, *arguments: str, folder: Path) -> str:
    """Run a program of this folder in a process of its own."""
    command = [sys.executable, "-m", f"tests.storage.{module}", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def crowd(what: str, path: Path, folder: Path) -> list[Any]:
    """What every process of the crowd returned; none may have failed."""
    answers = json.loads(run("crowd", what, str(path), folder=folder))
    assert [answer for answer in answers if "error" in answer] == []
    return [answer["returned"] for answer in answers]


@pytest.fixture
def root(pytestconfig: pytest.Config) -> Path:
    """Where the tests are imported from."""
    return pytestconfig.rootpath


def test_thirty_two_processes_that_start_at_once_make_one_ledger(tmp_path: Path, root: Path) -> None:
    ids = crowd("start_up", tmp_path / "new.db", root)
    assert len(ids) == 32
    assert len(set(ids)) == 1
    with Ledger.open(tmp_path / "new.db") as ledger:
        assert ledger.status().counts["candidates"] == 32
    left = {path.name for path in tmp_path.iterdir() if ".views-" not in path.name}
    assert left == {"new.db", "new.db.keys", "new.db.kek"}


def test_eight_writers_never_fail(tmp_path: Path, root: Path) -> None:
    waits = crowd("contend", tmp_path / "ledger.db", root)
    print(f"longest wait of eight contending writers: {max(waits):.3f} s")
    assert max(waits) < 5  # a bound for busy machines; docs/ and benchmarks have the figure
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert ledger.status().counts["candidates"] == 800


def test_the_same_command_by_eight_processes_is_one_fact(tmp_path: Path, root: Path) -> None:
    assert crowd("same_command", tmp_path / "ledger.db", root) == ["msg-1"] * 8
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert ledger.status().last_position == 2


def test_of_two_bodies_with_one_proof_in_eight_processes_one_is_recorded_once(
    tmp_path: Path, root: Path
) -> None:
    answers = crowd("one_proof", tmp_path / "ledger.db", root)
    (winner,) = [answer.partition(" ")[0] for answer in answers if answer.endswith("recorded")]
    assert answers.count(f"{winner} repeated") == 3
    assert sum(answer.endswith("refused") and not answer.startswith(winner) for answer in answers) == 4
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert [kept.outcome for kept in ledger.intake.unmatched()] == [winner]


def test_a_forked_child_uses_connections_of_its_own(tmp_path: Path, root: Path) -> None:
    run("fork", str(tmp_path / "ledger.db"), folder=root)
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert ledger.status().counts["candidates"] == 5


@pytest.mark.parametrize("url", ["file", ":memory:"])
def test_eight_threads_share_one_ledger(tmp_path: Path, url: str) -> None:
    with Ledger.open(tmp_path / "ledger.db" if url == "file" else url) as ledger:

        def work(thread: int) -> None:
            for turn in range(15):
                candidate = f"cand-{thread}-{turn}"
                ledger.candidate_emails.register(candidate, "ada@example.org", by="rec-3")
                message = ledger.messages.register(candidate, sender="rec-3", subject="Hello")
                card = ledger.candidate_card(candidate)
                assert [shown.id for shown in card.messages] == [message.id]

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert ledger.status().counts["messages"] == 120
        ledger.rebuild()
        assert ledger.status().counts["messages"] == 120


ANOTHER = """
import sys
from deliveryledger import Ledger
with Ledger.open(sys.argv[1]) as ledger:
    ledger.candidate_emails.register("cand-other", "ada@example.org", by="rec-3")
    ledger.candidate_card("cand-other")
"""


def test_opening_a_ledger_twice_in_a_process_keeps_the_locks_of_both(tmp_path: Path, root: Path) -> None:
    # Closing any file descriptor of a file lets go of all of the process's locks on it (POSIX): another
    # process would then take itself for the last one, and remove the journal that we go on writing to.
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-1", "ada@example.org", by="rec-3")
        ledger.candidate_card("cand-1")
        with Ledger.open(path) as second:
            second.candidate_card("cand-1")
            second.rebuild()
        ledger.candidate_card("cand-1")
        subprocess.run([sys.executable, "-c", ANOTHER, str(path)], cwd=root, check=True)
        for journal in ("ledger.db-wal", "ledger.db.keys-wal", "ledger.db.views-2-wal"):
            assert (tmp_path / journal).exists()
        ledger.candidate_emails.register("cand-2", "ada@example.org", by="rec-3")
    with Ledger.open(path) as ledger:
        assert ledger.status().counts["candidates"] == 3
