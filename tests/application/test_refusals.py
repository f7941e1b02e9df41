"""Every refusal, brought about through the ledger: its type, what it says is missing, and its sentence."""

import pytest

from deliveryledger import Ledger
from deliveryledger.advice.refusals import explain_error
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import (
    AddressIsSuppressed,
    AlreadyCorrected,
    DeliveryLedgerError,
    LiftRefused,
    UnknownRemovalRequest,
)
from deliveryledger.testing import ADDRESS, CORRECTED_ADDRESS
from tests.application.world import Clock, about, send, tell

CONSENT = ("Mottagarens eget samtycke saknas.", "The recipient’s own consent is missing.")
SECOND = (
    "Borttagning efter klagomål måste godkännas av en annan person.",
    "Removal after a complaint must be approved by another person.",
)
NOT_ONESELF = ("Du kan inte godkänna din egen begäran.", "You cannot approve your own request.")
EVIDENCE = ("Skriv hur stavningen har kontrollerats.", "Say how the spelling was checked.")
ADMINISTRATOR = (
    "Adressen togs bort ur mottagarfiltret nyligen. En administratör måste godkänna det igen.",
    "The address came off the recipient filter recently. An administrator must approve it again.",
)


def sentences(*parts: tuple[str, str]) -> tuple[str, str]:
    return " ".join(swedish for swedish, _ in parts), " ".join(english for _, english in parts)


def explained(error: DeliveryLedgerError, tz: str = "UTC") -> tuple[str | None, str | None]:
    """In Swedish and in English; nobody's address is in what ends up in a log."""
    assert ADDRESS not in str(error)
    return explain_error(error, lang="sv", tz=tz), explain_error(error, lang="en", tz=tz)


@pytest.fixture
def complained(ledger: Ledger, clock: Clock) -> Ledger:
    """Ada has complained about msg-1; sup-1 asks for the removal."""
    return after(ledger, clock, Outcome.COMPLAINED)


@pytest.fixture
def bounced(ledger: Ledger, clock: Clock) -> Ledger:
    return after(ledger, clock, Outcome.BOUNCED, reason=FailureReason.MAILBOX_UNKNOWN)


def after(ledger: Ledger, clock: Clock, outcome: Outcome, **fields: object) -> Ledger:
    send(ledger, "cand-7", f"msg-{clock.now:%d%H}")
    tell(ledger, about(f"msg-{clock.now:%d%H}", outcome, clock.move(minutes=5), **fields))
    return ledger


def consents(ledger: Ledger, clock: Clock) -> None:
    clock.move(minutes=1)
    ledger.suppression_filters.record_consent(ADDRESS, kind="recipient", evidence="a letter", by="sup-1")


def asks(ledger: Ledger) -> str:
    return ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone").id


def refused(ledger: Ledger, request_id: str, *, by: str) -> LiftRefused:
    with pytest.raises(LiftRefused) as refusal:
        ledger.suppression_filters.approve(request_id, by=by)
    assert not ledger.suppression_filters.may_send(ADDRESS)
    return refusal.value


def test_the_second_person_is_missing_where_one_approves_what_one_asked_for(complained: Ledger, clock: Clock):
    request_id = asks(complained)
    consents(complained, clock)
    refusal = refused(complained, request_id, by="SUP-1 ")
    assert (refusal.missing, refusal.is_own) == (("second_person",), True)
    assert explained(refusal) == sentences(SECOND, NOT_ONESELF)


def test_the_second_person_is_missing_where_nobody_approves(complained: Ledger, clock: Clock):
    consents(complained, clock)
    with pytest.raises(LiftRefused) as refusal:
        complained.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    assert (refusal.value.missing, refusal.value.is_own) == (("second_person",), False)
    assert explained(refusal.value) == SECOND


def test_the_recipients_consent_is_missing(complained: Ledger):
    refusal = refused(complained, asks(complained), by="sup-2")
    assert (refusal.missing, refusal.is_own) == (("recipient_consent",), False)
    assert explained(refusal) == CONSENT


def test_the_senders_consent_is_not_the_recipients(complained: Ledger):
    complained.suppression_filters.record_consent(ADDRESS, kind="sender", evidence="needed", by="rec-3")
    assert explained(refused(complained, asks(complained), by="sup-2")) == CONSENT


def test_consent_and_second_person_are_both_named(complained: Ledger):
    refusal = refused(complained, asks(complained), by="sup-1")
    assert refusal.missing == ("recipient_consent", "second_person")
    assert explained(refusal) == sentences(CONSENT, SECOND, NOT_ONESELF)


def test_the_evidence_of_the_spelling_check_is_missing(bounced: Ledger):
    with pytest.raises(LiftRefused) as refusal:
        bounced.suppression_filters.lift(ADDRESS, by="sup-1", evidence=" ")
    assert (refusal.value.missing, refusal.value.is_own) == (("evidence",), False)
    assert explained(refusal.value) == EVIDENCE


def test_in_the_cool_down_an_administrator_is_missing(bounced: Ledger, clock: Clock):
    bounced.suppression_filters.approve(asks(bounced), by="sup-2")
    clock.move(hours=2)
    after(bounced, clock, Outcome.BOUNCED, reason=FailureReason.MAILBOX_UNKNOWN)
    request_id = asks(bounced)
    clock.move(days=29)
    refusal = refused(bounced, request_id, by="sup-2")
    assert (refusal.missing, refusal.is_own) == (("administrator",), False)
    assert explained(refusal) == ADMINISTRATOR
    lifted = bounced.suppression_filters.approve(request_id, by="adm-1", as_administrator=True)
    assert lifted.causes == ("hard_bounce",)


