"""A ledger that is backed up and restored, for tests."""

import os
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.storage.restoring import Restored
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, send

NAME = "Ada Byron Lovelace"
"""So long that no sealed bytes have it by chance."""
KEY = os.urandom(32)


def make(path: Path, clock: Clock) -> Path:
    """Ada's ledger, with a message, opened with a given key."""
    path.parent.mkdir()
    with Ledger.open(path, clock=clock, key_encryption_key=KEY) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, name=NAME, by="rec-3")
        send(ledger, "cand-7", "msg-1")
    return path


def opened(path: Path, clock: Clock, create: bool = False) -> Ledger:
    """The ledger, with its key."""
    return Ledger.open(path, clock=clock, key_encryption_key=KEY, create=create)


def back_up(path: Path, clock: Clock, folder: Path) -> tuple[Path, Path]:
    """The log and the keys, in folders of their own."""
    with opened(path, clock) as ledger:
        log = ledger.backup(folder / "log.db")
        return log.path, ledger.keys.backup(folder / "keys").path


def restored(backup: tuple[Path, Path], to: Path, clock: Clock, **options: bool) -> Restored:
    """Put log and keys back, with the key."""
    to.parent.mkdir(exist_ok=True)
    return Ledger.restore(backup[0], keys=backup[1], to=to, key_encryption_key=KEY, clock=clock, **options)


def bytes_below(folder: Path) -> bytes:
    """Everything that is in a folder's files."""
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
