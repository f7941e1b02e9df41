"""The stores as fixtures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliveryledger.application.ports import EventLog
from deliveryledger.storage.event_log import SqliteEventLog
from tests.storage.disks import open_folder, small_disk
from tests.storage.stores import STORES, SetClock, sqlite_file

__all__ = ["open_folder", "small_disk"]


@pytest.fixture
def clock() -> SetClock:
    """The clock of the log."""
    return SetClock()


@pytest.fixture(params=STORES)
def log(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[EventLog]:
    """An empty log in each store in turn."""
    opened = STORES[request.param](tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def file_log(tmp_path: Path, clock: SetClock) -> Iterator[SqliteEventLog]:
    """An empty log in a SQLite file."""
    opened = sqlite_file(tmp_path, clock)
    yield opened
    opened.close()
