"""Views are only computed: whatever happens to their file, the next question makes them anew."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import StorageError
from tests.projections.tables import Tables, tables
from tests.storage.story import POLICIES, Story, Ticking


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """The ledger of a folder."""
    with Ledger.open(folder / "ledger.db", policies=POLICIES) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tables]:
    """A folder with a ledger in which much happened, closed; and what its views hold."""
    folder, clock = tmp_path_factory.mktemp("told"), Ticking()
    with Ledger.open(folder / "ledger.db", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        return folder, tables(ledger)


@pytest.fixture
def folder(told: tuple[Path, Tables], tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(told[0], tmp_path / "copy"))


@pytest.fixture
def rows(told: tuple[Path, Tables]) -> Tables:
    """What the views hold when they are right."""
    return told[1]


def views_of(folder: Path) -> Path:
    """The file of the views."""
    (found,) = (path for path in folder.glob("ledger.db.views-*") if path.name[-1].isdigit())
    return found


def execute(path: Path, statement: str) -> None:
    """Change the views by hand."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(statement)
    connection.close()


def overwrite(path: Path, start: int, end: int | None = None) -> None:
    """Garbage in a part of the file."""
    content = bytearray(path.read_bytes())
    part = slice(start, end if end is not None else len(content))
    content[part] = b"\xa5" * len(content[part])
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"not a database" * 1_000),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "cut to a page": lambda path: path.write_bytes(path.read_bytes()[:4096]),
    "header gone": lambda path: overwrite(path, 0, 100),
    "everything but the header gone": lambda path: overwrite(path, 4096),
    "another program's": lambda path: (path.unlink(), execute(path, "CREATE TABLE bookmarks (url TEXT)")),
    "another ledger's": lambda path: execute(path, "UPDATE cursors SET ledger_id = 'another'"),
    "an older version's": lambda path: execute(path, "UPDATE cursors SET version = version - 1"),
    "a newer version's": lambda path: execute(path, "UPDATE cursors SET version = 99"),
    "a read model too few": lambda path: execute(path, "DELETE FROM cursors WHERE read_model = 'bell'"),
    "cursors gone": lambda path: execute(path, "DELETE FROM cursors"),
    "a table of cursors gone": lambda path: execute(path, "DROP TABLE cursors"),
    "cursors apart": lambda path: execute(path, "UPDATE cursors SET position = 3 WHERE read_model = 'bell'"),
    "beyond the log": lambda path: execute(path, "UPDATE cursors SET position = 1000"),
    "of another log": lambda path: execute(path, "UPDATE cursors SET fingerprint = 'x'"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damaged_views_are_made_anew(folder: Path, rows: Tables, what: str) -> None:
    DAMAGE[what](views_of(folder))
    with opened(folder) as ledger:
        assert tables(ledger) == rows
        assert ledger.status().lag == dict.fromkeys(ledger.status().read_models, 0)
    with opened(folder) as ledger:
        assert tables(ledger) == rows
    views_of(folder)  # there is one file


@pytest.mark.parametrize("what", DAMAGE)
def test_positions_of_damaged_views_can_be_asked(folder: Path, what: str) -> None:
    DAMAGE[what](views_of(folder))
    with opened(folder) as ledger:
        assert ledger.status().counts["messages"] == 9


def test_damage_that_only_a_question_meets_is_healed_for_the_next_one(folder: Path, rows: Tables) -> None:
    path = views_of(folder)
    connection = sqlite3.connect(path)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    overwrite(path, (root - 1) * size, root * size)
    with opened(folder) as ledger:
        with pytest.raises(StorageError, match="ask again"):
            ledger.candidate_card("cand-7")
        assert ledger.candidate_card("cand-7").messages
        assert tables(ledger) == rows


@pytest.mark.parametrize("with_journals", [True, False])
def test_views_that_are_deleted_while_they_are_open(folder: Path, rows: Tables, with_journals: bool) -> None:
    with opened(folder) as ledger, opened(folder) as another:
        assert tables(ledger) == tables(another) == rows
        ledger.candidate_emails.confirm("cand-8", by="rec-4")
        ledger.candidate_card("cand-8")
        for path in folder.glob("ledger.db.views-*"):
            if with_journals or path.name[-1].isdigit():
                path.unlink()
        assert tables(another) == tables(ledger)
        ledger.candidate_emails.confirm("cand-8", by="rec-5")
        expected = tables(ledger)
        assert tables(another) == expected
        ledger.rebuild()
        assert tables(ledger) == tables(another) == expected


def test_a_reader_notices_the_next_generation(folder: Path, rows: Tables) -> None:
    with opened(folder) as reader, opened(folder) as builder:
        for _ in range(3):
            assert tables(reader) == rows
            before = reader._runner._generation
            builder.rebuild()
            builder.rebuild()
            assert tables(reader) == rows
            assert reader._runner._generation == before + 2
    views_of(folder)


# --- a log that was restored from a backup ---------------------------------------------------------


def confirm(ledger: Ledger, count: int, by: str) -> None:
    """So many events more."""
    for number in range(count):
        ledger.candidate_emails.register(f"new-{by}-{number}", "new@example.org", by=by)


@pytest.mark.parametrize("afterwards", [0, 1, 4, 5, 6, 30])
def test_views_newer_than_a_restored_log_are_made_anew(folder: Path, afterwards: int) -> None:
    shutil.copy(folder / "ledger.db", folder / "backup")
    with opened(folder) as ledger:
        confirm(ledger, 5, "rec-3")
        assert ledger.candidate_card("new-rec-3-0").address
    shutil.copy(folder / "backup", folder / "ledger.db")
    with opened(folder) as ledger:  # fewer, as many and more events than the views know of
        confirm(ledger, afterwards, "rec-9")
        restored = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == restored
        assert ledger.status().counts["candidates"] == 3 + afterwards


def test_a_restored_log_that_the_views_have_not_overtaken_is_followed(folder: Path, rows: Tables) -> None:
    generation = views_of(folder).name
    shutil.copy(folder / "ledger.db", folder / "backup")
    with opened(folder) as ledger:
        confirm(ledger, 5, "rec-3")  # and nobody asks
    shutil.copy(folder / "backup", folder / "ledger.db")
    with opened(folder) as ledger:
        assert tables(ledger) == rows
    assert views_of(folder).name == generation
