"""As of any position the answers are those of a ledger that has recorded no more than that."""

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.errors import UnknownCandidate
from deliveryledger.read_models.as_of import AsOf
from deliveryledger.read_models.questions import Questions
from tests.properties.histories import HISTORIES, Passing, Step, live_through
from tests.properties.worlds import NOW, position


def answers(asked: Questions) -> list[Any]:
    """Every question, in both languages."""
    found: list[Any] = []
    for lang, tz in (("en", "UTC"), ("sv", "Europe/Stockholm")):
        for candidate in ("cand-1", "cand-2"):
            for question in (asked.candidate_card, asked.activity):
                try:
                    view = question(candidate, lang=lang, tz=tz)
                except UnknownCandidate:
                    found.append("unknown")  # AsOf has words of its own for it
                else:
                    found.append((view.model_dump(), str(view)))
        for view in (asked.recipient_filter(lang=lang, tz=tz), asked.bell("rec-3", lang=lang, tz=tz)):
            found.append((view.model_dump(), str(view)))
    return found


def cut_off(ledger: Path, folder: Path, last: int) -> Path:
    """A copy of a closed ledger whose log ends at a position, as plain sqlite3 makes it."""
    for suffix in ("", ".keys", ".kek"):
        shutil.copy(f"{ledger}{suffix}", folder / f"{ledger.name}{suffix}")
    with closing(sqlite3.connect(folder / ledger.name, isolation_level=None)) as connection:
        for name in ("ledger_events_are_never_changed", "ledger_events_are_never_deleted"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM ledger_events WHERE position > ?", (last,))
    return folder / ledger.name


def live(path: Path, history: Sequence[Step]) -> None:
    clock = Passing()
    with Ledger.open(path, clock=clock, policies=Policies(record_engagement=True)) as ledger:
        live_through(ledger, clock, history)


def compare(path: Path, folder: Path, past: AsOf) -> None:
    before = cut_off(path, folder, past.position)
    with Ledger.open(before, clock=lambda: past.moment) as truncated:
        assert answers(past) == answers(truncated)


@settings(max_examples=20)
@given(HISTORIES, st.data())
def test_as_of_a_position_is_the_ledger_that_has_recorded_no_more(history: list[Step], data: st.DataObject):
    with tempfile.TemporaryDirectory() as temporary:
        path, copy = Path(temporary, "ledger.db"), Path(temporary, "copy")
        copy.mkdir()
        live(path, history)
        with Ledger.open(path, clock=lambda: NOW + timedelta(days=30)) as ledger:
            point = data.draw(st.integers(0, position(ledger)))
            with ledger.as_of(point) as past:
                assert past.position == point
                compare(path, copy, past)


@settings(max_examples=10)
@given(HISTORIES, st.integers(-1, 14 * 7 + 2))
def test_as_of_a_moment_is_the_ledger_of_that_moment(history: list[Step], hours: int):
    with tempfile.TemporaryDirectory() as temporary:
        path, copy = Path(temporary, "ledger.db"), Path(temporary, "copy")
        copy.mkdir()
        live(path, history)
        moment = NOW + timedelta(hours=hours)
        with Ledger.open(path, clock=lambda: NOW + timedelta(days=30)) as ledger:
            recorded = [e.position for e in ledger.history() if e.recorded_at <= moment]
            with ledger.as_of(moment) as past:
                assert past.moment == moment
                assert max(recorded, default=0) <= past.position  # the log has events of no tenant, too
                compare(path, copy, past)


@settings(max_examples=10)
@given(HISTORIES)
def test_as_of_the_end_is_the_ledger_itself(history: list[Step]):
    clock = Passing()
    with Ledger.open(":memory:", clock=clock) as ledger:
        live_through(ledger, clock, history)
        with ledger.as_of(clock.now) as past, ledger.as_of(position(ledger)) as last:
            assert answers(past) == answers(ledger)
            clock.now = last.moment  # the last step may have added nothing
            assert answers(last) == answers(ledger)
