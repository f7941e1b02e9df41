"""Time travel: what was known then."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidIdentifier, InvalidInput, UnknownCandidate
from deliveryledger.testing import ADDRESS, AT_REGISTRATION
from tests.application.world import Clock, about, tell
from tests.read_models.past import open_with_a_past

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with open_with_a_past(tmp_path / "ledger.db", clock) as ledger:
        yield ledger


def status(ledger: Ledger, point: datetime | int) -> str:
    with ledger.as_of(point) as past:
        return str(past.candidate_card("cand-7").messages[0].status)


def test_the_card_as_it_was(ledger: Ledger):
    at = AT_REGISTRATION
    assert status(ledger, at) == "submitted"
    assert status(ledger, at + HOUR - timedelta(microseconds=1)) == "submitted"
    assert status(ledger, at + HOUR) == "complained"
    assert status(ledger, 3) == "submitted"
    assert status(ledger, 4) == "complained"


def test_expiry_is_that_of_then(ledger: Ledger):
    suppressed = AT_REGISTRATION + 2 * HOUR
    for moment, count in [(suppressed, 2), (suppressed + timedelta(days=1), 1)]:
        with ledger.as_of(moment) as past:
            assert len(past.recipient_filter().entries) == count
            assert past.moment == moment
    with ledger.as_of(ledger.status().last_position) as past:
        assert past.moment == suppressed
        assert len(past.recipient_filter().entries) == 2


def test_before_the_first_event_there_is_nothing(ledger: Ledger):
    for point in (0, AT_REGISTRATION - HOUR, datetime(1970, 1, 1, tzinfo=UTC)):
        with ledger.as_of(point) as past:
            assert past.position == 0
            assert past.recipient_filter().entries == ()
            assert past.bell("rec-3").items == ()
            for question in (past.candidate_card, past.activity):
                with pytest.raises(UnknownCandidate):
                    question("cand-7")


def test_a_naive_moment_is_utc_and_any_zone_will_do(ledger: Ledger):
    moment = AT_REGISTRATION + HOUR
    naive = moment.astimezone(UTC).replace(tzinfo=None)
    elsewhere = moment.astimezone(timezone(timedelta(hours=5.5)))
    assert ledger.as_of(naive).position == ledger.as_of(elsewhere).position == ledger.as_of(moment).position


@pytest.mark.parametrize(
    ("point", "obstacle"),
    [
        (AT_REGISTRATION + timedelta(days=99), "the moment is in the future"),
        (99, "the log has not come to that position"),
        (10**30, "the log has not come to that position"),
        (-1, "neither"),
        (True, "neither"),
        (date(2026, 11, 14), "neither"),
        ("2026-11-14", "neither"),
        (None, "neither"),
        (datetime.min.replace(tzinfo=timezone(14 * HOUR)), "before the year 1"),
        (datetime.max.replace(tzinfo=timezone(-14 * HOUR)), "after the year 9999"),
    ],
    ids=str,
)
def test_what_is_still_to_come_is_refused_and_what_is_no_point(ledger: Ledger, point: Any, obstacle: str):
    with pytest.raises(InvalidInput, match=obstacle):
        ledger.as_of(point)


def test_now_is_no_future_even_if_the_clock_was_set_back(ledger: Ledger, clock: Clock):
    last = AT_REGISTRATION + 2 * HOUR
    assert ledger.as_of(clock.now).position == ledger.status().last_position
    clock.now = AT_REGISTRATION
    assert ledger.as_of(last).position == ledger.status().last_position


def test_of_an_empty_ledger(clock: Clock):
    with Ledger.open(":memory:", clock=clock) as ledger:
        for point in (0, clock.now, clock.now - HOUR):
            assert ledger.as_of(point).recipient_filter().entries == ()
        with pytest.raises(InvalidInput):
            ledger.as_of(1)


def test_each_tenant_for_itself(clock: Clock):
    with Ledger.open(":memory:", clock=clock) as ledger:
        acme = ledger.tenant("acme")
        acme.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        for past in (acme.as_of(1), ledger.as_of(1, tenant="acme")):
            assert past.candidate_card("cand-7").address == ADDRESS
            with pytest.raises(UnknownCandidate):
                past.candidate_card("cand-7", tenant="globex")
        with pytest.raises(UnknownCandidate):
            ledger.as_of(1).candidate_card("cand-7")
        assert ledger.as_of(1).candidate_card("cand-7", tenant="acme").address == ADDRESS
        with pytest.raises(InvalidIdentifier):
            ledger.as_of(1, tenant="no such name!")


def test_what_is_recorded_later_does_not_show(ledger: Ledger, clock: Clock):
    with ledger.as_of(clock.now) as past:
        before = past.candidate_card("cand-7")
        tell(ledger, about("msg-1", Outcome.COMPLAINT_WITHDRAWN, clock.move(hours=1)))
        assert past.candidate_card("cand-7") == before
        assert ledger.candidate_card("cand-7") != before


def test_who_was_erased_is_erased_in_the_past_too(ledger: Ledger):
    with ledger.as_of(4) as open_before:
        assert open_before.candidate_card("cand-7").name == "Ada Lovelace"
        ledger.erase("cand-7", by="dpo")
        with ledger.as_of(4) as opened_after:
            for past in (open_before, opened_after):
                card = past.candidate_card("cand-7")
                assert card.name == "[erased]"
                assert card.messages[0].status == "complained"
                assert "Ada" not in past.activity("cand-7").model_dump_json()
                assert ADDRESS not in past.recipient_filter().model_dump_json()
