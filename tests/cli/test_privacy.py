"""erase, export, retention: what they do, what they ask, what they leave alone."""

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli


@pytest.fixture
def old(tmp_path: Path) -> str:
    """A candidate about whom nothing has happened for a thousand days."""
    long_ago = datetime.now(UTC) - timedelta(days=1_000)
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: long_ago) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", name="Ada Lovelace", by="rec-3")
    return "cand-7"


def test_erase_says_what_it_did(cli: Cli, ada: str) -> None:
    ran = cli("erase", ada, "--by", "dpo")
    assert (ran.code, ran.err) == (ExitCode.OK, "")
    assert ran.out.startswith("candidate cand-7 is erased\n  keys destroyed: 1\n")
    assert "erased before" in cli("erase", ada, "--by", "dpo").out
    assert cli("erase", ada, "--by", "dpo", "--json").json["erased"] is False
    assert "ada@gmial.com" not in cli("card", ada).out


def test_erase_wants_to_know_who(cli: Cli, ada: str) -> None:
    assert cli("erase", ada).code == ExitCode.USAGE
    assert cli("erase", ada, "--by", "dpo@ats.example").code == ExitCode.USAGE
    assert cli("erase", "cand-8", "--by", "dpo").code == ExitCode.REFUSED
    assert cli("erase", ada, "--by", "dpo", "--tenant", "acme").code == ExitCode.REFUSED


@pytest.mark.parametrize(
    ("answer", "code"), [("n\n", ExitCode.REFUSED), ("\n", ExitCode.REFUSED), ("y\n", 0)]
)
def test_erase_asks_on_a_terminal(
    cli: Cli, ada: str, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    with terminal(monkeypatch, answer):
        ran = cli("erase", ada, "--by", "dpo")
    assert ran.code == code
    assert "Erase candidate cand-7 for good? [y/N]" in ran.err
    assert ("ada@gmial.com" in cli("card", ada).out) is bool(code)


def test_erase_does_not_ask_where_it_was_said(cli: Cli, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch, ""):
        ran = cli("erase", ada, "--by", "dpo", "--yes")
    assert (ran.code, ran.err) == (ExitCode.OK, "")


def terminal(monkeypatch: pytest.MonkeyPatch, answer: str):
    """Standard input is a terminal at which somebody has typed."""
    leader, follower = os.openpty()
    os.write(leader, answer.encode())
    file = os.fdopen(follower, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", file)
    return file


def test_export_is_json_unless_a_page_is_asked_for(cli: Cli, ada: str) -> None:
    for arguments in ((), ("--json",), ("--format", "json")):
        exported = cli("export", ada, *arguments).json
        assert (exported["name"], exported["address"]) == ("Ada Lovelace", "ada@gmial.com")
    page = cli("export", ada, "--format", "html", "--lang", "sv", "--tz", "Europe/Stockholm").out
    assert page.startswith('<!DOCTYPE html>\n<html lang="sv">')
    assert "Uppgifter om kandidaten cand-7" in page
    assert cli("export", ada, "--format", "html", "--json").code == ExitCode.USAGE
    assert cli("export", "cand-8").code == ExitCode.REFUSED


def test_an_exported_file_is_the_owners_alone_and_new(cli: Cli, ada: str, tmp_path: Path) -> None:
    assert cli("export", ada, "--format", "html", "--out", "ada.html").out == "wrote ada.html\n"
    path = tmp_path / "ada.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("something else")
    again = cli("export", ada, "--format", "html", "--out", "ada.html")
    assert (again.code, path.read_text()) == (ExitCode.USAGE, "something else")
    assert "there is a file 'ada.html' already; give another name" in again.err
    told = cli("export", ada, "--out", "ada.json", "--json").json
    assert told == {"file": "ada.json", "as_of_position": 3, "is_empty": False}
    assert json.loads((tmp_path / "ada.json").read_text(encoding="utf-8"))["name"] == "Ada Lovelace"


def test_an_export_never_follows_a_link(cli: Cli, ada: str, tmp_path: Path) -> None:
    (tmp_path / "ada.json").symlink_to(tmp_path / "elsewhere")
    assert cli("export", ada, "--out", "ada.json").code == ExitCode.USAGE
    assert not (tmp_path / "elsewhere").exists()


def test_where_nothing_can_be_written_it_is_said_so(cli: Cli, ada: str) -> None:
    ran = cli("export", ada, "--out", "missing/ada.json")
    assert ran.code == ExitCode.USAGE
    assert ran.err.endswith("there is no folder 'missing'; make the folder, or mount it\n")


def test_after_an_erasure_the_export_is_empty(cli: Cli, ada: str) -> None:
    cli("erase", ada, "--by", "dpo")
    exported = cli("export", ada, "--lang", "sv").json
    assert (exported["is_empty"], exported["erased_by"]) == (True, "dpo")
    assert "Därför är utdraget tomt." in exported["notice"]


def test_retention_lists_and_changes_nothing(cli: Cli, old: str, tmp_path: Path) -> None:
    with Ledger.open("ledger.db"):
        pass
    before = {name: (tmp_path / name).read_bytes() for name in ("ledger.db", "ledger.db.keys")}
    ran = cli("retention", "--candidates-after", "365", "--by", "dpo")
    assert (ran.code, ran.err) == (ExitCode.OK, "")
    assert ran.out.startswith("candidates that would be erased: 1\n  default  cand-7  last activity ")
    assert ran.out.endswith("nothing was changed; --apply does it\n")
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_who_only_looks_need_not_say_who_decided(cli: Cli, old: str) -> None:
    ran = cli("retention", "--candidates-after", "365")
    assert (ran.code, "candidates that would be erased: 1" in ran.out) == (ExitCode.OK, True)
    assert "--by" in cli("retention", "--apply").err


def test_retention_erases_where_it_is_meant(cli: Cli, old: str) -> None:
    told = cli("retention", "--candidates-after", "365", "--by", "dpo", "--apply", "--json").json
    assert (told["dry_run"], [c["candidate_id"] for c in told["candidates"]]) == (False, ["cand-7"])
    assert cli("export", old).json["is_empty"]
    assert cli("retention", "--candidates-after", "365", "--by", "dpo", "--json").json["candidates"] == []


def test_retention_keeps_candidates_unless_told_otherwise(cli: Cli, old: str) -> None:
    assert "candidates erased: 0" in cli("retention", "--by", "dpo", "--apply").out
    assert not cli("export", old).json["is_empty"]


def test_retention_is_about_one_tenant_where_one_is_named(cli: Cli, old: str) -> None:
    listed = cli("retention", "--candidates-after", "365", "--by", "dpo", "--tenant", "acme", "--json")
    assert listed.json["candidates"] == []


@pytest.mark.parametrize(
    "arguments", [("--apply",), ("--by", "dpo", "--candidates-after", "0"), ("--by", "")]
)
def test_retention_refuses_what_cannot_be_meant(cli: Cli, old: str, arguments: tuple[str, ...]) -> None:
    assert cli("retention", *arguments).code == ExitCode.USAGE
