"""Support's pages: every answer with its proof, and with ``masked`` nobody's address."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome, Source
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import InvalidAddress, UnknownMessage
from deliveryledger.read_models.support_address import AddressPage
from deliveryledger.read_models.support_domain import DomainPage
from deliveryledger.read_models.support_message import MessagePage
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell

WORDS = f"550 5.1.1 user {ADDRESS.partition('@')[0]} unknown <{ADDRESS}>"
DOMAIN = ADDRESS.rpartition("@")[2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    """Ada's first message bounced hard; the second was stopped; support has asked for a removal."""
    with Ledger.open(":memory:", clock=clock) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, name="Ada Lovelace", by="rec-3")
        ledger.candidate_emails.register("cand-8", ADDRESS, by="rec-4")
        send(ledger, "cand-7", "msg-1")
        tell(ledger, bounced("msg-1", clock))
        ledger.messages.register("cand-8", sender="rec-4", subject="Again", message_id="msg-2")
        ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
        yield ledger


def bounced(message_id: str, clock: Clock, **fields: Any) -> Any:
    at = clock.move(minutes=5)
    known = {
        "reason": FailureReason.MAILBOX_UNKNOWN,
        "diagnostic": WORDS,
        "rule": "code.5.1.1",
        "rules_version": "7",
    }
    return about(message_id, Outcome.BOUNCED, at, **known, **fields)


def address_page(ledger: Ledger, address: str = ADDRESS, **options: Any) -> AddressPage:
    page = ledger.support(address, **options)
    assert isinstance(page, AddressPage)
    return page


def message_page(ledger: Ledger, message_id: str, **options: Any) -> MessagePage:
    page = ledger.support(message_id, **options)
    assert isinstance(page, MessagePage)
    return page


def domain_page(ledger: Ledger, domain: str, **options: Any) -> DomainPage:
    page = ledger.support(domain, **options)
    assert isinstance(page, DomainPage)
    return page


# --- an address -------------------------------------------------------------------------------------


def test_an_address_is_stopped_by_an_event_with_its_words(ledger: Ledger):
    page = address_page(ledger, f" {ADDRESS.upper()} ")
    (why,) = page.causes
    assert (page.may_send, why.cause, why.reason) == (False, "hard_bounce", "mailbox_unknown")
    assert why.event_id == ledger.suppression_filters.may_send(ADDRESS).event
    assert (why.message_id, why.diagnostic) == ("msg-1", WORDS)
    assert why.explanation == ledger.suppression_filters.may_send(ADDRESS).sentence


def test_the_rule_that_read_the_words_is_named(ledger: Ledger):
    (why,) = address_page(ledger).causes
    assert (why.rule, why.rules_version) == ("code.5.1.1", "7")


def test_the_timeline_is_of_all_candidates_who_have_the_address(ledger: Ledger):
    page = address_page(ledger)
    assert page.candidates == ("cand-7", "cand-8")
    assert {entry.candidate_id for entry in page.timeline} == {"cand-7", "cand-8", None}
    assert [entry.event for entry in page.timeline if entry.candidate_id == "cand-8"] == [
        "EmailRegistered", "MessageRegistered", "MessageWithheld",
    ]  # fmt: skip
    assert page.blocked_attempts == 1
    assert [(asked.by, asked.state, asked.evidence) for asked in page.requests] == [
        ("sup-1", "open", "phone")
    ]


