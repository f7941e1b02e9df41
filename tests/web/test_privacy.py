"""What is kept is sealed, and once it is recorded nothing opens it any more."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.kept_requests import KeptRequest
from deliveryledger.application.receiving import Outside, Taken
from tests.inbound.requests import ADA, NOW
from tests.privacy.test_raw_search import places
from tests.storage.stores import SetClock
from tests.web.test_resisting import OUTSIDE, kept

WORDS = "550 5.1.1 user unknown"
Open = Callable[[str], Ledger]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def opened(tmp_path: Path, clock: SetClock) -> Iterator[Open]:
    """Opens ledgers by the names of their files."""
    ledgers: list[Ledger] = []

    def open_ledger(name: str = "ledger.db") -> Ledger:
        ledgers.append(Ledger.open(tmp_path / name, clock=clock))
        return ledgers[-1]

    yield open_ledger
    for ledger in ledgers:
        ledger.close()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows_of(ledger: Ledger) -> list[Any]:
    with ledger._services.log._connections.read("look") as connection:
        return connection.execute("SELECT subject, sealed FROM requests").fetchall()


def wrapped_keys(ledger: Ledger) -> list[bytes]:
    with ledger._services.log._keys.connections.read("look") as connection:
        found = connection.execute(
            "SELECT wrapped FROM subject_keys WHERE purpose = 'request' AND wrapped IS NOT NULL"
        )
        return [row[0] for row in found]


@pytest.mark.parametrize("text", [ADA, ADA.partition("@")[0], "example.org", WORDS, "user unknown"])
def test_nothing_that_is_kept_stands_in_any_file(opened: Open, tmp_path: Path, text: str):
    ledger = opened("ledger.db")
    ledger.requests.keep([kept(1)])
    assert rows_of(ledger)
    assert places(files(tmp_path), text) == set()


def test_the_key_of_what_was_recorded_is_in_no_file_any_more(opened: Open, tmp_path: Path):
    ledger = opened("ledger.db")
    ledger.requests.keep([kept(1), kept(2)])
    (wrapped,) = wrapped_keys(ledger)
    (_, sealed), *_ = rows_of(ledger)
    assert any(wrapped in content for content in files(tmp_path).values())
    ledger.requests.record(OUTSIDE)
    ledger.requests.sweep()
    assert wrapped_keys(ledger) == []
    left = files(tmp_path)
    assert not any(wrapped in content for content in left.values())
    # What is left of the request, in free pages and the journal, is sealed by a key that is gone.
    assert {name for name, content in left.items() if sealed in content} <= {"ledger.db", "ledger.db-wal"}


def test_requests_of_a_second_share_a_key_and_later_ones_do_not(opened: Open):
    ledger = opened("ledger.db")
    for number in range(4):
        ledger.requests.keep([kept(number)])
        ledger._services.log._request_key._until += 3_600 if number != 1 else -7_200
    first, second, third, fourth = [subject for subject, _ in rows_of(ledger)]
    assert first == second != third == fourth
    ledger.requests.record(OUTSIDE)
    ledger.requests.keep([kept(5)])  # within the second, but its key is destroyed
    assert rows_of(ledger)[0][0] not in (first, third)
    assert len(wrapped_keys(ledger)) == 1


def test_a_key_that_a_kill_left_behind_is_destroyed_by_the_next_start(
    opened: Open, monkeypatch: pytest.MonkeyPatch
):
    ledger = opened("ledger.db")
    ledger.requests.keep([kept(1)])
    with monkeypatch.context() as killed:
        killed.setattr(ledger._services.log._keys, "destroy_of_requests", lambda *_: None)
        ledger.requests.record(OUTSIDE)
    assert len(wrapped_keys(ledger)) == 1
    assert ledger.requests.sweep() == 1
    assert wrapped_keys(ledger) == []
    assert ledger.requests.sweep() == 0


def test_the_key_store_does_not_grow_with_the_requests(opened: Open, clock: SetClock):
    ledger = opened("ledger.db")
    for number in range(5):
        ledger.requests.keep([kept(number)])
        ledger.requests.record(OUTSIDE)
        clock.now += timedelta(days=3)
    with ledger._services.log._keys.connections.read("look") as connection:
        count = connection.execute("SELECT count(*) FROM subject_keys WHERE purpose = 'request'").fetchone()
    assert count[0] <= 1


def test_a_sealed_request_that_is_moved_to_another_account_does_not_open(opened: Open):
    ledger = opened("ledger.db")
    ledger.requests.keep([kept(1)])
    with ledger._services.log._connections.write("tamper") as connection:
        connection.execute("UPDATE requests SET account = 'other'")
    recorded = ledger.requests.record(OUTSIDE)
    assert (recorded.stuck, recorded.requests) == (1, 0)


def about(ledger: Ledger) -> None:
    """A candidate with a message, which the kept request is about."""
    ledger.candidate_emails.register("cand-7", ADA, name="Ada Lovelace", by="rec-3")
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="m-1")


def test_who_is_erased_while_a_request_about_them_is_kept_stays_erased(opened: Open, tmp_path: Path):
    ledger = opened("ledger.db")
    about(ledger)
    ledger.requests.keep([kept(1)])
    (wrapped,) = wrapped_keys(ledger)
    ledger.erase("cand-7", by="dpo")
    assert ledger.requests.record(OUTSIDE).requests == 1
    ledger.requests.sweep()
    ledger.candidate_card("cand-7")
    assert places(files(tmp_path), ADA) == places(files(tmp_path), WORDS) == set()
    assert not any(wrapped in content for content in files(tmp_path).values())
    assert ADA not in json.dumps([str(envelope.event) for envelope in ledger.history()])
    assert not ledger.suppression_filters.may_send(ADA)  # the late bounce still counts


def test_kept_requests_survive_backup_and_restore(opened: Open, tmp_path: Path):
    ledger = opened("ledger.db")
    ledger.requests.keep([kept(n) for n in range(3)])
    ledger.backup(tmp_path / "copy.db")
    ledger.keys.backup(tmp_path / "keys")
    (tmp_path / "restored.db.kek").write_bytes((tmp_path / "ledger.db.kek").read_bytes())
    Ledger.restore(tmp_path / "copy.db", keys=tmp_path / "keys", to=tmp_path / "restored.db")
    restored = opened("restored.db")
    assert restored.requests.record(OUTSIDE).requests == 3
    assert len(restored.intake.unmatched()) == 3


def test_what_was_recorded_between_the_backups_of_log_and_keys_is_as_if_it_came_later(
    opened: Open, tmp_path: Path
):
    ledger = opened("ledger.db")
    ledger.requests.keep([kept(1)])
    ledger.backup(tmp_path / "copy.db")
    ledger.requests.record(OUTSIDE)
    ledger.keys.backup(tmp_path / "keys")
    (tmp_path / "restored.db.kek").write_bytes((tmp_path / "ledger.db.kek").read_bytes())
    Ledger.restore(tmp_path / "copy.db", keys=tmp_path / "keys", to=tmp_path / "restored.db")
    restored = opened("restored.db")
    recorded = restored.requests.record(OUTSIDE)
    assert (recorded.gone, recorded.requests) == (1, 0)
    assert restored.requests.waiting().requests == 0


def test_keys_from_before_a_request_was_kept_are_reported_as_missing(opened: Open, tmp_path: Path):
    ledger = opened("ledger.db")
    ledger.keys.backup(tmp_path / "keys")
    ledger.requests.keep([kept(1)])
    ledger.backup(tmp_path / "copy.db")
    (tmp_path / "restored.db.kek").write_bytes((tmp_path / "ledger.db.kek").read_bytes())
    restored = Ledger.restore(tmp_path / "copy.db", keys=tmp_path / "keys", to=tmp_path / "restored.db")
    assert not restored.is_whole
    ledger = opened("restored.db")
    assert ledger.requests.record(OUTSIDE).stuck == 1
    ledger.requests.keep([kept(2)])
    assert ledger.requests.record(OUTSIDE).requests == 1


def test_two_processes_record_each_request_once(opened: Open):
    one, other = opened("ledger.db"), opened("ledger.db")
    one.requests.keep([kept(n) for n in range(4)])
    seen = []

    def slow(request: KeptRequest) -> Any:
        seen.append(request.number)
        if len(seen) == 4:  # the other one is faster
            assert other.requests.record(OUTSIDE).requests == 4
        return OUTSIDE.read(request)

    one.requests.record(Outside(slow, OUTSIDE.prove, OUTSIDE.visit))
    assert len(one.intake.unmatched()) == 4
    assert one.requests.keep([kept(1)]) == other.requests.keep([kept(1)]) == [Taken.REPEATED]
