"""The stock classes of eventsourcing work on our log."""

import sqlite3
from pathlib import Path

import pytest
from eventsourcing.application import LocalNotificationLog
from eventsourcing.persistence import InfrastructureFactory, IntegrityError, OperationalError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from eventsourcing.utils import Environment

from deliveryledger.application.envelope import Envelope
from deliveryledger.application.ports import Changes
from deliveryledger.errors import StorageError
from deliveryledger.storage.event_log import SqliteEventLog
from deliveryledger.storage.sqlite import LedgerRecorder
from tests.storage.facts import (
    ADA,
    MESSAGE,
    append_ada,
    at,
    bounced,
    confirmations,
    confirmed,
    message_registered,
)


@pytest.fixture
def whole(file_log: SqliteEventLog) -> list[Envelope]:
    """Some events, as our own port reads them."""
    with file_log.transaction() as transaction:
        subject = append_ada(transaction)
        transaction.append(Changes(events=at(MESSAGE, message_registered(subject), bounced(subject))))
        transaction.append(confirmations(ADA, 10, after=1))
    # The opened bytes are for the read models only.
    return [envelope._replace(data=b"") for envelope in file_log.read(after=0, limit=100)]


def test_the_application_s_notification_log(file_log: SqliteEventLog, whole: list[Envelope]) -> None:
    application = file_log.application
    notifications = application.notification_log.select(start=1, limit=10)
    assert [n.id for n in notifications] == [e.position for e in whole][:10]
    assert [application.mapper.to_domain_event(n) for n in notifications] == whole[:10]
    assert application.notification_log.select(start=11, limit=10)[0].id == 11
    (bounce,) = application.notification_log.select(start=1, limit=10, topics=["MessageBounced"])
    assert (bounce.originator_id, bounce.originator_version) == (MESSAGE, 2)


def test_a_local_notification_log_with_its_sections(file_log: SqliteEventLog, whole: list[Envelope]) -> None:
    log = LocalNotificationLog(file_log.application.recorder, section_size=5)
    section = log["1,5"]
    assert [n.id for n in section.items] == [1, 2, 3, 4, 5]
    assert section.next_id == "6,10"
    assert file_log.application.recorder.max_notification_id() == len(whole)


def test_the_event_store_gets_a_stream(file_log: SqliteEventLog, whole: list[Envelope]) -> None:
    events = list(file_log.application.events.get(MESSAGE))
    assert [(e.originator_id, e.originator_version) for e in events] == [(MESSAGE, 1), (MESSAGE, 2)]
    assert [e.event for e in events] == file_log.load([MESSAGE], opened=True)[MESSAGE]
    newest = list(file_log.application.events.get(ADA, desc=True, limit=2))
    assert [e.originator_version for e in newest] == [11, 10]
    assert [e.originator_version for e in file_log.application.events.get(ADA, gt=3, lte=5)] == [4, 5]


def test_the_event_store_puts_and_the_mapper_goes_both_ways(
    file_log: SqliteEventLog, whole: list[Envelope]
) -> None:
    application = file_log.application
    for envelope in whole:
        stored = application.mapper.to_stored_event(envelope)
        assert application.mapper.to_domain_event(stored) == envelope._replace(position=0)
    new = Envelope(MESSAGE, 3, 0, whole[-1].recorded_at, confirmed())
    (recorded,) = application.events.put([new])
    assert recorded.notification.id == len(whole) + 1
    assert file_log.load([MESSAGE])[MESSAGE][-1] == confirmed()
    with pytest.raises(IntegrityError):
        application.events.put([new])


def test_the_recorder_keeps_eventsourcing_s_promises(file_log: SqliteEventLog) -> None:
    recorder = file_log.application.recorder
    assert isinstance(recorder, LedgerRecorder)
    data = b'{"recorded_at":"2026-11-16T09:00:00.000000Z"}'
    rows = [StoredEvent(ADA, version, "EmailConfirmed", data) for version in range(1, 251)]
    assert recorder.insert_events(rows) == list(range(1, 251))
    assert recorder.insert_events([]) == []
    with pytest.raises(IntegrityError):
        recorder.insert_events([StoredEvent(MESSAGE, 1, "EmailConfirmed", data), rows[7]])
    assert recorder.max_notification_id() == 250
    assert recorder.select_events(MESSAGE) == []
    with pytest.raises(NotImplementedError):
        recorder.subscribe()


def test_the_plain_stock_recorder_reads_the_file_and_cannot_write(
    file_log: SqliteEventLog, whole: list[Envelope], tmp_path: Path
) -> None:
    datastore = SQLiteDatastore(str(tmp_path / "ledger.db"), originator_id_type="text")
    recorder = SQLiteApplicationRecorder(datastore)
    notifications = recorder.select_notifications(start=1, limit=100)
    assert [(n.id, n.originator_id, n.originator_version) for n in notifications] == [
        (e.position, e.stream, e.version) for e in whole
    ]
    assert [e.originator_version for e in recorder.select_events(MESSAGE)] == [1, 2]
    assert recorder.select_events(MESSAGE)[1].topic == "MessageBounced"
    assert recorder.max_notification_id() == len(whole)
    mapper = file_log.application.mapper
    assert [mapper.to_domain_event(n) for n in notifications] == whole
    with pytest.raises(OperationalError):
        recorder.insert_events([StoredEvent(ADA, 12, "EmailConfirmed", b"{}")])
    datastore.close()
    assert file_log.last_position() == len(whole)


def test_the_view_cannot_be_written_by_hand(file_log: SqliteEventLog, tmp_path: Path) -> None:
    tool = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="view"):
        tool.execute("INSERT INTO stored_events VALUES (1, 'a', 1, 'b', x'00')")
    tool.close()


def test_settings_of_the_surroundings_do_not_change_the_format(
    file_log: SqliteEventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPRESSOR_TOPIC", "zlib")
    monkeypatch.setenv("SQLITE_DBNAME", "elsewhere")
    application = type(file_log.application)(":memory:", file_log._keys)
    assert application.env.get("COMPRESSOR_TOPIC") is None
    assert application.factory.env.get("SQLITE_DBNAME") == ":memory:"
    application.close()


def test_the_persistence_module_wants_a_path() -> None:
    environment = Environment("x", {"PERSISTENCE_MODULE": "deliveryledger.storage.sqlite:LedgerFactory"})
    with pytest.raises(StorageError, match="SQLITE_DBNAME"):
        InfrastructureFactory.construct(environment)
