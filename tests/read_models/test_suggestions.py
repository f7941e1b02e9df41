"""What is suggested for a candidate: from the CV, earlier deliveries, the form, the domain and the name."""

import sqlite3
from contextlib import closing

import pytest

from deliveryledger import Ledger
from deliveryledger.advice.cv_addresses import UnreadableCv
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidInput, UnknownCandidate
from deliveryledger.read_models.candidates_and_messages import CandidatesAndMessages
from deliveryledger.read_models.suggestions import HAS_RECEIVED
from tests.application.world import Clock, about, send, tell


def register(ledger: Ledger, address: str, candidate: str = "cand-8", name: str = "Grace Hopper") -> None:
    ledger.candidate_emails.register(candidate, address, by="rec-3", name=name)


def arrived(ledger: Ledger, clock: Clock, candidate: str, address: str) -> None:
    send(ledger, candidate, f"to-{candidate}")
    tell(ledger, about(f"to-{candidate}", Outcome.DELIVERED, clock.move(minutes=2), recipient=address))


def bounced(ledger: Ledger, clock: Clock, candidate: str, address: str) -> None:
    send(ledger, candidate, f"again-to-{candidate}")
    unknown = FailureReason.MAILBOX_UNKNOWN
    when = clock.move(minutes=2)
    tell(
        ledger,
        about(f"again-to-{candidate}", Outcome.BOUNCED, when, recipient=address, reason=unknown),
    )


def suggested(ledger: Ledger, candidate: str = "cand-8") -> list[tuple[str, str]]:
    found = ledger.suggestions_for(candidate).suggestions
    return [(each.address, each.grounds) for each in found]


def test_the_cv_goes_first_and_says_where_it_has_the_address(ledger: Ledger):
    register(ledger, "grace.hoper@navy.example")
    emails = ledger.candidate_emails
    emails.record_cv_address("cand-8", "grace.hopper@navy.example", document="cv.pdf", page=1)
    (found,) = ledger.suggestions_for("cand-8", lang="sv").suggestions
    assert (found.address, found.grounds, found.label) == ("grace.hopper@navy.example", "cv", "CV sida 1")
    assert (found.document, found.page) == ("cv.pdf", 1)
    assert found.why == "I CV:t står grace.hopper@navy.example."


def test_the_card_has_them_all_and_says_whether_the_cv_agrees(ledger: Ledger):
    register(ledger, "grace.hopper@gmai.com")
    assert ledger.candidate_card("cand-8").cv_matches is None
    ledger.candidate_emails.record_cv_address("cand-8", "grace.hopper@gmail.com", document="cv.pdf", page=2)
    card = ledger.candidate_card("cand-8", lang="sv")
    assert card.suggestion == card.suggestions[0].address == card.cv_address == "grace.hopper@gmail.com"
    assert (card.cv_document, card.cv_page, card.cv_matches) == ("cv.pdf", 2, False)
    shown = " ".join(str(card).split())
    assert "CV sida 2: grace.hopper@gmail.com – Adressen stämmer inte med CV:t." in shown.replace("│ │ ", "")
    ledger.candidate_emails.correct("cand-8", "grace.hopper@gmail.com", grounds="cv", by="rec-3")
    card = ledger.candidate_card("cand-8")
    assert (card.cv_address, card.cv_matches, card.suggestions) == (None, True, ())
    assert "The address matches the CV." in str(card)


def test_the_log_says_on_which_page_of_the_cv_the_new_address_stands(ledger: Ledger):
    register(ledger, "grace.hopper@gmai.com")
    emails = ledger.candidate_emails
    emails.record_cv_address("cand-8", "grace.hopper@gmail.com", document="cv.pdf", page=1)
    emails.correct("cand-8", "grace.hopper@gmail.com", grounds="cv", by="rec-3")
    entry = ledger.activity("cand-8", lang="sv").entries[0]
    assert entry.text.endswith("· Hämtad från CV:t (cv.pdf, sida 1)")
    assert (entry.original_address, entry.updated_address) == (
        "grace.hopper@gmai.com",
        "grace.hopper@gmail.com",
    )
    assert entry.details["grounds"] == "cv"


def test_the_log_says_the_page_of_a_cv_without_a_name(ledger: Ledger):
    register(ledger, "grace.hopper@gmai.com")
    emails = ledger.candidate_emails
    emails.record_cv_address("cand-8", "grace.hopper@gmail.com", page=1)
    emails.correct("cand-8", "grace.hopper@gmail.com", grounds="cv", by="rec-3")
    assert ledger.activity("cand-8", lang="sv").entries[0].text.endswith("· Hämtad från CV:t, sida 1")


def test_the_log_says_what_was_taken_for_what(ledger: Ledger):
    register(ledger, "grace@gmai.com")
    ledger.candidate_emails.correct("cand-8", "grace@gmail.com", grounds="typo", by="rec-3")
    text = ledger.activity("cand-8", lang="sv").entries[0].text
    assert text.endswith("· Enligt förslag: gmai.com liknar gmail.com")


def test_an_address_that_received_mail_before_is_suggested_after_a_bounce(ledger: Ledger, clock: Clock):
    register(ledger, "grace@navy.example")
    arrived(ledger, clock, "cand-8", "grace@navy.example")
    ledger.candidate_emails.correct("cand-8", "hopper@yale.example", grounds="typed", by="rec-3")
    assert suggested(ledger) == []
    bounced(ledger, clock, "cand-8", "hopper@yale.example")
    assert suggested(ledger) == [("grace@navy.example", "earlier_delivery")]
    assert ledger.suggestions_for("cand-8").after_bounce


