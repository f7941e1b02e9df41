"""A person is forgotten: nothing of them can be opened, and everything else goes on."""

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidInput, UnknownCandidate, UnknownMessage
from deliveryledger.testing import ADDRESS, BOUNCE_REPORT, claim
from tests.application.world import Clock, about, events, send, shown, tell
from tests.projections.tables import tables

NOBODY = "@erased.invalid"


@pytest.fixture
def bounced(ledger: Ledger, clock: Clock) -> Ledger:
    """Ada's message bounced, and her address is on the filter."""
    send(ledger, "cand-7", "msg-1")
    clock.move(minutes=5)
    tell(
        ledger,
        about("msg-1", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_UNKNOWN, recipient=ADDRESS),
    )
    return ledger


def test_the_card_says_erased_and_the_messages_stay(bounced: Ledger) -> None:
    erasure = bounced.erase("cand-7", by="dpo")
    assert (erasure.erased, erasure.keys_destroyed, erasure.filter_entries) == (True, 2, 1)
    card = bounced.candidate_card("cand-7")
    assert (card.name, card.address, card.cv_address, card.suggestion) == (None, None, None, None)
    assert "[erased]" in str(card)
    assert shown(bounced, "msg-1").status == "hard_bounced"
    assert shown(bounced, "msg-1").subject == "[erased]"
    assert shown(bounced, "msg-1").recipient.endswith(NOBODY)
    assert ADDRESS not in str(card) + str(bounced.activity("cand-7")) + str(bounced.recipient_filter())
    assert events(bounced)[-1] == "PersonalDataErased"
    assert bounced.activity("cand-7").entries[0].actor == "dpo"


def test_there_is_nothing_left_to_do_about_the_messages(bounced: Ledger) -> None:
    bounced.erase("cand-7", by="dpo")
    message = shown(bounced, "msg-1")
    assert (message.actions, message.next_step) == ((), None)


def test_every_event_still_replays(bounced: Ledger) -> None:
    bounced.erase("cand-7", by="dpo")
    opened = [e.data.decode() for e in bounced.history()]
    assert not any(text in data for data in opened for text in (ADDRESS, "Lovelace"))
    before = tables(bounced)
    bounced.rebuild()
    assert tables(bounced) == before


def test_the_filter_goes_on_refusing(bounced: Ledger) -> None:
    bounced.erase("cand-7", by="dpo")
    assert not bounced.suppression_filters.may_send(ADDRESS.upper())
    entry = bounced.recipient_filter().entries[0]
    assert entry.address.endswith(NOBODY)
    bounced.candidate_emails.register("cand-9", ADDRESS, by="rec-3")
    assert bounced.messages.register("cand-9", sender="rec-3", subject="Hello").withheld


def test_support_can_still_lift_it_with_evidence(bounced: Ledger) -> None:
    bounced.erase("cand-7", by="dpo")
    removal = bounced.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="a call")
    assert bounced.suppression_filters.approve(removal.id, by="sup-2")
    assert bounced.suppression_filters.may_send(ADDRESS)


def test_twice_is_once(bounced: Ledger) -> None:
    bounced.erase("cand-7", by="dpo")
    position = bounced.status().last_position
    assert not bounced.erase("cand-7", by="dpo").erased
    assert bounced.status().last_position == position


def test_nobody_unknown_is_erased_and_then_nobody_at_all(ledger: Ledger) -> None:
    with pytest.raises(UnknownCandidate):
        ledger.erase_many(["cand-7", "cand-404"], by="dpo")
    assert ledger.candidate_card("cand-7").address == ADDRESS


def test_the_same_person_starts_clean(bounced: Ledger, clock: Clock) -> None:
    bounced.candidate_emails.confirm("cand-7", by="rec-3")
    bounced.erase("cand-7", by="dpo")
    bounced.candidate_emails.register("cand-7", "ada@gmail.com", name="Ada King", by="rec-4")
    card = bounced.candidate_card("cand-7")
    assert (card.name, card.address, card.messages) == ("Ada King", "ada@gmail.com", ())
    assert events(bounced) == ["EmailRegistered"]
    send(bounced, "cand-7", "msg-2")
    assert [message.id for message in bounced.candidate_card("cand-7").messages] == ["msg-2"]
    with pytest.raises(UnknownMessage):
        bounced.messages.resend("msg-1", by="rec-4")
    clock.move(minutes=1)
    bounced.erase("cand-7", by="dpo")
    assert {m.id for m in bounced.candidate_card("cand-7").messages} == {"msg-1", "msg-2"}


