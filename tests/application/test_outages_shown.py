"""What is told of an outage, and what is kept of it."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from tests.application.one_domain import (
    DOMAIN,
    THREE,
    address,
    bounce,
    bounced,
    deliver,
    refused,
    registered,
)
from tests.application.world import Clock, tell


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, policies=THREE) as ledger:
        registered(ledger, *range(8))
        clock.move(hours=1)
        yield ledger


def test_open_outages_are_listed(ledger: Ledger, clock: Clock):
    assert str(ledger.outages()) == "no outage is open"
    bounce(ledger, clock, 0, 1, 2, 3)
    [listed] = ledger.outages().entries
    assert (listed.domain, listed.addresses, listed.held) == (DOMAIN, 3, 4)
    assert listed.until - listed.since == THREE.outage.hold
    assert str(ledger.outages()).startswith(f"{DOMAIN}: 4 held since ")
    deliver(ledger, clock, 5)
    assert ledger.outages().entries == ()
    [over] = ledger.outages(ended=True).entries
    assert (over.how, over.ended_at) == ("recovered", clock.now)


def test_the_card_the_bell_and_the_log_say_so(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    message = ledger.candidate_card("cand-0").messages[0]
    assert (message.status, message.reason) == ("hard_bounced", "mailbox_unknown")
    assert message.explanation == (
        f"Unusually many errors from {DOMAIN}: probably an outage there. "
        "No addresses are put on the recipient filter for now."
    )
    (send,) = ledger.bell("rec-3").items
    assert all("probably an outage there" in item.text for item in send.items)
    said = ledger.activity("cand-0").entries[0].text
    assert said == f"{address(0)} was not put on the recipient filter: probably an outage at {DOMAIN}"
    deliver(ledger, clock, 5)
    over = f"The outage is over. {address(0)} was not put on the recipient filter"
    assert ledger.activity("cand-0").entries[0].text == over
    assert ledger.candidate_card("cand-0").messages[0].explanation == over


def test_each_tenant_for_itself(ledger: Ledger, clock: Clock):
    registered(ledger, 0, 1, 2, tenant="acme")
    bounce(ledger, clock, 0, 1)
    clock.move(seconds=30)
    tell(ledger.tenant("acme"), bounced(clock, 2))
    assert refused(ledger) == [0, 1]
    assert not ledger.tenant("acme").suppression_filters.may_send(address(2))


def test_settling_by_a_bound_ledger_is_about_its_tenant(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    clock.move(hours=24)
    assert ledger.tenant("acme").suppression_filters.settle_outages() == 0
    assert ledger.suppression_filters.settle_outages(tenant="acme") == 0
    assert ledger.suppression_filters.settle_outages() == 3


def test_what_is_held_is_no_report_that_waits(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    assert ledger.intake.unmatched() == ()
    assert ledger.intake.retry().facts == 0


def test_who_is_erased_while_waiting_stays_refused_without_an_address(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    ledger.erase("cand-0", by="dpo")
    clock.move(hours=24)
    assert ledger.suppression_filters.settle_outages() == 3
    assert refused(ledger) == [0, 1, 2]
    assert address(0) not in "".join(str(e.event) for e in ledger.history())
    assert sum(e.address.endswith("@erased.invalid") for e in ledger.recipient_filter().entries) == 1


def test_a_rebuild_shows_the_same(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2, 3)
    before = ledger.outages(), ledger.candidate_card("cand-0"), ledger.recipient_filter()
    ledger.rebuild()
    assert (ledger.outages(), ledger.candidate_card("cand-0"), ledger.recipient_filter()) == before


def test_the_domain_is_nowhere_in_clear(ledger: Ledger, clock: Clock):
    bounce(ledger, clock, 0, 1, 2)
    stored = ledger._services.log.stored(after=0, limit=1_000)  # type: ignore[attr-defined]
    assert not any(DOMAIN.encode() in data or DOMAIN in stream for _, stream, _, _, data in stored)
