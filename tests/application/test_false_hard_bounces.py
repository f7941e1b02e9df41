"""A hard bounce that was none: when support is asked, and that nobody waits while evidence is read again."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application import reclassifying
from deliveryledger.application.reclassification import Follows
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Reading
from deliveryledger.inbound.rereading import read_again
from deliveryledger.ledger import facade, looking_back
from deliveryledger.testing import ADDRESS
from tests.application.failures import FULL, UNKNOWN, event, misread, read, sent
from tests.application.world import Clock

ASKED = Follows.REQUEST_REMOVAL


def falsely_hard(ledger: Ledger, clock: Clock, id_: str) -> None:
    reading = read(clock.move(minutes=5), event(clock.now, id_, **FULL))
    ledger.record(misread(reading, FailureReason.MAILBOX_UNKNOWN))


def rightly_hard(ledger: Ledger, clock: Clock, id_: str) -> None:
    ledger.record(read(clock.move(minutes=5), event(clock.now, id_, **UNKNOWN)))


def follows(ledger: Ledger, *, record: bool = True) -> dict[str, Follows | None]:
    return {c.message_id: c.follows for c in ledger.reclassify(by="op-1", record=record).changes}


def test_nobody_is_asked_while_another_message_bounced_hard(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1", "sg-2")
    falsely_hard(ledger, clock, "sg-1")
    rightly_hard(ledger, clock, "sg-2")  # the address is on the filter already: this adds no suppression
    assert follows(ledger, record=False) == follows(ledger) == {"m-sg-1": None}
    assert ledger.suppression_filters.requests(ADDRESS) == ()


def test_nor_while_one_to_another_candidate_did(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.register("cand-9", ADDRESS, by="rec-3")
    sent(ledger, "sg-1")
    sent(ledger, "sg-2", candidate="cand-9")
    ledger.candidate_emails.correct("cand-9", "grace@navy.example", grounds="typed", by="rec-3")
    falsely_hard(ledger, clock, "sg-1")
    rightly_hard(ledger, clock, "sg-2")
    assert follows(ledger) == {"m-sg-1": None}


def test_another_tenants_bounce_is_no_reason(ledger: Ledger, clock: Clock):
    other = ledger.tenant("acme")
    other.candidate_emails.register("cand-9", ADDRESS, by="rec-9")
    sent(ledger, "sg-1")
    sent(other, "sg-2", candidate="cand-9")
    falsely_hard(ledger, clock, "sg-1")
    rightly_hard(ledger, clock, "sg-2")
    assert follows(ledger) == {"m-sg-1": ASKED}


@pytest.mark.parametrize("page", [1, 2, 500])
def test_where_all_were_false_support_is_asked_once(
    ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch, page: int
):
    monkeypatch.setattr(reclassifying, "PAGE", page)
    sent(ledger, "sg-1", "sg-2")
    falsely_hard(ledger, clock, "sg-1")
    falsely_hard(ledger, clock, "sg-2")
    shown = follows(ledger, record=False)
    assert shown == {"m-sg-1": None if page == 1 else ASKED, "m-sg-2": ASKED}
    assert follows(ledger) == shown
    assert len(ledger.suppression_filters.requests(ADDRESS)) == 1
    entry = next(e for e in ledger.activity("cand-7").entries if e.event == "RemovalRequested")
    assert "message m-sg-2 " in entry.text


def test_a_bounce_from_before_a_lift_is_no_reason_any_more(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1")
    rightly_hard(ledger, clock, "sg-1")
    clock.move(days=1)
    ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    clock.move(days=1)
    sent(ledger, "sg-2")
    falsely_hard(ledger, clock, "sg-2")
    assert follows(ledger) == {"m-sg-2": ASKED}


@pytest.mark.parametrize("page", [1, 2, 500])
def test_what_is_shown_of_several_pages_is_what_is_recorded(
    ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch, page: int
):
    monkeypatch.setattr(reclassifying, "PAGE", page)
    sent(ledger, "sg-1", "sg-2", "sg-3")
    for id_ in ("sg-1", "sg-2", "sg-3"):
        reading = read(clock.move(minutes=5), event(clock.now, id_, **UNKNOWN))
        ledger.record(misread(reading, FailureReason.UNDETERMINED))
    shown = follows(ledger, record=False)
    assert shown == {"m-sg-1": Follows.SUPPRESS, "m-sg-2": None, "m-sg-3": None}
    assert follows(ledger) == shown


def test_nobody_waits_while_evidence_is_read(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "ledger.db"

    def read_unlocked(**evidence: Any) -> Reading:
        with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # raises OperationalError if anybody has the lock
            other.execute("ROLLBACK")
        return read_again(**evidence)

    monkeypatch.setattr(facade, "read_again", read_unlocked)
    with Ledger.open(path, clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        sent(ledger, "sg-1")
        falsely_hard(ledger, clock, "sg-1")
        assert follows(ledger) == {"m-sg-1": ASKED}


def test_to_look_needs_no_lock_nor_does_what_changes_nothing(tmp_path: Path, clock: Clock):
    path = tmp_path / "ledger.db"
    with Ledger.open(path, clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        sent(ledger, "sg-1", "sg-2")
        falsely_hard(ledger, clock, "sg-1")
        rightly_hard(ledger, clock, "sg-2")
        ledger.status()
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert follows(ledger, record=False) == {"m-sg-1": None}
            assert ledger.reclassify(by="op-1", message_id="m-sg-2", record=True).changes == ()


def test_who_is_erased_meanwhile_is_not_judged(ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    sent(ledger, "sg-1")
    falsely_hard(ledger, clock, "sg-1")
    hard_bounced = looking_back.hard_bounced

    def erase_first(*about: Any) -> tuple[str, ...]:
        ledger.erase("cand-7", by="dpo")
        return hard_bounced(*about)

    monkeypatch.setattr(looking_back, "hard_bounced", erase_first)
    assert ledger.reclassify(by="op-1", record=True).changes == ()
    assert "BouncesReclassified" not in [type(e.event).__name__ for e in ledger.history()]
