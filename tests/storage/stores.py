"""Every store that a ledger can be kept in. A new one joins ``STORES`` and passes the suite unchanged."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from deliveryledger.application.ports import EventLog
from deliveryledger.privacy.keys import KeyEncryptionKey
from deliveryledger.storage.event_log import SqliteEventLog
from deliveryledger.storage.key_store import KeyStore
from tests.storage.facts import MONDAY

KEK = KeyEncryptionKey(bytes(range(32)))


class SetClock:
    """A clock that shows what it was set to."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def sqlite_file(folder: Path, clock: SetClock, *, busy_seconds: float = 30) -> SqliteEventLog:
    """A log in a file with its key store beside it, as the ledger opens them."""
    with ExitStack() as undo:
        keys = KeyStore(str(folder / "ledger.db.keys"), KEK)
        undo.callback(keys.close)
        log = SqliteEventLog(str(folder / "ledger.db"), keys, clock, busy_seconds=busy_seconds)
        undo.pop_all()
    return log


def sqlite_memory(folder: Path, clock: SetClock) -> SqliteEventLog:
    """A log that is gone when it is closed."""
    return SqliteEventLog(":memory:", KeyStore(":memory:", KEK), clock)


STORES: dict[str, Callable[[Path, SetClock], EventLog]] = {
    "sqlite": sqlite_file,
    "sqlite-memory": sqlite_memory,
}
