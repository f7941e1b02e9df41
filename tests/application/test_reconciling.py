"""A provider's list and the recipient filter are brought in step; what differs is said first."""

import weakref
from collections.abc import Iterator
from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import InvalidInput, ProviderUnavailable
from deliveryledger.testing import ADDRESS, AT_REGISTRATION
from tests.application.lists import ListInMemory, both
from tests.application.world import Clock

ADA, GRACE = "ada@example.org", "grace@example.org"
UNKNOWN = "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown"
FULL = "552 5.2.2 Mailbox full"


@pytest.mark.parametrize(
    ("listed", "cause", "reason"),
    [
        (ListEntry(ADA, Cause.HARD_BOUNCE, words=UNKNOWN), "hard_bounce", "mailbox_unknown"),
        (ListEntry(ADA, Cause.PROVIDER_LIST, words=UNKNOWN), "hard_bounce", "mailbox_unknown"),
        (ListEntry(ADA, Cause.HARD_BOUNCE), "hard_bounce", None),
        (ListEntry(ADA, Cause.HARD_BOUNCE, words="no"), "provider_list", None),
        (ListEntry(ADA, Cause.PROVIDER_LIST), "provider_list", None),
        (ListEntry(ADA, Cause.COMPLAINT, words=FULL), "complaint", None),
        (ListEntry(ADA, Cause.UNSUBSCRIBE), "unsubscribe", None),
    ],
)
def test_what_only_the_provider_lists_is_added(
    ledger: Ledger, listed: ListEntry, cause: str, reason: str | None
):
    report = both(ledger, ListInMemory("sendgrid", "main", listed))
    assert report.missing_here == {cause: 1}
    (entry,) = ledger.recipient_filter().entries
    assert (entry.address, entry.causes, entry.reason) == (ADA, (cause,), reason)


def test_a_delayed_bounce_comes_in_with_its_date_and_its_provider(ledger: Ledger):
    at = AT_REGISTRATION - timedelta(days=2)
    both(ledger, ListInMemory("sendgrid", "main", ListEntry(ADA, Cause.HARD_BOUNCE, at, UNKNOWN)))
    assert ledger.recipient_filter().entries[0].since == at
    (event,) = [e.event for e in ledger.history() if e.name.category == "suppression_filter"]
    assert (event.provider, event.account, event.by, event.message_id) == ("sendgrid", "main", "sup-1", None)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("sv", "adressen finns i spärrlistan hos postmark (Klagomål)"),
        ("en", "it is on the suppression list of postmark (Complaint)"),
    ],
)
def test_the_activity_log_says_on_whose_list_it_is_and_for_what(ledger: Ledger, lang: str, said: str):
    both(ledger, ListInMemory("postmark", "main", ListEntry(ADDRESS, Cause.COMPLAINT)))
    assert ledger.activity("cand-7", lang=lang).entries[0].text.endswith(said)


def test_a_passing_failure_suppresses_nobody_and_is_said(ledger: Ledger):
    report = both(ledger, ListInMemory("sendgrid", "main", ListEntry(ADA, Cause.HARD_BOUNCE, words=FULL)))
    assert report.passing == 1
    assert ledger.suppression_filters.may_send(ADA)
    assert "passing failure" in str(report)


def test_what_only_we_list_is_added_there_where_they_have_a_list(ledger: Ledger):
    ledger.suppression_filters.suppress(ADA, by="sup-1")
    theirs = ListInMemory()
    report = both(ledger, theirs)
    assert (report.missing_there, report.added_there) == ({"manual": 1}, 1)
    assert list(theirs.listed) == [(ADA, Cause.MANUAL)]
    strict = ListInMemory("amazon_ses", "main")
    strict.takes = frozenset({Cause.HARD_BOUNCE, Cause.COMPLAINT})
    assert both(ledger, strict).enforced_here == 1
    assert strict.listed == {}


def test_a_complaint_that_is_gone_there_stays_here(ledger: Ledger):
    theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.COMPLAINT))
    both(ledger, theirs)
    theirs.listed.clear()
    report = both(ledger, theirs)
    assert (report.gone_there, theirs.listed) == (1, {})
    assert not ledger.suppression_filters.may_send(ADA)
    assert [e.event.__class__.__name__ for e in ledger.history()][-1] == "ProviderRemovalConfirmed"


