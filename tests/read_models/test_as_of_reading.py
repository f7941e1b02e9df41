"""What time travel reads, that it writes no fact, and how it ends."""

import gc
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import LedgerClosed
from tests.application.world import Clock, send
from tests.read_models.past import open_with_a_past


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with open_with_a_past(tmp_path / "ledger.db", clock) as ledger:
        yield ledger


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but SQLite's shared memory, in which readers take their locks."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}


def test_no_file_is_touched_and_none_is_made(ledger: Ledger, tmp_path: Path):
    ledger.candidate_card("cand-7")
    before = contents(tmp_path)
    with ledger.as_of(4) as past:
        past.candidate_card("cand-7")
        past.activity("cand-7")
        past.recipient_filter()
        past.bell("rec-3")
        during = contents(tmp_path)
    after = contents(tmp_path)
    assert before == during == after


def without_views(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in contents(folder).items() if ".views-" not in name}


def test_read_models_that_are_not_there_are_made_and_nothing_else(ledger: Ledger, tmp_path: Path):
    before = without_views(tmp_path)
    with ledger.as_of(4) as past:
        card = past.candidate_card("cand-7")
    assert without_views(tmp_path) == before
    assert set(ledger._runner.positions().values()) == {ledger.status().last_position}
    assert ledger.as_of(4).candidate_card("cand-7") == card


def test_read_models_that_lag_are_caught_up_and_the_log_is_not_read(
    ledger: Ledger, clock: Clock, tmp_path: Path
):
    ledger.candidate_card("cand-7")
    send(ledger, "cand-7", "msg-2")
    before = without_views(tmp_path)
    steps: list[tuple[int, int]] = []
    with ledger.as_of(clock.now, progress=lambda reached, last: steps.append((reached, last))) as past:
        assert len(past.candidate_card("cand-7").messages) == 2
        assert past.activity("cand-7").entries
    assert steps == []
    assert without_views(tmp_path) == before


def test_a_card_reads_the_candidates_own_events_alone(ledger: Ledger, clock: Clock):
    ledger.status()
    steps: list[tuple[int, int]] = []
    with ledger.as_of(clock.now, progress=lambda reached, last: steps.append((reached, last))) as past:
        alone = [past.candidate_card("cand-7"), past.activity("cand-7")]
        assert steps == []
        past.recipient_filter()
        assert steps == [(past.position, past.position)]
        assert [past.candidate_card("cand-7"), past.activity("cand-7")] == alone


def test_nor_does_it_miss_an_address_that_no_message_went_to(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.record_cv_address("cand-8", "hopper@navy.example")
    ledger.suppression_filters.suppress("hopper@navy.example", by="sup-1")
    ledger.candidate_emails.correct("cand-8", "amazing@navy.example", grounds="typed", by="rec-3")
    ledger.suppression_filters.suppress("amazing@navy.example", by="sup-1")
    with ledger.as_of(clock.now) as whole:
        whole.recipient_filter()
        expected = (whole.candidate_card("cand-8"), whole.activity("cand-8"))
    ledger.status()
    with ledger.as_of(clock.now) as past:
        assert (past.candidate_card("cand-8"), past.activity("cand-8")) == expected
        assert expected[0].on_filter == ("manual",)
        assert sum(entry.event == "AddressSuppressed" for entry in expected[1].entries) >= 2


def test_threads_may_ask_the_same_past(ledger: Ledger):
    with ledger.as_of(5) as past, ThreadPoolExecutor(4) as threads:
        lists = threads.map(lambda _: past.recipient_filter(), range(8))
        cards = threads.map(lambda _: past.candidate_card("cand-7"), range(8))
        assert len(set(map(str, lists))) == len(set(map(str, cards))) == 1


def test_closed_is_closed(ledger: Ledger):
    past = ledger.as_of(4)
    past.candidate_card("cand-7")
    past.close()
    past.close()
    for question in (past.candidate_card, past.activity):
        with pytest.raises(LedgerClosed):
            question("cand-7")
    assert ledger.candidate_card("cand-7")
    never_asked = ledger.as_of(4)
    never_asked.close()
    with pytest.raises(LedgerClosed):
        never_asked.candidate_card("cand-7")


def test_a_closed_ledger_has_no_past_either(ledger: Ledger):
    past = ledger.as_of(4)
    ledger.close()
    with pytest.raises(LedgerClosed):
        past.candidate_card("cand-7")
    with pytest.raises(LedgerClosed):
        ledger.as_of(4)


def test_without_with_the_collector_gives_the_memory_back(ledger: Ledger):
    past = ledger.as_of(5)
    assert past.recipient_filter().entries
    connection = past._past._connection
    assert connection is not None
    del past
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_progress_is_shown_up_to_the_point(ledger: Ledger):
    steps: list[tuple[int, int]] = []
    with ledger.as_of(4, progress=lambda reached, last: steps.append((reached, last))) as past:
        past.recipient_filter()
        past.bell("rec-3")
    assert steps == [(4, 4)]
