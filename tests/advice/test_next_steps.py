"""What the card says and offers: the table of the screens, for every state."""

import itertools
import re
from dataclasses import replace

import pytest

from deliveryledger.advice.next_steps import (
    ALL_IS_WELL,
    NextStep,
    Situation,
    explain_refusal,
    next_step,
    reason_label,
    reason_sentence,
    status_label,
)
from deliveryledger.advice.roles import Who
from deliveryledger.advice.wording import LANGUAGES, text
from deliveryledger.domain.failure_reason import Blame, FailureReason
from deliveryledger.domain.status import MessageStatus
from tests.advice.situations import CAUSES, EVERY_SITUATION, LATER, MEANT, SINCE, says_everything

STOCKHOLM = "Europe/Stockholm"
ADA = Situation(MessageStatus.SUBMITTED, address="ada@gmai.com")
HARD = replace(ADA, status=MessageStatus.HARD_BOUNCED, reason=FailureReason.DOMAIN_UNKNOWN)
SOFT = replace(ADA, status=MessageStatus.SOFT_BOUNCED)
WITHHELD = replace(ADA, status=MessageStatus.REGISTERED, withheld_since=SINCE)


def swedish(situation: Situation) -> NextStep:
    return next_step(situation, lang="sv", tz=STOCKHOLM)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_has_every_text_and_at_most_three_actions(lang: str):
    for situation in EVERY_SITUATION:
        step = next_step(situation, lang=lang, tz=STOCKHOLM)
        if not says_everything(situation, step):
            continue
        assert len(step.actions) <= 3
        assert len(set(step.actions)) == len(step.actions)
        assert all(text(f"action.{action}", lang) for action in step.actions)
        if situation.status.is_failure and not situation.resent_to:
            assert step.next_step, situation
            assert step.actions, situation


def test_what_must_not_be_done_is_never_offered():
    for situation in EVERY_SITUATION:
        step = next_step(situation)
        offered = set(step.actions)
        withheld = situation.status is MessageStatus.REGISTERED and bool(situation.withheld_by)
        if situation.status in (MessageStatus.HARD_BOUNCED, MessageStatus.DROPPED) or withheld:
            assert not offered & {"resend", "edit_resend"}, situation
        if situation.reason and situation.reason.severity == "hard":
            assert not offered & {"resend", "edit_resend"}, situation
        if situation.status is MessageStatus.COMPLAINED or (
            withheld and "complaint" in situation.withheld_by
        ):
            assert not offered & {"resend", "edit_resend", "update", "update_resend"}, situation
        if situation.status is MessageStatus.DEFERRED:
            assert not offered
        if "update_resend" in offered:
            assert situation.suggestion
        if situation.status is MessageStatus.SOFT_BOUNCED and situation.reason:
            if situation.reason.blame in (Blame.SENDER, Blame.CONTENT):
                assert not offered & {"update", "update_resend"}, situation
            assert "ltret" not in (next_step(situation, lang="sv").explanation or ""), "filter talk"


@pytest.mark.parametrize(
    "status", [MessageStatus.REGISTERED, MessageStatus.SUBMITTED, MessageStatus.DELIVERED]
)
def test_shows_no_badge_when_all_is_well(status: MessageStatus):
    assert next_step(replace(ADA, status=status)) == ALL_IS_WELL


def test_hard_bounce_with_a_suggestion_asks_whether_that_was_meant():
    assert swedish(replace(HARD, suggestion=MEANT)) == NextStep(
        headline="Meddelandet kunde inte levereras",
        kind="Hard bounce",
        explanation="Domänen gmai.com finns inte.",
        next_step="Menade du ada@gmail.com?",
        actions=("update_resend", "update", "keep"),
        who=(Who.SENDER,),
        never=("edit_resend", "resend"),
    )


def test_hard_bounce_without_a_suggestion_asks_to_check_the_address():
    step = swedish(replace(HARD, reason=FailureReason.MAILBOX_UNKNOWN))
    assert step.explanation == "E-postadressen finns inte."
    assert step.next_step == "Kontrollera stavningen och jämför med CV:t."
    assert step.actions == ("update", "keep")


def test_hard_bounce_of_an_old_import_never_offers_the_same_address():
    step = swedish(replace(HARD, reason=FailureReason.MAILBOX_FULL))
    assert step.actions == ("update", "keep")
    assert next_step(replace(HARD, reason=None)).explanation == text("kind.hard.explain", "en")


def test_late_bounce_tells_both_times():
    step = swedish(replace(HARD, delivered_at=SINCE, failed_at=LATER))
    assert step.explanation == (
        "Domänen gmai.com finns inte. Mottagarens e-postserver tog först emot meddelandet 14 nov. 09:32, "
        "men meddelade 14 nov. 10:05 att det inte kunde levereras."
    )


