"""Correct the address, then send again: one idempotent command, linked both ways."""

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import (
    AddressIsSuppressed,
    AlreadyRegistered,
    InvalidAddress,
    InvalidIdentifier,
    InvalidInput,
    UnknownCandidate,
    UnknownMessage,
)
from deliveryledger.testing import ADDRESS, CORRECTED_ADDRESS
from tests.application.world import Clock, about, events, send, shown, tell


@pytest.fixture
def bounced(ledger: Ledger, clock: Clock) -> Ledger:
    """A ledger in which msg-1 has bounced hard."""
    send(ledger, "cand-7", "msg-1")
    at = clock.move(minutes=2)
    tell(ledger, about("msg-1", Outcome.BOUNCED, at, reason=FailureReason.MAILBOX_UNKNOWN))
    clock.move(minutes=1)
    return ledger


def correct(ledger: Ledger, *resend: str, address: str = CORRECTED_ADDRESS, by: str = "rec-3"):
    return ledger.candidate_emails.correct("cand-7", address, grounds="cv", by=by, resend=resend)


def test_a_failed_message_shows_why_and_what_to_do(bounced: Ledger):
    failed = shown(bounced, "msg-1", lang="sv")
    assert failed.headline == "Meddelandet kunde inte levereras"
    assert (failed.status, failed.severity, failed.reason) == ("hard_bounced", "hard", "mailbox_unknown")
    assert failed.next_step
    assert failed.actions
    assert bounced.candidate_card("cand-7").suggestion == CORRECTED_ADDRESS


def test_no_error_means_it_was_sent(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.DELIVERED, clock.now))
    delivered = shown(ledger, "msg-1")
    assert (delivered.headline, delivered.next_step, delivered.actions) == (None, None, ())
    assert delivered.sent_at_full


def test_corrects_and_sends_again_in_one_step(bounced: Ledger):
    correction = correct(bounced, "msg-1")
    (sent,) = correction.resent
    assert correction.changed
    assert (sent.recipient, sent.resend_of, sent.may_be_sent) == (CORRECTED_ADDRESS, "msg-1", True)
    assert shown(bounced, sent.id).resend_of == "msg-1"
    assert shown(bounced, "msg-1").resent_as == sent.id
    assert shown(bounced, sent.id).subject == "Interview"
    (item,) = bounced.bell("rec-3").items
    assert (item.handled_by, item.handled_how) == ("rec-3", "corrected")


def test_the_activity_log_keeps_both_addresses(bounced: Ledger):
    correct(bounced)
    entry = next(e for e in bounced.activity("cand-7").entries if e.event == "EmailChanged")
    assert (entry.original_address, entry.updated_address, entry.actor) == (
        ADDRESS,
        CORRECTED_ADDRESS,
        "rec-3",
    )


def test_a_second_resend_returns_the_first_ones_id(bounced: Ledger):
    (sent,) = correct(bounced, "msg-1").resent
    assert bounced.messages.resend("msg-1", by="rec-4").id == sent.id
    assert correct(bounced, "msg-1", by="rec-4").resent[0].id == sent.id
    assert events(bounced).count("MessageResent") == 1


def test_a_resend_may_be_sent_again_in_its_turn(bounced: Ledger):
    (first,) = correct(bounced, "msg-1").resent
    second = bounced.messages.resend(first.id, by="rec-3")
    assert (second.resend_of, shown(bounced, first.id).resent_as) == (first.id, second.id)


def test_the_standing_of_the_old_address_stays_with_it(bounced: Ledger):
    correct(bounced)
    assert not bounced.suppression_filters.may_send(ADDRESS)
    assert bounced.suppression_filters.may_send(CORRECTED_ADDRESS)
    assert bounced.candidate_card("cand-7").on_filter == ()


def test_correcting_to_a_suppressed_address_is_refused_with_its_reason(bounced: Ledger):
    bounced.suppression_filters.suppress(CORRECTED_ADDRESS, by="sup-1")
    with pytest.raises(AddressIsSuppressed) as refusal:
        correct(bounced, "msg-1")
    assert (refusal.value.cause, refusal.value.since[:10]) == ("manual", "2026-11-14")
    assert bounced.candidate_card("cand-7").address == ADDRESS
    assert "MessageResent" not in events(bounced)


def test_a_message_to_a_suppressed_address_is_withheld_and_the_caller_told_why(bounced: Ledger):
    sent = bounced.messages.register("cand-7", sender="rec-3", subject="Again", message_id="msg-2")
    assert not sent.may_be_sent
    assert (sent.withheld.cause, sent.withheld.causes) == ("hard_bounce", ("hard_bounce",))
    assert sent.withheld.event.endswith("@1")
    assert str(sent.withheld)
    assert shown(bounced, "msg-2").withheld
    assert bounced.recipient_filter().entries[0].blocked_attempts == 1


def test_registering_a_withheld_message_again_says_the_same(bounced: Ledger):
    answers = {
        bounced.messages.register("cand-7", sender="rec-3", subject="Again", message_id="msg-2")
        for _ in range(2)
    }
    assert len(answers) == 1


