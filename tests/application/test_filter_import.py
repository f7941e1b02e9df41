"""The recipient filter moves: counted first, taken in as confirmed, taken back, written out and read."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import ImportNotConfirmed, InvalidIdentifier, UnknownImport
from deliveryledger.inbound.filter_files import FilterFiles
from deliveryledger.outbound.filter_file import as_csv, as_json_lines
from deliveryledger.testing import ADDRESS
from tests.application.imports import BJORN, GRACE, LISTED, batch_of, on_filter, take_in
from tests.application.world import Clock, about, send, tell


def test_an_import_is_counted_first_and_writes_nothing(ledger: Ledger):
    before = ledger.status().last_position
    report = ledger.suppression_filters.import_rows(lambda: LISTED, by="sup-1")
    assert (report.rows, report.new, report.known, report.malformed) == (4, 2, 1, 1)
    assert report.by_cause == {"hard_bounce": 1, "complaint": 1}
    assert report.by_reason == {"mailbox_unknown": 1, "": 1}
    assert report.need_approval == 1
    assert (report.applied, report.batch, ledger.status().last_position) == (False, None, before)


@pytest.mark.parametrize("number", [None, 0, 1, 3, True])
def test_it_is_confirmed_with_the_number_of_new_entries(ledger: Ledger, number: Any):
    before = ledger.status().last_position
    with pytest.raises(ImportNotConfirmed) as refused:
        ledger.suppression_filters.import_rows(lambda: LISTED, by="sup-1", apply=True, confirm=number)
    assert (refused.value.expected, ledger.status().last_position) == (2, before)


def test_what_was_confirmed_is_what_is_added(ledger: Ledger):
    report = take_in(ledger, *LISTED)
    assert (report.new, report.known, report.malformed) == (2, 1, 1)
    assert on_filter(ledger) == {GRACE: ("hard_bounce",), BJORN: ("complaint",)}
    assert ledger.suppression_filters.may_send(BJORN).cause == "complaint"


def test_importing_twice_adds_nothing(ledger: Ledger):
    take_in(ledger, *LISTED)
    before = ledger.status().last_position
    again = take_in(ledger, *LISTED)
    assert (again.new, again.known, again.batch) == (0, 3, None)
    assert ledger.status().last_position == before


def test_somebody_answers_for_it(ledger: Ledger):
    with pytest.raises(InvalidIdentifier):
        ledger.suppression_filters.import_rows(lambda: LISTED, by="")


def test_dates_and_ends_are_those_of_the_file(ledger: Ledger, clock: Clock):
    since, ends = clock.now - timedelta(days=400), clock.now + timedelta(days=30)
    take_in(ledger, FilterRow(GRACE, Cause.MANUAL, None, since, ends))
    (entry,) = ledger.recipient_filter().entries
    assert (entry.since, entry.expires_at) == (since, ends)
    clock.move(days=30)
    assert ledger.suppression_filters.may_send(GRACE)


def test_what_has_ended_is_left_out_and_a_date_to_come_is_now(ledger: Ledger, clock: Clock):
    ended = FilterRow(GRACE, Cause.MANUAL, None, None, clock.now)
    to_come = FilterRow(BJORN, Cause.MANUAL, None, clock.now + timedelta(days=1))
    report = take_in(ledger, ended, to_come)
    assert (report.new, report.expired) == (1, 1)
    assert ledger.suppression_filters.may_send(BJORN).since == clock.now


def test_what_was_lifted_here_since_is_counted_and_left(ledger: Ledger, clock: Clock):
    old = FilterRow(GRACE, Cause.HARD_BOUNCE, None, clock.now - timedelta(days=1))
    take_in(ledger, old)
    ledger.suppression_filters.lift(GRACE, by="sup-1", evidence="phone")
    report = take_in(ledger, old)
    assert (report.new, report.lifted) == (0, 1)
    assert ledger.suppression_filters.may_send(GRACE)


def test_a_later_complaint_is_a_change_and_no_new_entry(ledger: Ledger, clock: Clock):
    take_in(ledger, FilterRow(GRACE, Cause.COMPLAINT, None, clock.now - timedelta(days=9)))
    report = take_in(ledger, FilterRow(GRACE, Cause.COMPLAINT, None, clock.now))
    assert (report.new, report.changed) == (0, 1)
    assert ledger.suppression_filters.may_send(GRACE).since == clock.now


def test_an_import_stays_in_its_tenant(ledger: Ledger):
    report = take_in(ledger, *LISTED, tenant="acme")
    assert on_filter(ledger) == {}
    assert set(on_filter(ledger, tenant="acme")) == {GRACE, BJORN}
    with pytest.raises(UnknownImport):
        ledger.suppression_filters.undo_import(batch_of(report), by="sup-1")
    assert ledger.tenant("acme").suppression_filters.undo_import(batch_of(report), by="sup-1").addresses == 2


def test_an_address_may_stand_in_a_file_again_and_again(ledger: Ledger, clock: Clock):
    ledger.suppression_filters.suppress(GRACE, by="sup-1")
    days = range(1, 5)
    later = [FilterRow(GRACE, Cause.COMPLAINT, None, clock.now - timedelta(days=9 - day)) for day in days]
    report = take_in(ledger, *later, *LISTED)
    assert [e.version for e in ledger.history() if e.name.category == "suppression_filter"][:6] == [
        *range(1, 7)
    ]
    ledger.suppression_filters.undo_import(batch_of(report), by="sup-1")
    assert on_filter(ledger) == {GRACE: ("manual",)}


# --- round trip -------------------------------------------------------------------------------------

LOCALS = st.text("abcåé=+-'\"{}!#$%&*/?^_`|~", min_size=1, max_size=8)
ENTRIES = st.lists(
    st.builds(
        FilterRow,
        address=st.builds("{}@example.org".format, LOCALS),
        cause=st.sampled_from(Cause),
        reason=st.sampled_from([None, *FailureReason]),
        since=st.integers(1, 10**9).map(lambda s: Clock().now - timedelta(microseconds=s * 1_000)),
        expires_at=st.none() | st.integers(1, 10**6).map(lambda s: Clock().now + timedelta(seconds=s)),
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(ENTRIES, st.sampled_from([as_csv, as_json_lines]))
def test_what_is_written_is_read_again_unchanged(
    tmp_path_factory: pytest.TempPathFactory, entries: list[FilterRow], write: Any
):
    file = tmp_path_factory.getbasetemp() / "filter"
    with Ledger.open(":memory:", clock=Clock()) as one, Ledger.open(":memory:", clock=Clock()) as other:
        take_in(one, *entries)
        exported = list(one.suppression_filters.export())
        file.write_text("".join(write(exported)), encoding="utf-8", newline="")
        take_in(other, *FilterFiles([file], name="deliveryledger")())
        assert set(other.suppression_filters.export()) == set(exported)


@pytest.mark.parametrize("address", ["=cmd|' /C calc'!A0@example.org", "+1@example.org", "-1@example.org"])
def test_no_spreadsheet_takes_a_cell_for_a_formula(ledger: Ledger, address: str):
    ledger.suppression_filters.suppress(address, by="=1+1")
    _, line = as_csv(ledger.suppression_filters.export())
    assert not any(cell.strip('"')[:1] in "=+-@" for cell in line.strip().split(",") if cell.strip('"'))


def test_what_nobody_can_read_any_more_is_not_exported(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.move(minutes=5), reason=FailureReason.MAILBOX_UNKNOWN))
    ledger.erase("cand-7", by="dpo")
    assert not ledger.suppression_filters.may_send(ADDRESS)
    assert list(ledger.suppression_filters.export()) == []


def test_a_long_file_is_never_in_memory(tmp_path: Path, ledger: Ledger):
    def rows() -> Iterator[FilterRow]:
        return (FilterRow(f"a{number}@example.org", Cause.HARD_BOUNCE) for number in range(30_000))

    tracemalloc.start()
    ledger.suppression_filters.import_rows(rows, by="sup-1")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000  # a row takes more than 400 bytes, a mark of it less than 100
