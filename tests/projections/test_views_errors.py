"""Where views cannot be written the error is typed, and the next question works."""

import contextlib
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import LedgerFull, LedgerReadOnly
from tests.storage.disks import as_nobody


def register(ledger: Ledger, first: int, count: int) -> None:
    """So many candidates."""
    for number in range(first, first + count):
        ledger.candidate_emails.register(f"cand-{number}", "ada@example.org", name="Ada" * 60, by="rec-3")


def fill(ballast: Path) -> None:
    """Leave no room."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    with Ledger.open(small_disk / "ledger.db") as ledger:
        register(ledger, 0, 20)
        assert ledger.candidate_card("cand-19").address
        ballast = small_disk / "ballast"
        fill(ballast)
        with pytest.raises(LedgerFull):
            ledger.rebuild()
        assert ledger.candidate_card("cand-19").address  # the present views are as they were
        assert not list(small_disk.glob("*.building-*"))
        ballast.unlink()
        ledger.rebuild()
        register(ledger, 20, 1)
        assert ledger.candidate_card("cand-20").address


def test_a_folder_that_cannot_be_written(open_folder: Path) -> None:
    with Ledger.open(open_folder / "ledger.db") as ledger:
        register(ledger, 0, 1)
    with as_nobody(open_folder), Ledger.open(open_folder / "ledger.db") as ledger:
        ledger.candidate_card("cand-0")
        open_folder.chmod(0o555)
        with pytest.raises(LedgerReadOnly, match="rights"):
            ledger.rebuild()
        assert ledger.candidate_card("cand-0").address
        open_folder.chmod(0o755)
        ledger.rebuild()
        assert ledger.candidate_card("cand-0").address