def test_after_a_bounce_the_name_is_compared(ledger: Ledger, clock: Clock):
    register(ledger, "grace.hoper@navy.example")
    assert suggested(ledger) == []
    bounced(ledger, clock, "cand-8", "grace.hoper@navy.example")
    assert suggested(ledger) == [("grace.hopper@navy.example", "name")]


@pytest.mark.parametrize(("domain", "is_doubted"), [("protonnmail.com", False), ("gmial.com", True)])
def test_a_domain_that_received_mail_is_not_doubted_unless_it_is_a_known_typo(
    ledger: Ledger, clock: Clock, domain: str, is_doubted: bool
):
    register(ledger, f"ada@{domain}", "cand-9", "Ada Lovelace")
    register(ledger, f"grace@{domain}")
    before = suggested(ledger)
    assert before
    arrived(ledger, clock, "cand-9", f"ada@{domain}")
    assert suggested(ledger) == (before if is_doubted else [])


def test_what_arrived_in_another_tenant_says_nothing(ledger: Ledger, clock: Clock):
    register(ledger, "grace@protonnmail.com")
    other = ledger.tenant("acme")
    register(other, "ada@protonnmail.com", "cand-9")
    arrived(other, clock, "cand-9", "ada@protonnmail.com")
    assert suggested(ledger)
    assert not suggested(other, "cand-9")


def test_a_dismissed_suggestion_is_not_made_again_and_its_grounds_are_kept(ledger: Ledger):
    register(ledger, "grace@gmai.com")
    (found,) = ledger.suggestions_for("cand-8").suggestions
    ledger.candidate_emails.dismiss_suggestion("cand-8", found.address, by="rec-3", grounds=found.grounds)
    assert suggested(ledger) == []
    assert str(ledger.suggestions_for("cand-8")) == "We have no suggestion."
    entry = ledger.activity("cand-8").entries[0]
    assert entry.text == "rec-3 dismissed the suggestion grace@gmail.com · Misspelt domain"
    assert entry.details["grounds"] == "typo"
    with pytest.raises(InvalidInput):
        ledger.candidate_emails.dismiss_suggestion("cand-8", "x@y.example", by="rec-3", grounds="guess")


def test_of_somebody_unknown_nothing_is_suggested(ledger: Ledger):
    with pytest.raises(UnknownCandidate):
        ledger.suggestions_for("cand-99")


def test_of_somebody_erased_nothing_is_suggested(ledger: Ledger):
    register(ledger, "grace@gmai.com")
    ledger.erase("cand-8", by="dpo")
    found = ledger.suggestions_for("cand-8")
    assert (found.address, found.suggestions) == (None, ())


def test_as_of_a_moment_before_the_cv_came_its_address_is_not_suggested(ledger: Ledger):
    register(ledger, "grace.hoper@navy.example")
    before = ledger.status().last_position
    emails = ledger.candidate_emails
    emails.record_cv_address("cand-8", "grace.hopper@navy.example", document="cv.pdf", page=1)
    assert suggested(ledger)
    assert not ledger.as_of(before).suggestions_for("cand-8").suggestions


CV = b"""Grace Hopper
E-post: grace.hopper@navy.example

Referenser
Howard Aiken, howard.aiken@harvard.example
"""


def test_a_cv_is_read_and_the_candidates_own_address_noted(ledger: Ledger):
    register(ledger, "grace.hoper@navy.example")
    reading = ledger.candidate_emails.record_cv("cand-8", CV, document="cv.txt")
    assert [(each.address, each.whose) for each in reading.addresses] == [
        ("grace.hopper@navy.example", "candidate"),
        ("howard.aiken@harvard.example", "referee"),
    ]
    assert suggested(ledger) == [("grace.hopper@navy.example", "cv")]
    noted = [entry.address for entry in ledger.activity("cand-8").entries if entry.event == "CvEmailFound"]
    assert noted == ["grace.hopper@navy.example"]
    ledger.candidate_emails.record_cv("cand-8", CV, document="cv.txt")
    assert len(ledger.activity("cand-8").entries) == 2


def test_a_cv_that_cannot_be_read_changes_nothing(ledger: Ledger):
    register(ledger, "grace@navy.example")
    with pytest.raises(UnreadableCv):
        ledger.candidate_emails.record_cv("cand-8", b"PK\x03\x04 and then nothing")
    with pytest.raises(UnknownCandidate):
        ledger.candidate_emails.record_cv("cand-99", CV)
    assert len(ledger.activity("cand-8").entries) == 1


def test_a_dismissal_of_what_cannot_be_told_any_more_says_so(ledger: Ledger):
    register(ledger, "grace@navy.example")
    ledger.candidate_emails.dismiss_suggestion("cand-8", "hopper@yale.example", by="rec-3")
    assert ledger.activity("cand-8", lang="sv").entries[0].text == "rec-3 avvisade ett förslag"


def test_whether_a_domain_received_mail_is_asked_of_an_index():
    model = CandidatesAndMessages()
    with closing(sqlite3.connect(":memory:")) as views:
        views.executescript(model.tables + model.indexes)
        ((*_, plan),) = views.execute(f"EXPLAIN QUERY PLAN {HAS_RECEIVED}", ("default", "acme.example"))
    assert "USING INDEX domains_that_received" in plan
