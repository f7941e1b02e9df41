"""What reports do to the recipient filter."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.suppression_filter.decisions import (
    clear_strikes,
    consent,
    strike,
    suppress,
)
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy
from deliveryledger.domain.suppression_filter.events import (
    Cause,
    ConsentKind,
    StrikeRecorded,
    StrikesCleared,
)
from deliveryledger.testing import (
    ADDRESS_KEY,
    AT_BOUNCE,
    COMPLAINT_SUPPRESSED,
    CONSENTED,
    EARLIER,
    FILTER_ENTRY,
    LATER,
    LIFTED,
    MESSAGE_ID,
    SUPPRESSED,
    TENANT,
    given,
)

ABOUT = {"scope": TENANT, "address_key": ADDRESS_KEY}
AFTER_LIFT = LATER + timedelta(hours=1)
WISHES = [cause for cause in Cause if cause.is_wish]
EVIDENCE = [Cause.HARD_BOUNCE, Cause.PROVIDER_LIST, Cause.MANUAL]


def for_cause(cause: Cause, at: datetime = AT_BOUNCE, **changes: Any) -> Any:
    return SUPPRESSED.model_copy(update={"cause": cause, "occurred_at": at, **changes})


# --- suppress ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_suppresses_once(cause: Cause):
    given(FILTER_ENTRY).when(suppress, for_cause(cause)).then(for_cause(cause))
    given(FILTER_ENTRY, for_cause(cause)).when(suppress, for_cause(cause)).then_nothing()


def test_causes_form_a_set():
    both = given(FILTER_ENTRY, COMPLAINT_SUPPRESSED, SUPPRESSED).state
    assert list(both.active(LATER)) == [Cause.HARD_BOUNCE, Cause.COMPLAINT]


@pytest.mark.parametrize("cause", EVIDENCE)
def test_evidence_counts_from_the_earliest_on(cause: Cause):
    given(FILTER_ENTRY, for_cause(cause)).when(suppress, for_cause(cause, LATER)).then_nothing()
    given(FILTER_ENTRY, for_cause(cause)).when(suppress, for_cause(cause, EARLIER)).then(
        for_cause(cause, EARLIER)
    )


@pytest.mark.parametrize("cause", WISHES)
def test_of_what_the_recipient_says_the_latest_counts(cause: Cause):
    given(FILTER_ENTRY, for_cause(cause)).when(suppress, for_cause(cause, EARLIER)).then_nothing()
    given(FILTER_ENTRY, for_cause(cause)).when(suppress, for_cause(cause, LATER)).then(
        for_cause(cause, LATER)
    )


@pytest.mark.parametrize("cause", Cause)
def test_since_when_does_not_depend_on_the_order(cause: Cause):
    events = [for_cause(cause, at) for at in (EARLIER, AT_BOUNCE, LATER)]
    states = {given(FILTER_ENTRY, *order).state.suppressions for order in permutations(events)}
    assert [suppression.since for ((_, suppression),) in states] == [LATER if cause.is_wish else EARLIER]


@pytest.mark.parametrize(
    ("first", "then", "is_news"),
    [(LATER, LATER, False), (LATER, AFTER_LIFT, True), (LATER, None, True), (None, LATER, False)],
)
def test_an_expiry_is_only_prolonged(first: datetime | None, then: datetime | None, is_news: bool):
    longer = for_cause(Cause.MANUAL, expires_at=then)
    news = [longer] if is_news else []
    given(FILTER_ENTRY, for_cause(Cause.MANUAL, expires_at=first)).when(suppress, longer).then(*news)


def test_expiry_is_asked_and_suppressing_after_it_begins_anew():
    temporary = for_cause(Cause.MANUAL, expires_at=LATER)
    entry = given(FILTER_ENTRY, temporary)
    assert entry.state.is_active(LATER - timedelta(microseconds=1))
    assert not entry.state.is_active(LATER)
    entry.when(suppress, for_cause(Cause.MANUAL, LATER)).then(for_cause(Cause.MANUAL, LATER))
    anew = given(FILTER_ENTRY, temporary, for_cause(Cause.MANUAL, LATER)).state
    assert anew.active(LATER)[Cause.MANUAL].since == LATER


@pytest.mark.parametrize("cause", [Cause.HARD_BOUNCE, Cause.ESCALATION, Cause.PROVIDER_LIST])
@pytest.mark.parametrize("submitted_at", [None, EARLIER, LATER])
def test_late_evidence_after_a_lift_is_nothing_new(cause: Cause, submitted_at: datetime | None):
    at = LATER if submitted_at is None else AFTER_LIFT
    given(FILTER_ENTRY, SUPPRESSED, LIFTED).when(
        suppress, for_cause(cause, at), submitted_at=submitted_at
    ).then_nothing()


@pytest.mark.parametrize("ended", [Cause.COMPLAINT, Cause.UNSUBSCRIBE])
def test_an_unsubscription_is_settled_by_the_consent_that_a_lift_needed(ended: Cause):
    unsubscribed = for_cause(Cause.UNSUBSCRIBE, LATER)
    of_a_wish = LIFTED.model_copy(update={"causes": (ended,)})
    given(FILTER_ENTRY, SUPPRESSED, LIFTED).when(suppress, unsubscribed).then(unsubscribed)
    given(FILTER_ENTRY, for_cause(ended), of_a_wish).when(suppress, unsubscribed).then_nothing()


@pytest.mark.parametrize("ended", [Cause.COMPLAINT, Cause.UNSUBSCRIBE])
def test_who_unsubscribes_by_an_old_message_after_the_lift_is_heard(ended: Cause):
    unsubscribed = for_cause(Cause.UNSUBSCRIBE, AFTER_LIFT)
    of_a_wish = LIFTED.model_copy(update={"causes": (ended,)})
    entry = given(FILTER_ENTRY, for_cause(ended), of_a_wish)
    entry.when(suppress, unsubscribed, submitted_at=EARLIER).then(unsubscribed)


@pytest.mark.parametrize("cause", [Cause.COMPLAINT, Cause.MANUAL])
def test_a_late_complaint_or_a_person_suppresses_again_after_a_lift(cause: Cause):
    given(FILTER_ENTRY, SUPPRESSED, LIFTED).when(suppress, for_cause(cause), submitted_at=EARLIER).then(
        for_cause(cause)
    )


def test_a_message_submitted_after_the_lift_suppresses_again():
    bounced = for_cause(Cause.HARD_BOUNCE, AFTER_LIFT + timedelta(hours=1))
    given(FILTER_ENTRY, SUPPRESSED, LIFTED).when(suppress, bounced, submitted_at=AFTER_LIFT).then(bounced)


# --- consent ----------------------------------------------------------------------------------------


def test_a_consent_is_noted_once():
    given(FILTER_ENTRY, COMPLAINT_SUPPRESSED).when(consent, CONSENTED).then(CONSENTED)
    again = CONSENTED.model_copy(update={"occurred_at": AFTER_LIFT})
    given(FILTER_ENTRY, COMPLAINT_SUPPRESSED, CONSENTED).when(consent, again).then_nothing()


@pytest.mark.parametrize("cause", WISHES)
def test_a_consent_is_noted_again_after_a_newer_wish(cause: Cause):
    newer = for_cause(cause, LATER + timedelta(minutes=1))
    again = CONSENTED.model_copy(update={"occurred_at": AFTER_LIFT})
    given(FILTER_ENTRY, COMPLAINT_SUPPRESSED, CONSENTED, newer).when(consent, again).then(again)


def test_a_consent_that_a_report_brings_is_news_whenever_it_is_later():
    reported = CONSENTED.model_copy(update={"by": None, "occurred_at": AFTER_LIFT})
    given(FILTER_ENTRY, CONSENTED).when(consent, reported).then(reported)
    given(FILTER_ENTRY, reported).when(consent, CONSENTED).then_nothing()


def test_the_senders_consent_is_another_one():
    by_sender = CONSENTED.model_copy(update={"kind": ConsentKind.SENDER})
    given(FILTER_ENTRY, COMPLAINT_SUPPRESSED, CONSENTED).when(consent, by_sender).then(by_sender)
    assert given(FILTER_ENTRY, by_sender).state.consented_at is None


# --- strikes ----------------------------------------------------------------------------------------

FULL, DISABLED = FailureReason.MAILBOX_FULL, FailureReason.MAILBOX_DISABLED
ESCALATED = for_cause(Cause.ESCALATION, reason=DISABLED, policy_version=EscalationPolicy().version)


def strike_of(reason: FailureReason, at: datetime) -> StrikeRecorded:
    day, version = at.date(), EscalationPolicy().version
    return StrikeRecorded(
        **ABOUT, occurred_at=at, reason=reason, day=day, message_id=MESSAGE_ID, policy_version=version
    )


def striking(reason: FailureReason, at: datetime, **changes: Any) -> dict[str, Any]:
    suppression = ESCALATED.model_copy(update={"occurred_at": at, "reason": reason})
    policy = EscalationPolicy()
    about = {"message_id": MESSAGE_ID, "policy": policy, "suppression": suppression}
    return {**about, "reason": reason, "at": at, **changes}


def test_a_soft_failure_is_one_strike_a_day():
    given(FILTER_ENTRY).when(strike, **striking(FULL, AT_BOUNCE)).then(strike_of(FULL, AT_BOUNCE))
    entry = given(FILTER_ENTRY, strike_of(FULL, AT_BOUNCE))
    entry.when(strike, **striking(DISABLED, AT_BOUNCE + timedelta(hours=1))).then_nothing()
    entry.when(strike, **striking(FULL, LATER)).then(strike_of(FULL, LATER))


@pytest.mark.parametrize("reason", [reason for reason in FailureReason if not reason.counts_as_strike])
def test_other_reasons_are_no_strikes(reason: FailureReason):
    given(FILTER_ENTRY).when(strike, **striking(reason, AT_BOUNCE)).then_nothing()


def test_the_second_strike_of_a_disabled_mailbox_suppresses():
    given(FILTER_ENTRY, strike_of(DISABLED, AT_BOUNCE)).when(strike, **striking(DISABLED, LATER)).then(
        strike_of(DISABLED, LATER), ESCALATED.model_copy(update={"occurred_at": LATER})
    )


@pytest.mark.parametrize("events", [(LIFTED,), (SUPPRESSED, LIFTED)])
def test_a_message_from_before_a_lift_is_no_strike(events: tuple[Any, ...]):
    entry = given(FILTER_ENTRY, *events)
    entry.when(strike, **striking(FULL, LATER)).then_nothing()
    entry.when(strike, **striking(FULL, AFTER_LIFT, submitted_at=LATER)).then_nothing()
    entry.when(strike, **striking(FULL, AFTER_LIFT)).then(strike_of(FULL, AFTER_LIFT))


def test_a_delivery_clears_the_strikes_up_to_its_day():
    struck = given(FILTER_ENTRY, strike_of(FULL, AT_BOUNCE))
    cleared = StrikesCleared(**ABOUT, occurred_at=LATER, message_id=MESSAGE_ID)
    struck.when(clear_strikes, message_id=MESSAGE_ID, at=LATER).then(cleared)
    struck.when(clear_strikes, message_id=MESSAGE_ID, at=EARLIER).then_nothing()
    given(FILTER_ENTRY).when(clear_strikes, message_id=MESSAGE_ID, at=LATER).then_nothing()


def test_a_late_delivery_leaves_newer_strikes():
    cleared = StrikesCleared(**ABOUT, occurred_at=AT_BOUNCE, message_id=MESSAGE_ID)
    state = given(FILTER_ENTRY, strike_of(FULL, AT_BOUNCE), strike_of(FULL, LATER), cleared).state
    assert [s.day for s in state.strikes] == [LATER.date()]