def test_what_a_candidate_had_before_is_about_the_other_address(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.correct("cand-7", "ada@gmail.com", grounds="typed", by="rec-3")
    old, new = address_page(ledger), address_page(ledger, "ada@gmail.com")
    assert [entry.event for entry in new.timeline] == ["EmailChanged"]
    assert "EmailChanged" in [entry.event for entry in old.timeline]


def test_a_suggestion_is_offered_for_who_has_the_address_now(ledger: Ledger):
    assert {(each.candidate_id, each.address) for each in address_page(ledger).suggestions} == {
        ("cand-7", "ada@gmail.com"), ("cand-8", "ada@gmail.com"),
    }  # fmt: skip
    ledger.candidate_emails.correct("cand-7", "ada@gmail.com", grounds="typed", by="rec-3")
    assert {each.candidate_id for each in address_page(ledger).suggestions} == {"cand-8"}


def test_an_import_is_named_by_its_batch_until_it_is_undone(ledger: Ledger):
    rows = [FilterRow("grace@example.org", Cause.COMPLAINT)]
    report = ledger.suppression_filters.import_rows(lambda: rows, by="sup-1", apply=True, confirm=1)
    assert report.batch
    (why,) = address_page(ledger, "grace@example.org").causes
    assert (why.batch, why.by) == (report.batch, "sup-1")
    ledger.suppression_filters.undo_import(report.batch, by="sup-1")
    page = address_page(ledger, "grace@example.org")
    assert (page.may_send, page.causes, len(page.timeline)) == (True, (), 2)


def test_an_address_that_nobody_knows_has_an_empty_page(ledger: Ledger):
    page = address_page(ledger, "nobody@example.org")
    assert (page.may_send, page.timeline, page.candidates) == (True, (), ())


def test_a_page_stays_in_its_tenant(ledger: Ledger):
    assert address_page(ledger, tenant="acme").timeline == ()
    assert domain_page(ledger, DOMAIN, tenant="acme").entries == ()
    with pytest.raises(UnknownMessage):
        ledger.support("msg-1", tenant="acme")


def test_who_was_erased_is_not_shown(ledger: Ledger):
    ledger.erase_many(["cand-7", "cand-8"], by="dpo")
    page = address_page(ledger)
    assert page.may_send is False
    assert not page.candidates
    assert ADDRESS not in str(page).replace(ADDRESS, "", 1)  # but for what was asked
    assert WORDS not in str(page)


# --- a message --------------------------------------------------------------------------------------


def test_a_message_shows_when_it_happened_and_when_we_knew(ledger: Ledger, clock: Clock):
    page = message_page(ledger, "msg-1")
    assert (page.candidate_id, page.sender_id, page.status) == ("cand-7", "rec-3", "hard_bounced")
    assert [entry.event for entry in page.timeline] == [
        "MessageRegistered", "MessageSubmitted", "MessageBounced",
    ]  # fmt: skip
    last = page.timeline[-1]
    assert (last.provider, last.source, last.diagnostic) == ("postmark", "webhook", WORDS)
    assert last.recorded_at == clock.now


def test_what_came_late_or_twice_is_marked_and_not_hidden(ledger: Ledger, clock: Clock):
    tell(ledger, about("msg-1", Outcome.DELIVERED, clock.now - timedelta(minutes=3)))
    tell(ledger, bounced("msg-1", clock, source=Source.DSN, status="5.1.1"))
    page = message_page(ledger, "msg-1")
    assert [(entry.event, entry.duplicate, entry.out_of_order) for entry in page.timeline[2:]] == [
        ("MessageDelivered", False, True),
        ("MessageBounced", False, False),
        ("MessageBounced", True, False),
    ]
    assert [str(page).count(mark) for mark in ("said before", "came out of order")] == [1, 1]


def test_a_resend_is_linked_both_ways(ledger: Ledger):
    corrected = ledger.candidate_emails.correct(
        "cand-7", "ada@gmail.com", grounds="typed", by="rec-3", resend=["msg-1"]
    )
    (new,) = corrected.resent
    assert message_page(ledger, "msg-1").resent_as == (new.id,)
    assert message_page(ledger, new.id).resend_of == ("msg-1",)
    assert f"Sent again as {new.id}" in str(message_page(ledger, "msg-1"))


# --- a domain ---------------------------------------------------------------------------------------


def test_a_domain_shows_its_entries_and_its_failures(ledger: Ledger, clock: Clock):
    page = domain_page(ledger, DOMAIN.upper())
    assert [(each.address, each.causes) for each in page.entries] == [(ADDRESS, ("hard_bounce",))]
    assert [(each.message_id, each.reason) for each in page.failures] == [("msg-1", "mailbox_unknown")]
    assert (page.reasons, page.last_delivery) == ({"mailbox_unknown": 1}, None)


def test_many_failing_neighbours_look_like_an_outage(ledger: Ledger, clock: Clock):
    began = clock.now
    for number in range(40):
        ledger.candidate_emails.register(f"c-{number}", f"a{number}@firma.se", by="rec-3")
        send(ledger, f"c-{number}", f"m-{number}")
        outcome = Outcome.DELIVERED if number < 3 else Outcome.BOUNCED
        reason = None if number < 3 else FailureReason.SERVER_UNAVAILABLE
        to = f"a{number}@firma.se"
        tell(ledger, about(f"m-{number}", outcome, clock.now, reason=reason, recipient=to))
    said = str(address_page(ledger, "a39@firma.se", lang="sv", tz="Europe/Stockholm"))
    assert "37 av 40 adresser på firma.se felar sedan " in said
    assert "Troligen ett avbrott." in said
    page = domain_page(ledger, "firma.se")
    assert (page.neighbours.since, page.last_delivery) == (began, began)
    assert page.reasons == {"server_unavailable": 37}


def test_a_domain_that_nobody_wrote_to_has_an_empty_page(ledger: Ledger):
    assert domain_page(ledger, "example.net").failures == ()


# --- masked, and refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("what", [ADDRESS, "msg-1", DOMAIN])
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_masked_pages_name_nobody(ledger: Ledger, what: str, lang: str):
    page = ledger.support(what, masked=True, lang=lang)
    local = ADDRESS.partition("@")[0]
    for shown in (str(page), page.model_dump_json()):
        assert f"{local}@" not in shown
        assert f"user {local} " not in shown
        assert f"{local[0]}•••@{DOMAIN}" in shown
        assert "message-default:msg-1@3" in shown or what == DOMAIN


def test_what_is_nothing_is_refused(ledger: Ledger):
    with pytest.raises(UnknownMessage):
        ledger.support("msg-99")
    for nothing in ("", "x" * 1_001):
        with pytest.raises(InvalidAddress):
            ledger.support(nothing)


def test_questions_are_answered_from_indexes(ledger: Ledger):
    from deliveryledger.read_models import support_address, support_domain, support_message

    questions = [
        (support_address._EVENTS, ("default", "k", 9)),
        (support_address._HOLDERS, ("k", "default", 9)),
        (support_address._FILTER, ("default", "k")),
        (support_domain._MESSAGES, ("default", "d", 9)),
        (support_domain._ENTRIES, ("default", "d", 9)),
        (support_message._EVENTS, ("default", "m")),
        (support_message._MESSAGE, ("s",)),
    ]
    with ledger._runner.caught_up() as views:
        for question, values in questions:
            plan = " | ".join(row[3] for row in views.execute("EXPLAIN QUERY PLAN " + question, values))
            assert "SCAN" not in plan, plan


def test_the_past_has_pages_too(ledger: Ledger, clock: Clock):
    then = clock.now
    clock.move(hours=1)
    ledger.suppression_filters.lift(ADDRESS, by="sup-1", evidence="phone")
    assert address_page(ledger).may_send
    with ledger.as_of(then) as past:
        page = past.support(ADDRESS)
    assert isinstance(page, AddressPage)
    assert not page.may_send
