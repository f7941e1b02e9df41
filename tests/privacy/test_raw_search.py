"""A raw search over every byte: nothing personal in the log and beside the keys, only in the views."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from tests.storage.story import ADDRESSES, PERSONAL, POLICIES, TEXTS, Story, Ticking

SHOWN = {
    **{name: ADDRESSES[name] for name in ("typed", "corrected", "cv", "grace", "suppressed")},
    **{name: TEXTS[name] for name in ("name", "subject")},
}
"""What people are shown, and so stands in the views."""


@pytest.fixture(params=["open", "closed"], scope="module")
def files(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, bytes]]:
    """Name and content of every file, while the ledger is open, journals included, or after it was closed."""
    folder, clock = tmp_path_factory.mktemp("files"), Ticking()
    with Ledger.open(folder / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        for candidate in ("cand-7", "cand-8"):
            ledger.candidate_card(candidate)
            ledger.activity(candidate)
        ledger.intake.quarantined()
        if request.param == "open":
            yield {path.name: path.read_bytes() for path in folder.iterdir()}
            return
    yield {path.name: path.read_bytes() for path in folder.iterdir()}


def places(files: dict[str, bytes], text: str) -> set[str]:
    """Where a text stands, in whatever case and encoding an application would write it."""
    forms = {text, text.lower(), text.upper()}
    raw = {form.encode(code) for form in forms for code in ("utf-8", "utf-16-le", "utf-16-be")}
    return {name for name, content in files.items() if any(form in content for form in raw)}


@pytest.mark.parametrize("what", PERSONAL)
def test_nothing_personal_outside_of_the_views(files: dict[str, bytes], what: str) -> None:
    found = places(files, PERSONAL[what])
    assert {name for name in found if ".views-" not in name} == set()


def test_no_domain_or_local_part_of_an_address_either(files: dict[str, bytes]) -> None:
    parts = {part for address in ADDRESSES.values() for part in address.split("@")}
    found = {(part, name) for part in parts for name in places(files, part)}
    assert {(part, name) for part, name in found if ".views-" not in name} == set()


@pytest.mark.parametrize("what", SHOWN)
def test_the_views_hold_what_is_shown(files: dict[str, bytes], what: str) -> None:
    assert {name for name in places(files, SHOWN[what]) if ".views-" in name}


def test_all_files_were_searched(files: dict[str, bytes]) -> None:
    kinds = {name.removeprefix("ledger.db").split("-")[0] for name in files}
    assert kinds == {"", ".keys", ".kek", ".views"}
    if len(files) > 4:
        assert len(files["ledger.db-wal"]) > 50_000
        assert len(files["ledger.db.keys-wal"]) > 10_000


def test_the_search_finds_what_is_there(files: dict[str, bytes]) -> None:
    assert places({"a": b"To: ADA.LOVELACE@GMIAL.COM"}, ADDRESSES["typed"]) == {"a"}
    assert places(files, "cand-7") >= {"ledger.db-wal" if "ledger.db-wal" in files else "ledger.db"}
