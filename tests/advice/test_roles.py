"""What each role is told and offered, for every state, reason and language; and what nobody is offered."""

import itertools
from dataclasses import replace

import pytest

from deliveryledger.advice.next_steps import Situation, next_step
from deliveryledger.advice.plans import BY_CAUSE, BY_REASON
from deliveryledger.advice.roles import (
    APPROVE,
    APPROVE_BY_A_SECOND,
    NEVER,
    PLANS,
    WHO,
    Role,
    Who,
    never,
)
from deliveryledger.advice.wording import LANGUAGES, text
from deliveryledger.domain.failure_reason import Blame, FailureReason
from deliveryledger.domain.status import MessageStatus
from tests.advice.situations import EVERY_SITUATION, MEANT, SINCE, says_everything

TOPICS = {*BY_REASON, *BY_CAUSE, "malformed", "deferred", "rejected"}
ADA = Situation(MessageStatus.HARD_BOUNCED, FailureReason.MAILBOX_UNKNOWN, address="ada@gmai.com")
WITHHELD = replace(ADA, status=MessageStatus.REGISTERED, reason=None, withheld_since=SINCE)
RESENDING, UPDATING = {"resend", "edit_resend"}, {"update", "update_resend"}
REMOVING = {"request_removal", "approve_removal", "reject_removal"}


def soft(reason: FailureReason) -> Situation:
    return replace(ADA, status=MessageStatus.SOFT_BOUNCED, reason=reason)


