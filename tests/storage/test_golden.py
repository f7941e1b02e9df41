"""A ledger of every release still opens, decodes and shows what it showed."""

import json
import shutil
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.storage.event_types import EVENT_TYPES
from tests.storage.golden.make import CARDS, FILES, FOLDER, LATER, LEDGER, line, opened

RELEASES = sorted(path for path in FOLDER.iterdir() if (path / LEDGER).exists())


@pytest.fixture(params=RELEASES, ids=lambda folder: folder.name)
def release(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a release; its files are copied to ``tmp_path``, to be opened there."""
    folder: Path = request.param
    for file in FILES:
        shutil.copy(folder / file, tmp_path / file)
    return folder


def test_every_event_opens_as_it_was_recorded(release: Path, tmp_path: Path) -> None:
    expected = (release / "events.jsonl").read_text().splitlines()
    with Ledger.open(tmp_path / LEDGER) as ledger:
        assert [line(envelope) for envelope in opened(ledger)] == expected


def test_it_shows_the_same_cards(release: Path, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / LEDGER, clock=lambda: LATER) as ledger:
        for candidate, lang in CARDS:
            card = ledger.candidate_card(candidate, lang=lang, tz="Europe/Stockholm")
            expected = (release / f"card-{candidate}.{lang}.txt").read_text()
            assert f"{card}\n" == expected, "new wording? python -m tests.storage.golden.make --texts"


def test_it_can_be_written_on(release: Path, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / LEDGER) as ledger:
        before = ledger.status().last_position
        ledger.candidate_emails.confirm("cand-8", by="rec-4")
        message = ledger.messages.register("cand-8", sender="rec-4", subject="Welcome back")
        assert ledger.candidate_card("cand-8").messages[0].id == message.id
        assert ledger.status().last_position == before + 2


def test_the_newest_one_has_every_event_in_it() -> None:
    events = (RELEASES[-1] / "events.jsonl").read_text().splitlines()
    assert {json.loads(event)["name"] for event in events} == set(EVENT_TYPES)