def test_several_entries_of_one_address_are_one_address(ledger: Ledger):
    theirs = ListInMemory(
        "postmark",
        "main",
        ListEntry(ADA, Cause.HARD_BOUNCE),
        ListEntry(ADA.upper(), Cause.COMPLAINT),
        ListEntry("nobody", Cause.MANUAL),
    )
    report = both(ledger, theirs)
    assert (report.missing_here, report.unusable) == ({"hard_bounce": 1, "complaint": 1}, 1)
    assert set(ledger.recipient_filter().entries[0].causes) == {"hard_bounce", "complaint"}


def test_more_than_a_page_on_either_side(ledger: Ledger):
    theirs = ListInMemory(
        "postmark", "main", *(ListEntry(f"a{n}@example.org", Cause.HARD_BOUNCE) for n in range(2_100))
    )
    assert both(ledger, theirs).missing_here == {"hard_bounce": 2_100}
    other = ListInMemory("sendgrid", "main")
    assert both(ledger, other).added_there == 2_100


def test_an_outage_in_the_middle_is_told_and_the_next_run_goes_on(ledger: Ledger):
    theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.HARD_BOUNCE))
    theirs.is_away = True
    with pytest.raises(ProviderUnavailable):
        ledger.provider_lists.reconcile(theirs, dry_run=False)
    theirs.is_away = False
    assert both(ledger, theirs).missing_here == {"hard_bounce": 1}


def test_since_looks_at_their_newer_entries_only(ledger: Ledger, clock: Clock):
    old = ListEntry(ADA, Cause.HARD_BOUNCE, clock.now - timedelta(days=9))
    new = ListEntry(GRACE, Cause.HARD_BOUNCE, clock.now)
    ledger.suppression_filters.suppress("x@example.org", by="sup-1")
    report = both(ledger, ListInMemory("postmark", "main", old, new), since=clock.now - timedelta(days=1))
    assert (report.missing_here, report.missing_there) == ({"hard_bounce": 1}, {})


def test_an_address_whose_removal_is_underway_is_left_to_it(clock: Clock):
    with Ledger.open(":memory:", clock=clock, policies=Policies(provider_lists=("postmark/main",))) as ledger:
        ledger.suppression_filters.suppress(ADA, by="sup-1")
        ledger.suppression_filters.lift(ADA, by="sup-1")
        theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.MANUAL, clock.now))
        assert both(ledger, theirs).underway == 1
        assert both(ledger, ListInMemory("sendgrid", "main")).added_there == 0
        # What nobody knew of when it was approved makes the approval void.
        theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.HARD_BOUNCE, clock.now))
        assert both(ledger, theirs).missing_here == {"hard_bounce": 1}
        assert [each.state for each in ledger.removal_queue().requests] == ["open"]


def test_an_account_that_is_bound_to_a_tenant_is_compared_with_its_filter(clock: Clock):
    policies = Policies(accounts={"postmark/main": "acme"})
    theirs = ListInMemory("postmark", "main", ListEntry(ADA, Cause.HARD_BOUNCE))
    with Ledger.open(":memory:", clock=clock, policies=policies) as ledger:
        assert both(ledger, theirs).tenant == "acme"
        assert not ledger.suppression_filters.may_send(ADA, tenant="acme")
        with pytest.raises(InvalidInput, match="another tenant"):
            ledger.provider_lists.reconcile(theirs, tenant="globex")
        with pytest.raises(InvalidInput, match="another tenant"):
            ledger.tenant("globex").provider_lists.reconcile(theirs)


def test_what_a_million_entries_cost_is_a_number_each(ledger: Ledger):
    def endless() -> Iterator[ListEntry]:
        for number in range(5_000):
            alive.append(weakref.ref(entry := Kept(f"a{number}@example.org", Cause.HARD_BOUNCE)))
            yield entry
            del entry
            most.append(sum(ref() is not None for ref in alive[-3_000:]) if number % 500 == 0 else 0)

    alive: list[weakref.ref[ListEntry]] = []
    most: list[int] = []
    theirs = ListInMemory()
    theirs.entries = lambda *, since=None: endless()  # type: ignore[method-assign]
    assert ledger.provider_lists.reconcile(theirs).missing_here == {"hard_bounce": 5_000}
    assert max(most) <= 2_100


def test_what_they_call_added_by_hand_is_no_cause_beside_ours(ledger: Ledger):
    both(ledger, ListInMemory("sendgrid", "main", ListEntry(ADA, Cause.HARD_BOUNCE)))
    report = both(ledger, ListInMemory("postmark", "main", ListEntry(ADA, Cause.MANUAL)))
    assert report.in_step == 1
    assert ledger.recipient_filter().entries[0].causes == ("hard_bounce",)


class Kept(ListEntry):
    """An entry of which can be told whether it is still there."""
