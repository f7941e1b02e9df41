"""The aggregate and the read models of the recipient filter say the same, whatever happened before."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow
from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import LiftRefused, UndoRefused
from deliveryledger.testing import ADDRESS
from tests.application.imports import take_in
from tests.application.lists import ListInMemory
from tests.application.world import Clock, about, send, tell

POLICIES = Policies(
    expiry={"days": {"hard_bounce": (2, 5, 9)}},
    removal={"cool_down_days": 1},
    provider_lists=("postmark/main",),
)


class Story:
    """One address, its messages, imports and one provider's list. Days pass."""

    def __init__(self, clock: Clock, ledger: Ledger) -> None:
        self.clock, self.ledger = clock, ledger
        self.theirs = ListInMemory()
        self.batches: list[str] = []
        self.sent = 0
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")

    def is_told(self, outcome: Outcome, days_ago: int = 0) -> None:
        self.sent += 1
        send(self.ledger, "cand-7", f"msg-{self.sent}")
        at = self.clock.now - timedelta(days=days_ago)
        reason = FailureReason.MAILBOX_UNKNOWN if outcome is Outcome.BOUNCED else None
        tell(self.ledger, about(f"msg-{self.sent}", outcome, at, reason=reason))

    def is_imported(self, cause: Cause, days_ago: int) -> None:
        row = FilterRow(ADDRESS, cause, since=self.clock.now - timedelta(days=days_ago))
        if batch := take_in(self.ledger, row).batch:
            self.batches.append(batch)

    def is_taken_back(self) -> None:
        if self.batches:
            self.clock.move(hours=1)
            with suppress(UndoRefused):
                self.ledger.suppression_filters.undo_import(self.batches.pop(), by="sup-1")

    def is_imported_by_mistake(self) -> None:
        self.is_imported(Cause.HARD_BOUNCE, 0)
        self.is_asked_for()
        self.is_taken_back()

    def is_asked_for(self) -> None:
        filters = self.ledger.suppression_filters
        if not filters.may_send(ADDRESS):
            filters.request_removal(ADDRESS, by="sup-1", evidence="phone")

    def is_approved(self) -> None:
        filters = self.ledger.suppression_filters
        for asked in self.ledger.removal_queue().requests:
            filters.record_consent(ADDRESS, kind="recipient", evidence="mail", by="sup-1")
            with suppress(LiftRefused):
                filters.approve(asked.id, by="sup-2")

    def is_approved_and_rejected(self) -> None:
        self.is_approved()
        for asked in self.ledger.removal_queue().requests:
            self.ledger.suppression_filters.reject(asked.id, by="sup-2", note="no")

    def is_lifted(self) -> None:
        with suppress(LiftRefused):
            self.ledger.suppression_filters.lift(ADDRESS, by="sup-1", approved_by="sup-2")

    def is_listed(self, cause: Cause) -> None:
        self.theirs.listed[ADDRESS.lower(), cause] = ListEntry(ADDRESS, cause, self.clock.now)

    def agrees(self) -> None:
        """``may_send`` folds the events; the rest is read from tables."""
        filters = self.ledger.suppression_filters
        standing, entries = filters.may_send(ADDRESS), self.ledger.recipient_filter().entries
        assert bool(standing) is not bool(entries)
        page = self.ledger.support(ADDRESS)
        assert page.may_send is bool(standing)
        if entries:
            assert set(standing.causes) == set(entries[0].causes) == {why.cause for why in page.causes}
            assert (standing.cause, standing.since) in {(why.cause, why.since) for why in page.causes}
        asked = {each.id: each.state for each in filters.requests(ADDRESS)}
        assert {each.id: each.state for each in page.requests} == asked
        queued = {each.id: each.state for each in self.ledger.removal_queue().requests}
        waiting = {id_: state for id_, state in asked.items() if state == "approved"}
        if entries:
            waiting |= {id_: state for id_, state in asked.items() if state == "open"}
        assert queued == waiting


STEPS: dict[str, Callable[[Story], object]] = {
    "bounces": lambda story: story.is_told(Outcome.BOUNCED),
    "bounced a day ago": lambda story: story.is_told(Outcome.BOUNCED, 1),
    "bounced four days ago": lambda story: story.is_told(Outcome.BOUNCED, 4),
    "complains": lambda story: story.is_told(Outcome.COMPLAINED),
    "unsubscribes": lambda story: story.is_told(Outcome.UNSUBSCRIBED),
    "imported bounce": lambda story: story.is_imported(Cause.HARD_BOUNCE, 3),
    "imported complaint": lambda story: story.is_imported(Cause.COMPLAINT, 3),
    "taken back": Story.is_taken_back,
    "imported, asked for, taken back": Story.is_imported_by_mistake,
    "asked for": Story.is_asked_for,
    "approved": Story.is_approved,
    "approved, then rejected": Story.is_approved_and_rejected,
    "lifted by hand": Story.is_lifted,
    "listed bounce": lambda story: story.is_listed(Cause.HARD_BOUNCE),
    "listed complaint": lambda story: story.is_listed(Cause.COMPLAINT),
    "carried out": lambda story: story.ledger.provider_lists.carry_out([story.theirs]),
    "reconciled": lambda story: story.ledger.provider_lists.reconcile(story.theirs, dry_run=False),
    "a day passes": lambda story: story.clock.move(days=1),
    "three days pass": lambda story: story.clock.move(days=3),
}


@given(names=st.lists(st.sampled_from(sorted(STEPS)), min_size=8, max_size=18))
@settings(max_examples=200, deadline=None)
def test_the_views_say_what_the_events_say(names: list[str]) -> None:
    clock = Clock()
    with Ledger.open(":memory:", clock=clock, policies=POLICIES) as ledger:
        story = Story(clock, ledger)
        for name in names:
            clock.move(minutes=1)
            STEPS[name](story)
            story.agrees()
        ledger.rebuild()
        story.agrees()
