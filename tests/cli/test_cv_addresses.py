"""``cv-addresses``: every file is answered, in order; a ledger is not needed."""

import json
from pathlib import Path

from deliveryledger.cli.exit_codes import ExitCode
from tests.architecture.source import ROOT
from tests.cli.conftest import Cli

CVS = ROOT / "tests" / "advice" / "cv"


def test_a_cv_is_answered_in_one_line(cli: Cli):
    ran = cli("cv-addresses", "--json", CVS / "groff-en.pdf")
    assert (ran.code, json.loads(ran.out)) == (
        ExitCode.OK,
        {
            "file": str(CVS / "groff-en.pdf"),
            "addresses": [
                {"address": "jean.bartik@eniac.example.org", "page": 1, "how": "text"},
                {"address": "betty.holberton@univac.example.com", "page": 1, "how": "text"},
            ],
            "readable": True,
        },
    )


def test_a_person_reads_a_table(cli: Cli):
    ran = cli("cv-addresses", CVS / "word-boxes-sv.docx", CVS / "scan-sv.pdf")
    assert ran.out.splitlines() == [
        str(CVS / "word-boxes-sv.docx"),
        "  ellen.key@strand.example.org     text box",
        "  ellen@key.example.net            header",
        "  anna.whitlock@skola.example.com  text",
        str(CVS / "scan-sv.pdf"),
        "  no text to look in: a scan, or empty",
    ]
    assert ran.code == ExitCode.OK


def test_a_folder_is_read_in_order_and_what_cannot_be_read_is_answered_too(cli: Cli, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"ada{number}@example.org")
    (folder / "5.pdf").write_bytes((CVS / "locked-en.pdf").read_bytes())
    (folder / "6.txt").write_text("Ada Lovelace has no address in this one.")
    ran = cli("cv-addresses", "--json", folder)
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [Path(each["file"]).name for each in answers] == [f"{n}.txt" for n in range(5)] + [
        "5.pdf",
        "6.txt",
    ]
    assert [each["addresses"][0]["address"] for each in answers[:5]] == [
        f"ada{n}@example.org" for n in range(5)
    ]
    assert [(each["addresses"], each["readable"]) for each in answers[5:]] == [([], False), ([], True)]
    assert ran.code == ExitCode.POISONED
    assert "it is encrypted; ask for it without a password" in ran.err
    assert "no address" in cli("cv-addresses", folder / "6.txt").out


def test_a_file_that_is_not_there_is_answered_too(cli: Cli):
    ran = cli("cv-addresses", "gone.pdf")
    assert (ran.code, ran.out) == (ExitCode.POISONED, "gone.pdf\n  not read: No such file or directory\n")


def test_the_name_decides_who_comes_first(cli: Cli, tmp_path: Path):
    (tmp_path / "cv.txt").write_text("grace@example.org ada@example.org")
    ran = cli("cv-addresses", "--json", "--name", "Ada Lovelace", tmp_path / "cv.txt")
    assert ran.json["addresses"][0]["address"] == "ada@example.org"
