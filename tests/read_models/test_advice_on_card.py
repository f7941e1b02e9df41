"""The card gives the advice that can be copied, says who can act, and speaks with the ATS's own texts."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.advice.roles import Role
from deliveryledger.advice.wording import use
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidInput
from tests.application.world import Clock, about, send, shown, tell

FROM = "jobs@ats.example"


@pytest.fixture(autouse=True)
def ours_again() -> Iterator[None]:
    yield
    use({})


def fail(ledger: Ledger, clock: Clock, outcome: Outcome, reason: FailureReason | None = None) -> None:
    tell(ledger, about("msg-1", outcome, clock.move(minutes=2), reason=reason))
    clock.move(minutes=1)


def test_a_complaint_gives_the_text_that_asks_for_the_message_back(ledger: Ledger, clock: Clock) -> None:
    ledger.messages.register(
        "cand-7", sender="rec-3", subject="Interview", message_id="msg-1", from_address=FROM
    )
    fail(ledger, clock, Outcome.COMPLAINED)
    message = shown(ledger, "msg-1")
    assert message.actions == ("copy_advice", "ask_support")
    assert message.candidate_advice.text.startswith(
        "Hi Ada Lovelace! One of our messages landed in your spam"
    )
    assert f"add {FROM} to your safe senders" in message.candidate_advice.text
    assert message.never == ("edit_resend", "keep", "resend", "update", "update_resend")
    assert message.who == ("candidate", "sender", "support")


def test_a_message_that_was_not_let_in_gives_the_advice_on_safe_senders(ledger: Ledger, clock: Clock) -> None:
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, Outcome.BOUNCED, FailureReason.POLICY_REJECTED)
    written = shown(ledger, "msg-1", lang="sv").candidate_advice
    assert written.subject == "Så här når vår e-post din inkorg"
    assert "Lägg därför till adressen som vi skriver från bland dina säkra avsändare." in written.text


def test_no_advice_where_there_is_nothing_to_copy(ledger: Ledger, clock: Clock) -> None:
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, Outcome.BOUNCED, FailureReason.MAILBOX_UNKNOWN)
    message = shown(ledger, "msg-1")
    assert message.candidate_advice is None
    assert (message.who, message.never) == (("sender",), ("edit_resend", "resend"))


def test_nobody_is_advised_about_somebody_who_was_erased(ledger: Ledger, clock: Clock) -> None:
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, Outcome.COMPLAINED)
    ledger.erase("cand-7", by="dpo")
    assert all(m.candidate_advice is None and m.who == () for m in ledger.candidate_card("cand-7").messages)


def test_what_can_be_sent_again_is_not_forbidden(ledger: Ledger, clock: Clock) -> None:
    ledger.suppression_filters.suppress("someone@example.org", by="sup-1")
    ledger.candidate_emails.register("cand-8", "someone@example.org", by="rec-3")
    ledger.messages.register("cand-8", sender="rec-3", subject="Interview", message_id="msg-8")
    assert "resend" in shown(ledger, "msg-8", "cand-8").never
    ledger.suppression_filters.lift("someone@example.org", by="sup-1", evidence="a mistake")
    message = shown(ledger, "msg-8", "cand-8")
    assert (message.actions, message.never, message.who) == (("resend",), (), ("sender",))


def test_support_and_administrators_ask_for_their_own_next_step(ledger: Ledger, clock: Clock) -> None:
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, Outcome.BOUNCED, FailureReason.AUTHENTICATION_FAILED)
    steps = {role: ledger.candidate_card("cand-7", role=role).messages[0] for role in Role}
    assert ledger.candidate_card("cand-7") == ledger.candidate_card("cand-7", role="sender")
    assert steps[Role.SUPPORT].actions == ("tell_administrator", "details")
    assert steps[Role.ADMINISTRATOR].actions == ("check_authentication", "details")
    assert "SPF, DKIM" in str(ledger.candidate_card("cand-7", role="administrator"))
    with pytest.raises(InvalidInput, match="sender, support, administrator"):
        ledger.candidate_card("cand-7", role="boss")


def test_support_sees_that_a_removal_was_requested_until_it_is_answered(ledger: Ledger, clock: Clock) -> None:
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, Outcome.COMPLAINED)
    address = ledger.candidate_card("cand-7").address or ""

    def actions() -> tuple[str, ...]:
        return ledger.candidate_card("cand-7", role=Role.SUPPORT).messages[0].actions

    assert actions() == ("request_removal", "copy_advice", "tell_sender")
    request = ledger.suppression_filters.request_removal(address, by="sup-1", evidence="she called")
    assert actions() == ("approve_removal", "reject_removal", "details")
    ledger.suppression_filters.reject(request.id, by="sup-2", note="not her voice")
    assert actions() == ("request_removal", "copy_advice", "tell_sender")


def test_other_texts_reach_card_bell_log_and_filter(ledger: Ledger, clock: Clock) -> None:
    send(ledger, "cand-7", "msg-1")
    fail(ledger, clock, Outcome.BOUNCED, FailureReason.MAILBOX_UNKNOWN)
    use(
        {
            "status.failed.badge": {"nb": "Ikke levert"},
            "reason.user_unknown": {"nb": "Adressen finnes ikke."},
            "bell.one": {"nb": "{candidate} fikk ikke meldingen"},
            "log.failed": {"nb": "Feil for {address}: {reason}"},
            "list.title": {"nb": "Mottakerfilter"},
            "card.messages": {"nb": "Meldinger"},
            "candidate.safe.subject": {"nb": "Slik når vår e-post deg"},
        }
    )
    card = ledger.candidate_card("cand-7", lang="nb")
    assert card.messages[0].headline == "Ikke levert"
    assert card.messages[0].explanation == "Adressen finnes ikke."
    assert "Meldinger" in str(card)
    assert ledger.bell("rec-3", lang="nb").items[0].title == "Ada Lovelace fikk ikke meldingen"
    said = [entry.text for entry in ledger.activity("cand-7", lang="nb").entries]
    assert any(sentence.startswith("Feil for ") for sentence in said)
    assert "Mottakerfilter" in str(ledger.recipient_filter(lang="nb"))
