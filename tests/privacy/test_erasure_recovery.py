"""Erasures hold: over restored backups, interrupted processes, and others who read or rebuild meanwhile."""

import shutil
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import SubjectKeyMissing
from deliveryledger.projections import following
from tests.privacy.test_erased_search import ADA, look, read
from tests.privacy.test_raw_search import places
from tests.storage.story import ADDRESSES, POLICIES, Story, Ticking
from tests.torture import erasing

NAME = "ledger.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger, closed."""
    clock = Ticking()
    with Ledger.open(tmp_path / NAME, clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        look(ledger)
    return tmp_path


def reopen(folder: Path) -> Ledger:
    return Ledger.open(folder / NAME, clock=Ticking(), policies=POLICIES)


def forget_ada(ledger: Ledger) -> None:
    ledger.erase("cand-7", by="dpo")
    ledger.tenant("acme").erase("cand-7", by="dpo")


def nothing_of_ada(folder: Path) -> bool:
    """Grace was sent a message with the same subject."""
    return not any(places(read(folder), text) for what, text in ADA.items() if what != "subject")


def readable(ledger: Ledger) -> str:
    """Everything that the log says of candidates, opened."""
    return "".join(e.data.decode() for t in ("default", "acme") for e in ledger.history(tenant=t))


def test_an_old_copy_of_the_keys_is_erased_again_before_anything_is_read(folder: Path) -> None:
    shutil.copy(folder / f"{NAME}.keys", folder.parent / "backup.keys")
    with reopen(folder) as ledger:
        forget_ada(ledger)
    shutil.copy(folder.parent / "backup.keys", folder / f"{NAME}.keys")
    with reopen(folder) as ledger:
        assert not any(address in readable(ledger) for address in ADA.values() if "@" in address)
        ledger.rebuild()
        look(ledger)
        assert nothing_of_ada(folder)
    assert nothing_of_ada(folder)


def test_also_when_the_copy_is_of_a_time_between_two_erasures(folder: Path) -> None:
    with reopen(folder) as ledger:
        ledger.tenant("acme").erase("cand-7", by="dpo")
    shutil.copy(folder / f"{NAME}.keys", folder.parent / "backup.keys")
    with reopen(folder) as ledger:
        ledger.erase("cand-7", by="dpo")
    shutil.copy(folder.parent / "backup.keys", folder / f"{NAME}.keys")
    with reopen(folder) as ledger:
        assert not any(address in readable(ledger) for address in ADA.values() if "@" in address)


def test_an_old_copy_of_the_log_reads_as_erased_and_can_be_erased(folder: Path) -> None:
    shutil.copy(folder / NAME, folder.parent / "backup.db")
    with reopen(folder) as ledger:
        forget_ada(ledger)
    for leftover in folder.glob(f"{NAME}-*"):
        leftover.unlink()
    shutil.copy(folder.parent / "backup.db", folder / NAME)
    with reopen(folder) as ledger:
        assert ledger.candidate_card("cand-7").address.endswith("@erased.invalid")
        assert not any(address in readable(ledger) for address in ADA.values() if "@" in address)
        forget_ada(ledger)
        assert ledger.candidate_card("cand-7").address is None
        assert nothing_of_ada(folder)


def test_views_that_are_rebuilt_meanwhile_forget_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "REBUILD_BATCH", 5)
    with reopen(folder) as other, reopen(folder) as ledger:
        erasing = threading.Thread(target=forget_ada, args=(ledger,))

        def erase_in_the_middle(position: int, _last: int) -> None:
            if position > 10 and erasing.ident is None:
                erasing.start()
                while not other._services.log.last_erasure():
                    time.sleep(0.01)

        other.rebuild(erase_in_the_middle)
        erasing.join(timeout=30)
        assert not erasing.is_alive()
        assert nothing_of_ada(folder)  # as soon as erase() has returned
        look(other)
        look(ledger)
        assert nothing_of_ada(folder)


def test_who_has_the_ledger_open_sees_it_at_the_next_question(folder: Path) -> None:
    with reopen(folder) as other, reopen(folder) as ledger:
        assert other.candidate_card("cand-7").address == ADDRESSES["corrected"]
        forget_ada(ledger)
        assert other.candidate_card("cand-7").address is None
        assert not any(address in readable(other) for address in ADA.values() if "@" in address)
        assert nothing_of_ada(folder)


def test_a_ledger_that_is_opened_between_event_and_keys_finishes_the_erasure(folder: Path) -> None:
    with reopen(folder) as ledger:
        ledger.tenant("acme").erase("cand-7", by="dpo")
        log = ledger._services.log
        carry_out, log.carry_out_erasures = log.carry_out_erasures, lambda **_: None  # type: ignore[method-assign]
        ledger._erasing._forgotten = lambda: None
        ledger.erase("cand-7", by="dpo")
        log.carry_out_erasures = carry_out  # type: ignore[method-assign]
        assert not nothing_of_ada(folder)
        with reopen(folder):
            assert nothing_of_ada(folder)


