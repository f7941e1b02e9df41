"""The commands about keys and backups, as an operator runs them."""

import os
import shutil
import sqlite3
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli

NEW_KEY = os.urandom(32).hex()
KEEPER = """
import base64, sys
given = sys.stdin.buffer.read()
sys.stdout.buffer.write(base64.b85encode(given) if sys.argv[1] == "wrap" else base64.b85decode(given))
"""


@pytest.fixture(autouse=True)
def no_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY_ENCRYPTION_KEY", "KEY_COMMAND", "NEW_KEY_ENCRYPTION_KEY", "NEW_KEY_COMMAND"):
        monkeypatch.delenv(f"DELIVERYLEDGER_{name}", raising=False)


def answer(cli: Cli, *arguments: str | Path) -> Any:
    ran = cli(*arguments, "--json")
    assert ran.code == ExitCode.OK, ran.err
    return ran.json


@pytest.mark.usefixtures("ada")
def test_status_counts_and_names_nobody(cli: Cli) -> None:
    assert answer(cli, "keys", "status") == {
        "key_encryption_key": "file",
        "key_encryption_key_version": 1,
        "address_secret_version": 1,
        "live_keys": 1,
        "destroyed_keys": 0,
        "lost_keys": 0,
        "backed_up_at": None,
        "backup_age_days": None,
    }
    text = cli("keys", "status").out
    assert "never backed up" in text
    assert "1 live, 0 destroyed" in text
    cli("keys", "backup", "key-backups")
    assert "0 days ago" in cli("keys", "status").out


def test_rotating_in_the_file(cli: Cli, ada: str, tmp_path: Path) -> None:
    before = (tmp_path / "ledger.db.kek").read_text()
    assert answer(cli, "keys", "rotate")["key_encryption_key_version"] == 2
    assert (tmp_path / "ledger.db.kek").read_text() != before
    ran = cli("keys", "rotate")
    assert "1 key of people wrapped anew" in ran.out
    assert "make a new one" in ran.out
    assert answer(cli, "card", ada)["address"] == "ada@gmial.com"