@pytest.mark.parametrize(
    ("outcome", "cause", "said"),
    [
        (
            Outcome.BOUNCED,
            "hard_bounce",
            (
                "Adressen finns i mottagarfiltret efter en hard bounce 15 november 2026.",
                "The address has been on the recipient filter since a hard bounce on 15 November 2026.",
            ),
        ),
        (
            Outcome.COMPLAINED,
            "complaint",
            (
                "Adressen finns i mottagarfiltret efter ett klagomål 15 november 2026.",
                "The address has been on the recipient filter since a complaint on 15 November 2026.",
            ),
        ),
    ],
)
def test_no_address_is_corrected_to_one_on_the_filter(
    ledger: Ledger, clock: Clock, outcome: Outcome, cause: str, said: tuple[str, str]
):
    clock.move(hours=14, minutes=55)  # half past eleven in London is the next day in Stockholm
    ledger.candidate_emails.register("cand-8", CORRECTED_ADDRESS, by="rec-3")
    send(ledger, "cand-8", "msg-8")
    at = clock.move(minutes=5)
    tell(
        ledger,
        about("msg-8", outcome, at, reason=FailureReason.MAILBOX_UNKNOWN, recipient=CORRECTED_ADDRESS),
    )
    with pytest.raises(AddressIsSuppressed) as refusal:
        ledger.candidate_emails.correct("cand-7", CORRECTED_ADDRESS, grounds="typo", by="rec-3")
    assert (refusal.value.cause, refusal.value.since) == (cause, at.isoformat())
    assert CORRECTED_ADDRESS not in str(refusal.value)
    assert explained(refusal.value, tz="Europe/Stockholm") == said


def test_what_somebody_else_corrected_meanwhile_is_not_overwritten(ledger: Ledger, clock: Clock):
    at = clock.move(minutes=5)
    ledger.candidate_emails.correct("cand-7", CORRECTED_ADDRESS, grounds="typo", by="rec-4")
    with pytest.raises(AlreadyCorrected) as refusal:
        ledger.candidate_emails.correct(
            "cand-7", "ada@example.org", grounds="cv", by="rec-3", replacing=ADDRESS
        )
    assert (refusal.value.by, refusal.value.at) == ("rec-4", at)
    assert explained(refusal.value) == (
        "rec-4 ändrade adressen 14 nov. 08:35. Titta på kandidatkortet igen.",
        "rec-4 changed the address at 14 Nov 08:35. Look at the candidate card again.",
    )


def no_request(error: pytest.ExceptionInfo[UnknownRemovalRequest]) -> tuple[str, tuple[str | None, ...]]:
    return error.value.why, explained(error.value)


def test_what_is_not_on_the_filter_needs_no_removal(ledger: Ledger):
    with pytest.raises(UnknownRemovalRequest) as refusal:
        asks(ledger)
    assert no_request(refusal) == (
        "not_suppressed",
        (
            "Adressen finns inte i mottagarfiltret. Inget behöver göras.",
            "The address is not on the recipient filter. Nothing needs to be done.",
        ),
    )


def test_a_rejected_request_is_not_approved(bounced: Ledger):
    request_id = asks(bounced)
    bounced.suppression_filters.reject(request_id, by="sup-2", note="another number")
    with pytest.raises(UnknownRemovalRequest) as refusal:
        bounced.suppression_filters.approve(request_id, by="sup-2")
    assert no_request(refusal) == (
        "rejected",
        (
            "Begäran har avslagits. Gör en ny med bättre underlag.",
            "The request was rejected. Make a new one with better evidence.",
        ),
    )


def test_what_was_lifted_is_not_rejected(bounced: Ledger):
    request_id = asks(bounced)
    bounced.suppression_filters.approve(request_id, by="sup-2")
    with pytest.raises(UnknownRemovalRequest) as refusal:
        bounced.suppression_filters.reject(request_id, by="sup-2", note="too late")
    assert no_request(refusal) == (
        "lifted",
        (
            "Adressen har tagits bort ur mottagarfiltret, så begäran är redan avgjord.",
            "The address came off the recipient filter, so the request is already settled.",
        ),
    )


@pytest.mark.parametrize("command", ["approve", "reject"])
def test_a_request_that_nobody_made_is_unknown(bounced: Ledger, command: str):
    request_id = asks(bounced).rpartition(".")[0] + ".7"
    more = {"note": "what?"} if command == "reject" else {}
    with pytest.raises(UnknownRemovalRequest) as refusal:
        getattr(bounced.suppression_filters, command)(request_id, by="sup-2", **more)
    assert no_request(refusal) == (
        "unknown",
        (
            "Begäran finns inte. Leta bland de öppna.",
            "There is no such request. Look among the open ones.",
        ),
    )


def test_what_no_rule_refused_has_no_sentence_of_its_own(ledger: Ledger):
    with pytest.raises(DeliveryLedgerError) as error:
        ledger.messages.resend("never-registered", by="rec-3")
    assert explained(error.value) == (None, None)
