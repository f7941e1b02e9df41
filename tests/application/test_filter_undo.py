"""An import is undone within a day: what it added goes, and nothing else."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import UndoRefused
from deliveryledger.testing import ADDRESS
from tests.application.imports import BJORN, GRACE, LISTED, batch_of, on_filter, take_in
from tests.application.world import Clock, about, events, send, tell


def test_an_undo_takes_back_what_the_import_added_and_nothing_else(ledger: Ledger, clock: Clock):
    ledger.suppression_filters.suppress(GRACE, by="sup-1")
    earlier = take_in(ledger, FilterRow("old@example.org", Cause.MANUAL))
    report = take_in(ledger, *LISTED)
    send(ledger, "cand-7", "msg-1")
    undone = ledger.suppression_filters.undo_import(batch_of(report), by="sup-2")
    assert (undone.addresses, undone.causes) == (2, 2)
    assert on_filter(ledger) == {GRACE: ("manual",), "old@example.org": ("manual",)}
    assert ledger.suppression_filters.may_send(BJORN)
    ledger.rebuild()
    assert on_filter(ledger) == {GRACE: ("manual",), "old@example.org": ("manual",)}
    assert ledger.suppression_filters.undo_import(batch_of(earlier), by="sup-2").addresses == 1


def test_what_bounced_after_the_import_stays_on_the_filter(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    report = take_in(ledger, FilterRow(ADDRESS, Cause.HARD_BOUNCE))
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.move(minutes=5), reason=FailureReason.MAILBOX_UNKNOWN))
    ledger.suppression_filters.undo_import(batch_of(report), by="sup-1")
    standing = ledger.suppression_filters.may_send(ADDRESS)
    assert (standing.cause, standing.since) == ("hard_bounce", clock.now)
    (entry,) = ledger.recipient_filter().entries
    assert (entry.causes, entry.since, entry.reason) == (("hard_bounce",), clock.now, "mailbox_unknown")
    named = next(e for e in ledger.activity("cand-7").entries if e.event_id == standing.event)
    assert named.message_id == "msg-1"


def test_an_undone_complaint_can_be_imported_again(ledger: Ledger):
    first = take_in(ledger, FilterRow(GRACE, Cause.COMPLAINT))
    ledger.suppression_filters.undo_import(batch_of(first), by="sup-1")
    assert take_in(ledger, FilterRow(GRACE, Cause.COMPLAINT)).new == 1
    assert not ledger.suppression_filters.undo_import(batch_of(first), by="sup-1")
    assert not ledger.suppression_filters.may_send(GRACE)


def test_after_a_day_an_import_stands(ledger: Ledger, clock: Clock):
    report = take_in(ledger, *LISTED)
    clock.move(hours=24, seconds=1)
    with pytest.raises(UndoRefused, match="24 hours"):
        ledger.suppression_filters.undo_import(batch_of(report), by="sup-1")
    assert len(on_filter(ledger)) == 2


def test_an_import_that_is_cut_off_is_known_and_undone(ledger: Ledger):
    begun: list[str] = []
    passes = iter(range(2))

    def rows() -> Iterator[FilterRow]:
        is_second = next(passes, 0) == 1
        for number in range(1_500):
            if is_second and number == 1_200:
                raise KeyboardInterrupt
            yield FilterRow(f"a{number}@example.org", Cause.MANUAL)

    with pytest.raises(KeyboardInterrupt):
        ledger.suppression_filters.import_rows(rows, by="s", apply=True, confirm=1_500, begun=begun.append)
    assert len(on_filter(ledger)) == 1_000
    assert ledger.suppression_filters.undo_import(begun[0], by="s").addresses == 1_000
    assert on_filter(ledger) == {}


def test_the_activity_log_tells_of_import_and_undo(ledger: Ledger):
    report = take_in(ledger, FilterRow(ADDRESS, Cause.HARD_BOUNCE))
    ledger.suppression_filters.undo_import(batch_of(report), by="sup-2")
    assert events(ledger)[-2:] == ["AddressSuppressed", "SuppressionTakenBack"]
    undone, imported = ledger.activity("cand-7", lang="sv").entries[:2]
    assert imported.text == f"sup-1 importerade {ADDRESS} till mottagarfiltret: Hard bounce"
    assert undone.text == f"sup-2 ångrade en import till mottagarfiltret: {ADDRESS}"


def test_what_waits_for_an_answer_is_settled_by_an_undo(ledger: Ledger):
    report = take_in(ledger, FilterRow(GRACE, Cause.HARD_BOUNCE))
    ledger.suppression_filters.request_removal(GRACE, by="sup-1", evidence="phone")
    ledger.suppression_filters.undo_import(batch_of(report), by="sup-2")
    assert [request.state for request in ledger.suppression_filters.requests(GRACE)] == ["lifted"]
