"""The newest event up to a position or a moment (the port ``EventLog``)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliveryledger.application.ports import Changes, EventLog
from tests.storage.facts import ADA, MONDAY, at, confirmed
from tests.storage.stores import SetClock

GAPS = st.lists(st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(days=1)]), max_size=12)


def fill(log: EventLog, clock: SetClock, gaps: list[timedelta]) -> list[datetime]:
    """One event after each gap; returns when each event of the log was recorded."""
    before = len(log.load([ADA]).get(ADA, []))
    for number, gap in enumerate(gaps, before):
        clock.now += gap
        with log.transaction() as transaction:
            transaction.append(Changes(events=at(ADA, confirmed(f"rec-{number}"), after=number)))
    return [envelope.recorded_at for envelope in log.read(after=0, limit=1_000)]


def test_an_empty_log_has_none(log: EventLog) -> None:
    assert log.newest() is None
    assert log.newest(0) is None
    assert log.newest(5) is None
    assert log.newest(MONDAY) is None


# The log grows from example to example, which only makes it more of a log.
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=GAPS)
def test_it_is_the_last_that_is_not_too_late(log: EventLog, clock: SetClock, gaps: list[timedelta]) -> None:
    recorded = fill(log, clock, gaps)
    for moment in {
        m + d for m in recorded for d in (timedelta(0), timedelta(microseconds=-1), timedelta(hours=1))
    }:
        position = sum(each <= moment for each in recorded)
        assert log.newest(moment) == ((position, recorded[position - 1]) if position else None)
    for position, moment in enumerate(recorded, 1):
        assert log.newest(position) == (position, moment)
    assert log.newest(len(recorded) + 7) == log.newest() == log.newest(10**30)


@pytest.mark.parametrize("gone", [{1}, {2, 3}, {1, 2, 3, 5}, {4, 5}, {1, 3, 5}])
def test_positions_that_no_event_has_do_no_harm(log: EventLog, clock: SetClock, gone: set[int]) -> None:
    recorded = dict(enumerate(fill(log, clock, [timedelta(days=1)] * 5), 1))
    with log._connections.write("make gaps, as a rolled-back sequence does") as connection:  # type: ignore[attr-defined]
        connection.execute("DROP TRIGGER ledger_events_are_never_deleted")
        connection.executemany("DELETE FROM ledger_events WHERE position = ?", [(each,) for each in gone])
    left = {position: moment for position, moment in recorded.items() if position not in gone}
    for asked, moment in recorded.items():
        expected = max((item for item in left.items() if item[0] <= asked), default=None)
        assert log.newest(asked) == log.newest(moment) == expected
