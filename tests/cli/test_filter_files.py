"""``import-filter`` and ``export-filter``."""

from pathlib import Path

import pytest

from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli

LIST = "grace@example.org,BOUNCE\nbjorn@example.org,COMPLAINT\n"


@pytest.fixture
def listed(tmp_path: Path, ada: str) -> Path:
    file = tmp_path / "ses.csv"
    file.write_text(LIST)
    return file


def test_a_file_is_counted_confirmed_and_taken_back(cli: Cli, listed: Path):
    counted = cli("import-filter", listed)
    assert counted.code == ExitCode.OK
    assert counted.out.splitlines() == [
        "2 rows",
        "  new: 2",
        "    complaint: 1",
        "    hard_bounce: 1",
        "  1 of the new will need the recipient's consent and a second person to end",
        "nothing is written yet: add --apply --confirm 2 --by ACTOR",
    ]
    refused = cli("import-filter", listed, "--apply", "--confirm", "3", "--by", "sup-1")
    assert (refused.code, refused.out) == (ExitCode.REFUSED, "")
    assert "confirm 2 entries if that is what you mean (--confirm)" in refused.err
    applied = cli("import-filter", listed, "--apply", "--confirm", "2", "--by", "sup-1")
    batch = applied.err.split()[1]
    assert f"batch {batch}: --undo takes it back within 24 hours" in applied.out
    assert cli("import-filter", listed).out.splitlines()[1:] == ["  new: 0", "  already there: 2"]
    undone = cli("import-filter", "--undo", batch, "--by", "sup-1")
    assert undone.out == "took back 2 entries of 2 addresses\n"
    assert cli("import-filter", "--undo", batch, "--by", "sup-1").out.startswith("nothing to take back")


def test_an_export_goes_into_another_ledger(cli: Cli, listed: Path, tmp_path: Path):
    cli("import-filter", listed, "--apply", "--confirm", "2", "--by", "sup-1")
    for name in ("csv", "json"):
        exported = cli("export-filter", "--format", name)
        (tmp_path / name).write_text(exported.out)
        ran = cli("import-filter", name, "--tenant", f"acme-{name}", "--apply", "--confirm", "2", "--by", "s")
        assert ran.code == ExitCode.OK
        there = cli("export-filter", "--format", name, "--tenant", f"acme-{name}").out
        assert there.replace("sup-1", "s") == exported.out.replace("sup-1", "s")


def test_a_row_that_is_none_is_named_without_what_it_holds(cli: Cli, listed: Path):
    listed.write_text(LIST + "secret,BOUNCE\n")
    ran = cli("import-filter", listed)
    assert ran.code == ExitCode.POISONED
    assert "  ses.csv, line 3: its address is no e-mail address" in ran.out.splitlines()
    assert "secret" not in ran.out + ran.err
    report = cli("import-filter", listed, "--json").json
    assert report["refused"] == [{"file": "ses.csv", "line": 3, "why": "its address is no e-mail address"}]
    assert (report["new"], report["need_approval"], report["batch"]) == (2, 1, None)


def test_a_format_that_may_be_several_is_asked_for(cli: Cli, listed: Path):
    listed.write_text("email,created\na@b.example,1\n")
    ran = cli("import-filter", listed)
    assert ran.code == ExitCode.USAGE
    assert "name the format: sendgrid-spam-reports, sendgrid-unsubscribes" in ran.err
    assert cli("import-filter", listed, "--format", "sendgrid-unsubscribes").code == ExitCode.OK


@pytest.mark.parametrize(
    "arguments",
    [(), ("ses.csv", "--undo", "x"), ("ses.csv", "--apply", "--confirm", "2"), ("--undo", "x"),
     ("missing.csv",), (".",)],
)  # fmt: skip
def test_what_cannot_be_meant_is_a_usage_error(cli: Cli, listed: Path, arguments: tuple[str, ...]):
    assert cli("import-filter", *arguments).code == ExitCode.USAGE


def test_an_unknown_batch_is_refused(cli: Cli, listed: Path):
    assert cli("import-filter", "--undo", "batch-1", "--by", "sup-1").code == ExitCode.REFUSED
