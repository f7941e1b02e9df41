"""Support's pages: every answer with its proof, and with ``masked`` nobody's address."""

from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.application.filter_rows import FilterRow
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import UnknownMessage
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell
from tests.read_models.supporting import DOMAIN, WORDS, address_page, domain_page, message_page, stopped


@pytest.fixture
def ledger(ledger: Ledger, clock: Clock) -> Ledger:
    return stopped(ledger, clock)


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


def test_an_escalation_names_the_policy_and_the_last_failure(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.register("cand-9", "grace@firma.se", by="rec-3")
    for number in (1, 2):
        send(ledger, "cand-9", f"soft-{number}")
        fields = {"reason": FailureReason.MAILBOX_DISABLED, "recipient": "grace@firma.se"}
        tell(ledger, about(f"soft-{number}", Outcome.BOUNCED, clock.move(days=1), **fields))
    (why,) = address_page(ledger, "grace@firma.se").causes
    assert (why.cause, why.reason, why.message_id) == ("escalation", "mailbox_disabled", "soft-2")
    assert why.policy_version
    assert f"Policy version: {why.policy_version}" in str(address_page(ledger, "grace@firma.se"))


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
    for hours in (1, 2):
        until = clock.move(minutes=1) + timedelta(hours=hours)
        deferred = {"reason": FailureReason.MAILBOX_FULL, "will_retry_until": until}
        tell(ledger, about("msg-1", Outcome.DEFERRED, clock.now, **deferred))
    page = message_page(ledger, "msg-1")
    assert [(entry.event, entry.duplicate, entry.out_of_order) for entry in page.timeline[2:]] == [
        ("MessageDelivered", False, True),
        ("MessageBounced", False, False),
        ("MessageDeferred", False, False),
        ("MessageDeferred", True, False),
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
