"""Backups of a ledger in use, of its keys, and what becomes of them when they are put back."""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.personal import ERASED
from deliveryledger.errors import (
    ForeignDatabase,
    KeyStoreForeign,
    LedgerMissing,
    PlaceTaken,
    StorageError,
    WrongKeyEncryptionKey,
)
from deliveryledger.storage.restoring import Restored
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, send
from tests.storage.backups import KEY, NAME, back_up, bytes_below, make, opened, restored


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    return make(tmp_path / "live" / "ledger.db", clock)


# --- the log ----------------------------------------------------------------------------------------


def test_what_was_backed_up_is_restored_with_the_same_history(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    with opened(path, clock) as ledger:
        before = list(ledger.history()), ledger.candidate_card("cand-7")
    backup = back_up(path, clock, tmp_path)
    target = tmp_path / "new" / "other-name.db"
    assert restored(backup, target, clock) == Restored(len(before[0]), 0, 0, False, Path(backup[1]))
    with opened(target, clock) as ledger:
        assert (list(ledger.history()), ledger.candidate_card("cand-7")) == before
        send(ledger, "cand-7", "msg-2")
    assert not list(target.parent.glob("*restoring*"))


def test_a_restored_log_is_verified_against_a_checkpoint_from_before(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    with opened(path, clock) as ledger:
        signed, vkey = ledger.audit.checkpoint(), ledger.audit.verification_key
    backup = back_up(path, clock, tmp_path)
    assert backup[0].with_name("log.db.audit").exists()
    target = tmp_path / "new" / "ledger.db"
    restored(backup, target, clock)
    with opened(target, clock) as ledger:
        send(ledger, "cand-7", "msg-2")
        assert ledger.verify([signed], vkey=vkey)


def test_a_backup_is_one_file_for_its_owner_and_nothing_is_overwritten(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    with opened(path, clock) as ledger:
        made = ledger.backup(tmp_path / "log.db")
        assert (made.path, made.last_position) == (tmp_path / "log.db", 3)
        keys = ledger.keys.backup(tmp_path / "keys")
        for file in (made.path, keys.path):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        before = made.path.read_bytes()
        with pytest.raises(PlaceTaken, match="another name"):
            ledger.backup(tmp_path / "log.db")
        with pytest.raises(PlaceTaken):
            ledger.keys.backup(tmp_path / "keys")  # the clock stands still: the same name
        assert made.path.read_bytes() == before
        with pytest.raises(StorageError):
            ledger.backup(tmp_path / "no" / "such" / "folder.db")
        with pytest.raises(PlaceTaken):
            ledger.backup(path)
    names = sorted(p.name for p in tmp_path.rglob("*") if "live" not in p.parts)
    assert names == ["keys", keys.path.name, "log.db"]


def test_it_works_while_others_write(path: Path, tmp_path: Path, clock: Clock) -> None:
    with opened(path, clock) as ledger:
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                ledger.candidate_emails.register(f"cand-1{number}", ADDRESS, name="Ada", by="rec-3")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            made = [ledger.backup(tmp_path / f"log-{n}.db") for n in range(5)]
            keys = ledger.keys.backup(tmp_path / "keys")
        finally:
            stop.set()
            writer.join()
    assert made[0].last_position < made[-1].last_position
    for n, each in enumerate(made):
        found = restored((each.path, keys.path), tmp_path / f"new-{n}" / "ledger.db", clock)
        assert (found.last_position, found.is_whole) == (each.last_position, True)


def test_a_ledger_in_memory_can_be_put_into_files(tmp_path: Path, clock: Clock) -> None:
    with Ledger.open(":memory:", clock=clock, key_encryption_key=KEY) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        backup = ledger.backup(tmp_path / "log.db").path, ledger.keys.backup(tmp_path / "keys").path
    restored(backup, tmp_path / "ledger.db", clock)
    with opened(tmp_path / "ledger.db", clock) as ledger:
        assert ledger.candidate_card("cand-7").address == ADDRESS


# --- erasures ---------------------------------------------------------------------------------------


def test_what_was_erased_after_the_backup_of_the_keys_stays_erased(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    with opened(path, clock) as ledger:
        ledger.candidate_emails.register("cand-8", "grace@navy.example", name="Grace", by="rec-3")
        old_keys = ledger.keys.backup(tmp_path / "keys").path
        clock.move(days=1)
        ledger.erase("cand-7", by="dpo")
        log = ledger.backup(tmp_path / "log.db").path
    found = restored((log, old_keys), tmp_path / "new" / "ledger.db", clock)
    assert found.erasures_applied >= 1
    assert found.is_whole
    with opened(tmp_path / "new" / "ledger.db", clock) as ledger:
        ledger.rebuild()
        names = [getattr(e.event, "name", None) for e in ledger.history()]
        assert NAME not in names
        assert ERASED in names
        assert ledger.candidate_card("cand-8").name == "Grace"
    assert NAME.encode() not in bytes_below(tmp_path / "new")


def test_keys_that_are_missing_are_counted_and_never_taken_for_erasures(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    with opened(path, clock) as ledger:
        old_keys = ledger.keys.backup(tmp_path / "keys").path
        ledger.candidate_emails.register("cand-8", "grace@navy.example", name="Grace", by="rec-3")
        ledger.candidate_emails.register("cand-9", "joan@navy.example", name="Joan", by="rec-3")
        log = ledger.backup(tmp_path / "log.db").path
    found = restored((log, old_keys), tmp_path / "new" / "ledger.db", clock)
    assert (found.keys_missing, found.erasures_applied, found.is_whole) == (2, 0, False)


def test_a_missing_secret_of_the_address_keys_is_an_alarm(path: Path, tmp_path: Path, clock: Clock) -> None:
    with opened(path, clock) as ledger:
        old_keys = ledger.keys.backup(tmp_path / "keys").path
        ledger.keys.rotate_address_secret()
        log = ledger.backup(tmp_path / "log.db").path
    found = restored((log, old_keys), tmp_path / "new" / "ledger.db", clock)
    assert (found.address_secret_missing, found.is_whole) == (True, False)


# --- places and files that do not fit ---------------------------------------------------------------


@pytest.mark.parametrize("there", ["ledger.db", "ledger.db.keys", "ledger.db-wal", "ledger.db.audit"])
def test_nothing_is_restored_over_a_ledger(path: Path, tmp_path: Path, clock: Clock, there: str) -> None:
    backup = back_up(path, clock, tmp_path)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / there).write_text("somebody's")
    with pytest.raises(PlaceTaken):
        restored(backup, tmp_path / "new" / "ledger.db", clock)
    assert [p.name for p in (tmp_path / "new").iterdir()] == [there]


def test_what_does_not_belong_together_or_is_none_of_ours_is_refused(
    path: Path, tmp_path: Path, clock: Clock
) -> None:
    log, keys = back_up(path, clock, tmp_path)
    with opened(tmp_path / "live" / "another.db", clock, create=True) as other:
        foreign = other.keys.backup(tmp_path / "other-keys").path
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"not a database" * 100)
    target = tmp_path / "new" / "ledger.db"
    for backup, error in [
        ((log, foreign), KeyStoreForeign),
        ((log, log), ForeignDatabase),
        ((keys, keys), ForeignDatabase),
        ((nonsense, keys), ForeignDatabase),
        ((log, nonsense), ForeignDatabase),
        ((tmp_path / "no-such-file", keys), LedgerMissing),
        ((log, tmp_path / "no-such-file"), LedgerMissing),
    ]:
        with pytest.raises(error):
            restored(backup, target, clock)
    with pytest.raises(WrongKeyEncryptionKey):
        Ledger.restore(log, keys=keys, to=target, key_encryption_key=bytes(32), clock=clock)
    with pytest.raises(StorageError):
        Ledger.restore(log, keys=keys, to=tmp_path / "no" / "folder.db", key_encryption_key=KEY, clock=clock)
    assert list(target.parent.iterdir()) == []


def test_a_copy_in_use_can_be_read_from_a_read_only_folder(path: Path, tmp_path: Path, clock: Clock) -> None:
    log, _ = back_up(path, clock, tmp_path)
    connection = sqlite3.connect(f"{log.as_uri()}?mode=ro&immutable=1", uri=True)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
