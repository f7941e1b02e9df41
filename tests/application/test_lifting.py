"""The recipient filter: what puts an address on it, and what it takes to come off."""

from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidInput, LiftRefused, UnknownRemovalRequest
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, events, send, shown, tell

UNKNOWN = {"reason": FailureReason.MAILBOX_UNKNOWN}


@pytest.fixture
def sent(ledger: Ledger, clock: Clock) -> Ledger:
    """msg-1 and msg-2 are on their way."""
    send(ledger, "cand-7", "msg-1")
    send(ledger, "cand-7", "msg-2")
    clock.move(minutes=5)
    return ledger


def test_a_hard_bounce_suppresses_with_the_event_that_caused_it(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.BOUNCED, clock.now, **UNKNOWN))
    standing = sent.suppression_filters.may_send(ADDRESS.upper())
    assert (bool(standing), standing.cause, standing.since) == (False, "hard_bounce", clock.now)
    caused_by = next(e for e in sent.activity("cand-7").entries if e.event_id == standing.event)
    assert (caused_by.event, caused_by.address) == ("AddressSuppressed", ADDRESS)


@pytest.mark.parametrize("reason", [r for r in FailureReason if r.severity == "soft"])
def test_a_soft_bounce_alone_does_not(sent: Ledger, clock: Clock, reason: FailureReason):
    tell(sent, about("msg-1", Outcome.BOUNCED, clock.now, reason=reason))
    assert sent.suppression_filters.may_send(ADDRESS)
    assert shown(sent, "msg-1").status == "soft_bounced"


def test_a_complained_about_message_was_delivered_and_only_later_mail_is_blocked(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.DELIVERED, clock.now), about("msg-1", Outcome.COMPLAINED, clock.now))
    assert shown(sent, "msg-1").status == "complained"
    assert shown(sent, "msg-2").status == "submitted"
    held = sent.messages.register("cand-7", sender="rec-3", subject="Again")
    assert held.withheld.cause == "complaint"


def test_support_lifts_after_the_spelling_check_and_sends_what_was_withheld(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.BOUNCED, clock.now, **UNKNOWN))
    held = sent.messages.register("cand-7", sender="rec-3", subject="Again")
    filters = sent.suppression_filters
    request = filters.request_removal(ADDRESS, by="sup-1", evidence="the candidate on the phone")
    assert sent.recipient_filter().entries[0].request_ids == (request.id,)
    lifted = filters.approve(request.id, by="sup-2")
    assert (lifted.causes, lifted.withheld) == (("hard_bounce",), (held.id,))
    assert filters.may_send(ADDRESS)
    assert [r.state for r in filters.requests(ADDRESS)] == ["lifted"]
    assert shown(sent, held.id).actions == ("resend",)
    assert sent.messages.resend(held.id, by="rec-3").may_be_sent


def test_a_complaint_needs_consent_and_a_second_person(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.COMPLAINED, clock.now))
    filters = sent.suppression_filters
    request = filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
    with pytest.raises(LiftRefused) as refusal:
        filters.approve(request.id, by="SUP-1 ")
    assert refusal.value.missing == ("recipient_consent", "second_person")
    clock.move(minutes=1)
    filters.record_consent(ADDRESS, kind="recipient", evidence="mail of today", by="sup-1")
    with pytest.raises(LiftRefused) as refusal:
        filters.approve(request.id, by="ｓｕｐ-1")
    assert refusal.value.missing == ("second_person",)
    assert filters.approve(request.id, by="sup-2").causes == ("complaint",)


def test_not_spam_is_the_recipients_consent_and_lifts_nothing_by_itself(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.DELIVERED, clock.now), about("msg-1", Outcome.COMPLAINED, clock.now))
    tell(sent, about("msg-1", Outcome.COMPLAINT_WITHDRAWN, clock.move(minutes=1)))
    assert shown(sent, "msg-1").status == "delivered"
    assert not sent.suppression_filters.may_send(ADDRESS)
    lifted = sent.suppression_filters.lift(ADDRESS, by="sup-1", approved_by="sup-2")
    assert lifted.causes == ("complaint",)


def test_not_spam_alone_suppresses_nobody(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.COMPLAINT_WITHDRAWN, clock.now))
    assert sent.suppression_filters.may_send(ADDRESS)
    assert sent.recipient_filter().entries == ()


@pytest.mark.parametrize("is_late", [False, True], ids=["in order", "arriving before the withdrawal"])
def test_a_newer_complaint_voids_a_consent(sent: Ledger, clock: Clock, is_late: bool):
    first, withdrawal, newer = (clock.move(minutes=1) for _ in range(3))
    told = [
        about("msg-1", Outcome.COMPLAINED, first),
        about("msg-1", Outcome.COMPLAINT_WITHDRAWN, withdrawal),
        about("msg-2", Outcome.COMPLAINED, newer),
    ]
    for place in (0, 2, 1) if is_late else (0, 1, 2):
        tell(sent, told[place])
    with pytest.raises(LiftRefused) as refusal:
        sent.suppression_filters.lift(ADDRESS, by="sup-1", approved_by="sup-2")
    assert refusal.value.missing == ("recipient_consent",)


