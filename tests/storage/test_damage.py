"""Whatever happens to the files, the answer is right or a typed error, and no other."""

import random
import shutil
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import DeliveryLedgerError
from tests.storage.story import POLICIES, Story, Ticking

ROUNDS = 80


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which much happened, closed."""
    folder, clock = tmp_path_factory.mktemp("told"), Ticking()
    with Ledger.open(folder / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        ledger.candidate_card("cand-7")
    return folder


def use(path: Path) -> None:
    """Read everything, load streams, write."""
    with Ledger.open(path) as ledger:
        ledger.candidate_card("cand-7")
        ledger.intake.unmatched()
        ledger.intake.quarantined()
        ledger.candidate_emails.confirm("cand-8", by="rec-4")
        ledger.messages.register("cand-7", sender="rec-3", subject="Hello")


def damage(path: Path, dice: random.Random) -> None:
    """Flip bits, overwrite a stretch, or cut the end off."""
    content = bytearray(path.read_bytes())
    match dice.randrange(4):
        case 0:
            del content[dice.randrange(len(content)) :]
        case 1:
            start = dice.randrange(len(content))
            content[start : start + 4096] = dice.randbytes(len(content[start : start + 4096]))
        case _:
            for _ in range(dice.choice([1, 5, 50])):
                content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["ledger.db", "ledger.db.keys", "ledger.db.kek"])
def test_damage_is_answered_by_typed_errors(told: Path, tmp_path: Path, name: str) -> None:
    dice = random.Random(name)
    refused = 0
    for turn in range(ROUNDS):
        folder = Path(shutil.copytree(told, tmp_path / str(turn)))
        damage(folder / name, dice)
        (folder / "ledger.db.views-1").unlink()
        try:
            use(folder / "ledger.db")
        except DeliveryLedgerError:
            refused += 1
    assert refused > ROUNDS / 4
