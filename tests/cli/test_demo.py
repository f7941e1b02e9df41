"""The demonstration: reproducible, readable, and honest about its last sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len

from deliveryledger import Ledger
from deliveryledger.cli.demo.comparison import rebuild_and_compare
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli

EXPECTED = Path(__file__).parent / "expected_demo.txt"


def test_the_demo_prints_what_it_printed_before(cli: Cli) -> None:
    ran = cli("demo")
    assert (ran.code, ran.err) == (ExitCode.OK, "")
    assert ran.out == EXPECTED.read_text(encoding="utf-8")


def test_the_demo_fits_eighty_columns(cli: Cli) -> None:
    assert [line for line in cli("demo").out.splitlines() if cell_len(line) > 80] == []


def test_the_demo_leaves_nothing_unless_it_is_kept(cli: Cli, tmp_path: Path) -> None:
    cli("demo")
    assert list(tmp_path.iterdir()) == []
    ran = cli("demo", "--keep", "kept")
    assert "deliveryledger --ledger kept/demo.db card cand-7" in ran.out.replace("\\", "/")
    assert "anna.svensson@gmail.com" in cli("card", "cand-7", "--ledger", "kept/demo.db").out
    assert cli("demo", "--keep", "kept").code == ExitCode.USAGE


def test_the_demo_as_json_ends_with_the_comparison(cli: Cli) -> None:
    scenes = cli("demo", "--json").json
    assert scenes[-1]["answers"][-1]["different"] == []
    languages = [
        answer["card"]["lang"] for scene in scenes for answer in scene["answers"] if "card" in answer
    ]
    assert set(languages) == {"sv", "en"}


def test_the_comparison_notices_a_row_that_differs(cli: Cli, ada: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        assert rebuild_and_compare(ledger, path).different == ()
        (views,) = (file for file in tmp_path.glob("ledger.db.views-*") if file.suffix[-1].isdigit())
        with closing(sqlite3.connect(views)) as connection:
            connection.execute("UPDATE messages SET subject = 'tampered'")
            connection.commit()
        assert rebuild_and_compare(ledger, path).different == ("messages",)


@pytest.mark.parametrize("zone", ["Asia/Kolkata"])
def test_the_demo_takes_a_time_zone(cli: Cli, zone: str) -> None:
    assert "14:25" in cli("demo", "--tz", zone).out
