"""Removals, complaints and lists in any order: what comes off is on no list, and no complaint is lost."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause, SuppressionLifted
from deliveryledger.testing import ADDRESS
from tests.application.lists import ListInMemory
from tests.application.world import Clock, about, send, tell
from tests.properties.worlds import open_ledger, tables

NAMES = ("postmark/main", "sendgrid/main")


class Story:
    """One address, two lists. The clock moves a minute with every step."""

    def __init__(self) -> None:
        self.clock = Clock()
        policies = Policies(provider_lists=NAMES, removal={"cool_down_days": 0})
        self.ledger = open_ledger(clock=self.clock, policies=policies)
        self.ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        self.lists = [ListInMemory(*name.split("/")) for name in NAMES]
        self.complaints: list[tuple[ListInMemory, ListEntry]] = []
        self.sent = 0

    def is_told(self, outcome: Outcome) -> None:
        self.sent += 1
        send(self.ledger, "cand-7", f"msg-{self.sent}")
        reason = FailureReason.MAILBOX_UNKNOWN if outcome is Outcome.BOUNCED else None
        tell(self.ledger, about(f"msg-{self.sent}", outcome, self.clock.now, reason=reason))

    def is_listed(self, which: int, cause: Cause) -> None:
        entry = ListEntry(ADDRESS, cause, self.clock.now)
        self.lists[which].listed[ADDRESS.lower(), cause] = entry
        if cause is Cause.COMPLAINT:
            self.complaints = [c for c in self.complaints if c[0] is not self.lists[which]]
            self.complaints.append((self.lists[which], entry))

    def is_granted(self) -> None:
        filters = self.ledger.suppression_filters
        if not filters.may_send(ADDRESS):
            request = filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
            filters.record_consent(ADDRESS, kind="recipient", evidence="mail", by="sup-1")
            self.clock.move(minutes=1)
            assert filters.approve(request.id, by="sup-2").waiting_for

    def is_rejected(self) -> None:
        for each in self.ledger.removal_queue().requests:
            self.ledger.suppression_filters.reject(each.id, by="sup-2", note="no")

    def refuses(self, *, now: bool) -> None:
        self.lists[0].keeps = {ADDRESS.lower(): "complaint"} if now else {}

    def is_carried_out(self) -> None:
        if self.ledger.provider_lists.carry_out(self.lists).lifted:
            assert not any(each.listed for each in self.lists)
            assert self.ledger.suppression_filters.may_send(ADDRESS)

    def is_reconciled(self, which: int) -> None:
        theirs = self.lists[which]
        self.ledger.provider_lists.reconcile(theirs, dry_run=False)
        assert self.ledger.provider_lists.reconcile(theirs).missing_here == {}

    def holds(self) -> None:
        """A complaint that is gone from a list was here, and came off with consent and four eyes."""
        lifts = [e.event for e in self.ledger.history() if isinstance(e.event, SuppressionLifted)]
        causes = self.ledger.suppression_filters.may_send(ADDRESS).causes
        for theirs, entry in self.complaints:
            if entry not in theirs.listed.values() and Cause.COMPLAINT not in causes:
                assert any(Cause.COMPLAINT in e.causes and e.occurred_at > entry.listed_at for e in lifts)


Step = Callable[[Story], None]
STEPS: dict[str, Step] = {
    "bounces": lambda story: story.is_told(Outcome.BOUNCED),
    "complains": lambda story: story.is_told(Outcome.COMPLAINED),
    "unsubscribes": lambda story: story.is_told(Outcome.UNSUBSCRIBED),
    "postmark lists a bounce": lambda story: story.is_listed(0, Cause.HARD_BOUNCE),
    "postmark lists a complaint": lambda story: story.is_listed(0, Cause.COMPLAINT),
    "sendgrid lists a complaint": lambda story: story.is_listed(1, Cause.COMPLAINT),
    "sendgrid lists it by hand": lambda story: story.is_listed(1, Cause.MANUAL),
    "granted": Story.is_granted,
    "granted, then carried out": lambda story: (story.is_granted(), story.is_carried_out())[0],
    "rejected": Story.is_rejected,
    "carried out": Story.is_carried_out,
    "postmark reconciled": lambda story: story.is_reconciled(0),
    "sendgrid reconciled": lambda story: story.is_reconciled(1),
    "postmark refuses": lambda story: story.refuses(now=True),
    "postmark gives in": lambda story: story.refuses(now=False),
}


@given(names=st.lists(st.sampled_from(sorted(STEPS)), min_size=10, max_size=20))
@settings(max_examples=250, deadline=None)
def test_what_comes_off_is_on_no_list_and_no_complaint_is_lost(names: list[str]) -> None:
    story = Story()
    with story.ledger as ledger:
        for name in names:
            story.clock.move(minutes=1)
            STEPS[name](story)
            story.holds()
        before = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == before


@pytest.mark.parametrize("last", ["carried out", "sendgrid reconciled"])
def test_the_story_that_once_lost_a_complaint(last: str) -> None:
    story = Story()
    for name in ("bounces", "granted", "sendgrid lists a complaint", last, "carried out"):
        story.clock.move(minutes=1)
        STEPS[name](story)
        story.holds()
    assert Cause.COMPLAINT in story.ledger.suppression_filters.may_send(ADDRESS).causes
    story.ledger.close()
