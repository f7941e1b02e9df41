"""What every store of the event log does (the port ``EventLog``)."""

from datetime import timedelta
from threading import Thread

import pytest

from deliveryledger.application.ports import Changes, Delivery, EventLog, LogTransaction
from deliveryledger.domain.identifiers import candidate_email_stream, intake_stream
from deliveryledger.domain.personal import SEALED
from deliveryledger.errors import ConcurrentChange, LedgerClosed, SubjectKeyMissing
from tests.storage.facts import (
    ADA,
    ADDRESS,
    MESSAGE,
    MONDAY,
    NAME,
    REPORT,
    ada_registered,
    append_ada,
    at,
    bounced,
    confirmations,
    confirmed,
    correlation,
    message_registered,
)
from tests.storage.stores import SetClock


def test_of_an_empty_log_there_is_nothing(log: EventLog) -> None:
    assert log.load([ADA]) == {}
    assert log.load([]) == {}
    assert list(log.read(after=0, limit=10)) == []
    assert log.last_position() == 0
    assert log.fingerprint(0) is None
    assert log.fingerprint(1) is None
    assert log.waiting_streams() == []
    assert log.delivery("key") is None
    assert len(log.ledger_id) == 32


def test_events_come_back_by_stream_and_in_order(log: EventLog) -> None:
    with log.transaction() as transaction:
        subject = transaction.issue_subject("candidate")
        events = [*at(MESSAGE, message_registered(subject), bounced(subject)), *at(ADA, confirmed())]
        transaction.append(Changes(events=events))
    with log.transaction() as transaction:
        transaction.append(Changes(events=at(ADA, confirmed("rec-4"), after=1)))
    loaded = log.load([ADA, MESSAGE, "message-default:none"], opened=True)
    assert loaded == {
        ADA: [confirmed(), confirmed("rec-4")],
        MESSAGE: [message_registered(subject), bounced(subject)],
    }


def test_a_transaction_reads_what_it_has_written_and_nobody_else_does_yet(log: EventLog) -> None:
    with log.transaction() as transaction:
        append_ada(transaction)
        assert len(transaction.load([ADA])[ADA]) == 1
    assert len(log.load([ADA])[ADA]) == 1
    assert log.load([ADA, ADA]) == log.load([ADA])


def test_loads_from_a_version_on(log: EventLog) -> None:
    with log.transaction() as transaction:
        transaction.append(confirmations(ADA, 3))
        assert transaction.load([ADA], after=1)[ADA] == [confirmed("rec-1"), confirmed("rec-2")]
        assert transaction.load([ADA], after=3) == {}


def test_loads_the_newest_events_and_how_many_lie_before_them(log: EventLog) -> None:
    with log.transaction() as transaction:
        transaction.append(confirmations(ADA, 3))
        newest = [confirmed("rec-1"), confirmed("rec-2")]
        assert transaction.tails([ADA, MESSAGE], 2) == {ADA: (1, newest)}
        assert transaction.tails([ADA], 9)[ADA] == (0, [confirmed("rec-0"), *newest])
        assert transaction.tails([], 2) == {}


def test_personal_fields_are_sealed_unless_they_are_asked_for(log: EventLog) -> None:
    with log.transaction() as transaction:
        subject = append_ada(transaction)
        assert transaction.load([ADA], opened=True) == {ADA: [ada_registered(subject)]}
        (sealed,) = transaction.load([ADA])[ADA]
    assert (sealed.address, sealed.name) == (SEALED, SEALED)  # type: ignore[attr-defined]
    assert sealed == log.load([ADA])[ADA][0]
    assert log.load([ADA], opened=True) == {ADA: [ada_registered(subject)]}
    (envelope,) = log.read(after=0, limit=1)
    assert (envelope.event.address, envelope.event.name) == (ADDRESS, NAME)  # type: ignore[attr-defined]


def test_each_data_subject_is_new(log: EventLog) -> None:
    with log.transaction() as transaction:
        subjects = {transaction.issue_subject("candidate") for _ in range(100)}
    assert len(subjects) == 100


def test_a_subject_without_a_key_is_an_alarm(log: EventLog) -> None:
    with pytest.raises(SubjectKeyMissing), log.transaction() as transaction:
        transaction.append(Changes(events=at(ADA, ada_registered("00" * 16))))
    assert log.last_position() == 0


def test_a_version_is_taken_once(log: EventLog) -> None:
    with log.transaction() as transaction:
        append_ada(transaction)
    with pytest.raises(ConcurrentChange), log.transaction() as transaction:
        append_ada(transaction)
    assert len(log.load([ADA])[ADA]) == 1
    with log.transaction() as transaction:  # and the next one may write
        transaction.append(Changes(events=at(ADA, confirmed(), after=1)))


