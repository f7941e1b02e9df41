"""An approval is about what was known: what a provider or the recipient adds makes it void."""

from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.carried_out import Voided
from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import LiftRefused
from deliveryledger.testing import ADDRESS
from tests.application.lists import ListInMemory
from tests.application.removing.conftest import NAMES, approve, states
from tests.application.world import Clock, about, tell


@pytest.mark.parametrize("outcome", [Outcome.COMPLAINED, Outcome.UNSUBSCRIBED])
def test_a_complaint_after_the_approval_voids_it(
    ledger: Ledger, clock: Clock, postmark: ListInMemory, sendgrid: ListInMemory, outcome: Outcome
):
    approve(ledger)
    ledger.provider_lists.carry_out([postmark])
    tell(ledger, about("msg-1", outcome, clock.move(minutes=1)))
    assert states(ledger) == ["open"]
    done = ledger.provider_lists.carry_out([postmark, sendgrid])
    assert (done.lifted, done.waiting, sendgrid.calls) == ([], [], [])
    assert [each.address for each in ledger.removal_queue().requests] == [ADDRESS]


@pytest.mark.parametrize("cause", [Cause.COMPLAINT, Cause.UNSUBSCRIBE])
@pytest.mark.parametrize("first", [True, False])
def test_a_complaint_that_only_the_provider_knows_is_kept_and_voids_the_approval(
    ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory, cause: Cause, first: bool
):
    approve(ledger)
    knows, other = (postmark, sendgrid) if first else (sendgrid, postmark)
    knows.listed[ADDRESS.lower(), cause] = ListEntry(ADDRESS, cause)
    done = ledger.provider_lists.carry_out([postmark, sendgrid])
    assert done.voided == [Voided(ADDRESS, "default", knows.provider, "main", (str(cause),))]
    assert (done.lifted, done.waiting, states(ledger)) == ([], [], ["open"])
    assert ("remove", ADDRESS) not in knows.calls
    assert (("remove", ADDRESS) in other.calls) is not first  # who comes after it is not asked any more
    assert set(ledger.suppression_filters.may_send(ADDRESS).causes) == {"hard_bounce", str(cause)}
    (queued,) = ledger.removal_queue().requests
    assert (queued.missing, queued.needs_second_person) == (("recipient_consent",), True)
    assert not ledger.provider_lists.carry_out([postmark, sendgrid]).voided


def test_the_queue_says_for_whom_an_approved_removal_waits_and_who_refused(
    ledger: Ledger, clock: Clock, postmark: ListInMemory, sendgrid: ListInMemory
):
    approve(ledger)
    (queued,) = ledger.removal_queue().requests
    assert (queued.state, queued.waiting_for, queued.kept_by) == ("approved", NAMES, ())
    assert f"Godkänd. Väntar på svar från {', '.join(NAMES)}." in str(ledger.removal_queue(lang="sv"))
    postmark.keeps[ADDRESS.lower()] = "compliance"
    clock.move(days=2)
    ledger.provider_lists.carry_out([postmark])
    for _ in range(2):
        (queued,) = ledger.removal_queue().requests
        assert (queued.waiting_for, queued.overdue, queued.age_hours) == (NAMES[1:], False, 48)
        assert [(kept.name, kept.why) for kept in queued.kept_by] == [(NAMES[0], "compliance")]
        ledger.rebuild()
    assert "postmark/main keeps the address. The provider keeps the address for compliance reasons." in str(
        ledger.removal_queue()
    )
    postmark.keeps.clear()
    ledger.suppression_filters.approve(queued.id, by="sup-2")
    (queued,) = ledger.removal_queue().requests
    assert (queued.waiting_for, queued.kept_by) == (NAMES, ())
    ledger.provider_lists.carry_out([postmark, sendgrid])
    assert ledger.removal_queue().requests == ()


def test_an_approval_waits_on_even_where_the_next_one_names_no_lists(
    tmp_path: Path, clock: Clock, postmark: ListInMemory, sendgrid: ListInMemory
):
    path = tmp_path / "ledger.db"
    with Ledger.open(path, clock=clock, policies=Policies(provider_lists=NAMES)) as ledger:
        ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
        request = ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
        ledger.suppression_filters.approve(request.id, by="sup-2")
    with Ledger.open(path, clock=clock) as ledger:
        assert ledger.suppression_filters.approve(request.id, by="sup-2").waiting_for == NAMES
        assert not ledger.suppression_filters.may_send(ADDRESS)
        # A provider that is not used any more: who decides so rejects, and asks and approves anew.
        ledger.suppression_filters.reject(request.id, by="sup-2", note="we have left them")
        request = ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
        assert ledger.suppression_filters.approve(request.id, by="sup-2")


def test_a_lift_by_hand_that_becomes_void_stays_in_the_queue(clock: Clock, postmark: ListInMemory):
    policies = Policies(provider_lists=NAMES[:1])
    with Ledger.open(":memory:", clock=clock, policies=policies) as ledger:
        ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
        assert ledger.suppression_filters.lift(ADDRESS, by="sup-1").waiting_for == NAMES[:1]
        (void,) = ledger.provider_lists.carry_out([postmark]).voided
        assert void.causes == ("hard_bounce",)
        (queued,) = ledger.removal_queue().requests
        assert (queued.state, queued.missing) == ("open", ("evidence",))
        with pytest.raises(LiftRefused) as refused:
            ledger.suppression_filters.approve(queued.id, by="sup-2")
        assert refused.value.missing == ("evidence",)
        request = ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
        assert ledger.suppression_filters.approve(request.id, by="sup-2").waiting_for == NAMES[:1]
        assert ledger.provider_lists.carry_out([postmark]).lifted
        assert ledger.removal_queue().requests == ()