def test_the_union_of_the_causes_is_required(sent: Ledger, clock: Clock):
    filters = sent.suppression_filters
    tell(sent, about("msg-1", Outcome.COMPLAINED, clock.now))
    tell(sent, about("msg-2", Outcome.BOUNCED, clock.now, **UNKNOWN))
    filters.suppress(ADDRESS, by="sup-1")
    standing = filters.may_send(ADDRESS)
    assert (standing.cause, set(standing.causes)) == ("complaint", {"complaint", "hard_bounce", "manual"})
    before = sent.status().last_position
    with pytest.raises(LiftRefused) as refusal:
        filters.lift(ADDRESS, by="sup-1")
    assert refusal.value.missing == ("evidence", "recipient_consent", "second_person")
    assert sent.status().last_position == before


def test_a_manual_entry_is_lifted_freely_and_ends_by_itself(sent: Ledger, clock: Clock):
    filters = sent.suppression_filters
    filters.suppress(ADDRESS, by="sup-1")
    assert filters.lift(ADDRESS, by="sup-1").causes == ("manual",)
    filters.suppress(ADDRESS, by="sup-1", expires_at=clock.now + timedelta(days=1))
    assert not filters.may_send(ADDRESS)
    assert len(sent.recipient_filter().entries) == 1
    clock.move(days=1)
    assert filters.may_send(ADDRESS)
    assert sent.recipient_filter().entries == ()


def test_an_unsubscription_suppresses_and_is_shown_beside_the_status(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.UNSUBSCRIBED, clock.now, method="link"))
    message = shown(sent, "msg-1")
    assert (message.status, message.unsubscribed) == ("submitted", True)
    assert sent.suppression_filters.may_send(ADDRESS).cause == "unsubscribe"


@pytest.mark.parametrize(
    ("outcome", "suppresses"),
    [(Outcome.BOUNCED, False), (Outcome.UNSUBSCRIBED, True), (Outcome.COMPLAINED, True)],
)
def test_late_evidence_after_a_lift(sent: Ledger, clock: Clock, outcome: Outcome, suppresses: bool):
    at = clock.now
    tell(sent, about("msg-1", Outcome.BOUNCED, at, **UNKNOWN))
    sent.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    clock.move(hours=1)
    tell(sent, about("msg-2", outcome, at, **UNKNOWN))
    assert bool(sent.suppression_filters.may_send(ADDRESS)) is not suppresses


def test_a_message_sent_after_the_lift_counts_in_full(sent: Ledger, clock: Clock):
    tell(sent, about("msg-1", Outcome.BOUNCED, clock.now, **UNKNOWN))
    sent.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    clock.move(hours=1)
    send(sent, "cand-7", "msg-3")
    tell(sent, about("msg-3", Outcome.BOUNCED, clock.move(minutes=1), **UNKNOWN))
    assert not sent.suppression_filters.may_send(ADDRESS)


def test_a_rejected_request_stays_rejected(sent: Ledger):
    filters = sent.suppression_filters
    filters.suppress(ADDRESS, by="sup-1")
    request = filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
    filters.reject(request.id, by="sup-2", note="not the candidate's number")
    with pytest.raises(UnknownRemovalRequest, match="was rejected"):
        filters.approve(request.id, by="sup-3")
    assert not filters.may_send(ADDRESS)
    again = filters.request_removal(ADDRESS, by="sup-1", evidence="letter")
    assert again.id != request.id
    assert filters.approve(again.id, by="sup-3")


def test_ones_own_open_request_is_returned_however_one_is_written(sent: Ledger):
    sent.suppression_filters.suppress(ADDRESS, by="sup-1")
    first = sent.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
    assert sent.suppression_filters.request_removal(ADDRESS, by="SUP-1 ", evidence="phone") == first


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (
            lambda filters: filters.request_removal(ADDRESS, by="sup-1", evidence="phone"),
            UnknownRemovalRequest,
        ),
        (lambda filters: filters.request_removal(ADDRESS, by="sup-1", evidence=" "), InvalidInput),
        (lambda filters: filters.record_consent(ADDRESS, kind="court", evidence="x", by="s"), InvalidInput),
        (lambda filters: filters.approve("no-such-request", by="sup-2"), UnknownRemovalRequest),
        (lambda filters: filters.reject("1.0.1", by="sup-2", note="x"), UnknownRemovalRequest),
    ],
)
def test_is_refused(ledger: Ledger, command, error):
    with pytest.raises(error):
        command(ledger.suppression_filters)
    assert events(ledger) == ["EmailRegistered"]