def test_a_kill_at_any_step_ends_erased(capfd: pytest.CaptureFixture[str]) -> None:
    assert erasing.torture(30) == 0
    assert "30 kills" in capfd.readouterr().out


def test_people_are_erased_by_several_threads_while_others_ask(tmp_path: Path) -> None:
    """Locks are taken in one order: whoever holds the read models' never waits for the log's."""
    with Ledger.open(tmp_path / NAME) as ledger:
        ids = [f"cand-{number}" for number in range(16)]
        for number, id_ in enumerate(ids):
            ledger.candidate_emails.register(id_, f"ada-{number // 2}@example.org", by="rec-3")
            ledger.suppression_filters.suppress(f"ada-{number // 2}@example.org", by="sup-1")
        with ThreadPoolExecutor(4) as pool:
            erased = [pool.submit(ledger.erase, id_, by="dpo") for id_ in ids]
            asked = [pool.submit(ledger.recipient_filter) for _ in ids]
            assert all(future.result(timeout=60).erased for future in erased)
            assert all(future.result(timeout=60) for future in asked)
        # Every address had two candidates: whoever was second took its filter entry along.
        assert all(e.address.endswith("@erased.invalid") for e in ledger.recipient_filter().entries)
        assert len(ledger.recipient_filter().entries) == 8


def test_who_is_registered_meanwhile_with_the_address_keeps_it(folder: Path) -> None:
    with reopen(folder) as ledger, reopen(folder) as other:
        footprints = ledger._erasing._footprints

        def and_then_somebody_registers(tenant: str, candidate_id: str, without: object) -> object:
            found = footprints(tenant, candidate_id, without)  # type: ignore[arg-type]
            other.candidate_emails.register("cand-new", ADDRESSES["typed"], by="rec-3")
            return found

        ledger._erasing._footprints = and_then_somebody_registers  # type: ignore[assignment]
        ledger.erase("cand-7", by="dpo")
        assert ledger.candidate_card("cand-new").address == ADDRESSES["typed"]
        assert ADDRESSES["typed"] in {entry.address for entry in ledger.recipient_filter().entries}


def test_erasing_whose_key_is_lost_records_it_as_destroyed(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / NAME) as ledger:
        for candidate in ("cand-7", "cand-8"):
            ledger.candidate_emails.register(candidate, f"{candidate}@example.org", by="rec-3")
        ledger.candidate_card("cand-8")
        lost = next(e.event.data_subject for e in ledger.history() if e.stream.endswith("cand-7"))
        with ledger._services.log._keys._connections.write("lose a key") as connection:
            connection.execute("DELETE FROM subject_keys WHERE subject = ?", (lost,))
        with pytest.raises(SubjectKeyMissing):
            list(ledger.history())
        ledger.erase("cand-7", by="dpo")
        ledger.rebuild()
        assert ledger.candidate_card("cand-7").erased
        assert ledger.candidate_card("cand-8").address == "cand-8@example.org"


def test_views_are_written_anew_once(folder: Path) -> None:
    def generation() -> list[str]:
        return [path.name for path in folder.glob("*.views-*") if path.name[-1].isdigit()]

    with reopen(folder) as ledger:
        forget_ada(ledger)
        after = generation()
        look(ledger)
        assert generation() == after


def test_raw_evidence_of_the_person_goes_and_others_stay(folder: Path) -> None:
    with reopen(folder) as ledger:
        before = {kept.stream for kept in ledger._services.log.evidence()}
        forget_ada(ledger)
        with closing(sqlite3.connect(folder / NAME)) as connection:
            left = {row[0] for row in connection.execute("SELECT stream FROM raw_evidence")}
    assert any("msg-ada" in stream for stream in before)
    assert left == {stream for stream in before if "msg-ada" not in stream}


def test_what_is_recorded_about_the_person_meanwhile_is_looked_at_again(folder: Path) -> None:
    with reopen(folder) as ledger, reopen(folder) as other:
        footprints, looked = ledger._erasing._footprints, []

        def and_then_somebody_writes(tenant: str, candidate_id: str, without: object) -> object:
            found = footprints(tenant, candidate_id, without)  # type: ignore[arg-type]
            looked.append(found)
            if len(looked) == 1:
                other.messages.register(candidate_id, sender="rec-3", subject="Late", message_id="msg-late")
            return found

        ledger._erasing._footprints = and_then_somebody_writes  # type: ignore[assignment]
        ledger.erase("cand-7", by="dpo")
        assert len(looked) == 2
        assert "message-default:msg-late" in looked[1].message_streams
