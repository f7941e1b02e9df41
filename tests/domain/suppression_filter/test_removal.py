"""Taking an address off the filter: what each cause requires, and the union of the causes."""

from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
    ProviderRemovalConfirmed,
    ProviderRemovalRefused,
    RemovalRejected,
)
from deliveryledger.domain.suppression_filter.granting import (
    confirm_provider_removal,
    refuse_provider_removal,
)
from deliveryledger.domain.suppression_filter.removal import (
    approve,
    lift,
    reject,
    request_removal,
)
from deliveryledger.errors import LiftRefused, UnknownRemovalRequest
from deliveryledger.testing import (
    ADDRESS_KEY,
    COMPLAINT_SUPPRESSED,
    CONSENTED,
    DATA_SUBJECT,
    FILTER_ENTRY,
    LATER,
    LIFTED,
    REMOVAL_REQUESTED,
    SUPPRESSED,
    TENANT,
    given,
)

ABOUT = {"scope": TENANT, "address_key": ADDRESS_KEY}
REQUEST_ID = REMOVAL_REQUESTED.request_id
REJECTED = RemovalRejected(
    **ABOUT, occurred_at=LATER, data_subject=DATA_SUBJECT, request_id=REQUEST_ID, by="sup-2", note="no"
)
REJECTION = {"request_id": REQUEST_ID, "by": "sup-2", "note": "no", "at": LATER}
APPROVAL = {"request_id": REQUEST_ID, "by": "sup-2", "at": LATER}
BEFORE_APPROVAL = LATER - timedelta(minutes=1)


def suppressed_for(*causes: Cause) -> list[AddressSuppressed]:
    return [SUPPRESSED.model_copy(update={"cause": cause}) for cause in causes]


def lifted(*causes: Cause, **changes: Any) -> Event:
    return LIFTED.model_copy(update={"causes": tuple(sorted(causes)), **changes})


# --- request, reject --------------------------------------------------------------------------------


def test_a_removal_is_requested_once_by_each_person():
    given(FILTER_ENTRY, SUPPRESSED).when(request_removal, REMOVAL_REQUESTED).then(REMOVAL_REQUESTED)
    requested = given(FILTER_ENTRY, SUPPRESSED, REMOVAL_REQUESTED)
    for by in ("sup-1", "SUP-1 ", "ｓｕｐ-1"):
        requested.when(request_removal, REMOVAL_REQUESTED.model_copy(update={"by": by})).then_nothing()
    other = REMOVAL_REQUESTED.model_copy(update={"by": "sup-3", "request_id": f"{ADDRESS_KEY}.2"})
    requested.when(request_removal, other).then(other)


@pytest.mark.parametrize("events", [(), (SUPPRESSED, LIFTED)], ids=["never there", "lifted"])
def test_nobody_requests_the_removal_of_what_is_not_on_the_filter(events: tuple[Event, ...]):
    given(FILTER_ENTRY, *events).when(request_removal, REMOVAL_REQUESTED).then_nothing()


def test_a_request_is_rejected_once():
    requested = (SUPPRESSED, REMOVAL_REQUESTED)
    given(FILTER_ENTRY, *requested).when(reject, **REJECTION).then(REJECTED)
    given(FILTER_ENTRY, *requested, REJECTED).when(reject, **REJECTION).then_nothing()


@pytest.mark.parametrize(
    ("decision", "arguments", "events", "words"),
    [
        (approve, APPROVAL, (SUPPRESSED,), "no such request"),
        (reject, REJECTION, (SUPPRESSED,), "no such request"),
        (approve, APPROVAL, (SUPPRESSED, REMOVAL_REQUESTED, REJECTED), "was rejected"),
        (reject, REJECTION, (SUPPRESSED, REMOVAL_REQUESTED, LIFTED), "was lifted"),
    ],
)
def test_only_an_open_request_is_decided(decision: Any, arguments: Any, events: Any, words: str):
    given(FILTER_ENTRY, *events).when(decision, **arguments).then_refused(
        UnknownRemovalRequest, contains=words
    )


# --- approve ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["sup-1", "sup-2"])
@pytest.mark.parametrize("cause", [Cause.HARD_BOUNCE, Cause.MANUAL, Cause.ESCALATION, Cause.PROVIDER_LIST])
def test_evidence_is_enough_where_the_recipient_did_not_object(cause: Cause, by: str):
    entry = given(FILTER_ENTRY, *suppressed_for(cause), REMOVAL_REQUESTED)
    entry.when(approve, **{**APPROVAL, "by": by}).then(lifted(cause, approved_by=by))


def test_is_approved_once():
    given(FILTER_ENTRY, SUPPRESSED, REMOVAL_REQUESTED, LIFTED).when(approve, **APPROVAL).then_nothing()


