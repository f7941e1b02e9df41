"""An address comes off the filter only when every provider has taken it off its own list."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.carried_out import Keeps, LiftedAddress, Waits
from deliveryledger.application.policies import Policies
from deliveryledger.testing import ADDRESS
from tests.application.lists import ListInMemory
from tests.application.removing.conftest import NAMES, approve, states
from tests.application.world import Clock, events


def test_the_last_confirmation_lifts_and_says_what_was_withheld(
    ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory
):
    approve(ledger)
    assert states(ledger) == ["approved"]
    assert not ledger.suppression_filters.may_send(ADDRESS)
    first = ledger.provider_lists.carry_out([postmark])
    assert (first.waiting, first.lifted) == ([Waits(ADDRESS, "default", NAMES[1:])], [])
    assert not ledger.suppression_filters.may_send(ADDRESS)
    second = ledger.provider_lists.carry_out([postmark, sendgrid])
    assert second.lifted == [LiftedAddress(ADDRESS, "default", ("hard_bounce",), ("msg-2",))]
    assert ledger.suppression_filters.may_send(ADDRESS)
    assert states(ledger) == ["lifted"]
    assert [call for call, _ in postmark.calls] == ["find", "remove"]
    assert events(ledger)[-4:] == [
        "RemovalApproved", "ProviderRemovalConfirmed", "ProviderRemovalConfirmed", "SuppressionLifted"
    ]  # fmt: skip
    assert not ledger.provider_lists.carry_out([postmark, sendgrid]).lifted


def test_a_refusal_keeps_the_address_and_says_who_and_why(
    ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory
):
    request_id = approve(ledger)
    postmark.keeps[ADDRESS.lower()] = "complaint"
    for _ in range(2):
        done = ledger.provider_lists.carry_out([postmark, sendgrid])
        assert (done.lifted, done.waiting) == ([], [Waits(ADDRESS, "default", NAMES[:1])])
    assert [call for call, _ in postmark.calls] == ["find", "remove", "find"]
    assert events(ledger)[-2:] == ["ProviderRemovalRefused", "ProviderRemovalConfirmed"]
    assert "postmark" in str(ledger.support(ADDRESS))
    assert not ledger.suppression_filters.may_send(ADDRESS)
    # Another approval has it asked again.
    postmark.keeps.clear()
    ledger.suppression_filters.approve(request_id, by="sup-2")
    assert ledger.provider_lists.carry_out([postmark, sendgrid]).lifted


def test_what_was_refused_lifts_once_it_is_gone_by_other_means(
    ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory
):
    approve(ledger)
    postmark.keeps[ADDRESS.lower()] = "complaint"
    (kept,) = ledger.provider_lists.carry_out([postmark, sendgrid]).refused
    assert kept == Keeps(ADDRESS, "default", "postmark", "main", "complaint")
    postmark.listed.clear()
    assert ledger.provider_lists.carry_out([postmark, sendgrid]).lifted


def test_one_providers_outage_does_not_stop_the_other(
    ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory
):
    approve(ledger)
    postmark.is_away = True
    done = ledger.provider_lists.carry_out([postmark, sendgrid])
    assert list(done.failed) == ["postmark/main"]
    assert events(ledger)[-1] == "ProviderRemovalConfirmed"
    assert not sendgrid.listed
    postmark.is_away = False
    assert ledger.provider_lists.carry_out([postmark, sendgrid]).lifted


def test_what_is_pending_is_looked_for_at_the_next_run(
    ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory
):
    approve(ledger)
    postmark.slow = 1
    assert ledger.provider_lists.carry_out([postmark, sendgrid]).waiting == [
        Waits(ADDRESS, "default", NAMES[:1])
    ]
    postmark.listed.clear()
    assert ledger.provider_lists.carry_out([postmark, sendgrid]).lifted
    assert [call for call, _ in postmark.calls] == ["find", "remove", "find"]


def test_a_rejection_withdraws_an_approval(ledger: Ledger, postmark: ListInMemory):
    request_id = approve(ledger)
    ledger.suppression_filters.reject(request_id, by="sup-3", note="the provider keeps it")
    assert states(ledger) == ["rejected"]
    assert ledger.provider_lists.carry_out([postmark]).waiting == []
    assert postmark.calls == []


def test_approving_twice_is_approving_once(ledger: Ledger):
    request_id = approve(ledger)
    before = len(events(ledger))
    assert ledger.suppression_filters.approve(request_id, by="sup-2").waiting_for == NAMES
    assert ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="x").state == "approved"
    assert len(events(ledger)) == before


def test_a_lift_without_a_request_waits_too(ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory):
    for _ in range(2):
        lifted = ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
        assert lifted.waiting_for == NAMES
    assert events(ledger).count("RemovalApproved") == 1
    assert ledger.provider_lists.carry_out([postmark, sendgrid]).lifted


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", range(8))
@pytest.mark.parametrize("after", [False, True], ids=["before the answer", "after the answer"])
def test_a_kill_at_any_step_loses_nothing(
    ledger: Ledger, postmark: ListInMemory, sendgrid: ListInMemory, step: int, after: bool
):
    approve(ledger)
    steps = iter(range(100))
    lists = [postmark, sendgrid]
    for each in lists:
        for name in ("find", "remove"):
            setattr(each, name, dying(getattr(each, name), steps, step, after=after))
    with suppress(Killed):
        ledger.provider_lists.carry_out(lists)
    ledger.provider_lists.carry_out(lists)
    assert ledger.suppression_filters.may_send(ADDRESS)
    assert not postmark.listed
    assert not sendgrid.listed
    names = events(ledger)
    assert (names.count("ProviderRemovalConfirmed"), names.count("SuppressionLifted")) == (2, 1)


def dying(
    call: Callable[[str], Any], steps: Iterator[int], step: int, *, after: bool
) -> Callable[[str], Any]:
    def called(address: str) -> Any:
        is_now = next(steps) == step
        if is_now and not after:
            raise Killed
        answer = call(address)
        if is_now:
            raise Killed
        return answer

    return called


def test_an_account_of_another_tenant_is_not_asked(clock: Clock):
    policies = Policies(provider_lists=NAMES, accounts={"sendgrid/main": "acme"})
    with Ledger.open(":memory:", clock=clock, policies=policies) as ledger:
        for tenant, names in (("acme", NAMES), ("globex", NAMES[:1])):
            ledger.suppression_filters.suppress(ADDRESS, by="sup-1", tenant=tenant)
            lifted = ledger.suppression_filters.lift(ADDRESS, by="sup-1", tenant=tenant)
            assert lifted.waiting_for == names
        own = ledger.tenant("globex").provider_lists.carry_out([ListInMemory("postmark", "main")])
        assert [each.tenant for each in own.lifted] == ["globex"]