def test_correcting_makes_a_withheld_message_resendable_and_does_not_send_it(bounced: Ledger):
    bounced.messages.register("cand-7", sender="rec-3", subject="Again", message_id="msg-2")
    correct(bounced)
    assert shown(bounced, "msg-2").actions == ("resend",)
    assert "MessageResent" not in events(bounced)
    sent = bounced.messages.resend("msg-2", by="rec-3")
    assert (sent.may_be_sent, sent.recipient) == (True, CORRECTED_ADDRESS)


def test_sending_again_to_the_same_suppressed_address_gains_nothing(bounced: Ledger):
    sent = bounced.messages.resend("msg-1", by="rec-3")
    assert sent.withheld is not None
    (item,) = bounced.bell("rec-3").items
    assert item.handled_by is None


@pytest.mark.parametrize("typed", ["ada@gmail", "ada @gmail.com", "ada"])
def test_a_malformed_address_is_registered_and_its_messages_withheld(ledger: Ledger, typed: str):
    ledger.candidate_emails.register("cand-8", typed, by="rec-3")
    assert ledger.candidate_card("cand-8").address == typed
    sent = ledger.messages.register("cand-8", sender="rec-3", subject="Interview")
    assert (sent.withheld.cause, sent.withheld.event) == ("address_malformed", None)
    assert shown(ledger, sent.id, "cand-8").withheld_by == ("address_malformed",)
    assert not ledger.suppression_filters.may_send(typed)
    assert ledger.recipient_filter().entries == ()


def test_a_malformed_address_comes_with_a_suggestion(ledger: Ledger):
    ledger.candidate_emails.register("cand-8", "ada@gmail,com", by="rec-3")
    assert ledger.candidate_card("cand-8").suggestion == CORRECTED_ADDRESS


@pytest.mark.parametrize("typed", [f"<{CORRECTED_ADDRESS}>", "ada＠gmail.com"])
def test_a_spelling_that_has_the_same_digest_is_corrected_too(ledger: Ledger, typed: str):
    ledger.candidate_emails.register("cand-8", typed, by="rec-3")
    held = ledger.messages.register("cand-8", sender="rec-3", subject="Interview")
    assert held.withheld is not None
    correction = ledger.candidate_emails.correct(
        "cand-8", CORRECTED_ADDRESS, grounds="structure", by="rec-3", resend=[held.id]
    )
    assert correction.changed
    assert correction.resent[0].may_be_sent


def test_correcting_to_a_malformed_address_is_taken_and_withheld(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    (sent,) = correct(ledger, "msg-1", address="ada@gmail").resent
    assert sent.withheld.cause == "address_malformed"


def test_a_dismissed_or_confirmed_address_has_no_suggestion(ledger: Ledger):
    assert ledger.candidate_card("cand-7").suggestion == CORRECTED_ADDRESS
    ledger.candidate_emails.dismiss_suggestion("cand-7", CORRECTED_ADDRESS.upper(), by="rec-3")
    assert ledger.candidate_card("cand-7").suggestion != CORRECTED_ADDRESS
    ledger.candidate_emails.confirm("cand-7", by="rec-3")
    assert ledger.candidate_card("cand-7").suggestion is None


def test_the_card_says_that_the_cv_has_another_address(ledger: Ledger):
    ledger.candidate_emails.record_cv_address("cand-7", "ada@work.example", document="cv.pdf", page=1)
    assert ledger.candidate_card("cand-7").cv_address == "ada@work.example"


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (lambda led: led.messages.register("cand-9", sender="rec-3", subject="x"), UnknownCandidate),
        (lambda led: led.messages.resend("msg-9", by="rec-3"), UnknownMessage),
        (
            lambda led: led.messages.mark_submitted("msg-9", provider="postmark", provider_message_id="p"),
            UnknownMessage,
        ),
        (
            lambda led: led.candidate_emails.register("cand-7", CORRECTED_ADDRESS, by="rec-3"),
            AlreadyRegistered,
        ),
        (lambda led: led.candidate_emails.register(ADDRESS, ADDRESS, by="rec-3"), InvalidIdentifier),
        (lambda led: led.candidate_emails.register("cand-9", " ", by="rec-3"), InvalidAddress),
        (lambda led: led.candidate_emails.register("cand-9", ADDRESS, by=""), InvalidIdentifier),
        (lambda led: led.candidate_emails.confirm("cand-9", by="rec-3"), UnknownCandidate),
        (lambda led: led.candidate_emails.correct("cand-7", "a@b.se", grounds="guess", by="r"), InvalidInput),
        (
            lambda led: led.candidate_emails.correct("cand-9", "a@b.se", grounds="cv", by="r"),
            UnknownCandidate,
        ),
        (lambda led: correct(led, "msg-9"), UnknownMessage),
        (lambda led: led.candidate_card("cand-9"), UnknownCandidate),
        (lambda led: led.tenant("no tenant"), InvalidIdentifier),
    ],
)
def test_is_refused(ledger: Ledger, command, error):
    before = ledger.status().last_position
    with pytest.raises(error):
        command(ledger)
    assert ledger.status().last_position == before


def test_only_messages_to_the_candidate_are_sent_again(ledger: Ledger):
    ledger.candidate_emails.register("cand-8", "grace@navy.example", by="rec-3")
    send(ledger, "cand-8", "msg-8")
    with pytest.raises(InvalidInput, match="another candidate"):
        correct(ledger, "msg-8")
    assert ledger.candidate_card("cand-7").address == ADDRESS