@pytest.mark.parametrize("cause", [Cause.COMPLAINT, Cause.UNSUBSCRIBE])
def test_the_recipients_objection_needs_consent_and_a_second_person(cause: Cause):
    entry = given(FILTER_ENTRY, *suppressed_for(cause), CONSENTED, REMOVAL_REQUESTED)
    entry.when(approve, **APPROVAL).then(lifted(cause))


@pytest.mark.parametrize(
    ("events", "by", "missing"),
    [
        ((), "sup-2", ("recipient_consent",)),
        ((CONSENTED,), "sup-1", ("second_person",)),
        ((CONSENTED,), " SUP-1", ("second_person",)),
        ((), "Sup-1 ", ("recipient_consent", "second_person")),
        ((CONSENTED.model_copy(update={"kind": "sender"}),), "sup-2", ("recipient_consent",)),
    ],
)
def test_a_refusal_says_what_is_missing(events: tuple[Event, ...], by: str, missing: tuple[str, ...]):
    entry = given(FILTER_ENTRY, COMPLAINT_SUPPRESSED, *events, REMOVAL_REQUESTED)
    refusal = entry.when(approve, **{**APPROVAL, "by": by}).then_refused(LiftRefused)
    assert refusal.missing == missing


def test_a_newer_complaint_makes_a_consent_void_in_any_order_of_arrival():
    newer = COMPLAINT_SUPPRESSED.model_copy(update={"occurred_at": LATER + timedelta(minutes=1)})
    for events in ((COMPLAINT_SUPPRESSED, CONSENTED, newer), (COMPLAINT_SUPPRESSED, newer, CONSENTED)):
        entry = given(FILTER_ENTRY, *events, REMOVAL_REQUESTED)
        refusal = entry.when(approve, **APPROVAL).then_refused(LiftRefused)
        assert refusal.missing == ("recipient_consent",)


def test_a_lift_uses_the_consent_up():
    entry = given(
        FILTER_ENTRY,
        COMPLAINT_SUPPRESSED,
        CONSENTED,
        lifted(Cause.COMPLAINT),
        COMPLAINT_SUPPRESSED,
        REMOVAL_REQUESTED,
    )
    refusal = entry.when(approve, **APPROVAL).then_refused(LiftRefused)
    assert refusal.missing == ("recipient_consent", "administrator")


# --- lift without a request -------------------------------------------------------------------------

LIFT = {"by": "sup-1", "approved_by": None, "evidence": None, "at": LATER}


def test_a_manual_suppression_is_lifted_freely():
    given(FILTER_ENTRY, *suppressed_for(Cause.MANUAL)).when(lift, **LIFT).then(
        lifted(Cause.MANUAL, approved_by=None, request_id=None)
    )


@pytest.mark.parametrize("events", [(), (SUPPRESSED, LIFTED)], ids=["never there", "lifted"])
def test_what_is_not_on_the_filter_is_not_lifted(events: tuple[Event, ...]):
    given(FILTER_ENTRY, *events).when(lift, **LIFT).then_nothing()


def test_the_requirements_of_all_causes_are_joined():
    entry = given(FILTER_ENTRY, SUPPRESSED, COMPLAINT_SUPPRESSED)
    refusal = entry.when(lift, **LIFT).then_refused(LiftRefused, contains="complaint, hard_bounce")
    assert refusal.missing == ("evidence", "recipient_consent", "second_person")
    given(FILTER_ENTRY, SUPPRESSED, COMPLAINT_SUPPRESSED, CONSENTED).when(
        lift, **{**LIFT, "evidence": "phone", "approved_by": "sup-2"}
    ).then(lifted(Cause.COMPLAINT, Cause.HARD_BOUNCE, request_id=None))


def test_an_expired_cause_requires_nothing():
    expired = COMPLAINT_SUPPRESSED.model_copy(update={"expires_at": BEFORE_APPROVAL})
    given(FILTER_ENTRY, *suppressed_for(Cause.MANUAL), expired).when(lift, **LIFT).then(
        lifted(Cause.MANUAL, approved_by=None, request_id=None)
    )


# --- the providers' own lists -----------------------------------------------------------------------


def test_what_a_provider_says_of_its_own_list_is_noted_once():
    provider = {"provider": "postmark", "account": "main"}
    confirmed = ProviderRemovalConfirmed(**ABOUT, **provider, occurred_at=LATER)
    refused = ProviderRemovalRefused(**ABOUT, **provider, occurred_at=LATER, why="not on our list")
    entry = given(FILTER_ENTRY, SUPPRESSED, LIFTED)
    entry.when(confirm_provider_removal, **provider, at=LATER).then(confirmed)
    entry.when(refuse_provider_removal, **provider, why="not on our list", at=LATER).then(refused)
    after = given(FILTER_ENTRY, SUPPRESSED, LIFTED, refused)
    after.when(refuse_provider_removal, **provider, why="still", at=LATER).then_nothing()
    after.when(confirm_provider_removal, **provider, at=LATER).then(confirmed)
