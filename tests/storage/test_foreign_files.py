"""Files that are not this ledger's are refused by a typed error, and left as they are."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import ForeignDatabase, KeyStoreForeign
from deliveryledger.storage.event_log import SqliteEventLog
from deliveryledger.storage.key_store import KeyStore
from tests.storage.stores import KEK, SetClock, sqlite_file

FOREIGN = {
    "another program's database": "CREATE TABLE bookmarks (url TEXT)",
    "another program's database with an id": "PRAGMA application_id=252006673; CREATE TABLE t (x)",
    "an id alone": "PRAGMA application_id=252006673",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_another_program_s_database_is_left_as_it_is(tmp_path: Path, what: str) -> None:
    path = tmp_path / "ledger.db"
    connection = sqlite3.connect(path)
    connection.executescript(FOREIGN[what])
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ForeignDatabase, match="another program"):
        sqlite_file(tmp_path, SetClock())
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"notes", b"Subject: no database\n" * 500])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.db").write_bytes(content)
    with pytest.raises(ForeignDatabase):
        sqlite_file(tmp_path, SetClock())
    assert (tmp_path / "ledger.db").read_bytes() == content


def test_a_key_store_is_no_log_and_a_log_no_key_store(file_log: SqliteEventLog, tmp_path: Path) -> None:
    keys = KeyStore(":memory:", KEK)
    with pytest.raises(ForeignDatabase):
        SqliteEventLog(str(tmp_path / "ledger.db.keys"), keys, SetClock())
    keys.close()
    with pytest.raises(ForeignDatabase):
        KeyStore(str(tmp_path / "ledger.db"), KEK)


def test_another_ledger_s_log_beside_our_keys(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        sqlite_file(tmp_path / name, SetClock()).close()
    shutil.copy(tmp_path / "theirs" / "ledger.db", tmp_path / "ours" / "ledger.db")
    with pytest.raises(KeyStoreForeign, match="another ledger"):
        sqlite_file(tmp_path / "ours", SetClock())


def test_a_log_of_a_newer_version(tmp_path: Path) -> None:
    sqlite_file(tmp_path, SetClock()).close()
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(ForeignDatabase, match="upgrade"):
        sqlite_file(tmp_path, SetClock())


@pytest.mark.parametrize("what", [*FOREIGN, "no database"])
def test_opening_a_ledger_there_makes_no_keys_and_misses_none(tmp_path: Path, what: str) -> None:
    path = tmp_path / "bookmarks.db"
    if what == "no database":
        path.write_bytes(b"Subject: no database\n" * 500)
    else:
        connection = sqlite3.connect(path)
        connection.executescript(FOREIGN[what])
        connection.close()
    before = path.read_bytes()
    for key in (None, bytes(32)):
        with pytest.raises(ForeignDatabase):
            Ledger.open(path, key_encryption_key=key)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_another_ledger_s_keys_are_named_before_any_key_is_tried(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        Ledger.open(tmp_path / name / "ledger.db").close()
    shutil.copy(tmp_path / "theirs" / "ledger.db.keys", tmp_path / "ours" / "ledger.db.keys")
    with pytest.raises(KeyStoreForeign, match="another ledger"):
        Ledger.open(tmp_path / "ours" / "ledger.db")  # with our own .kek, which does not open theirs


@pytest.mark.parametrize("upgraded", ["ledger.db", "ledger.db.keys"])
def test_a_file_that_a_newer_version_upgrades_while_it_is_open(tmp_path: Path, upgraded: str) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", by="rec-3")
        connection = sqlite3.connect(tmp_path / upgraded)
        connection.execute("PRAGMA user_version=99")
        connection.close()
        with pytest.raises(ForeignDatabase, match=r"a newer version.*; upgrade"):
            ledger.candidate_emails.register("cand-8", "ada@gmial.com", by="rec-3")
        assert [e.event.candidate_id for e in ledger.history()] == ["cand-7"]  # type: ignore[attr-defined]
