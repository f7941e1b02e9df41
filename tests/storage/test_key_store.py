"""Keys of their own: missing is an alarm, destroyed is an erasure, and neither is taken for the other."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.ports import Changes
from deliveryledger.application.unit_of_work import transact
from deliveryledger.domain.candidate_email.events import EmailRegistered
from deliveryledger.domain.personal import ERASED
from deliveryledger.errors import (
    ForeignDatabase,
    KeyStoreForeign,
    KeyStoreMissing,
    SubjectKeyMissing,
    WrongKeyEncryptionKey,
)
from deliveryledger.storage.event_log import SqliteEventLog
from tests.storage.facts import ADA, MESSAGE, append_ada, at, bounced, confirmed, message_registered
from tests.storage.stores import SetClock, sqlite_file

KEK = os.urandom(32)
VARIABLE = "DELIVERYLEDGER_KEY_ENCRYPTION_KEY"


def register(path: Path, candidate: str = "cand-7", **kwargs: bytes) -> None:
    """Open the ledger, register Ada, show her card."""
    with Ledger.open(path, **kwargs) as ledger:  # type: ignore[arg-type]
        ledger.candidate_emails.register(candidate, "ada@gmial.com", by="rec-3")
        assert ledger.candidate_card(candidate).address == "ada@gmial.com"


def change_keys(path: Path, statement: str) -> None:
    """What somebody does to the key store by hand."""
    connection = sqlite3.connect(f"{path}.keys", isolation_level=None)
    connection.execute(statement)
    connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with Ada in it."""
    path = tmp_path / "ledger.db"
    register(path)
    return path


@pytest.mark.parametrize("lost", [".keys", ".kek"])
def test_lost_keys_are_an_alarm_and_nothing_is_made_in_their_place(path: Path, lost: str) -> None:
    file = path.with_name(path.name + lost)
    file.rename(path.with_name("kept"))
    with pytest.raises(KeyStoreMissing, match=r"restore|set the variable"):
        register(path)
    assert not file.exists()
    path.with_name("kept").rename(file)
    register(path)


def test_keys_of_another_ledger_are_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    register(tmp_path / "other" / "ledger.db")
    for name in ("ledger.db.keys", "ledger.db.kek"):
        (tmp_path / "other" / name).replace(tmp_path / name)
    with pytest.raises(KeyStoreForeign):
        register(path)


def test_an_emptied_key_store_is_not_taken_for_a_new_one(path: Path) -> None:
    keys = path.with_name("ledger.db.keys")
    keys.rename(path.with_name("kept"))
    keys.write_bytes(b"")
    with pytest.raises(KeyStoreMissing, match="restore"):
        register(path)
    connection = sqlite3.connect(keys)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,), "a new one was made"
    connection.close()
    for left in path.parent.glob("ledger.db.keys*"):
        left.unlink()
    path.with_name("kept").rename(keys)
    register(path)


def test_neither_missing_nor_foreign_keys_are_ever_shown_as_an_erasure(path: Path, tmp_path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-8", "grace@navy.example", name="Grace", by="rec-3")
        ledger.messages.register("cand-8", sender="rec-3", subject="Interview", message_id="msg-8")
    change_keys(path, "DELETE FROM subject_keys")
    asked: list[Callable[[Ledger], object]] = [
        lambda ledger: ledger.candidate_card("cand-8"),  # the views have not caught up yet
        lambda ledger: ledger.activity("cand-8"),
        lambda ledger: list(ledger.history()),
        lambda ledger: ledger.rebuild(),
        lambda ledger: ledger.messages.register("cand-8", sender="rec-3", subject="Hello"),
        lambda ledger: ledger.messages.resend("msg-8", by="rec-3"),
        lambda ledger: ledger.candidate_emails.correct("cand-8", "g@navy.example", grounds="cv", by="rec-3"),
    ]
    with Ledger.open(path) as ledger:
        for ask in asked:
            with pytest.raises(SubjectKeyMissing, match="neither there nor recorded as destroyed"):
                ask(ledger)
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert ERASED.encode() not in stored


def test_a_key_store_that_is_no_database(path: Path) -> None:
    path.with_name("ledger.db.keys").write_bytes(b"not a key store" * 100)
    with pytest.raises(ForeignDatabase):
        register(path)


def test_the_wrong_key_encryption_key_is_refused_at_once(path: Path) -> None:
    with pytest.raises(WrongKeyEncryptionKey):
        register(path, key_encryption_key=os.urandom(32))
    register(path)


@pytest.mark.parametrize("text", ["", "no hex", "00" * 31, "00" * 33])
def test_a_key_file_that_holds_no_key(path: Path, text: str) -> None:
    path.with_name("ledger.db.kek").write_text(text)
    with pytest.raises(WrongKeyEncryptionKey):
        register(path)


def test_the_key_encryption_key_comes_as_argument_variable_or_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    register(path, key_encryption_key=KEK)
    assert not path.with_name("ledger.db.kek").exists()
    with pytest.raises(KeyStoreMissing):
        register(path)
    monkeypatch.setenv(VARIABLE, KEK.hex())
    register(path)
    monkeypatch.delenv(VARIABLE)
    path.with_name("ledger.db.kek").write_text(KEK.hex() + "\n")
    register(path)
    monkeypatch.setenv(VARIABLE, "00" * 32)
    register(path, key_encryption_key=KEK)  # the argument goes before the variable
    with pytest.raises(WrongKeyEncryptionKey):
        register(path)  # and the variable before the file


def test_a_new_ledger_with_the_variable_makes_no_key_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEK.hex())
    register(tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db.kek").exists()


def test_keys_and_views_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Ledger.open(tmp_path / "ledger.db") as ledger:
            ledger.candidate_emails.register("cand-7", "ada@gmial.com", by="rec-3")
            ledger.candidate_card("cand-7")
            ledger.rebuild()
            ledger.candidate_card("cand-7")
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    finally:
        os.umask(before)
    private = {name: mode for name, mode in modes.items() if ".k" in name or ".views-" in name}
    assert {"ledger.db.kek", "ledger.db.keys", "ledger.db.keys-wal", "ledger.db.views-2"} <= set(private)
    assert set(private.values()) == {0o600}


def test_no_key_lies_in_clear_anywhere(path: Path, tmp_path: Path) -> None:
    kek = bytes.fromhex((tmp_path / "ledger.db.kek").read_text())
    everything = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.suffix != ".kek")
    assert kek not in everything
    assert kek.hex().encode() not in everything


