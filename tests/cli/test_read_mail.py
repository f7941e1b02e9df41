"""``read-mail``: every mail is answered, in order, whatever it holds; a ledger is not needed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.cli import read_mail as command
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli, Ran
from tests.inbound.mail.mails import ADA, FAILED, arf, dsn, report

LATE = FAILED.replace("failed", "delayed").replace("5.1.1", "4.2.2").replace("User unknown", "mailbox full")
DONE = f"Final-Recipient: rfc822; {ADA}\nAction: delivered\nStatus: 2.0.0\n"
AUTO_REPLY = (
    f"From: Ada <{ADA}>\nTo: jobs@ats.example\nAuto-Submitted: auto-replied\nIn-Reply-To: <m-1@ats.example>\n"
    "Subject: Out of office\n\nBack on Monday.\n"
).encode()
PLAIN = f"From: Ada <{ADA}>\nTo: jobs@ats.example\nSubject: Thank you\n\nSee you on Monday.\n".encode()


def feedback(kind: str) -> bytes:
    return arf(f"Feedback-Type: {kind}\nOriginal-Rcpt-To: {ADA}\n")


def answers(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def read(cli: Cli, raw: bytes) -> dict[str, Any]:
    (answer,) = answers(cli("read-mail", "--json", "-", stdin=raw))
    return answer


def test_a_bounce_is_answered_with_everything_that_is_known(cli: Cli):
    assert read(cli, dsn(FAILED)) == {
        "file": "-",
        "kind": "bounce",
        "reports": [
            {
                "recipient": ADA,
                "action": "failed",
                "severity": "hard",
                "reason": "mailbox_unknown",
                "status": "5.1.1",
                "reply_code": 550,
                "diagnostic": f"550 5.1.1 <{ADA}>: Recipient address rejected: User unknown",
                "rule": "phrase.unknown_user",
            }
        ],
        "feedback_type": None,
        "error": None,
    }


@pytest.mark.parametrize(
    ("raw", "kind", "feedback_type"),
    [
        (dsn(LATE), "delay", None),
        (dsn(DONE), "delivered", None),
        (dsn(DONE, LATE.replace("ada@", "grace@"), FAILED.replace("ada@", "alan@")), "bounce", None),
        (dsn(DONE, LATE.replace("ada@", "grace@")), "delay", None),
        (feedback("abuse"), "complaint", "abuse"),
        (feedback("not-spam"), "withdrawal", "not-spam"),
        (feedback("opt-out"), "unsubscribe", "opt-out"),
        (feedback("auth-failure"), "not_a_report", "auth-failure"),
        (feedback("unheard-of"), "not_a_report", "unheard-of"),
        (AUTO_REPLY, "auto_reply", None),
        (PLAIN, "not_a_report", None),
        (b"", "not_a_report", None),
        (b"\0" * 2_000_000, "unreadable", None),
    ],
)
def test_the_kind_says_what_the_mail_is(cli: Cli, raw: bytes, kind: str, feedback_type: str | None):
    answer = read(cli, raw)
    assert (answer["kind"], answer["feedback_type"]) == (kind, feedback_type)


def test_a_delay_has_severity_and_reason_what_is_no_failure_has_none(cli: Cli):
    (late,) = read(cli, dsn(LATE))["reports"]
    assert (late["action"], late["severity"], late["reason"]) == ("delayed", "soft", "mailbox_full")
    (done,) = read(cli, dsn(DONE))["reports"]
    assert (done["action"], done["severity"], done["reason"]) == ("delivered", None, None)
    (complaint,) = read(cli, feedback("abuse"))["reports"]
    assert (complaint["action"], complaint["severity"], complaint["recipient"]) == (None, None, ADA)


def test_a_mail_beyond_a_limit_is_data_and_says_why(cli: Cli):
    ran = cli("read-mail", "--json", "-", stdin=b"x" * 2_000_000)
    (answer,) = answers(ran)
    assert answer["error"] == "the mail is longer than 1048576 bytes"
    assert ran.code == ExitCode.OK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mails"
    (folder / "more").mkdir(parents=True)
    (folder / "a.eml").write_bytes(dsn(FAILED))
    (folder / "more" / "b.eml").write_bytes(PLAIN)
    return folder


def test_a_file_of_a_folder_is_named_with_the_folder(cli: Cli, folder: Path):
    found = answers(cli("read-mail", "--json", "mails"))
    assert [each["file"] for each in found] == ["mails/a.eml", "mails/more/b.eml"]


def test_a_file_that_cannot_be_opened_is_answered_and_the_others_are_read(cli: Cli, folder: Path):
    ran = cli("read-mail", "--json", "missing.eml", "mails/a.eml")
    first, second = answers(ran)
    assert (first["file"], first["kind"], first["reports"]) == ("missing.eml", "unreadable", [])
    assert first["error"] == "read a file: No such file or directory"
    assert second["kind"] == "bounce"
    assert ran.code == ExitCode.POISONED


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_is_no_file_in_a_folder_is_answered(cli: Cli, folder: Path):
    os.mkfifo(folder / "pipe")
    ran = cli("read-mail", "--json", folder)
    assert [each["kind"] for each in answers(ran)] == ["bounce", "not_a_report", "unreadable"]
    assert ran.code == ExitCode.POISONED


def test_a_person_reads_lines_and_a_count(cli: Cli, folder: Path):
    assert cli("read-mail", "mails").out == (
        "bounce        mails/a.eml\n"
        f"  failed  {ADA}  hard, mailbox_unknown  [phrase.unknown_user]\n"
        f"          550 5.1.1 <{ADA}>: Recipient address rejected: User unknown\n"
        "not_a_report  mails/more/b.eml\n"
        "2 mails: 1 bounce, 1 not_a_report\n"
    )


def test_a_servers_words_steer_no_terminal(cli: Cli):
    ran = cli("read-mail", "-", stdin=dsn(FAILED.replace("User unknown", "User \x1b[2J unknown")))
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("workers", ["many", "one"])
def test_many_mails_are_read_by_processes_in_order(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: str
):
    if workers == "one":
        monkeypatch.setattr("os.cpu_count", lambda: None)
    monkeypatch.setattr(command, "PAYS_FROM", 3)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(350):
        mail = dsn(FAILED.replace(ADA, f"ada{number}@example.org"))
        (folder / f"{number:03}.eml").write_bytes(mail if number % 50 else b"x" * 1_200_000)
    found = answers(cli("read-mail", "--json", "many"))
    assert [each["file"] for each in found] == [f"many/{number:03}.eml" for number in range(350)]
    assert [each["kind"] for each in found] == [
        "bounce" if number % 50 else "unreadable" for number in range(350)
    ]
    assert [each["reports"][0]["recipient"] for each in found if each["reports"]] == [
        f"ada{number}@example.org" for number in range(350) if number % 50
    ]


def ended(mails: list[Any]) -> list[str]:
    os._exit(1)


def test_a_process_that_is_gone_is_told(cli: Cli, many: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command, "PAYS_FROM", 0)
    monkeypatch.setattr(command, "answer_lines", ended)
    ran = cli("read-mail", many)
    assert ran.code == ExitCode.REFUSED
    assert ran.err == (
        "deliveryledger: read mails: a process that read them was ended; "
        "look whether memory is short, try again\n"
    )


def test_what_a_report_part_says_without_a_recipient_is_unreadable(cli: Cli):
    answer = read(
        cli, report("delivery-status", ["Content-Type: message/delivery-status\n\nReporting-MTA: x\n"])
    )
    assert (answer["kind"], answer["reports"]) == ("unreadable", [])
    assert answer["error"]
