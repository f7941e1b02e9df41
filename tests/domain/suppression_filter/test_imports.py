"""What an import does to one address, and what undoing it does."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from deliveryledger.domain.identifiers import uuid7
from deliveryledger.domain.suppression_filter.aggregate import SuppressionFilter, evolve
from deliveryledger.domain.suppression_filter.decisions import suppress
from deliveryledger.domain.suppression_filter.events import Cause, SuppressionTakenBack
from deliveryledger.domain.suppression_filter.imports import UNDO_WITHIN, begun_at, take_back, take_in
from deliveryledger.errors import UndoRefused, UnknownImport
from deliveryledger.testing import (
    ADDRESS_KEY,
    AT_BOUNCE,
    COMPLAINT_SUPPRESSED,
    EARLIER,
    FILTER_ENTRY,
    LATER,
    LIFTED,
    SUPPRESSED,
    TENANT,
    given,
)

BATCH = uuid7(LATER, bytes(10))
OTHER = uuid7(LATER, bytes([1] * 10))
UNDO = {"batch": BATCH, "by": "sup-1", "at": LATER}


def imported(cause: Cause = Cause.HARD_BOUNCE, at: datetime = AT_BOUNCE, **changes: Any) -> Any:
    return SUPPRESSED.model_copy(
        update={
            "cause": cause,
            "occurred_at": at,
            "batch": BATCH,
            "by": "sup-1",
            "message_id": None,
            **changes,
        }
    )


def taken_back(*causes: Cause, at: datetime = LATER) -> SuppressionTakenBack:
    return SuppressionTakenBack(
        occurred_at=at, scope=TENANT, address_key=ADDRESS_KEY, batch=BATCH, by="sup-1", causes=causes
    )


@pytest.mark.parametrize("cause", Cause)
def test_an_import_is_taken_in_once(cause: Cause):
    given(FILTER_ENTRY).when(take_in, imported(cause)).then(imported(cause))
    given(FILTER_ENTRY, imported(cause)).when(take_in, imported(cause, batch=OTHER)).then_nothing()


def test_an_entry_without_a_date_moves_nothing():
    later = imported(Cause.COMPLAINT, LATER, batch=OTHER)
    entry = given(FILTER_ENTRY, imported(Cause.COMPLAINT))
    entry.when(take_in, later, dated=False).then_nothing()
    entry.when(take_in, later).then(later)


@pytest.mark.parametrize("cause", [Cause.HARD_BOUNCE, Cause.MANUAL, Cause.PROVIDER_LIST])
def test_what_was_lifted_since_stays_lifted(cause: Cause):
    given(FILTER_ENTRY, SUPPRESSED, LIFTED).when(take_in, imported(cause, EARLIER)).then_nothing()


@pytest.mark.parametrize("cause", Cause)
def test_an_undo_ends_what_the_import_added(cause: Cause):
    given(FILTER_ENTRY, imported(cause)).when(take_back, **UNDO).then(taken_back(cause))
    assert not state(imported(cause), taken_back(cause)).is_active(LATER)


def test_a_second_undo_does_nothing():
    given(FILTER_ENTRY, imported(), taken_back(Cause.HARD_BOUNCE)).when(take_back, **UNDO).then_nothing()


def test_an_undo_of_another_import_does_nothing():
    given(FILTER_ENTRY, imported(batch=OTHER)).when(take_back, **UNDO).then_nothing()


def test_a_lifted_import_needs_no_undo():
    given(FILTER_ENTRY, imported(), LIFTED).when(take_back, **UNDO).then_nothing()


def test_another_cause_stays():
    entry = state(imported(), COMPLAINT_SUPPRESSED, taken_back(Cause.HARD_BOUNCE))
    assert set(entry.active(LATER)) == {Cause.COMPLAINT}


def test_the_same_cause_stays_where_a_report_proves_it():
    # The import came first; evidence of one's own is recorded beside it, and only once.
    entry = given(FILTER_ENTRY, imported())
    entry.when(suppress, SUPPRESSED).then(SUPPRESSED)
    given(FILTER_ENTRY, imported(), SUPPRESSED).when(suppress, SUPPRESSED).then_nothing()
    after = state(imported(at=EARLIER), SUPPRESSED, taken_back(Cause.HARD_BOUNCE))
    assert after.active(LATER)[Cause.HARD_BOUNCE].since == SUPPRESSED.occurred_at


def test_an_undo_gives_dates_and_ends_back():
    ends = SUPPRESSED.model_copy(update={"expires_at": LATER + timedelta(days=1)})
    before, after = state(ends), state(ends, imported(at=EARLIER), taken_back(Cause.HARD_BOUNCE))
    assert before.active(LATER) == after.active(LATER)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_undo_leaves_what_the_others_would_have_made_alone(order: tuple[int, ...]):
    parts = [imported(at=EARLIER), imported(batch=OTHER), SUPPRESSED]
    entry = state(*(parts[place] for place in order), taken_back(Cause.HARD_BOUNCE))
    assert entry.active(LATER) == state(*(parts[place] for place in order if place)).active(LATER)


def test_after_24_hours_an_undo_is_refused():
    entry = given(FILTER_ENTRY, imported(Cause.COMPLAINT))
    on_time, late = begun_at(BATCH) + UNDO_WITHIN, begun_at(BATCH) + UNDO_WITHIN + timedelta(seconds=1)
    entry.when(take_back, **{**UNDO, "at": on_time}).then(taken_back(Cause.COMPLAINT, at=on_time))
    entry.when(take_back, **{**UNDO, "at": late}).then_refused(UndoRefused, contains="24 hours")


def test_a_batch_id_says_when_it_began():
    moment = datetime(2026, 11, 14, 9, 32, 7, 123000, UTC)
    assert begun_at(uuid7(moment, bytes(10))) == moment


@pytest.mark.parametrize(
    "batch",
    ["", "batch-1", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", BATCH.upper() + " ", "{" + BATCH + "}", None, 7],
)
def test_what_is_no_batch_id_names_no_import(batch: Any):
    with pytest.raises(UnknownImport):
        begun_at(batch)


def state(*events: Any) -> SuppressionFilter:
    entry = FILTER_ENTRY
    for event in events:
        entry = evolve(entry, event)
    return entry
