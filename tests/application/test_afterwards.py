"""What a recruiter sees after a resend, a lift, a later failure or a delivery after all."""

from datetime import timedelta

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, shown, tell

HARD = {"reason": FailureReason.MAILBOX_UNKNOWN, "status": "5.1.1", "diagnostic": "no such user"}


def test_a_known_successor_is_answered_with_its_own_recipient(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    correct = ledger.candidate_emails.correct
    first = correct("cand-7", "ada@gmail.com", grounds="cv", by="rec-3", resend=["msg-1"]).resent[0]
    again = correct("cand-7", "ada@mail.example", grounds="cv", by="rec-3", resend=["msg-1"]).resent[0]
    assert (again.id, again.recipient) == (first.id, "ada@gmail.com")


def test_a_withheld_successor_stays_withheld_whatever_the_present_address(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    withheld = ledger.messages.resend("msg-1", by="rec-3")
    ledger.candidate_emails.correct("cand-7", "ada@gmail.com", grounds="cv", by="rec-3")
    again = ledger.messages.resend("msg-1", by="rec-3")
    assert (again.id, again.recipient, again.may_be_sent) == (withheld.id, ADDRESS, False)
    assert ledger.messages.resend(withheld.id, by="rec-3").recipient == "ada@gmail.com"


def test_registering_again_after_a_correction_answers_as_before(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    ledger.candidate_emails.correct("cand-7", "ada@gmail.com", grounds="cv", by="rec-3")
    again = ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    assert again.recipient == ADDRESS


def test_a_bounce_of_a_new_attempt_after_a_lift_suppresses(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, **{**HARD, "status": None}))
    clock.now += timedelta(hours=1)
    assert ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="spelling checked")
    clock.now += timedelta(hours=1)
    ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-second")
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, **HARD))
    assert not ledger.suppression_filters.may_send(ADDRESS)


def test_what_left_after_all_is_not_offered_after_a_lift(ledger: Ledger):
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    for id_ in ("msg-1", "msg-2"):
        assert ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id=id_).withheld
    ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-1")
    assert ledger.suppression_filters.lift(ADDRESS, by="sup-1").withheld == ("msg-2",)


def test_the_latest_of_equally_known_soft_failures_is_shown(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    for reason in (FailureReason.MAILBOX_FULL, FailureReason.CONTENT_REJECTED):
        clock.now += timedelta(days=1)
        tell(
            ledger, about("msg-1", Outcome.BOUNCED, clock.now, reason=reason, status="5.7.1", diagnostic="no")
        )
    assert shown(ledger, "msg-1").reason == "content_rejected"


def test_the_bell_is_settled_by_a_delivery_after_all(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_FULL))
    assert ledger.bell("rec-3").unread == 1
    clock.now += timedelta(hours=1)
    tell(ledger, about("msg-1", Outcome.DELIVERED, clock.now))
    (item,) = ledger.bell("rec-3").items
    assert (item.unread, item.handled_how) == (False, "delivered")


def test_what_is_no_address_is_not_offered_for_sending(ledger: Ledger):
    ledger.candidate_emails.register("cand-8", "fred@@x", by="rec-3")
    assert ledger.messages.register("cand-8", sender="rec-3", subject="x", message_id="msg-8").withheld
    message = shown(ledger, "msg-8", "cand-8")
    assert message.withheld
    assert "resend" not in message.actions