def test_moving_to_the_environment_to_a_program_and_back_to_the_file(
    cli: Cli, ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERYLEDGER_NEW_KEY_ENCRYPTION_KEY", NEW_KEY)
    cli("keys", "rotate")
    assert cli("card", ada).code == ExitCode.STORAGE
    monkeypatch.setenv("DELIVERYLEDGER_KEY_ENCRYPTION_KEY", NEW_KEY)
    assert answer(cli, "keys", "status")["key_encryption_key"] == "given"

    monkeypatch.delenv("DELIVERYLEDGER_NEW_KEY_ENCRYPTION_KEY")
    refused = cli("keys", "rotate")
    assert refused.code == ExitCode.USAGE
    assert "would not be read" in refused.err
    (tmp_path / "keeper.py").write_text(KEEPER)
    command = f"{sys.executable} '{tmp_path / 'keeper.py'}'"
    monkeypatch.setenv("DELIVERYLEDGER_NEW_KEY_COMMAND", command)
    cli("keys", "rotate")
    monkeypatch.delenv("DELIVERYLEDGER_KEY_ENCRYPTION_KEY")
    monkeypatch.delenv("DELIVERYLEDGER_NEW_KEY_COMMAND")
    monkeypatch.setenv("DELIVERYLEDGER_KEY_COMMAND", command)
    assert answer(cli, "keys", "status")["key_encryption_key"] == "wrapper"

    assert cli("keys", "rotate", "--to-file").code == ExitCode.OK
    monkeypatch.delenv("DELIVERYLEDGER_KEY_COMMAND")
    assert answer(cli, "keys", "status")["key_encryption_key"] == "file"
    assert answer(cli, "card", ada)["address"] == "ada@gmial.com"


def test_a_program_that_fails_is_one_line_and_the_old_key_stays(
    cli: Cli, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERYLEDGER_NEW_KEY_COMMAND", "no-such-program-anywhere")
    ran = cli("keys", "rotate")
    assert (ran.code, len(ran.err.splitlines())) == (ExitCode.STORAGE, 1)
    monkeypatch.delenv("DELIVERYLEDGER_NEW_KEY_COMMAND")
    assert answer(cli, "card", ada)["address"] == "ada@gmial.com"
    monkeypatch.setenv("DELIVERYLEDGER_NEW_KEY_ENCRYPTION_KEY", "no hex")
    assert cli("keys", "rotate").code == ExitCode.STORAGE


@pytest.mark.usefixtures("ada")
def test_rotating_the_secret_of_the_address_keys(cli: Cli) -> None:
    assert answer(cli, "keys", "rotate-address-secret") == {"address_secret_version": 2}
    assert "secret 3" in cli("keys", "rotate-address-secret").out
    assert answer(cli, "keys", "status")["address_secret_version"] == 3


def test_back_up_and_restore(cli: Cli, ada: str, tmp_path: Path) -> None:
    made = answer(cli, "backup", "backup.db", "--keys", "key-backups", "--max-age", "7")
    assert (made["path"], made["last_position"], made["keys"]["removed"]) == ("backup.db", 3, 0)
    keys = Path(made["keys"]["path"])
    assert keys.parent.name == "key-backups"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert cli("backup", "backup.db").code == ExitCode.STORAGE

    (tmp_path / "new").mkdir()
    shutil.copy("ledger.db.kek", "new/ledger.db.kek")
    found = answer(cli, "restore", "backup.db", "--keys", keys, "new/ledger.db")
    assert found == {
        "last_position": 3,
        "erasures_applied": 0,
        "keys_missing": 0,
        "address_secret_missing": False,
        "keys": str(keys),
        "is_whole": True,
    }
    assert answer(cli, "card", ada, "--ledger", "new/ledger.db")["address"] == "ada@gmial.com"
    again = cli("restore", "backup.db", "--keys", keys, "new/ledger.db")
    assert (again.code, "without a ledger" in again.err) == (ExitCode.STORAGE, True)


@pytest.mark.usefixtures("ada")
def test_what_is_said_to_people(cli: Cli, tmp_path: Path) -> None:
    out = cli("backup", "backup.db", "--keys", "key-backups").out
    assert "wrote backup.db (3 events)\n" in out
    assert "wrote key-backups/ledger.db.keys-" in out
    (keys,) = (tmp_path / "key-backups").iterdir()
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.candidate_emails.register("cand-8", "grace@navy.example", by="rec-3")
        ledger.keys.rotate_address_secret()
    cli("backup", "newer.db")
    shutil.copy("ledger.db.kek", "new.db.kek")
    ran = cli("restore", "newer.db", "--keys", keys, "new.db")
    assert (ran.code, "restored 4 events" in ran.out) == (ExitCode.STORAGE, True)
    assert "the keys of 1 person are not in the backup" in ran.err
    assert "secret of the address keys" in ran.err


@pytest.mark.usefixtures("ada")
def test_old_keys_are_taken_only_when_told(cli: Cli) -> None:
    cli("backup", "backup.db")
    shutil.copy("ledger.db.keys", "by-hand")
    shutil.copy("ledger.db.kek", "new.db.kek")
    refused = cli("restore", "backup.db", "--keys", "by-hand", "new.db")
    assert (refused.code, "--accept-old-keys" in refused.err) == (ExitCode.STORAGE, True)
    assert cli("restore", "backup.db", "--keys", "by-hand", "--accept-old-keys", "new.db").code == ExitCode.OK


def test_the_newest_backup_of_the_keys_in_a_folder_is_taken_and_named(cli: Cli, ada: str) -> None:
    cli("backup", "backup.db", "--keys", "key-backups")
    newest = answer(cli, "keys", "backup", "key-backups")["path"]
    Path("key-backups/zzz").write_text("something else")
    with Ledger.open("other.db") as other:
        other.keys.backup("key-backups")
    shutil.copy("ledger.db.kek", "new.db.kek")
    ran = cli("restore", "backup.db", "--keys", "key-backups", "new.db")
    assert (ran.code, ran.out.splitlines()[-1]) == (ExitCode.OK, f"keys: {newest}")
    assert answer(cli, "card", ada, "--ledger", "new.db")["address"] == "ada@gmial.com"


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("wrong", ["backup.db", "text", "empty", "folder"])
def test_what_is_no_backup_of_the_keys_is_said_to_be_none(cli: Cli, wrong: str) -> None:
    cli("backup", "backup.db")
    Path("text").write_text("no database at all, but long enough to look at " * 20)
    Path("empty").write_text("")
    Path("folder").mkdir()
    ran = cli("restore", "backup.db", "--keys", wrong, "new.db")
    assert (ran.code, "give a backup of the keys" in ran.err) == (ExitCode.STORAGE, True)
    assert not list(Path.cwd().glob("new.db*"))


@pytest.mark.usefixtures("ada")
def test_keys_beside_the_ledger_are_warned_of(cli: Cli) -> None:
    assert cli("keys", "backup", "elsewhere").err == ""
    for arguments in (("keys", "backup", "."), ("backup", "backup.db", "--keys", Path.cwd())):
        ran = cli(*arguments)
        assert (ran.code, "lies beside the ledger" in ran.err) == (ExitCode.OK, True)


@pytest.mark.usefixtures("ada")
def test_whether_the_variable_or_the_file_holds_no_key_is_said(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("ledger.db.kek").write_text("nonsense")
    assert "the file 'ledger.db.kek' does not hold 64 hex digits" in cli("keys", "status").err
    monkeypatch.setenv("DELIVERYLEDGER_KEY_ENCRYPTION_KEY", "nonsense")
    ran = cli("keys", "status")
    assert "the variable DELIVERYLEDGER_KEY_ENCRYPTION_KEY does not hold 64 hex digits" in ran.err
    assert "nonsense" not in ran.err


def lose_keys(folder: Path) -> None:
    keys = sqlite3.connect(folder / "ledger.db.keys")
    with keys:
        keys.execute("DELETE FROM subject_keys")
    keys.close()
    for views in folder.glob("*.views-*"):
        views.unlink()


def test_giving_up_keys_that_are_missing(cli: Cli, ada: str, tmp_path: Path) -> None:
    lose_keys(tmp_path)
    stopped = cli("card", ada)
    assert (stopped.code, "keys give-up`" in stopped.err) == (ExitCode.STORAGE, True)
    assert cli("keys", "give-up").code == ExitCode.USAGE
    assert "gave up 1 key" in cli("keys", "give-up", "--by", "dpo-1").out
    assert answer(cli, "keys", "give-up", "--by", "dpo-1") == {"given_up": 0}
    assert answer(cli, "card", ada)["name"] == "[erased]"
    assert "0 destroyed, 1 lost" in cli("keys", "status").out


def test_giving_up_asks_on_a_terminal(
    cli: Cli, ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_keys(tmp_path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda asked, **_: "Missing keys: 1." not in asked)
    assert cli("keys", "give-up", "--by", "dpo-1").code == ExitCode.REFUSED
    assert cli("card", ada).code == ExitCode.STORAGE
    assert cli("keys", "give-up", "--by", "dpo-1", "--yes").code == ExitCode.OK
    assert cli("card", ada).code == ExitCode.OK


@pytest.mark.usefixtures("ada")
def test_an_age_beyond_any_calendar_is_refused(cli: Cli) -> None:
    assert cli("keys", "backup", "key-backups", "--max-age", "9" * 12).code == ExitCode.USAGE
