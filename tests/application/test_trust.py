"""What others send or pass in: whose word counts for which message, and what is refused at the border."""

from datetime import timedelta
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.directory import Person
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome, Source
from deliveryledger.errors import (
    CommandRefused,
    InvalidIdentifier,
    InvalidInput,
    LiftRefused,
    StorageError,
)
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, reading, send, shown, tell

HARD = {"reason": FailureReason.MAILBOX_UNKNOWN}
ADDRESS_LIKE = "ada@gmial.com"


def test_an_account_does_not_speak_of_messages_that_another_one_sent(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    forged = about("msg-1", Outcome.BOUNCED, clock.now, account="theirs", **HARD)
    assert tell(ledger, forged).unmatched == 1
    assert ledger.suppression_filters.may_send(ADDRESS)


def test_before_a_submission_is_known_our_own_id_is_enough(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    assert tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, **HARD)).facts == 1


def test_without_a_recipient_another_tenants_equal_id_does_not_disturb(ledger: Ledger, clock: Clock):
    for tenant in ("default", "globex"):
        bound = ledger.tenant(tenant)
        bound.candidate_emails.register("cand-1", "grace@navy.example", by="rec-3")
        bound.messages.register("cand-1", sender="rec-3", subject="x", message_id="msg-9")
        bound.messages.mark_submitted("msg-9", provider="postmark", provider_message_id="zz")
    complaint = claim(Outcome.COMPLAINED, clock.now, provider_message_id="zz", recipient=None)
    assert tell(ledger, complaint).unmatched == 1
    assert ledger.tenant("globex").record(reading(complaint)).facts == 1
    assert ledger.suppression_filters.may_send("grace@navy.example")
    assert not ledger.tenant("globex").suppression_filters.may_send("grace@navy.example")


def test_a_message_id_header_may_be_told_later(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    header = {"message_id_header": "<header-1@ats.example>"}
    ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-msg-1", **header)
    mail = claim(
        Outcome.BOUNCED, clock.now, provider_message_id="header-1@ats.example", provider="mail", **HARD
    )
    assert tell(ledger, mail._replace(source=Source.DSN)).facts == 1


def test_a_report_handed_in_for_one_tenant_is_not_another_ones_to_discard(ledger: Ledger, clock: Clock):
    ledger.tenant("globex").record(reading(claim(Outcome.DELIVERED, clock.now)))
    (waiting,) = ledger.intake.unmatched()
    acme = ledger.tenant("acme")
    assert acme.intake.unmatched() == ()
    with pytest.raises(CommandRefused):
        acme.intake.discard(waiting.id, by="sup-1", why="not ours")
    ledger.tenant("globex").intake.discard(waiting.id, by="sup-1", why="a test of theirs")


@pytest.mark.parametrize(
    "command",
    [
        lambda ledger: ledger.candidate_emails.register(ADDRESS_LIKE, "x@y.example", by="rec-3"),
        lambda ledger: ledger.candidate_emails.confirm("cand-7", by=ADDRESS_LIKE),
        lambda ledger: ledger.messages.register("cand-7", sender=ADDRESS_LIKE, subject="x"),
        lambda ledger: ledger.messages.register("cand-7", sender="r", subject="x", message_id=ADDRESS_LIKE),
        lambda ledger: ledger.messages.mark_submitted(ADDRESS_LIKE, provider="p", provider_message_id="1"),
        lambda ledger: ledger.messages.mark_submitted("m", provider=ADDRESS_LIKE, provider_message_id="1"),
        lambda ledger: ledger.messages.resend(ADDRESS_LIKE, by="rec-3"),
        lambda ledger: ledger.candidate_card(ADDRESS_LIKE),
        lambda ledger: ledger.activity(ADDRESS_LIKE),
        lambda ledger: ledger.bell(ADDRESS_LIKE),
        lambda ledger: ledger.candidate_card("\ud800"),
        lambda ledger: ledger.tenant(ADDRESS_LIKE),
    ],
)
def test_an_address_is_no_id_and_is_not_repeated(ledger: Ledger, command: Any):
    with pytest.raises(InvalidIdentifier) as refusal:
        command(ledger)
    assert ADDRESS_LIKE not in str(refusal.value)


@pytest.mark.parametrize("subject", [None, 7, "half a \ud800 character"])
def test_what_is_of_the_wrong_type_is_refused_without_its_value(ledger: Ledger, subject: Any):
    with pytest.raises(InvalidInput) as refusal:
        ledger.messages.register("cand-7", sender="rec-3", subject=subject)
    assert refusal.value.__context__ is None
    assert refusal.value.__cause__ is None
    assert not ledger.candidate_card("cand-7").messages


def test_free_text_of_a_provider_stays_out_of_the_clear_fields(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    words = {
        "status": f"5.1.1 {ADDRESS}",
        "feedback_type": ADDRESS,
        "list_reason": ADDRESS,
        "method": ADDRESS,
    }
    for outcome in (Outcome.BOUNCED, Outcome.COMPLAINED, Outcome.SUPPRESSED, Outcome.UNSUBSCRIBED):
        tell(ledger, about("msg-1", outcome, clock.now, **words, **HARD))
    clear = [
        value
        for envelope in ledger.history()
        for name, value in envelope.event
        if name not in envelope.event.personal
    ]
    assert ADDRESS not in str(clear)


class Nesting:
    """A directory that calls a command while it is asked."""

    def __init__(self) -> None:
        self.ledger: Ledger | None = None
        self.calls = 0

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        assert self.ledger is not None
        self.calls += 1
        self.ledger.candidate_emails.confirm("cand-7", by=sender_id)
        return Person(email="jobs@acme.example")

    def fallback_receiver(self, tenant: str, candidate_id: str) -> Person | None:
        return None

    def profile_url(self, tenant: str, candidate_id: str) -> str | None:
        return f"https://ats.example/{candidate_id}"


def test_the_directory_is_asked_before_the_transaction(clock: Clock):
    directory = Nesting()
    with Ledger.open(":memory:", clock=clock, directory=directory) as ledger:
        directory.ledger = ledger
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
        assert shown(ledger, "msg-1").profile_url == "https://ats.example/cand-7"
    assert directory.calls == 1


def test_a_command_inside_a_command_is_refused(ledger: Ledger):
    def nested(_unit: object) -> None:
        ledger.candidate_emails.confirm("cand-7", by="rec-3")

    with pytest.raises(StorageError, match="still running"):
        ledger._services.transact(nested)
    ledger.candidate_emails.confirm("cand-7", by="rec-3")


def test_blank_evidence_is_none(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, **HARD))
    with pytest.raises(LiftRefused):
        ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="   ")


def test_a_suppression_that_has_ended_already_is_refused(ledger: Ledger, clock: Clock):
    with pytest.raises(InvalidInput):
        ledger.suppression_filters.suppress(ADDRESS, by="sup-1", expires_at=clock.now - timedelta(days=1))


def test_a_clock_that_is_set_back_does_not_void_a_consent(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    tell(ledger, about("msg-1", Outcome.COMPLAINED, clock.now))
    clock.now -= timedelta(hours=1)
    ledger.suppression_filters.record_consent(ADDRESS, kind="recipient", evidence="a call", by="sup-1")
    assert ledger.suppression_filters.lift(ADDRESS, by="sup-1", approved_by="sup-2")
