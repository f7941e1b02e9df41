"""A ledger of 36 events with two exported checkpoints, and a copy of it to commit a crime on."""

import shutil
from pathlib import Path

import pytest

from deliveryledger import Ledger
from tests.audit.intruder import (
    Crime,
    checkpoint,
    populate,
    size_of,
)


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Crime:
    path = tmp_path_factory.mktemp("scene") / "ledger" / "deliveries.db"
    path.parent.mkdir()
    notes = []
    for numbers in (range(6), range(6, 10)):
        populate(path, numbers)
        notes.append(checkpoint(path))
    populate(path, range(10, 12))
    with Ledger.open(path) as ledger:
        ledger.audit.follow()
        vkey = ledger.audit.verification_key
    assert vkey
    assert [size_of(note) for note in notes] == [18, 30]
    return Crime(path, notes, vkey)


@pytest.fixture
def crime(scene: Crime, tmp_path: Path) -> Crime:
    shutil.copytree(scene.path.parent, tmp_path / "ledger")
    return Crime(tmp_path / "ledger" / scene.path.name, scene.notes, scene.vkey)
