"""Reports that could not be used yet are never dropped."""

import pytest

from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.intake.decisions import discard, keep_unmatched, match, quarantine
from deliveryledger.domain.intake.events import ReportDiscarded, ReportMatched
from deliveryledger.testing import INTAKE, LATER, MESSAGE_ID, QUARANTINED, UNMATCHED, given

MATCH = {"report_id": UNMATCHED.report_id, "message_id": MESSAGE_ID, "at": LATER}
MATCHED = ReportMatched(occurred_at=LATER, report_id=UNMATCHED.report_id, message_id=MESSAGE_ID)
DISCARD = {"report_id": UNMATCHED.report_id, "by": "sup-1", "why": "not ours", "at": LATER}
DISCARDED = ReportDiscarded(occurred_at=LATER, report_id=UNMATCHED.report_id, by="sup-1", why="not ours")


def test_is_kept_once():
    given(INTAKE).when(keep_unmatched, UNMATCHED).then(UNMATCHED)
    given(INTAKE, UNMATCHED, DISCARDED).when(keep_unmatched, UNMATCHED).then_nothing()


def test_is_quarantined_once():
    given(INTAKE).when(quarantine, QUARANTINED).then(QUARANTINED)
    given(INTAKE, QUARANTINED).when(quarantine, QUARANTINED).then_nothing()


@pytest.mark.parametrize("kept", [UNMATCHED, QUARANTINED], ids=["unmatched", "quarantined"])
def test_is_matched_once(kept: Event):
    given(INTAKE, kept).when(match, **MATCH).then(MATCHED)
    assert given(INTAKE, kept).state.is_waiting
    assert not given(INTAKE, kept, MATCHED).state.is_waiting


@pytest.mark.parametrize("kept", [UNMATCHED, QUARANTINED], ids=["unmatched", "quarantined"])
def test_is_discarded_once_with_a_reason(kept: Event):
    given(INTAKE, kept).when(discard, **DISCARD).then(DISCARDED)
    assert not given(INTAKE, kept, DISCARDED).state.is_waiting


@pytest.mark.parametrize("events", [(), (UNMATCHED, MATCHED), (UNMATCHED, DISCARDED)])
def test_what_does_not_wait_is_neither_matched_nor_discarded(events: tuple[Event, ...]):
    given(INTAKE, *events).when(match, **MATCH).then_nothing()
    given(INTAKE, *events).when(discard, **DISCARD).then_nothing()
