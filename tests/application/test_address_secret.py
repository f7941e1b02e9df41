"""The secret of the address keys is replaced: whom the ledger has met keeps the key, and is found again."""

from datetime import timedelta

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.testing import ADDRESS, AT_BOUNCE, claim
from tests.application.address_keys import NEW, entries, key_of, version
from tests.application.world import send, shown, tell


def test_an_address_that_the_ledger_has_met_keeps_its_key(ledger: Ledger) -> None:
    before = key_of(ledger, ADDRESS)
    assert ledger.keys.rotate_address_secret() == 2
    assert key_of(ledger, ADDRESS) == key_of(ledger, f" <{ADDRESS.upper()}>") == before
    assert version(ledger, NEW) == "2"
    ledger.candidate_emails.register("cand-8", NEW, by="rec-3")
    after = key_of(ledger, NEW)
    assert [ledger.keys.rotate_address_secret(), ledger.keys.status().address_secret_version] == [3, 3]
    assert (key_of(ledger, ADDRESS), key_of(ledger, NEW)) == (before, after)
    assert version(ledger, "third@navy.example") == "3"


def test_the_filter_refuses_as_before(ledger: Ledger) -> None:
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    ledger.suppression_filters.suppress("never@registered.example", by="sup-1")
    ledger.keys.rotate_address_secret()
    for typed in (ADDRESS, ADDRESS.upper(), f"<{ADDRESS}>", "Never@Registered.example"):
        assert not ledger.suppression_filters.may_send(typed), typed
    assert ledger.suppression_filters.may_send(NEW)
    message = ledger.messages.register("cand-7", sender="rec-3", subject="Interview")
    assert message.withheld is not None


def test_the_filter_refuses_somebody_who_was_erased(ledger: Ledger) -> None:
    send(ledger, "cand-7", "msg-1")
    tell(ledger, claim(Outcome.COMPLAINED, AT_BOUNCE, provider_message_id="p-msg-1"))
    assert not ledger.suppression_filters.may_send(ADDRESS)
    ledger.erase("cand-7", by="dpo")
    ledger.keys.rotate_address_secret()
    assert not ledger.suppression_filters.may_send(ADDRESS.upper())
    ledger.candidate_emails.register("cand-9", ADDRESS, by="rec-3")
    message = ledger.messages.register("cand-9", sender="rec-3", subject="Interview")
    assert message.withheld is not None
    assert message.withheld.cause == "complaint"


def test_a_report_about_a_message_from_before_finds_it(ledger: Ledger) -> None:
    send(ledger, "cand-7", "msg-1")
    ledger.keys.rotate_address_secret()
    by_id_and_recipient = claim(
        Outcome.BOUNCED,
        AT_BOUNCE,
        provider_message_id="p-msg-1",
        recipient=ADDRESS.upper(),
        reason=FailureReason.MAILBOX_UNKNOWN,
    )
    assert tell(ledger, by_id_and_recipient).facts == 1
    assert shown(ledger, "msg-1").status == "hard_bounced"
    delivered = claim(
        Outcome.DELIVERED, AT_BOUNCE - timedelta(hours=1), message_id="msg-1", provider_message_id=None
    )
    assert tell(ledger, delivered).facts == 1
    assert len(entries(ledger)) == 1
    assert not ledger.suppression_filters.may_send(ADDRESS)


def test_a_report_that_waited_is_matched_after(ledger: Ledger) -> None:
    early = claim(
        Outcome.BOUNCED, AT_BOUNCE, provider_message_id="p-msg-1", reason=FailureReason.MAILBOX_UNKNOWN
    )
    stranger = claim(
        Outcome.BOUNCED,
        AT_BOUNCE,
        provider_message_id="p-msg-2",
        recipient=NEW,
        reason=FailureReason.MAILBOX_UNKNOWN,
    )
    assert tell(ledger, early, stranger).unmatched == 2
    ledger.keys.rotate_address_secret()
    send(ledger, "cand-7", "msg-1")
    assert shown(ledger, "msg-1").status == "hard_bounced"
    ledger.candidate_emails.register("cand-8", NEW, by="rec-3")  # met in a report, never registered before
    send(ledger, "cand-8", "msg-2")
    assert shown(ledger, "msg-2", "cand-8").status == "hard_bounced"
    assert ledger.intake.unmatched() == ()


def test_a_new_candidate_with_an_old_address_shares_its_one_entry(ledger: Ledger) -> None:
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    ledger.keys.rotate_address_secret()
    ledger.candidate_emails.register("cand-8", ADDRESS.title(), by="rec-3")
    assert ledger.candidate_card("cand-8").on_filter == ("manual",)
    ledger.suppression_filters.suppress(ADDRESS, by="sup-2")
    assert len(entries(ledger)) == 1
    ledger.suppression_filters.lift(ADDRESS, by="sup-1")
    assert ledger.candidate_card("cand-8").on_filter == ()
    assert ledger.suppression_filters.may_send(ADDRESS)


def test_a_request_from_before_is_approved_after(ledger: Ledger) -> None:
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    request = ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone call")
    ledger.keys.rotate_address_secret()
    assert ledger.suppression_filters.requests(ADDRESS) == (request,)
    again = ledger.suppression_filters.request_removal(ADDRESS.upper(), by="sup-1", evidence="phone call")
    assert again.id == request.id
    assert ledger.suppression_filters.approve(request.id, by="sup-2").causes == ("manual",)
    assert ledger.suppression_filters.may_send(ADDRESS)


def test_corrections_and_suggestions_know_the_address_again(ledger: Ledger) -> None:
    ledger.candidate_emails.dismiss_suggestion("cand-7", "ada@gmail.com", by="rec-3")
    assert ledger.candidate_card("cand-7").suggestion is None
    ledger.candidate_emails.correct("cand-7", NEW, grounds="candidate", by="rec-3")
    ledger.keys.rotate_address_secret()
    assert not ledger.candidate_emails.correct("cand-7", NEW, grounds="typed", by="rec-3").changed
    assert ledger.candidate_emails.correct("cand-7", ADDRESS, grounds="candidate", by="rec-3").changed
    assert ledger.candidate_card("cand-7").suggestion is None


def test_read_models_are_the_same_after_a_rebuild(ledger: Ledger) -> None:
    ledger.suppression_filters.suppress(ADDRESS, by="sup-1")
    ledger.keys.rotate_address_secret()
    ledger.suppression_filters.suppress(NEW, by="sup-1")
    before = ledger.candidate_card("cand-7"), ledger.recipient_filter()
    ledger.rebuild()
    assert (ledger.candidate_card("cand-7"), ledger.recipient_filter()) == before