def test_every_role_has_a_plan_for_every_topic_and_it_is_known_who_can_act():
    assert {role: set(plans) for role, plans in PLANS.items()} == dict.fromkeys(Role, TOPICS)
    assert set(WHO) == TOPICS
    assert set(NEVER) <= TOPICS | {*MessageStatus, "withheld"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", Role)
def test_every_state_and_reason_has_every_text_for_every_role(role: Role, lang: str):
    for situation, requested in itertools.product(EVERY_SITUATION, (False, True)):
        step = next_step(replace(situation, removal_requested=requested), lang=lang, role=role)
        if not says_everything(situation, step):
            continue
        assert len(step.actions) == len(set(step.actions)) <= 3
        assert all(text(f"action.{action}", lang) for action in (*step.actions, *step.never))
        assert all(text(f"who.{who}", lang) for who in step.who)
        is_over = situation.resent_to and situation.status is not MessageStatus.COMPLAINED
        if role is not Role.SENDER and not is_over:
            assert step.next_step, situation
            assert step.actions, situation
        if situation.status.is_failure and not is_over:
            assert step.who, situation


@pytest.mark.parametrize("role", Role)
def test_what_must_not_be_done_is_never_offered_to_anybody(role: Role):
    for situation, requested in itertools.product(EVERY_SITUATION, (False, True)):
        step = next_step(replace(situation, removal_requested=requested), role=role)
        offered, refused = set(step.actions), set(step.never)
        assert not offered & refused, situation
        withheld = situation.status is MessageStatus.REGISTERED and bool(situation.withheld_by)
        if situation.status in (MessageStatus.HARD_BOUNCED, MessageStatus.DROPPED) or withheld:
            assert refused >= RESENDING, situation
        if situation.status is MessageStatus.COMPLAINED or (
            withheld and "complaint" in situation.withheld_by
        ):
            assert refused >= RESENDING | UPDATING, situation
        if situation.status is MessageStatus.DEFERRED:
            assert refused >= RESENDING | REMOVING, situation
        if situation.status is MessageStatus.SOFT_BOUNCED:
            assert refused >= REMOVING, situation
            if situation.reason and situation.reason.blame is Blame.CONTENT:
                assert refused >= UPDATING, situation
            if situation.reason and situation.reason.blame is Blame.SENDER:
                assert refused >= UPDATING | {"keep", "copy_advice"}, "blames the candidate"


def test_no_plan_offers_what_its_own_topic_forbids():
    for plans in PLANS.values():
        for topic, plan in plans.items():
            offered = {*plan.actions, *(plan.with_suggestion or ())}
            assert not offered & NEVER.get(topic, frozenset()), topic


def test_the_sender_loses_nothing_to_the_list_of_what_is_never_offered():
    for situation in EVERY_SITUATION:
        step = next_step(situation)
        if step.next_step and not situation.suggestion:
            assert step.actions, situation


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_only_support_takes_addresses_off_the_filter(topic: str):
    for role in (Role.SENDER, Role.ADMINISTRATOR):
        assert not {*PLANS[role][topic].actions} & REMOVING


def test_support_checks_the_spelling_and_requests_a_removal_with_evidence():
    step = next_step(ADA, lang="sv", role=Role.SUPPORT)
    assert step.next_step == (
        "Kontrollera stavningen två gånger och jämför med CV:t. "
        "Stämmer adressen kan den tas bort ur mottagarfiltret med underlag."
    )
    assert step.actions == ("request_removal", "tell_sender", "details")
    assert step.who == (Who.SENDER, Who.SUPPORT)


def test_support_does_not_take_a_misspelt_address_off_the_filter():
    step = next_step(replace(ADA, suggestion=MEANT), role=Role.SUPPORT)
    assert step.next_step == (
        "The address is probably misspelt. Ask the sender to compare it with ada@gmail.com."
    )
    assert step.actions == ("tell_sender", "details")


@pytest.mark.parametrize("cause", ["complaint", "unsubscribe"])
def test_a_removal_after_a_complaint_needs_consent_and_four_eyes(cause: str):
    withheld = replace(WITHHELD, withheld_by=(cause,))
    step = next_step(withheld, role=Role.SUPPORT)
    assert step.actions[0] == "request_removal"
    assert (step.next_step or "").endswith("Another person must approve it.")
    assert step.who == (Who.CANDIDATE, Who.SENDER, Who.SUPPORT)
    requested = next_step(replace(withheld, removal_requested=True), role=Role.SUPPORT)
    assert requested.actions == APPROVE_BY_A_SECOND.actions
    assert (requested.next_step or "").endswith("Whoever requested it may not approve it.")


def test_another_removal_that_was_requested_is_approved_or_rejected():
    requested = replace(WITHHELD, withheld_by=("hard_bounce",), removal_requested=True)
    step = next_step(requested, role=Role.SUPPORT)
    assert step.actions == APPROVE.actions
    assert next_step(requested).actions == next_step(replace(requested, removal_requested=False)).actions


@pytest.mark.parametrize(
    ("reason", "action", "word"),
    [
        (FailureReason.AUTHENTICATION_FAILED, "check_authentication", "SPF, DKIM och DMARC"),
        (FailureReason.SENDER_BLOCKED, "check_blocklists", "spärrlista"),
        (FailureReason.RATE_LIMITED, "check_rate", "Sänk takten"),
        (FailureReason.SERVER_UNAVAILABLE, "check_outage", "fler domäner"),
    ],
)
def test_an_administrator_is_told_what_to_do_about_our_own_faults(
    reason: FailureReason, action: str, word: str
):
    step = next_step(soft(reason), lang="sv", role=Role.ADMINISTRATOR)
    assert step.actions[0] == action
    assert word in (step.next_step or "")


def test_our_own_fault_need_not_wait_for_the_last_attempt():
    deferred = replace(soft(FailureReason.SENDER_BLOCKED), status=MessageStatus.DEFERRED)
    assert next_step(deferred, role=Role.ADMINISTRATOR).actions[0] == "check_blocklists"
    assert next_step(deferred, role=Role.SUPPORT).next_step == (
        "New attempts are made automatically. The sender does not need to do anything."
    )
    assert next_step(deferred).who == ()


def test_the_administrator_clears_the_providers_own_list():
    dropped = replace(ADA, status=MessageStatus.DROPPED, reason=None)
    assert next_step(dropped, role=Role.ADMINISTRATOR).actions == ("check_provider_list", "details")
    assert next_step(dropped, role=Role.SUPPORT).actions[0] == "request_removal"


def test_what_happened_is_the_same_for_everybody():
    for situation in EVERY_SITUATION[::7]:
        told = {
            (step.headline, step.kind, step.explanation)
            for step in (next_step(situation, role=role) for role in Role)
        }
        assert len(told) == 1


def test_what_holds_for_the_state_and_for_the_topic_are_both_refused():
    assert never(MessageStatus.SOFT_BOUNCED, FailureReason.CONTENT_REJECTED) >= UPDATING | REMOVING | {
        "resend"
    }
    assert never("delivered", "nothing") == frozenset()