def test_an_address_of_two_candidates_goes_on_for_the_other(bounced: Ledger) -> None:
    bounced.candidate_emails.register("cand-8", ADDRESS, name="Ada's twin", by="rec-3")
    assert bounced.erase("cand-7", by="dpo").filter_entries == 0
    assert bounced.candidate_card("cand-8").address == ADDRESS
    assert bounced.recipient_filter().entries[0].address == ADDRESS
    assert bounced.erase("cand-8", by="dpo").filter_entries == 1
    assert bounced.recipient_filter().entries[0].address.endswith(NOBODY)


def test_two_who_share_an_address_are_erased_together(bounced: Ledger) -> None:
    bounced.candidate_emails.register("cand-8", ADDRESS, by="rec-3")
    assert sum(e.filter_entries for e in bounced.erase_many(["cand-7", "cand-8"], by="dpo")) == 2
    assert bounced.recipient_filter().entries[0].address.endswith(NOBODY)


def test_another_tenant_keeps_its_own(bounced: Ledger) -> None:
    acme = bounced.tenant("acme")
    acme.candidate_emails.register("cand-7", ADDRESS, name="Ada", by="rec-9")
    acme.suppression_filters.suppress(ADDRESS, by="sup-9")
    bounced.erase("cand-7", by="dpo")
    assert acme.candidate_card("cand-7").address == ADDRESS
    assert acme.recipient_filter().entries[0].address == ADDRESS


@pytest.mark.parametrize("outcome", [Outcome.BOUNCED, Outcome.COMPLAINED, Outcome.COMPLAINT_WITHDRAWN])
def test_what_comes_in_late_stores_placeholders(ledger: Ledger, clock: Clock, outcome: Outcome) -> None:
    send(ledger, "cand-7", "msg-1")
    ledger.erase("cand-7", by="dpo")
    clock.move(minutes=5)
    fields = {"reason": FailureReason.MAILBOX_UNKNOWN, "diagnostic": f"550 5.1.1 <{ADDRESS}> unknown"}
    report = about(
        "msg-1", outcome, clock.now, recipient=ADDRESS, **(fields if outcome is Outcome.BOUNCED else {})
    )
    position = ledger.status().last_position
    assert tell(ledger, report).facts == 1
    late = list(ledger.history(after=position))
    assert len(late) >= 2
    assert not any(ADDRESS in e.data.decode() for e in late)
    if outcome is not Outcome.COMPLAINT_WITHDRAWN:
        assert not ledger.suppression_filters.may_send(ADDRESS)
        assert ledger.recipient_filter().entries[0].address.endswith(NOBODY)


def test_reports_about_the_person_that_wait_are_given_up(ledger: Ledger) -> None:
    tell(ledger, BOUNCE_REPORT._replace(provider_message_id="unknown", recipient=ADDRESS))
    tell(
        ledger,
        claim(Outcome.BOUNCED, BOUNCE_REPORT.occurred_at, provider_message_id="x", recipient="b@c.example"),
    )
    assert ledger.erase("cand-7", by="dpo").reports_discarded == 1
    assert [report.recipient for report in ledger.intake.unmatched()] == ["b@c.example"]


def test_a_report_that_may_be_another_tenants_waits_on(ledger: Ledger) -> None:
    ledger.tenant("acme").candidate_emails.register("cand-1", ADDRESS, by="rec-9")
    tell(ledger, BOUNCE_REPORT._replace(provider_message_id="unknown", recipient=ADDRESS))
    assert ledger.erase("cand-7", by="dpo").reports_discarded == 0
    assert len(ledger.intake.unmatched()) == 1


def test_a_report_that_was_matched_late_leaves_no_second_copy(ledger: Ledger) -> None:
    tell(ledger, BOUNCE_REPORT._replace(provider_message_id="p-msg-1", recipient=ADDRESS, message_id=None))
    keys = ledger._services.log._keys
    assert len(keys.live_intake_subjects()) == 1
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "hard_bounced"
    assert keys.live_intake_subjects() == set()


def test_erasing_again_gives_up_what_came_in_since(ledger: Ledger) -> None:
    ledger.erase("cand-7", by="dpo")
    tell(ledger, BOUNCE_REPORT._replace(provider_message_id="unknown", recipient=ADDRESS))
    again = ledger.erase("cand-7", by="dpo")
    assert (again.erased, again.reports_discarded) == (False, 1)
    assert ledger.intake.unmatched() == ()


def test_one_text_is_no_list_of_candidates(ledger: Ledger) -> None:
    with pytest.raises(InvalidInput):
        ledger.erase_many("cand-7", by="dpo")
