"""The thirteen promises of the help article, one by one, in Swedish and in English, over the public API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.directory import Person
from deliveryledger.errors import LiftRefused
from tests.application.world import Clock
from tests.article.world import SPAM, Ats
from tests.outbound.office import Office, mailer
from tests.outbound.smtp_server import Mailbox, serving, text_of

TYPO, RIGHT = "ada.lovelace@gmai.com", "ada.lovelace@gmail.com"
COULD_NOT = {"sv": "Meddelandet kunde inte levereras", "en": "Message could not be delivered"}


@pytest.fixture(params=["sv", "en"])
def ats(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ats]:
    clock = Clock()
    with Ledger.open(tmp_path / "article.db", clock=clock) as ledger:
        yield Ats(ledger, clock, request.param)


@pytest.fixture
def bounced(ats: Ats) -> Ats:
    """The invitation to a mistyped address has bounced hard."""
    ats.register(TYPO)
    ats.write("msg-1")
    assert ats.hard_bounce("msg-1", TYPO).facts == 1
    return ats


@pytest.fixture
def complained(ats: Ats) -> Ats:
    """The invitation arrived, and the candidate called it spam."""
    ats.register(RIGHT)
    ats.write("msg-1")
    ats.delivered("msg-1", RIGHT)
    ats.complained("msg-1", RIGHT)
    return ats


def test_1_the_error_shows_under_the_message(bounced: Ats) -> None:
    shown = bounced.shown("msg-1")
    assert (shown.headline, shown.kind) == (COULD_NOT[bounced.lang], "Hard bounce")
    reasons = {"sv": "E-postadressen finns inte.", "en": "The email address does not exist."}
    assert shown.explanation.startswith(reasons[bounced.lang])
    assert shown.next_step
    assert shown.actions
    assert COULD_NOT[bounced.lang] in str(bounced.card())


def test_2_the_sender_is_told_under_the_bell_with_a_link(bounced: Ats) -> None:
    bell = bounced.ledger.bell("rec-3", lang=bounced.lang)
    (item,) = bell.items
    titles = {
        "sv": "Ditt meddelande till Ada Lovelace kunde inte levereras",
        "en": "Your message to Ada Lovelace could not be delivered",
    }
    assert (bell.unread, item.title) == (1, titles[bounced.lang])
    assert item.profile_url == "https://ats.example/candidates/cand-7?message=msg-1"
    bounced.hard_bounce("msg-1", TYPO)  # the provider says it again
    assert bounced.ledger.bell("rec-3", lang=bounced.lang).items[0].count == 1


def test_2_and_by_e_mail_once_in_their_language(tmp_path: Path, ats: Ats) -> None:
    directory = Office(senders={"rec-3": Person("rosa@ats.example", "Rosa Berg", lang=ats.lang)})
    mailbox = Mailbox()
    with (
        Ledger.open(tmp_path / "told.db", clock=ats.clock, directory=directory) as ledger,
        serving(mailbox) as port,
    ):
        told = Ats(ledger, ats.clock, ats.lang)
        told.register(TYPO)
        told.write("msg-1")
        told.hard_bounce("msg-1", TYPO)
        assert ledger.outbox.deliver(mailer(port)).mails == 1
        assert ledger.outbox.deliver(mailer(port)).mails == 0
    (mail,) = mailbox.mails
    subjects = {
        "sv": "Meddelandet till Ada Lovelace kunde inte levereras",
        "en": "The message to Ada Lovelace could not be delivered",
    }
    assert (mail["Subject"], mail["Auto-Submitted"]) == (subjects[ats.lang], "auto-generated")
    assert "https://ats.example/candidates/cand-7?message=msg-1" in text_of(mailbox)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada.lovelace@gmail.con", RIGHT),
        ("ada.lovelace@gmail.co", RIGHT),
        (TYPO, RIGHT),
        ("ada.lovelace@gnail.com", RIGHT),
        ("ada.lovelace@hotmial.com", "ada.lovelace@hotmail.com"),
        ("ada.lovelcae@gmail.com", RIGHT),
    ],
)
def test_3_the_address_is_checked_for_typing_errors(ats: Ats, typed: str, meant: str) -> None:
    ats.register(typed)
    ats.write("msg-1")
    ats.hard_bounce("msg-1", typed)
    card = ats.card()
    assert card.suggestion == meant
    assert card.suggestion_why


def test_4_the_address_is_corrected_and_the_message_sent_again(bounced: Ats) -> None:
    ledger = bounced.ledger
    done = ledger.candidate_emails.correct("cand-7", RIGHT, grounds="typo", by="rec-3", resend=["msg-1"])
    assert ledger.messages.hand_over(bounced).sent == (done.resent[0].id,)
    (new, old) = bounced.card().messages
    assert (new.recipient, new.resend_of, old.resent_as) == (RIGHT, "msg-1", new.id)
    assert (bounced.sent[0].original_id, bounced.sent[0].recipient) == ("msg-1", RIGHT)
    words = {
        "sv": "Skickat på nytt efter ett meddelande som inte",
        "en": "Sent again after a message that could",
    }
    assert new.resend_of_text.startswith(words[bounced.lang])


def test_5_the_address_is_compared_with_the_cv(bounced: Ats) -> None:
    cv = b"Ada Lovelace\nAnalyst\nE-mail: ada.lovelace@gmail.com\nPhone: 070-123 45 67\n"
    reading = bounced.ledger.candidate_emails.record_cv("cand-7", cv, document="cv.txt")
    assert [found.address for found in reading.own] == [RIGHT]
    card = bounced.card()
    assert (card.cv_address, card.cv_matches, card.suggestion) == (RIGHT, False, RIGHT)
    mismatch = {"sv": "stämmer inte med CV:t", "en": "does not match the CV"}
    assert mismatch[bounced.lang] in str(card)


def test_6_the_activity_log_keeps_the_original_and_the_updated_address(bounced: Ats) -> None:
    bounced.ledger.candidate_emails.correct("cand-7", RIGHT, grounds="typo", by="rec-3")
    entries = bounced.ledger.activity("cand-7", lang=bounced.lang).entries
    entry = next(e for e in entries if e.event == "EmailChanged")
    assert (entry.actor, entry.original_address, entry.updated_address) == ("rec-3", TYPO, RIGHT)
    said = {"sv": f"ändrade e-postadressen från {TYPO}", "en": f"changed the email address from {TYPO}"}
    assert said[bounced.lang] in entry.text
    bounced.ledger.rebuild()
    assert bounced.ledger.activity("cand-7", lang=bounced.lang).entries == entries


def test_7_the_last_step_is_support_who_see_why(ats: Ats) -> None:
    ats.register("ada.lovelace@bolaget.example")
    ats.write("msg-1")
    ats.webhook("msg-1", "Bounce", "ada.lovelace@bolaget.example", Type="HardBounce", Details="smtp;550 no")
    assert "upporten" in ats.shown("msg-1").next_step or "upport" in ats.shown("msg-1").next_step
    support = ats.ledger.candidate_card("cand-7", lang=ats.lang, role="support").messages[0]
    assert support.next_step


def test_8_a_hard_bounce_puts_the_address_on_the_recipient_filter(bounced: Ats) -> None:
    refusal = bounced.ledger.suppression_filters.may_send(TYPO, lang=bounced.lang)
    assert not refusal
    caused = next(e for e in bounced.ledger.activity("cand-7").entries if e.event == "AddressSuppressed")
    assert (refusal.cause, refusal.event) == ("hard_bounce", caused.event_id)
    withheld = bounced.write("msg-2").withheld
    assert withheld is not None
    assert str(withheld) == str(refusal)
    assert bounced.shown("msg-2").withheld


def test_9_support_removes_it_after_checking_the_spelling_and_it_is_sent(bounced: Ats) -> None:
    bounced.write("msg-2")
    filters = bounced.ledger.suppression_filters
    with pytest.raises(LiftRefused) as refused:
        filters.lift(TYPO, by="sup-1")
    assert refused.value.missing == ("evidence",)
    request = filters.request_removal(TYPO, by="sup-1", evidence="Spelled back on the phone, twice")
    lifted = filters.approve(request.id, by="sup-1")
    assert (lifted.causes, lifted.withheld) == (("hard_bounce",), ("msg-2",))
    assert bounced.ledger.messages.resend("msg-2", by="rec-3").may_be_sent
    assert len(bounced.ledger.messages.hand_over(bounced).sent) == 1


def test_10_a_complaint_needs_both_parties_and_a_second_person(complained: Ats) -> None:
    filters, shown = complained.ledger.suppression_filters, complained.shown("msg-1")
    assert (shown.status, shown.kind) == (
        "complained",
        {"sv": "Klagomål", "en": "Complaint"}[complained.lang],
    )
    assert "copy_advice" in shown.actions
    request = filters.request_removal(RIGHT, by="sup-1", evidence="Both want the mail")
    with pytest.raises(LiftRefused) as refused:
        filters.approve(request.id, by="sup-1")
    assert set(refused.value.missing) == {"recipient_consent", "second_person"}
    assert complained.rescued("msg-1", RIGHT).facts == 1  # dragged back to the inbox: consent, and no lift
    assert complained.shown("msg-1").status == "delivered"
    assert not filters.may_send(RIGHT)
    with pytest.raises(LiftRefused) as refused:
        filters.approve(request.id, by=" SUP-1")
    assert refused.value.missing == ("second_person",)
    assert filters.approve(request.id, by="sup-2").causes == ("complaint",)
    assert filters.may_send(RIGHT)


def test_11_the_candidate_is_told_how_to_add_the_sender_to_the_safe_senders(complained: Ats) -> None:
    advice = complained.shown("msg-1").candidate_advice
    assert advice is not None
    assert "jobs@ats.example" in str(advice)
    assert {"sv": "Dra", "en": "drag"}[complained.lang] in str(advice)


@pytest.mark.parametrize("details", [None, SPAM])
def test_12_a_soft_bounce_is_recorded_and_does_not_suppress(ats: Ats, details: str | None) -> None:
    ats.register(RIGHT)
    ats.write("msg-1")
    ats.soft_bounce("msg-1", RIGHT, *([details] if details else []))
    shown = ats.shown("msg-1")
    assert (shown.kind, shown.severity, shown.headline) == ("Soft bounce", "soft", COULD_NOT[ats.lang])
    assert ats.ledger.suppression_filters.may_send(RIGHT)
    assert ats.write("msg-2").may_be_sent


def test_12_a_full_mailbox_suppresses_after_five_days_of_failing(ats: Ats) -> None:
    ats.register(RIGHT)
    for day in range(5):
        assert ats.ledger.suppression_filters.may_send(RIGHT)
        for turn in range(2):  # at most one a day counts
            ats.write(f"msg-{day}-{turn}")
            ats.soft_bounce(f"msg-{day}-{turn}", RIGHT)
        ats.clock.move(days=1)
    assert ats.ledger.suppression_filters.may_send(RIGHT).cause == "escalation"


def test_13_no_error_means_it_was_sent_with_the_exact_time(ats: Ats) -> None:
    ats.register(RIGHT)
    ats.write("msg-1")
    ats.delivered("msg-1", RIGHT)
    shown = ats.shown("msg-1")
    assert (shown.headline, shown.kind, shown.explanation, shown.actions) == (None, None, None, ())
    exact = {
        "sv": "lördag 14 november 2026 kl. 09:30:00 CET",
        "en": "Saturday 14 November 2026, 09:30:00 CET",
    }
    assert shown.sent_at_full == exact[ats.lang]