def test_complaint_is_its_own_headline_because_the_message_arrived():
    step = swedish(replace(ADA, status=MessageStatus.COMPLAINED))
    assert (step.headline, step.kind) == ("Klagomål", "Klagomål")
    assert step.actions == ("copy_advice", "ask_support")


def test_while_retrying_there_is_nothing_to_do():
    step = swedish(replace(ADA, status=MessageStatus.DEFERRED, will_retry_until=SINCE))
    assert step.headline == "Försöker igen"
    assert "till och med 14 nov. 09:32. Du behöver inte göra något." in (step.explanation or "")
    assert (step.next_step, step.actions) == (None, ())


@pytest.mark.parametrize(
    ("reason", "actions"),
    [
        (FailureReason.MAILBOX_FULL, ("resend", "update")),
        (FailureReason.SERVER_UNAVAILABLE, ("resend", "update")),
        (FailureReason.CONTENT_REJECTED, ("edit_resend",)),
        (FailureReason.SENDER_BLOCKED, ("details",)),
        (FailureReason.UNDETERMINED, ("update", "ask_support")),
        (None, ("update", "ask_support")),
    ],
)
def test_soft_bounce_offers_what_can_help(reason: FailureReason | None, actions: tuple[str, ...]):
    step = next_step(replace(SOFT, reason=reason))
    assert (step.kind, step.actions) == ("Soft bounce", actions)


def test_withheld_message_names_the_date_and_the_cause():
    step = swedish(replace(WITHHELD, withheld_by=("hard_bounce",)))
    assert step.kind == "Hard bounce"
    assert step.explanation == (
        "Meddelandet skickades aldrig, eftersom ada@gmai.com finns i mottagarfiltret sedan 14 november 2026. "
        "Anledningen är en hard bounce."
    )
    assert step.actions == ("update", "ask_support")


def test_the_worst_cause_decides():
    step = next_step(replace(WITHHELD, withheld_by=("hard_bounce", "complaint"), suggestion=MEANT))
    assert (step.kind, step.actions) == ("Complaint", ("copy_advice", "ask_support"))


def test_withheld_because_it_is_no_address():
    step = next_step(replace(WITHHELD, withheld_by=("address_malformed",), suggestion=MEANT))
    assert step.next_step == "Did you mean ada@gmail.com?"
    assert step.actions == ("update_resend", "update")


@pytest.mark.parametrize(
    ("list_reason", "actions"),
    [
        ("SpamComplaint", ("copy_advice", "ask_support")),
        ("Bounced Address", ("update", "ask_support")),
        ("Unsubscribed Address", ("ask_support",)),
        ("ManuallyDeactivated", ("ask_support", "update")),
        (None, ("ask_support", "update")),
    ],
)
def test_dropped_by_the_providers_list(list_reason: str | None, actions: tuple[str, ...]):
    step = next_step(replace(ADA, status=MessageStatus.DROPPED, list_reason=list_reason))
    assert step.headline == "Message could not be delivered"
    assert step.actions == actions


def test_rejected_by_the_provider_does_not_speak_of_the_recipients_server():
    rejected = replace(ADA, status=MessageStatus.REJECTED)
    for reason in (None, *FailureReason):
        assert "ecipient" not in (next_step(replace(rejected, reason=reason)).explanation or "")
    assert next_step(replace(rejected, reason=FailureReason.CONTENT_REJECTED)).actions == ("edit_resend",)


def test_a_message_that_was_sent_again_has_nothing_left_to_do():
    step = swedish(replace(HARD, resent_to=MEANT, resent_at=LATER))
    assert (step.explanation or "").endswith("Meddelandet skickades igen till ada@gmail.com 14 nov. 10:05.")
    assert (step.next_step, step.actions) == (None, ())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_is_one_sentence_with_its_date(lang: str):
    for cause in CAUSES:
        sentence = explain_refusal(cause, SINCE, lang=lang, tz=STOCKHOLM)
        assert "14 november 2026" in sentence.lower()
        assert len(sentence.split()) <= 20
        assert not re.search(r"[{}…]", sentence)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_a_plain_sentence(lang: str):
    for reason, domain, hours in itertools.product(FailureReason, ("", "gmai.com"), (None, 48)):
        sentence = reason_sentence(reason, lang=lang, domain=domain, hours=hours)
        assert sentence.endswith(".")
        assert not re.search(r"[{}…]|None", sentence)
        assert reason_label(reason, lang)


def test_every_status_has_a_label():
    assert [status_label(status, "sv") for status in MessageStatus][:3] == [
        "Registrerat",
        "Skickat",
        "Försöker igen",
    ]
