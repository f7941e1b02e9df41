"""Support's page of a domain; what all its pages have in common: masked, refused, fast, of the past."""

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidAddress, UnknownMessage
from deliveryledger.read_models.support_address import AddressPage
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell
from tests.read_models.supporting import DOMAIN, address_page, domain_page, stopped


@pytest.fixture
def ledger(ledger: Ledger, clock: Clock) -> Ledger:
    return stopped(ledger, clock)


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
