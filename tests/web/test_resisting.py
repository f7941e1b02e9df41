"""A request that resists holds up nobody, and is not lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application import receiving
from deliveryledger.application.kept_requests import KeptRequest
from deliveryledger.application.receiving import Outside, Recorded, Taken
from deliveryledger.domain.reports import Reading
from deliveryledger.errors import SubjectKeyMissing
from deliveryledger.inbound import providers
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import ADA, NOW
from tests.storage.stores import SetClock

POSTMARK = EXAMPLES["postmark"]


def kept(number: int) -> KeptRequest:
    body = POSTMARK.body({**POSTMARK.good, "MessageID": f"m-{number}"})
    return KeptRequest("postmark", "main", NOW, body, {}, is_verified=True)


def read(request: KeptRequest) -> Reading:
    return providers.get("postmark").reread(request.body, account="main", received_at=NOW)


def never(*_: Any) -> None:
    raise AssertionError("nobody is to be asked")


OUTSIDE = Outside(read, never, never)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def ledger(tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as ledger:
        yield ledger


def resisting(monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception], *, also_unread: bool) -> None:
    """Recording fails where message 3 is concerned; ``also_unread``: even as something unreadable."""
    original = receiving.record_reading

    def record(unit: Any, reading: Reading, *args: Any, **options: Any) -> Any:
        if any(report.provider_message_id == "m-3" for report in reading.reports):
            raise error()
        if also_unread and reading.quarantined:
            raise error()
        return original(unit, reading, *args, **options)

    monkeypatch.setattr(receiving, "record_reading", record)


def counts(recorded: Recorded) -> dict[str, int]:
    names = ("requests", "refused", "put_off", "stuck", "gone")
    return {name: number for name in names if (number := getattr(recorded, name))}


def test_what_is_kept_is_recorded_together_and_gone(ledger: Ledger):
    assert ledger.requests.keep([kept(n) for n in range(6)]) == [Taken.KEPT] * 6
    assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 6}
    assert ledger.requests.waiting() == (0, 0, None, 0)
    assert not ledger.requests.record(OUTSIDE)
    assert len(ledger.intake.unmatched()) == 6


def test_the_same_in_one_group_is_kept_once(ledger: Ledger):
    assert ledger.requests.keep([kept(1), kept(1), kept(2)]) == [Taken.KEPT, Taken.REPEATED, Taken.KEPT]


def test_one_that_cannot_be_recorded_is_quarantined_and_the_others_recorded(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    resisting(monkeypatch, lambda: ZeroDivisionError("ada@example.org"), also_unread=False)
    ledger.requests.keep([kept(n) for n in range(6)])
    assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 6}
    assert len(ledger.intake.unmatched()) == 5
    (part,) = ledger.intake.quarantined()
    assert part.why == "ZeroDivisionError"


def test_one_that_cannot_even_be_quarantined_is_tried_again_later(
    ledger: Ledger, clock: SetClock, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        resisting(broken, lambda: ZeroDivisionError("ada@example.org"), also_unread=True)
        ledger.requests.keep([kept(n) for n in range(6)])
        assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 5, "stuck": 1}
        assert not ledger.requests.record(OUTSIDE)
    clock.now += timedelta(minutes=1)
    assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 1}
    assert len(ledger.intake.unmatched()) == 6


def test_one_that_needs_a_key_that_is_missing_is_tried_again_later(
    ledger: Ledger, clock: SetClock, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        resisting(broken, lambda: SubjectKeyMissing("open", "it is missing", "restore it"), also_unread=False)
        ledger.requests.keep([kept(n) for n in range(6)])
        assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 5, "stuck": 1}
    assert ledger.intake.quarantined() == ()
    clock.now += timedelta(minutes=1)
    assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 1}


def test_a_reader_that_raises_after_all_quarantines_its_request(ledger: Ledger):
    def fail(request: KeptRequest) -> Reading:
        if b"m-3" in request.body:
            raise RecursionError("ada@example.org")
        return read(request)

    ledger.requests.keep([kept(n) for n in range(6)])
    assert counts(ledger.requests.record(Outside(fail, never, never))) == {"requests": 6}
    assert [part.why for part in ledger.intake.quarantined()] == ["RecursionError"]


def test_requests_that_do_not_open_hold_up_nobody(ledger: Ledger, clock: SetClock):
    log = ledger._services.log
    ledger.requests.keep([kept(n) for n in range(2)])
    with log._connections.write("tamper") as connection:
        connection.execute("UPDATE requests SET sealed = zeroblob(200), subject = 'nobody' WHERE number = 1")
        connection.execute("UPDATE requests SET sealed = zeroblob(200) WHERE number = 2")
    ledger.requests.keep([kept(n) for n in range(2, 4)])
    assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 2, "stuck": 2}
    assert not ledger.requests.record(OUTSIDE)
    assert ledger.keys.missing() == 1
    ledger.keys.give_up_missing(by="dpo")
    clock.now += timedelta(hours=1)
    assert counts(ledger.requests.record(OUTSIDE)) == {"stuck": 1, "gone": 1}
    assert ledger.requests.waiting().requests == 1


def test_long_requests_are_recorded_a_few_at_a_time(ledger: Ledger):
    def long(number: int) -> KeptRequest:
        return kept(number)._replace(body=b"%d" % number + b"x" * 200_000)

    ledger.requests.keep([long(n) for n in range(4)])
    turns = []
    while recorded := ledger.requests.record(OUTSIDE):
        turns.append(recorded.requests)
    assert turns == [1, 1, 1, 1]


def test_the_oldest_are_recorded_first_and_the_verified_before_the_others(ledger: Ledger):
    seen: list[str] = []

    def note(request: KeptRequest) -> Reading:
        seen.append(request.body.decode())
        return read(request)

    ledger.requests.keep([kept(1)._replace(is_verified=False), kept(2), kept(3)])
    ledger.requests.record(Outside(note, lambda _: None, never))
    assert seen == [kept(n).body.decode() for n in (2, 3, 1)]


def test_what_the_ways_out_of_the_house_raise_holds_up_nobody(ledger: Ledger):
    def fail(request: KeptRequest) -> None:
        raise OSError("ada@example.org")

    ledger.requests.keep([kept(1)._replace(is_verified=False), kept(2)])
    assert counts(ledger.requests.record(Outside(read, fail, never))) == {"requests": 1, "put_off": 1}


def test_who_comes_second_counts_nothing(ledger: Ledger):
    """Two processes have read the same requests; one of them has recorded them meanwhile."""

    def overtaken(request: KeptRequest) -> Reading:
        ledger.requests.record(OUTSIDE)
        return read(request)

    ledger.requests.keep([kept(1), kept(2)])
    assert counts(ledger.requests.record(Outside(overtaken, never, never))) == {}
    assert len(ledger.intake.unmatched()) == 2


def test_the_tenant_of_the_account_that_took_it_stays_with_a_request(ledger: Ledger):
    ledger.candidate_emails.register("cand-7", ADA, by="rec-3", tenant="other")
    message = ledger.messages.register("cand-7", sender="rec-3", subject="Interview", tenant="other")
    ledger.messages.mark_submitted(message.id, provider="postmark", provider_message_id="m-1", tenant="other")
    ledger.requests.keep([kept(1)._replace(tenant="acme")])
    assert counts(ledger.requests.record(OUTSIDE)) == {"requests": 1}
    assert len(ledger.intake.unmatched()) == 1
    assert ledger.candidate_card("cand-7", tenant="other").messages[0].status == "submitted"
