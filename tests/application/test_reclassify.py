"""Better rules read the raw evidence again: first it is shown what would change, then it is recorded."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.reclassification import Follows
from deliveryledger.application.recording import Recording
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.errors import InvalidIdentifier, UnknownMessage
from deliveryledger.testing import ADDRESS
from tests.application.failures import FULL, UNKNOWN, event, misread, read, sent
from tests.application.world import Clock, events, shown

R = FailureReason


def known_as(ledger: Ledger, clock: Clock, taken_for: FailureReason, **words: str) -> None:
    """A failure whose words say one thing today, and were read as another then."""
    ledger.record(misread(read(clock.move(minutes=5), event(clock.now, **words)), taken_for))


def allowed(ledger: Ledger) -> bool:
    return bool(ledger.suppression_filters.may_send(ADDRESS))


@pytest.fixture
def falsely_hard(ledger: Ledger, clock: Clock) -> Ledger:
    sent(ledger, "sg-1")
    known_as(ledger, clock, R.MAILBOX_UNKNOWN, **FULL)
    assert not allowed(ledger)
    return ledger


@pytest.fixture
def falsely_soft(ledger: Ledger, clock: Clock) -> Ledger:
    sent(ledger, "sg-1")
    known_as(ledger, clock, R.UNDETERMINED, **UNKNOWN)
    assert allowed(ledger)
    return ledger


def test_what_was_called_hard_falsely_becomes_soft_and_support_is_asked(falsely_hard: Ledger, clock: Clock):
    (change,) = falsely_hard.reclassify(by="op-1", record=True).changes
    assert (change.message_id, change.candidate_id) == ("m-sg-1", "cand-7")
    assert change.before is not None
    assert change.after is not None
    assert (change.before.severity, change.before.reason, change.before.rule) == (
        "hard", "mailbox_unknown", "phrase.old",
    )  # fmt: skip
    assert (change.after.severity, change.after.reason) == ("soft", "mailbox_full")
    assert change.follows is Follows.REQUEST_REMOVAL
    assert (shown(falsely_hard, "m-sg-1").status, shown(falsely_hard, "m-sg-1").reason) == (
        "soft_bounced", "mailbox_full",
    )  # fmt: skip
    assert not allowed(falsely_hard), "nobody lifts without a person"
    (request,) = falsely_hard.suppression_filters.requests(ADDRESS)
    assert (request.by, request.state) == ("op-1", "open")
    entry = next(e for e in falsely_hard.activity("cand-7").entries if e.event == "RemovalRequested")
    assert "phrase.old" in entry.text
    assert "phrase.mailbox_full" in entry.text or "quota" in entry.text or "full" in entry.text
    falsely_hard.suppression_filters.approve(request.id, by="sup-1")
    assert allowed(falsely_hard)


def test_what_was_undetermined_becomes_hard_and_the_address_goes_on_the_filter(
    falsely_soft: Ledger, clock: Clock
):
    bounced_at = clock.now
    clock.move(days=3)
    (change,) = falsely_soft.reclassify(by="op-1", record=True).changes
    assert change.follows is Follows.SUPPRESS
    standing = falsely_soft.suppression_filters.may_send(ADDRESS)
    assert (standing.cause, standing.since) == ("hard_bounce", bounced_at)
    assert shown(falsely_soft, "m-sg-1").status == "hard_bounced"
    assert falsely_soft.bell("rec-3").unread == 1


@pytest.mark.parametrize("world", ["falsely_hard", "falsely_soft"])
def test_to_look_changes_nothing(world: str, request: pytest.FixtureRequest):
    ledger: Ledger = request.getfixturevalue(world)
    before = (ledger.candidate_card("cand-7"), ledger.activity("cand-7"), ledger.bell("rec-3"))
    position = ledger.status().last_position
    looked = ledger.reclassify(by="op-1")
    assert (looked.recorded, ledger.status().last_position) == (False, position)
    assert (ledger.candidate_card("cand-7"), ledger.activity("cand-7"), ledger.bell("rec-3")) == before
    assert ledger.reclassify(by="op-1", record=True).changes == looked.changes


def test_to_look_leaves_every_file_as_it_is(tmp_path: Path, clock: Clock):
    def dumped() -> list[str]:
        lines = []
        for path in sorted(tmp_path.glob("ledger.db*")):
            if path.suffix not in (".kek",) and not path.name.endswith(("-wal", "-shm", ".lock")):
                with contextlib.closing(sqlite3.connect(path)) as connection:
                    lines += [path.name, *connection.iterdump()]
        return lines

    with Ledger.open(tmp_path / "ledger.db", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        sent(ledger, "sg-1")
        known_as(ledger, clock, R.UNDETERMINED, **UNKNOWN)
        ledger.candidate_card("cand-7")
        before = dumped()
        assert len(ledger.reclassify(by="op-1").changes) == 1
        ledger.candidate_card("cand-7")
        assert dumped() == before


@pytest.mark.parametrize("world", ["falsely_hard", "falsely_soft"])
def test_twice_is_once(world: str, request: pytest.FixtureRequest):
    ledger: Ledger = request.getfixturevalue(world)
    assert len(ledger.reclassify(by="op-1", record=True).changes) == 1
    position = ledger.status().last_position
    assert ledger.reclassify(by="op-2", record=True).changes == ()
    assert ledger.status().last_position == position


@pytest.mark.parametrize(
    ("world", "words"), [("falsely_hard", FULL), ("falsely_soft", UNKNOWN)], ids=["hard", "soft"]
)
def test_a_later_repeat_by_the_present_rules_adds_nothing(
    world: str, words: dict[str, str], request: pytest.FixtureRequest, clock: Clock
):
    ledger: Ledger = request.getfixturevalue(world)
    again = read(clock.now, event(clock.now, **words, sg_event_id="another"))
    ledger.reclassify(by="op-1", record=True)
    position = ledger.status().last_position
    assert ledger.record(again) == Recording(repeats=1)
    assert ledger.status().last_position == position
    assert ledger.reclassify(by="op-1", record=True).changes == ()


def test_an_address_that_is_on_the_filter_for_another_message_stays_without_a_request(
    ledger: Ledger, clock: Clock
):
    sent(ledger, "sg-1", "sg-2")
    ledger.record(read(clock.move(minutes=5), event(clock.now, "sg-2", **UNKNOWN)))
    known_as(ledger, clock, R.MAILBOX_UNKNOWN, **FULL)
    (change,) = ledger.reclassify(by="op-1", record=True).changes
    assert (change.follows, ledger.suppression_filters.requests(ADDRESS)) == (None, ())


def test_after_a_lift_an_old_message_suppresses_no_more(ledger: Ledger, clock: Clock):
    sent(ledger, "sg-1")
    known_as(ledger, clock, R.UNDETERMINED, **UNKNOWN)
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    clock.move(days=1)
    ledger.suppression_filters.lift(ADDRESS, by="sup-1")
    (change,) = ledger.reclassify(by="op-1", record=True).changes
    assert (change.follows, allowed(ledger)) == (None, True)


def test_one_message_or_one_tenant(ledger: Ledger, clock: Clock):
    other = ledger.tenant("acme")
    other.candidate_emails.register("cand-9", ADDRESS, by="rec-9")
    sent(ledger, "sg-1", "sg-2")
    sent(other, "sg-3", candidate="cand-9")
    reading = read(clock.move(minutes=5), *(event(clock.now, f"sg-{n}", **UNKNOWN) for n in (1, 2, 3)))
    ledger.record(misread(reading, R.UNDETERMINED))
    assert [c.message_id for c in ledger.reclassify(by="op-1", message_id="m-sg-2").changes] == ["m-sg-2"]
    for unknown in ("m-sg-3", "nope"):
        with pytest.raises(UnknownMessage):
            ledger.reclassify(by="op-1", message_id=unknown)
    assert [c.message_id for c in other.reclassify(by="op-1").changes] == ["m-sg-3"]
    assert [c.message_id for c in ledger.reclassify(by="op-1", tenant="default").changes] == [
        "m-sg-1", "m-sg-2",
    ]  # fmt: skip
    seen: list[tuple[int, int]] = []
    everything = ledger.reclassify(by="op-1", record=True, progress=lambda done, of: seen.append((done, of)))
    assert (len(everything.changes), seen) == (3, [(3, 3)])


def test_it_says_who_decided(falsely_hard: Ledger):
    falsely_hard.reclassify(by="op-1", record=True)
    entry = next(e for e in falsely_hard.activity("cand-7").entries if e.event == "BouncesReclassified")
    assert entry.actor == "op-1"
    assert entry.text == (
        f"op-1 had the failure to {ADDRESS} read again: “Address does not exist” became “Mailbox full”"
    )
    assert entry.details["rule"] != "phrase.old"
    swedish = falsely_hard.activity("cand-7", lang="sv")
    assert "lät tolka felet" in next(e.text for e in swedish.entries if e.event == "BouncesReclassified")
    with pytest.raises(InvalidIdentifier):
        falsely_hard.reclassify(by="op@example.org", record=True)


def test_the_views_are_the_same_when_they_are_made_anew(falsely_hard: Ledger):
    falsely_hard.reclassify(by="op-1", record=True)
    before = falsely_hard.candidate_card("cand-7"), events(falsely_hard)
    falsely_hard.rebuild()
    assert (falsely_hard.candidate_card("cand-7"), events(falsely_hard)) == before
