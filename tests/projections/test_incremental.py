"""Read models that were kept up to date are those that are computed anew, row by row."""

from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.projections import following
from tests.projections.tables import tables
from tests.storage.story import POLICIES, Story, Ticking

SIZES = [1, 2, 3, 5, 8, 21, 5_000]


@pytest.mark.parametrize("url", ["file", ":memory:"])
@pytest.mark.parametrize("size", SIZES)
def test_batches_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, url: str) -> None:
    monkeypatch.setattr(following, "BATCH", size)
    clock = Ticking()
    with Ledger.open(
        tmp_path / "ledger.db" if url == "file" else url, clock=clock, policies=POLICIES
    ) as ledger:
        assert ledger.status().last_position == 0  # there are views now, and they are empty
        Story(ledger, clock).tell()
        caught_up = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == caught_up
        monkeypatch.setattr(following, "BATCH", 5_000)
        ledger.rebuild()
        assert tables(ledger) == caught_up


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_asked_before", [True, False])
def test_erasures_come_out_as_in_a_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, is_asked_before: bool
) -> None:
    monkeypatch.setattr(following, "BATCH", size)
    clock = Ticking()
    with Ledger.open(tmp_path / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        story = Story(ledger, clock)
        story.tell()
        if is_asked_before:
            tables(ledger)
        ledger.erase("cand-7", by="dpo")
        ledger.candidate_emails.register("cand-7", "ada@newstart.example", by="rec-3")
        story.send("cand-7", "msg-new", "sg-new")
        ledger.record(story.report("spamreport", "ada@newstart.example", "sg-new"))
        ledger.erase_many(["cand-7", "cand-8"], by="dpo")
        caught_up = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == caught_up


def test_asking_after_every_step(tmp_path: Path) -> None:
    asked: list[int] = []

    class Asking(Story):
        """Asks whenever something is about to be reported."""

        def reading(self, body: bytes):  # type: ignore[no-untyped-def]
            asked.append(self.ledger.status().last_position)
            return super().reading(body)

    clock = Ticking()
    with Ledger.open(tmp_path / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        Asking(ledger, clock).tell()
        caught_up = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == caught_up
    assert len(set(asked)) > 10


def test_a_rebuild_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "REBUILD_BATCH", 10)
    clock = Ticking()
    steps: list[tuple[int, int]] = []
    with Ledger.open(tmp_path / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        last = ledger.status().last_position
        ledger.rebuild(lambda reached, of: steps.append((reached, of)))
        assert ledger.status().last_position == last  # nothing was recorded
    assert steps == [(min(n, last), last) for n in range(10, last + 10, 10)]


def test_a_rebuild_sends_and_changes_nothing(tmp_path: Path) -> None:
    clock = Ticking()
    with Ledger.open(tmp_path / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        log = ledger._services.log
        before = log.read(after=0, limit=1_000)
        ledger.rebuild()
        assert log.read(after=0, limit=1_000) == before
