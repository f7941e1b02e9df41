"""Under the bell: one item an incident, one item a send; read, handled, and fast with thousands."""

import time
from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.application.outbox import Delivered
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import UnknownIncident
from tests.application.world import Clock
from tests.outbound.office import Office, fails


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=clock, directory=Office()) as ledger:
        yield ledger


def sends(ledger: Ledger, *numbers: int, subject: str = "Interview", batch: str | None = None) -> None:
    """Messages that arrive."""
    for number in numbers:
        ledger.candidate_emails.register(f"cand-{number}", f"a{number}@example.org", by="rec-3")
        ledger.messages.register(
            f"cand-{number}", sender="rec-3", subject=subject, message_id=f"msg-{number}", batch=batch
        )


def test_three_failures_of_one_send_are_one_item_with_their_links(ledger: Ledger, clock: Clock):
    sends(ledger, *range(10, 20))
    fails(ledger, clock, 1, 2)
    assert len(ledger.bell("rec-3").items) == 2
    fails(ledger, clock, 3)
    (item,) = ledger.bell("rec-3", lang="sv").items
    assert item.title == "3 meddelanden kunde inte levereras"
    assert item.text.startswith("Interview · 3 av 13 · ")
    assert (item.count, item.total, item.unread) == (3, 13, True)
    assert {each.profile_url for each in item.items} == {
        f"https://ats.example/candidates/cand-{number}" for number in (1, 2, 3)
    }
    assert "Ada 2" in str(ledger.bell("rec-3"))
    assert ledger.bell("rec-3").unread == 1


@pytest.mark.parametrize(("minutes", "items"), [(10, 1), (11, 6)])
def test_a_pause_of_ten_minutes_parts_two_sends(ledger: Ledger, clock: Clock, minutes: int, items: int):
    for number in range(6):
        fails(ledger, clock, number)
        clock.move(minutes=minutes)
    assert len(ledger.bell("rec-3").items) == items


def test_what_arrived_between_two_failures_joins_them(ledger: Ledger, clock: Clock):
    for number in (1, 2, 3):
        fails(ledger, clock, number)
        for step in range(3):
            clock.move(minutes=5)
            sends(ledger, number * 10 + step)
    (item,) = ledger.bell("rec-3").items
    assert (item.count, item.total) == (3, 12)


def test_another_subject_is_another_send_unless_the_ats_names_the_batch(ledger: Ledger, clock: Clock):
    for number in range(3):
        fails(ledger, clock, number, subject=f"Interview {number}")
    assert len(ledger.bell("rec-3").items) == 3
    for number in range(10, 13):
        sends(ledger, number, subject=f"Interview {number}", batch="send-1")
        fails(ledger, clock, number)
        clock.move(hours=5)
    sends(ledger, 20, batch="send-1")
    items = ledger.bell("rec-3").items
    assert [(item.count, item.total) for item in items if item.items] == [(3, 4)]


def test_complaints_stay_by_themselves(ledger: Ledger, clock: Clock):
    fails(ledger, clock, *range(5), outcome=Outcome.COMPLAINED, reason=None)
    assert len(ledger.bell("rec-3").items) == 5


def test_a_send_is_handled_when_all_of_it_is(ledger: Ledger, clock: Clock):
    fails(ledger, clock, 1, 2, 3)
    (item,) = ledger.bell("rec-3").items
    assert ledger.notifications.handled(item.incident_ids[:2], by="rec-4") == 2
    assert ledger.bell("rec-3").items[0].handled_by is None
    ledger.notifications.handled(item.incident_ids, by="rec-4")
    view = ledger.bell("rec-3", lang="sv")
    assert (view.unread, view.items[0].handled_by) == (0, "rec-4")
    assert "Åtgärdat av rec-4" in str(view)


def test_what_was_read_is_unread_for_nobody_but_others(ledger: Ledger, clock: Clock):
    fails(ledger, clock, 1)
    (item,) = ledger.bell("rec-3").items
    assert ledger.notifications.read(item.id, by="rec-4") == 1
    assert ledger.bell("rec-3").unread == 1
    assert ledger.notifications.read(item.id, by="rec-3") == 1
    assert ledger.bell("rec-3").unread == 0
    assert ledger.notifications.read(item.id, by="rec-3") == 0


def test_an_incident_of_another_tenant_is_unknown(ledger: Ledger, clock: Clock):
    fails(ledger, clock, 1)
    (item,) = ledger.bell("rec-3").items
    with pytest.raises(UnknownIncident):
        ledger.notifications.read([item.id], by="rec-3", tenant="other")
    with pytest.raises(UnknownIncident):
        ledger.notifications.handled([item.id, "nothing"], by="rec-3")
    assert ledger.bell("rec-3").unread == 1


def test_the_erased_are_in_no_send(ledger: Ledger, clock: Clock):
    fails(ledger, clock, 1, 2, 3)
    for number in (1, 2, 3):
        ledger.erase(f"cand-{number}", by="dpo")
    assert not any(item.items for item in ledger.bell("rec-3").items)
    assert ledger.outbox.stuck() == ()
    assert Delivered().mails == 0


@pytest.mark.slow
def test_five_thousand_bounces_of_one_send_are_one_item_at_once(ledger: Ledger, clock: Clock):
    fails(ledger, clock, *range(5_000))
    ledger.bell("rec-3")
    began = time.perf_counter()
    (item,) = ledger.bell("rec-3").items
    took = time.perf_counter() - began
    assert (item.count, item.total, len(item.items), len(item.incident_ids)) == (5_000, 5_000, 100, 5_000)
    print(f"{took * 1000:.0f} ms")
    assert took < 0.5  # 50 ms on a machine that has nothing else to do
