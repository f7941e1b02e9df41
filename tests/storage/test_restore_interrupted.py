"""A restore that is killed, and what its leftovers are taken for: never for an empty ledger."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import KeyStoreError, KeyStoreMissing, PlaceTaken
from tests.application.world import Clock
from tests.storage.backups import KEY, NAME, back_up, make, opened, restored

KILLED = """
import os, signal, sys
from pathlib import Path
from deliveryledger import Ledger
log, keys, to, key, count, how = sys.argv[1:]
renamed, rename = [], Path.rename
def kill_after(self, target):
    done = rename(self, target)
    renamed.append(target)
    if len(renamed) == int(count):
        if how == "signal":
            raise KeyboardInterrupt
        os.kill(os.getpid(), signal.SIGKILL)
    return done
Path.rename = kill_after
Ledger.restore(log, keys=keys, to=to, key_encryption_key=bytes.fromhex(key), accept_old_keys=True)
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backup(tmp_path: Path, clock: Clock) -> tuple[Path, Path]:
    """Ada's ledger with its audit log: three files to be put in place."""
    path = make(tmp_path / "live" / "ledger.db", clock)
    with opened(path, clock) as ledger:
        ledger.audit.checkpoint()
    return back_up(path, clock, tmp_path)


def interrupted(backup: tuple[Path, Path], to: Path, count: int, how: str) -> None:
    """A restore that ends after so many of its files are in place."""
    to.parent.mkdir()
    arguments = [*map(str, backup), str(to), KEY.hex(), str(count), how]
    ran = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True)
    assert ran.returncode in (-signal.SIGKILL, -signal.SIGINT, 1), ran.stderr


@pytest.mark.parametrize("count", [1, 2])
def test_a_kill_leaves_a_log_that_does_not_open_and_the_retry_says_what_to_remove(
    backup: tuple[Path, Path], tmp_path: Path, clock: Clock, count: int
) -> None:
    target = tmp_path / "new" / "ledger.db"
    interrupted(backup, target, count, "kill")
    with pytest.raises(KeyStoreMissing):
        Ledger.open(target, key_encryption_key=KEY, clock=clock)
    left = sorted(path.name for path in target.parent.iterdir())
    with pytest.raises(PlaceTaken, match="a restore was interrupted there") as refused:
        restored(backup, target, clock)
    for name in left:
        assert repr(name) in refused.value.remedy
        path = target.parent / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert restored(backup, target, clock).is_whole


def test_a_kill_after_the_last_file_leaves_a_whole_ledger(
    backup: tuple[Path, Path], tmp_path: Path, clock: Clock
) -> None:
    target = tmp_path / "new" / "ledger.db"
    interrupted(backup, target, 3, "kill")
    with pytest.raises(PlaceTaken, match="without a ledger"):
        restored(backup, target, clock)
    with opened(target, clock) as ledger:
        assert ledger.candidate_card("cand-7").name == NAME


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_exception_takes_back_what_was_put_in_place(
    backup: tuple[Path, Path], tmp_path: Path, clock: Clock, count: int
) -> None:
    target = tmp_path / "new" / "ledger.db"
    interrupted(backup, target, count, "signal")
    assert list(target.parent.iterdir()) == []
    assert restored(backup, target, clock).is_whole


@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_a_key_store_without_its_log_makes_no_empty_ledger(tmp_path: Path, clock: Clock, left: str) -> None:
    path = make(tmp_path / "live" / "ledger.db", clock)
    path.rename(tmp_path / "kept")
    if left == "an empty file":
        path.touch()
    with pytest.raises(KeyStoreError, match="its log is not; restore the log"):
        opened(path, clock, create=True)
    assert not path.exists() or path.stat().st_size == 0
    (tmp_path / "kept").replace(path)
    with opened(path, clock) as ledger:
        assert ledger.candidate_card("cand-7").name == NAME


def test_a_kill_between_keys_and_log_of_a_new_ledger_is_no_loss(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "ledger.db"
    with opened(path, clock, create=True) as ledger:
        id_ = ledger.status().ledger_id
    for each in tmp_path.iterdir():
        if each.name != "ledger.db.keys":
            each.unlink()
    with opened(path, clock, create=True) as ledger:
        assert ledger.status().ledger_id == id_
