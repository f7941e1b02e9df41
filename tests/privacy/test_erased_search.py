"""A raw search over every byte of every file after an erasure, and what is searched for is there before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliveryledger import Ledger
from tests.privacy.test_raw_search import places
from tests.storage.story import ADDRESSES, PERSONAL, POLICIES, TEXTS, Story, Ticking

ADA = {
    **{name: ADDRESSES[name] for name in ("typed", "corrected", "cv")},
    **{name: TEXTS[name] for name in ("name", "subject", "diagnostic", "document", "provider message id")},
}
FORGOTTEN = {
    name: text for name, text in PERSONAL.items() if name not in ("suppressed", "stranger", "quarantined")
}
"""What is personal of Ada or of Grace; the rest is about people who are no candidates."""


def read(folder: Path) -> dict[str, bytes]:
    """Every file, journals included."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    """The whole story, looked at by everybody."""
    clock = Ticking()
    with Ledger.open(folder / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        look(ledger)
        assert places(read(folder), TEXTS["name"])
        yield ledger


def look(ledger: Ledger) -> None:
    """Ask everything that shows something personal."""
    for candidate in ("cand-7", "cand-8"):
        ledger.candidate_card(candidate)
        ledger.activity(candidate)
    ledger.recipient_filter()
    ledger.bell("rec-3")
    ledger.intake.unmatched()


def forget_everybody(ledger: Ledger) -> None:
    """Ada, also in the other tenant, and Grace."""
    ledger.erase_many(["cand-7", "cand-8"], by="dpo")
    ledger.tenant("acme").erase("cand-7", by="dpo")


@pytest.mark.parametrize("what", sorted(FORGOTTEN))
def test_nothing_is_left_in_any_file_while_the_ledger_is_open(
    ledger: Ledger, folder: Path, what: str
) -> None:
    forget_everybody(ledger)
    assert places(read(folder), FORGOTTEN[what]) == set()
    look(ledger)
    assert places(read(folder), FORGOTTEN[what]) == set()


def test_nor_in_what_can_be_asked(ledger: Ledger) -> None:
    forget_everybody(ledger)
    ledger.rebuild()
    asked = [str(view(c)) for view in (ledger.candidate_card, ledger.activity) for c in ("cand-7", "cand-8")]
    asked += [str(ledger.recipient_filter()), str(ledger.bell("rec-3"))]
    asked += [e.data.decode() for t in ("default", "acme") for e in ledger.history(tenant=t)]
    for text in FORGOTTEN.values():
        assert not any(text in answer for answer in asked)


def test_one_of_two_is_forgotten_and_the_other_is_not(ledger: Ledger, folder: Path) -> None:
    ledger.tenant("acme").erase("cand-7", by="dpo")
    ledger.erase("cand-7", by="dpo")
    files = read(folder)
    assert {what for what, text in ADA.items() if places(files, text)} == {"subject"}  # Grace got it too
    assert places(files, ADDRESSES["grace"])


def test_the_keys_are_gone_from_the_key_store(ledger: Ledger, folder: Path) -> None:
    keys = ledger._services.log._keys
    with keys._connections.read("look") as connection:
        rows = connection.execute(
            "SELECT subject, wrapped FROM subject_keys WHERE wrapped NOT NULL"
        ).fetchall()
    before = dict(rows)
    forget_everybody(ledger)
    gone = keys.destroyed(before)
    assert len(gone) >= 5
    files = read(folder)
    assert not [s for s in gone for content in files.values() if before[s] in content]


def test_journals_are_empty_afterwards(ledger: Ledger, folder: Path) -> None:
    forget_everybody(ledger)
    assert all(len(content) < 20_000 for name, content in read(folder).items() if name.endswith(".keys-wal"))
    assert len([name for name in read(folder) if ".views-" in name and name[-1].isdigit()]) == 1
    assert not [name for name in read(folder) if "building" in name]


def test_the_search_would_find_it_without_the_rewriting(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(ledger._runner), "_rewrite", lambda *_: None)
    monkeypatch.setattr("deliveryledger.projections.runner.must_be_rewritten", lambda _: False)
    forget_everybody(ledger)
    assert any(places(read(folder), text) for text in FORGOTTEN.values())
