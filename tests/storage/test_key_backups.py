"""Copies of the keys: their folder, their age, their end."""

import os
import shutil
import sqlite3
import time
from datetime import timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import (
    InvalidInput,
    KeyBackupTooOld,
    KeyStoreMissing,
)
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock
from tests.storage.backups import back_up, make, opened, restored
from tests.storage.keepers import Keeper


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    return make(tmp_path / "live" / "ledger.db", clock)


def test_backups_of_the_keys_are_removed_when_they_are_too_old(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "keys"
    with opened(path, clock) as ledger:
        made = []
        for _ in range(4):
            made.append(ledger.keys.backup(folder, max_age=timedelta(days=10)))
            clock.move(days=6)
        assert [each.removed for each in made] == [0, 0, 1, 1]
        assert sorted(p.name for p in folder.iterdir()) == sorted(each.path.name for each in made[2:])
        assert ledger.keys.status().backed_up_at == made[-1].made_at
        assert ledger.keys.status().backup_age_days == 6
        with pytest.raises(InvalidInput):
            ledger.keys.backup(folder, max_age=timedelta(0))


def test_only_this_ledger_s_own_backups_are_removed_and_never_the_newest(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "keys"
    with opened(tmp_path / "live" / "another.db", clock, create=True) as other:
        foreign = other.keys.backup(folder).path.rename(folder / "ledger.db.keys-foreign")
    with opened(path, clock) as ledger:
        made = ledger.keys.backup(folder).path
        made.rename(folder / "ledger.db.keys-20990101T000000Z")  # a name says nothing
        (folder / "ledger.db.keys-notes.txt").write_text("mine")
        shutil.copy(f"{path}.keys", folder / "ledger.db.keys-by-hand")
        clock.move(days=100)
        newest = ledger.keys.backup(folder)
        assert newest.removed == 1
    kept = {foreign.name, newest.path.name, "ledger.db.keys-notes.txt", "ledger.db.keys-by-hand"}
    assert {p.name for p in folder.iterdir()} == kept


def test_a_removed_backup_is_overwritten_first(path: Path, tmp_path: Path, clock: Clock) -> None:
    with opened(path, clock) as ledger:
        first = ledger.keys.backup(tmp_path / "keys").path
        os.link(first, tmp_path / "still-the-same-blocks")
        clock.move(days=31)
        assert ledger.keys.backup(tmp_path / "keys").removed == 1
    assert not first.exists()
    assert set((tmp_path / "still-the-same-blocks").read_bytes()) == {0}


def test_a_backup_of_the_keys_above_its_maximum_age_is_refused_unless_told(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    backup = back_up(path, clock, tmp_path)
    renamed = backup[1].rename(backup[1].with_name("ledger.db.keys-20990101T000000Z"))
    target = tmp_path / "new" / "ledger.db"
    clock.move(days=31)
    with pytest.raises(KeyBackupTooOld, match="maximum age"):
        restored((backup[0], renamed), target, clock)
    assert list(target.parent.iterdir()) == []
    assert restored((backup[0], renamed), target, clock, accept_old_keys=True).is_whole


def test_a_copy_that_does_not_say_when_it_was_made_counts_as_old(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    backup = back_up(path, clock, tmp_path)
    by_hand = shutil.copy(f"{path}.keys", tmp_path / "by-hand")
    target = tmp_path / "new" / "ledger.db"
    with pytest.raises(KeyBackupTooOld, match="does not say"):
        restored((backup[0], by_hand), target, clock)
    assert restored((backup[0], by_hand), target, clock, accept_old_keys=True).is_whole


def test_the_key_encryption_key_is_in_no_backup(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "live").mkdir()
    with Ledger.open(tmp_path / "live" / "ledger.db", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        log, keys = ledger.backup(tmp_path / "log.db").path, ledger.keys.backup(tmp_path / "keys").path
    kek = (tmp_path / "live" / "ledger.db.kek").read_text().strip()
    copies = log.read_bytes() + keys.read_bytes()
    assert kek.encode() not in copies
    assert bytes.fromhex(kek) not in copies
    with pytest.raises(KeyStoreMissing):
        Ledger.restore(log, keys=keys, to=tmp_path / "new.db", clock=clock)
    assert not (tmp_path / "new.db").exists()
    shutil.copy(tmp_path / "live" / "ledger.db.kek", tmp_path / "new.db.kek")
    assert Ledger.restore(log, keys=keys, to=tmp_path / "new.db", clock=clock).is_whole


def test_a_ledger_whose_key_is_wrapped_is_restored_with_its_wrapper(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "live").mkdir()
    with Ledger.open(tmp_path / "live" / "ledger.db", clock=clock, key_encryption_key=Keeper()) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        log, keys = ledger.backup(tmp_path / "log.db"), ledger.keys.backup(tmp_path / "keys")
    to = tmp_path / "new.db"
    found = Ledger.restore(log.path, keys=keys.path, to=to, clock=clock, key_encryption_key=Keeper())
    assert found.is_whole


def test_old_backups_go_whatever_the_ledger_is_called(tmp_path: Path, clock: Clock) -> None:
    path = make(tmp_path / "live" / "led[g]er?*.db", clock)
    with opened(path, clock) as ledger:
        ledger.keys.backup(tmp_path / "keys")
        clock.move(days=31)
        assert ledger.keys.backup(tmp_path / "keys").removed == 1


def test_an_age_beyond_any_calendar_is_refused_before_anything_is_written(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    with opened(path, clock) as ledger:
        for days in (10**6, 10**8):
            with pytest.raises(InvalidInput, match="calendar"):
                ledger.keys.backup(tmp_path / "keys", max_age=timedelta(days=days))
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("end", ["tomorrow", "2099-01-01T00:00:00", None, 7])
def test_a_copy_whose_end_was_altered_counts_as_old(
    path: Path, tmp_path: Path, clock: Clock, end: object
) -> None:
    backup = back_up(path, clock, tmp_path)
    copy = sqlite3.connect(backup[1])
    with copy:
        copy.execute("UPDATE key_store SET backup_expires_at = ?, backed_up_at = ?", (end, end))
    copy.close()
    target = tmp_path / "new" / "ledger.db"
    with pytest.raises(KeyBackupTooOld, match="does not say when it was made"):
        restored(backup, target, clock)
    assert restored(backup, target, clock, accept_old_keys=True).is_whole
    store = sqlite3.connect(f"{path}.keys")
    with store:
        store.execute("UPDATE key_store SET backed_up_at = ?", (end,))
    store.close()
    with opened(path, clock) as ledger:
        assert ledger.keys.status().backed_up_at is None
        clock.move(days=31)
        assert ledger.keys.backup(tmp_path / "keys").removed == 0


def test_a_copy_that_a_killed_process_left_goes_with_the_old_ones(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    with opened(path, clock) as ledger:
        whole = ledger.keys.backup(folder).path
        for age, name in ((7_200, "old"), (0, "new")):
            left = folder / f"{whole.name}.4711-{'0a' if name == 'old' else '0b'}0b0c0d"
            shutil.copy(whole, left)
            with sqlite3.connect(left) as unfinished:
                unfinished.execute("UPDATE key_store SET is_backup = 0")
            os.utime(left, (time.time() - age, time.time() - age))
        clock.move(hours=1)
        ledger.keys.backup(folder)
    assert not list(folder.glob("*-0a0b0c0d"))
    assert list(folder.glob("*-0b0b0c0d"))  # somebody may still be at it
