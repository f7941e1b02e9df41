"""The key-encryption key is replaced: by file, key or wrapper, under kills, and beside other processes."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import (
    KeyEncryptionKeyReplaced,
    KeyStoreMissing,
    StorageError,
    WrongKeyEncryptionKey,
)
from tests.storage.keepers import Keeper

KEY = os.urandom(32)


def register(ledger: Ledger, candidate: str = "cand-7") -> None:
    ledger.candidate_emails.register(candidate, "ada@gmial.com", name="Ada", by="rec-3")


def still_reads(path: Path, **how: Any) -> None:
    """The ledger opens, everything can be read, and new people can be registered."""
    with Ledger.open(path, **how) as ledger:
        ledger.rebuild()
        assert ledger.candidate_card("cand-7").address == "ada@gmial.com"
        new = f"cand-{os.urandom(4).hex()}"
        register(ledger, new)
        assert ledger.candidate_card(new).name == "Ada"
    with Ledger.open(path, **how) as ledger:
        assert ledger.candidate_card(new).name == "Ada"


def wrapped_forms(path: Path) -> set[bytes]:
    """Every wrapped key in the key store."""
    keys = sqlite3.connect(f"{path}.keys")
    rows = keys.execute(
        "SELECT wrapped FROM subject_keys UNION SELECT wrapped FROM address_secrets"
    ).fetchall()
    keys.close()
    return {row[0] for row in rows if row[0]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with Ada in it, whose key is in the file."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        register(ledger)
    return path


def test_the_file_s_key_is_replaced_by_a_new_one_in_the_file(path: Path) -> None:
    old, before = path.with_name("ledger.db.kek").read_text(), wrapped_forms(path)
    with Ledger.open(path) as ledger:
        ledger.keys.rotate_key_encryption_key()
        register(ledger, "cand-8")
        assert ledger.keys.status().key_encryption_key_version == 2
    assert path.with_name("ledger.db.kek").read_text() != old
    assert path.with_name("ledger.db.kek").stat().st_mode & 0o777 == 0o600
    assert not path.with_name("ledger.db.kek.new").exists()
    with pytest.raises(WrongKeyEncryptionKey):
        Ledger.open(path, key_encryption_key=bytes.fromhex(old))
    everything = b"".join(p.read_bytes() for p in path.parent.iterdir())
    assert not [form for form in before if form in everything], "an old wrapped form is left on the disk"
    still_reads(path)


def test_from_the_file_to_a_wrapper_to_a_key_and_back_to_the_file(path: Path) -> None:
    first, second = Keeper(1), Keeper(2)
    steps: list[tuple[dict[str, Any], Any]] = [
        ({}, first),
        ({"key_encryption_key": first}, first),  # a new random key under the same wrapper
        ({"key_encryption_key": first}, second),
        ({"key_encryption_key": second}, KEY),
        ({"key_encryption_key": KEY}, None),
        ({}, None),
    ]
    for number, (how, new) in enumerate(steps, 2):
        with Ledger.open(path, **how) as ledger:
            ledger.keys.rotate_key_encryption_key(new)
            register(ledger, f"during-{number}")
            assert ledger.keys.status().key_encryption_key_version == number
        still_reads(path, **({} if new is None else {"key_encryption_key": new}))
    with pytest.raises(WrongKeyEncryptionKey):
        Ledger.open(path, key_encryption_key=first)


def test_destroyed_keys_stay_destroyed(path: Path) -> None:
    keys = sqlite3.connect(f"{path}.keys", isolation_level=None)
    keys.execute("UPDATE subject_keys SET wrapped = NULL, destroyed_at = '2026-11-20'")
    keys.close()
    with Ledger.open(path) as ledger:
        ledger.keys.rotate_key_encryption_key()
        status = ledger.keys.status()
        assert (status.live_keys, status.destroyed_keys) == (0, 1)
        ledger.rebuild()


def test_a_ledger_in_memory_takes_it_too() -> None:
    with Ledger.open(":memory:") as ledger:
        register(ledger)
        ledger.keys.rotate_key_encryption_key()
        ledger.keys.rotate_key_encryption_key(KEY)
        ledger.rebuild()
        assert ledger.candidate_card("cand-7").name == "Ada"


def test_a_key_that_was_altered_stops_the_rotation_and_nothing_is_changed(path: Path) -> None:
    keys = sqlite3.connect(f"{path}.keys", isolation_level=None)
    keys.execute("UPDATE subject_keys SET wrapped = zeroblob(60)")
    before = wrapped_forms(path)
    with Ledger.open(path) as ledger, pytest.raises(WrongKeyEncryptionKey):
        ledger.keys.rotate_key_encryption_key()
    keys.close()
    assert wrapped_forms(path) == before
    Ledger.open(path).close()


def test_a_folder_that_takes_no_second_file_is_a_typed_error(path: Path) -> None:
    path.with_name("ledger.db.kek.new").mkdir()
    with Ledger.open(path) as ledger, pytest.raises(StorageError):
        ledger.keys.rotate_key_encryption_key()
    path.with_name("ledger.db.kek.new").rmdir()
    still_reads(path)


# --- kills ------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from deliveryledger import Ledger
from deliveryledger.storage import key_file, key_ring

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def wrapped(*args, **kwargs):
        function(*args, **kwargs)
        die()
    return wrapped

step, ledger = sys.argv[2], Ledger.open(sys.argv[1])
if step == "before the second file":
    key_file.KeyFile.stage = die
elif step == "half a second file":
    os.fsync = die
elif step == "after the second file":
    key_file.KeyFile.stage = after(key_file.KeyFile.stage)
elif step == "after wrapping anew, before the commit":
    key_ring.rewrap = after(key_ring.rewrap)
elif step == "after the commit, before the renaming":
    key_file.KeyFile.settle = lambda self, present: die() if self.is_staged else None
elif step == "after the renaming, before the cleaning":
    key_ring.KeyRing.scrub = die
ledger.keys.rotate_key_encryption_key()
"""
STEPS = [
    "before the second file",
    "half a second file",
    "after the second file",
    "after wrapping anew, before the commit",
    "after the commit, before the renaming",
    "after the renaming, before the cleaning",
]


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_a_ledger_that_opens(
    path: Path, step: str, pytestconfig: pytest.Config
) -> None:
    before = wrapped_forms(path)
    command = [sys.executable, "-c", KILLED, str(path), step]
    killed = subprocess.run(command, cwd=pytestconfig.rootpath, check=False)
    assert killed.returncode == -signal.SIGKILL
    still_reads(path)
    assert not path.with_name("ledger.db.kek.new").exists()
    with Ledger.open(path) as ledger:
        ledger.keys.rotate_key_encryption_key()
    still_reads(path)
    everything = b"".join(p.read_bytes() for p in path.parent.iterdir())
    assert not [form for form in before if form in everything]


