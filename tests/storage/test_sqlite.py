"""What SQLite in particular is held to."""

import sqlite3
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.ports import Changes
from deliveryledger.errors import ConcurrentChange, StorageError, UnsupportedStore
from deliveryledger.storage.event_log import SqliteEventLog
from tests.storage.facts import ADA, at, confirmations, confirmed
from tests.storage.stores import SetClock, sqlite_file

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "temp_store": 2,  # MEMORY
    "trusted_schema": 0,
}


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_every_connection_has_the_pragmas_that_we_rely_on(file_log: SqliteEventLog, pragma: str) -> None:
    connections = file_log._connections
    with connections.write("look") as writer, connections.read("look") as reader:
        assert writer is not reader
        for connection in (writer, reader):
            assert connection.execute(f"PRAGMA {pragma}").fetchone()[0] == PRAGMAS[pragma]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_events SET name = 'EmailChanged' WHERE position = 1",
        "UPDATE ledger_events SET position = 9 WHERE position = 1",
        "DELETE FROM ledger_events WHERE position = 2",
        "DELETE FROM ledger_events",
        "REPLACE INTO ledger_events VALUES (1, 'stream', 1, 'EmailConfirmed', x'00')",
        "REPLACE INTO ledger_events VALUES (9, '" + ADA + "', 1, 'EmailConfirmed', x'00')",
        "INSERT INTO ledger_events VALUES (9, 'stream', 1, 'EmailConfirmed', x'00')"
        " ON CONFLICT DO NOTHING; DELETE FROM ledger_events",
    ],
)
def test_events_are_never_changed_replaced_or_deleted(file_log: SqliteEventLog, statement: str) -> None:
    with file_log.transaction() as transaction:
        transaction.append(confirmations(ADA, 2))
    before = file_log.read(after=0, limit=10)

    def change() -> None:
        with file_log._connections.write("tamper") as connection:
            for part in statement.split(";"):
                connection.execute(part)

    with pytest.raises(StorageError):
        change()
    assert file_log.read(after=0, limit=10) == before


def test_the_position_of_an_event_that_somebody_removed_is_not_used_again(
    file_log: SqliteEventLog, tmp_path: Path
) -> None:
    with file_log.transaction() as transaction:
        transaction.append(confirmations(ADA, 2))
    tool = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    tool.execute("DROP TRIGGER ledger_events_are_never_deleted")
    tool.execute("DELETE FROM ledger_events WHERE position = 2")
    tool.close()
    with file_log.transaction() as transaction:
        transaction.append(confirmations("candidate_email-default:other", 1))
    assert [e.position for e in file_log.read(after=0, limit=10)] == [1, 3]


def test_many_streams_are_loaded_with_one_query(file_log: SqliteEventLog) -> None:
    streams = [f"candidate_email-default:{n}" for n in range(1_200)]
    with file_log.transaction() as transaction:
        transaction.append(Changes(events=[new for s in streams for new in at(s, confirmed())]))
    statements: list[str] = []
    with file_log._connections.read("trace") as connection:
        connection.set_trace_callback(statements.append)
    assert len(file_log.load(streams)) == 1_200
    assert len([s for s in statements if s.startswith("SELECT")]) == 1


def test_a_thousand_events_are_inserted_with_ten_statements(file_log: SqliteEventLog) -> None:
    statements: list[str] = []
    with file_log._connections.write("trace") as connection:
        connection.set_trace_callback(statements.append)
    with file_log.transaction() as transaction:
        transaction.append(confirmations(ADA, 1_000))
    assert len([s for s in statements if s.startswith("INSERT OR ROLLBACK INTO ledger_events")]) == 10


def test_a_conflict_in_any_place_of_a_large_append_leaves_nothing(file_log: SqliteEventLog) -> None:
    with file_log.transaction() as transaction:
        transaction.append(confirmations(ADA, 1, after=149))  # version 150
    with pytest.raises(ConcurrentChange), file_log.transaction() as transaction:
        transaction.append(confirmations(ADA, 250))
    assert file_log.last_position() == 1


def test_a_log_that_was_closed_opens_again_with_everything(tmp_path: Path) -> None:
    first = sqlite_file(tmp_path, SetClock())
    with first.transaction() as transaction:
        transaction.append(confirmations(ADA, 3))
    before, ledger_id, fingerprint = first.read(after=0, limit=10), first.ledger_id, first.fingerprint(3)
    address_key = first.digests.address_key("ada@example.org")
    first.close()
    assert not (tmp_path / "ledger.db-wal").exists()
    second = sqlite_file(tmp_path, SetClock())
    assert (second.read(after=0, limit=10), second.ledger_id, second.fingerprint(3)) == (
        before,
        ledger_id,
        fingerprint,
    )
    assert second.digests.address_key("ada@example.org") == address_key
    second.close()


@pytest.mark.parametrize("url", ["postgresql://localhost/ledger", "postgres://x/y", "mysql://x/y"])
def test_other_stores_are_refused_by_name(url: str) -> None:
    with pytest.raises(UnsupportedStore, match=url.split(":")[0]):
        Ledger.open(url)


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_path_and_a_sqlite_url_are_the_same_ledger(tmp_path: Path, form: str) -> None:
    path = tmp_path / "deliveries.db"
    with Ledger.open(form.format(path)) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@example.org", by="rec-3")
    with Ledger.open(path) as ledger:
        assert ledger.status().last_position == 1
