"""An approved removal waits for every provider; the last one's word lifts."""

from datetime import timedelta

import pytest

from deliveryledger.domain.suppression_filter.aggregate import SuppressionFilter, evolve
from deliveryledger.domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
    ProviderRemovalConfirmed,
    ProviderRemovalRefused,
    RemovalApproved,
)
from deliveryledger.domain.suppression_filter.granting import (
    confirm_provider_removal,
    refuse_provider_removal,
    unconfirmed,
)
from deliveryledger.domain.suppression_filter.removal import approve, lift, request_removal
from deliveryledger.errors import LiftRefused
from deliveryledger.testing import (
    ADDRESS_KEY,
    FILTER_ENTRY,
    LATER,
    LIFTED,
    REMOVAL_REQUESTED,
    SUPPRESSED,
    TENANT,
    given,
)

ABOUT = {"scope": TENANT, "address_key": ADDRESS_KEY, "occurred_at": LATER}
REQUEST_ID = REMOVAL_REQUESTED.request_id
LISTS = ("postmark/main", "sendgrid/eu")
APPROVED = RemovalApproved(
    **ABOUT,
    request_id=REQUEST_ID,
    requested_by=REMOVAL_REQUESTED.by,
    by="sup-2",
    causes=(Cause.HARD_BOUNCE,),
    providers=LISTS,
)
POSTMARK = ProviderRemovalConfirmed(**ABOUT, provider="postmark", account="main")
SENDGRID = ProviderRemovalConfirmed(**ABOUT, provider="sendgrid", account="eu")
REFUSED = ProviderRemovalRefused(**ABOUT, provider="postmark", account="main", why="complaint")
REQUESTED = (SUPPRESSED, REMOVAL_REQUESTED)
APPROVAL = {"request_id": REQUEST_ID, "by": "sup-2", "at": LATER, "providers": LISTS}
LIFT = LIFTED.model_copy(
    update={
        "occurred_at": LATER,
        "by": REMOVAL_REQUESTED.by,
        "approved_by": "sup-2",
        "causes": (Cause.HARD_BOUNCE,),
        "request_id": REQUEST_ID,
    }
)


def state(*events: object) -> SuppressionFilter:
    entry = SuppressionFilter()
    for event in events:
        entry = evolve(entry, event)
    return entry


def test_an_approval_lifts_nothing_yet_and_is_recorded_once():
    given(FILTER_ENTRY, *REQUESTED).when(approve, **APPROVAL).then(APPROVED)
    given(FILTER_ENTRY, *REQUESTED, APPROVED).when(approve, **APPROVAL).then_nothing()
    assert state(*REQUESTED, APPROVED).is_active(LATER)
    assert unconfirmed(state(*REQUESTED, APPROVED)) == LISTS


def test_the_last_confirmation_lifts_in_whatever_order_they_come():
    approved = (*REQUESTED, APPROVED)
    postmark = {"provider": "postmark", "account": "main", "at": LATER}
    sendgrid = {"provider": "sendgrid", "account": "eu", "at": LATER}
    given(FILTER_ENTRY, *approved).when(confirm_provider_removal, **postmark).then(POSTMARK)
    given(FILTER_ENTRY, *approved, POSTMARK).when(confirm_provider_removal, **postmark).then_nothing()
    given(FILTER_ENTRY, *approved, POSTMARK).when(confirm_provider_removal, **sendgrid).then(SENDGRID, LIFT)
    given(FILTER_ENTRY, *approved, SENDGRID).when(confirm_provider_removal, **postmark).then(POSTMARK, LIFT)


def test_a_confirmation_of_before_the_approval_does_not_count():
    entry = state(SUPPRESSED, POSTMARK, REMOVAL_REQUESTED, APPROVED)
    assert unconfirmed(entry) == LISTS


def test_after_a_refusal_another_approval_asks_anew():
    refusal = {"provider": "postmark", "account": "main", "why": "complaint", "at": LATER}
    approved = (*REQUESTED, APPROVED)
    given(FILTER_ENTRY, *approved).when(refuse_provider_removal, **refusal).then(REFUSED)
    given(FILTER_ENTRY, *approved, REFUSED).when(approve, **APPROVAL).then(APPROVED)


@pytest.mark.parametrize("cause", [Cause.COMPLAINT, Cause.UNSUBSCRIBE, Cause.MANUAL])
def test_what_the_approval_did_not_know_of_voids_it(cause: Cause):
    entry = state(*REQUESTED, APPROVED, POSTMARK, suppressed(cause))
    assert entry.approved is None
    assert [request.state for request in entry.requests] == ["open"]


def test_more_of_what_it_knew_leaves_it_and_asks_anew():
    entry = state(*REQUESTED, APPROVED, POSTMARK, suppressed(Cause.HARD_BOUNCE))
    assert unconfirmed(entry) == LISTS


def test_what_expires_while_a_provider_is_asked_is_lifted_all_the_same():
    ending = SUPPRESSED.model_copy(update={"cause": Cause.MANUAL, "expires_at": LATER + timedelta(minutes=1)})
    approved = APPROVED.model_copy(update={"causes": (Cause.MANUAL,)})
    later = LATER + timedelta(days=1)
    (_, lifted) = confirm_provider_removal(
        state(ending, REMOVAL_REQUESTED, approved, POSTMARK), provider="sendgrid", account="eu", at=later
    )
    assert lifted.causes == (Cause.MANUAL,)


@pytest.mark.parametrize("named", [(), LISTS[:1], ("mailgun/eu",)])
def test_whoever_names_fewer_providers_ends_no_wait(named: tuple[str, ...]):
    entry = state(*REQUESTED, APPROVED)
    for event in approve(entry, **{**APPROVAL, "providers": named}):
        entry = evolve(entry, event)
    assert entry.is_active(LATER)
    assert set(unconfirmed(entry)) == {*LISTS, *named}


def test_what_has_expired_is_not_lifted():
    ending = SUPPRESSED.model_copy(update={"expires_at": LATER})
    given(FILTER_ENTRY, ending, REMOVAL_REQUESTED).when(approve, **APPROVAL).then_nothing()
    given(FILTER_ENTRY, ending, REMOVAL_REQUESTED).when(
        approve, **APPROVAL | {"providers": ()}
    ).then_nothing()


def test_a_request_without_evidence_is_not_enough_for_what_came_later():
    unproved = REMOVAL_REQUESTED.model_copy(update={"without_evidence": True})
    with pytest.raises(LiftRefused) as refused:
        list(approve(state(SUPPRESSED, unproved), **APPROVAL))
    assert refused.value.missing == ("evidence",)
    # Their own request with evidence is news beside it; without, it is not.
    given(FILTER_ENTRY, SUPPRESSED, unproved).when(request_removal, unproved).then_nothing()
    given(FILTER_ENTRY, SUPPRESSED, unproved).when(request_removal, REMOVAL_REQUESTED).then(REMOVAL_REQUESTED)


def test_a_lift_by_hand_waits_too():
    manual = suppressed(Cause.MANUAL)
    asked = {"by": "sup-1", "approved_by": None, "evidence": None, "at": LATER, "providers": LISTS}
    approved = APPROVED.model_copy(
        update={"request_id": None, "requested_by": "sup-1", "by": "sup-1", "causes": (Cause.MANUAL,)}
    )
    given(FILTER_ENTRY, manual).when(lift, **asked).then(approved)
    given(FILTER_ENTRY, manual, approved).when(lift, **asked).then_nothing()


def suppressed(cause: Cause) -> AddressSuppressed:
    return SUPPRESSED.model_copy(update={"cause": cause})