@pytest.mark.parametrize("failing", ["conflict", "exception"])
def test_what_fails_leaves_nothing(log: EventLog, failing: str) -> None:
    changes = Changes(
        events=at(ADA, confirmed()),
        correlations=[correlation()],
        waiting=[("reference-2", REPORT)],
        deliveries={"key": Delivery("content")},
    )

    def fail(transaction: LogTransaction) -> None:
        transaction.append(changes)
        if failing == "exception":
            raise KeyboardInterrupt
        transaction.append(Changes(events=at(ADA, confirmed())))

    with pytest.raises((KeyboardInterrupt, ConcurrentChange)), log.transaction() as transaction:
        fail(transaction)
    assert log.load([ADA]) == {}
    assert log.last_position() == 0
    assert log.delivery("key") is None
    with log.transaction() as transaction:
        assert transaction.correlated(["key-1"]) == {}
        assert not transaction.correlated_by_reference(["reference-1"]).get("reference-1")
        assert transaction.waiting(["reference-2"]) == []
        transaction.append(changes)
    assert log.load([ADA]) == {ADA: [confirmed()]}


def test_positions_rise_and_are_never_used_again(log: EventLog) -> None:
    seen: list[int] = []
    for version in range(5):
        with log.transaction() as transaction:
            transaction.append(confirmations(ADA, 3, after=version * 3))
        with pytest.raises(ConcurrentChange), log.transaction() as transaction:
            transaction.append(Changes(events=[*at(MESSAGE, confirmed()), *at(ADA, confirmed())]))
        seen += [e.position for e in log.read(after=seen[-1] if seen else 0, limit=100)]
    assert seen == sorted(set(seen))
    assert len(seen) == 15
    assert log.last_position() == seen[-1]


@pytest.mark.parametrize("count", [1, 99, 100, 101, 1_000, 1_001, 2_345])
def test_an_append_of_any_size_is_in_order(log: EventLog, count: int) -> None:
    with log.transaction() as transaction:
        transaction.append(confirmations(ADA, count))
    envelopes = log.read(after=0, limit=count + 1)
    assert [e.version for e in envelopes] == list(range(1, count + 1))
    assert [e.event.by for e in envelopes] == [f"rec-{n}" for n in range(count)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_the_whole_log_is_read_in_batches(log: EventLog, limit: int) -> None:
    with log.transaction() as transaction:
        append_ada(transaction)
        transaction.append(confirmations(MESSAGE, 11))
    whole = list(log.read(after=0, limit=100))
    read = []
    while batch := log.read(after=read[-1].position if read else 0, limit=limit):
        assert len(batch) <= limit
        read += batch
    assert read == whole
    assert [(e.stream, e.version) for e in read] == [(ADA, 1), *((MESSAGE, n) for n in range(1, 12))]


def test_recorded_at_is_the_clock_s_and_never_decreases(log: EventLog, clock: SetClock) -> None:
    times = [MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(microseconds=1), MONDAY]
    for version, clock.now in enumerate(times):
        with log.transaction() as transaction:
            transaction.append(confirmations(ADA, 1, after=version))
    recorded = [e.recorded_at for e in log.read(after=0, limit=10)]
    assert recorded == [
        MONDAY,
        MONDAY,
        MONDAY + timedelta(microseconds=1),
        MONDAY + timedelta(microseconds=1),
    ]


def test_a_fingerprint_tells_events_apart(log: EventLog) -> None:
    with log.transaction() as transaction:
        transaction.append(confirmations(ADA, 2))
        transaction.append(confirmations(MESSAGE, 1))
    prints = [log.fingerprint(e.position) for e in log.read(after=0, limit=10)]
    assert None not in prints
    assert len(set(prints)) == 3
    assert prints == [log.fingerprint(e.position) for e in log.read(after=0, limit=10)]


@pytest.mark.parametrize("id_", ['a"b', "a\\b", "a'b", "å-é-漢", "a,b", "[x]", "%", "a:b-c"])
def test_ids_may_have_any_printable_characters(log: EventLog, id_: str) -> None:
    stream, waiting = candidate_email_stream("default", id_), intake_stream("main", id_)
    with log.transaction() as transaction:
        transaction.append(
            Changes(
                events=[*at(stream, confirmed()), *at(waiting, confirmed())],
                correlations=[correlation(id_)],
                waiting=[(id_, waiting)],
            )
        )
        assert transaction.load([stream, ADA]) == {stream: [confirmed()]}
        assert transaction.correlated([id_]) == {id_: [correlation(id_)]}
        assert transaction.waiting([id_]) == [waiting]
    assert log.load([stream]) == {stream: [confirmed()]}
    assert log.read(after=0, limit=1)[0].stream == stream


def test_writers_take_turns(log: EventLog) -> None:
    def write() -> None:
        for _ in range(20):
            with log.transaction() as transaction:
                version = len(transaction.load([ADA]).get(ADA, []))
                transaction.append(confirmations(ADA, 1, after=version))

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.load([ADA])[ADA]) == 80


def test_a_closed_log_says_so(log: EventLog) -> None:
    log.close()
    log.close()
    with pytest.raises(LedgerClosed):
        log.load([ADA])
    with pytest.raises(LedgerClosed), log.transaction():
        pass