def test_two_kills_in_a_row_lose_no_key(path: Path, pytestconfig: pytest.Config) -> None:
    for step in ("after the commit, before the renaming", "after the second file"):
        command = [sys.executable, "-c", KILLED, str(path), step]
        subprocess.run(command, cwd=pytestconfig.rootpath, check=False)
    still_reads(path)


# --- other processes --------------------------------------------------------------------------------


def rotate_elsewhere(path: Path, expression: str, root: Path, **how: str) -> None:
    """In another process."""
    script = (
        "import sys; from deliveryledger import Ledger; from tests.storage.keepers import Keeper\n"
        f"how = {{name: eval(text) for name, text in {how!r}.items()}}\n"
        "with Ledger.open(sys.argv[1], **how) as ledger:\n"
        f"    ledger.keys.rotate_key_encryption_key({expression})\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=root, check=True)


def test_a_process_whose_key_is_in_the_file_goes_on(path: Path, pytestconfig: pytest.Config) -> None:
    with Ledger.open(path) as ledger:
        for number in range(2):
            rotate_elsewhere(path, "", pytestconfig.rootpath)
            ledger.rebuild()  # reads with the new key
            register(ledger, f"after-{number}")  # and writes with it
        rotate_elsewhere(path, "", pytestconfig.rootpath)
        register(ledger, "writes-first")
        assert ledger.candidate_card("cand-7").name == "Ada"
    still_reads(path)


def test_a_process_with_the_same_wrapper_goes_on(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(path, key_encryption_key=Keeper(1)) as ledger:
        register(ledger)
        rotate_elsewhere(path, "Keeper(1)", pytestconfig.rootpath, key_encryption_key="Keeper(1)")
        register(ledger, "cand-8")
        ledger.rebuild()
    still_reads(path, key_encryption_key=Keeper(1))


@pytest.mark.parametrize("new", ["bytes(32)", "Keeper(2)", ""])
def test_a_process_that_was_given_the_old_key_is_told_to_open_again(
    tmp_path: Path, new: str, pytestconfig: pytest.Config
) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(path, key_encryption_key=KEY) as ledger:
        register(ledger)
        ledger.candidate_card("cand-7")
        rotate_elsewhere(path, new, pytestconfig.rootpath, key_encryption_key=f"{KEY!r}")
        with pytest.raises(KeyEncryptionKeyReplaced, match="open the ledger again"):
            ledger.rebuild()
        with pytest.raises(KeyEncryptionKeyReplaced):
            register(ledger, "cand-8")  # no key may be wrapped under the old one
        assert ledger.candidate_card("cand-7").name == "Ada"  # the views were not touched
    how = {"bytes(32)": {"key_encryption_key": bytes(32)}, "Keeper(2)": {"key_encryption_key": Keeper(2)}}
    still_reads(path, **how.get(new, {}))


def test_a_process_whose_file_is_no_longer_used_is_told_so(path: Path, pytestconfig: pytest.Config) -> None:
    with Ledger.open(path) as ledger:
        rotate_elsewhere(path, "Keeper(1)", pytestconfig.rootpath)
        with pytest.raises(KeyEncryptionKeyReplaced):
            register(ledger, "cand-8")
    with pytest.raises(WrongKeyEncryptionKey, match="lies wrapped"):
        Ledger.open(path)
    path.with_name("ledger.db.kek").unlink()
    with pytest.raises((WrongKeyEncryptionKey, KeyStoreMissing)):
        Ledger.open(path)
    still_reads(path, key_encryption_key=Keeper(1))