def test_a_subject_s_missing_key_is_an_alarm(path: Path) -> None:
    with Ledger.open(path) as ledger:
        change_keys(path, "DELETE FROM subject_keys")
        with pytest.raises(SubjectKeyMissing, match="backup"):
            ledger.rebuild()
        with pytest.raises(SubjectKeyMissing):
            ledger.messages.register("cand-7", sender="rec-3", subject="Hello")
        assert ledger.candidate_card("cand-7").address == "ada@gmial.com"  # the views were not touched


def test_a_subject_s_wrapped_key_that_was_altered(path: Path) -> None:
    change_keys(path, "UPDATE subject_keys SET wrapped = zeroblob(60)")
    with Ledger.open(path) as ledger, pytest.raises(WrongKeyEncryptionKey):
        ledger.rebuild()


def test_a_destroyed_key_leaves_placeholders_and_everything_replays(
    file_log: SqliteEventLog, tmp_path: Path, clock: SetClock
) -> None:
    with file_log.transaction() as transaction:
        subject = append_ada(transaction)
        transaction.append(Changes(events=at(MESSAGE, message_registered(subject), bounced(subject))))
    sealed = file_log.load([ADA, MESSAGE])
    change_keys(tmp_path / "ledger.db", "UPDATE subject_keys SET wrapped = NULL, destroyed_at = '2026-11-20'")
    ada, message, bounce = (e.event for e in file_log.read(after=0, limit=9))
    placeholder = f"erased+{subject[:8]}@erased.invalid"
    assert isinstance(ada, EmailRegistered)
    assert (ada.address, ada.name, ada.candidate_id) == (placeholder, ERASED, "cand-7")
    assert (message.recipient, message.subject) == (placeholder, ERASED)  # type: ignore[attr-defined]
    assert (bounce.diagnostic, bounce.status) == (ERASED, "5.1.1")  # type: ignore[attr-defined]
    assert file_log.load([ADA, MESSAGE]) == sealed  # stored bytes do not change
    states = transact(file_log, lambda unit: (unit.message(MESSAGE), unit.candidate_email(ADA)))
    assert states[0].hard is not None
    assert states[1].address_key == "1.key"


def test_late_facts_about_an_erased_subject_store_placeholders(
    file_log: SqliteEventLog, tmp_path: Path
) -> None:
    with file_log.transaction() as transaction:
        subject = append_ada(transaction)
    change_keys(tmp_path / "ledger.db", "UPDATE subject_keys SET wrapped = NULL, destroyed_at = '2026-11-20'")
    with file_log.transaction() as transaction:
        transaction.append(Changes(events=at(MESSAGE, message_registered(subject))))
    (late,) = file_log.load([MESSAGE], opened=True)[MESSAGE]
    assert late == file_log.load([MESSAGE])[MESSAGE][0]
    assert late.subject == ERASED  # type: ignore[attr-defined]
    assert b"Interview" not in (tmp_path / "ledger.db-wal").read_bytes()


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.storage.facts import ADA, append_ada
from tests.storage.stores import SetClock, sqlite_file
log = sqlite_file(Path(sys.argv[1]), SetClock())
with log.transaction() as transaction:
    append_ada(transaction)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_between_key_and_event_leaves_a_key_too_many(
    tmp_path: Path, pytestconfig: pytest.Config, clock: SetClock
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    killed = subprocess.run(command, cwd=pytestconfig.rootpath, check=False)
    assert killed.returncode == -signal.SIGKILL
    log = sqlite_file(tmp_path, clock)
    assert log.last_position() == 0
    keys = sqlite3.connect(tmp_path / "ledger.db.keys")
    assert keys.execute("SELECT count(*) FROM subject_keys").fetchone() == (1,)
    keys.close()
    with log.transaction() as transaction:
        subject = append_ada(transaction)
        transaction.append(Changes(events=at(ADA, confirmed(), after=1)))
    assert log.load([ADA], opened=True)[ADA][0].data_subject == subject  # type: ignore[attr-defined]
    log.close()
