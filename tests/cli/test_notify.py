"""``deliveryledger notify`` and the bell's options, against a real SMTP server."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.application.directory import Person
from deliveryledger.cli.exit_codes import ExitCode
from tests.application.world import Clock
from tests.architecture.source import ROOT
from tests.cli.conftest import Cli
from tests.outbound.office import ROSA, OfficeWithAdministrators, fails
from tests.outbound.smtp_server import Mailbox, serving, wait

DIRECTORY = "tests.outbound.office:Office"
WITH_ADMINISTRATORS = "tests.outbound.office:OfficeWithAdministrators"


class Moved(OfficeWithAdministrators):
    """Rosa has another address."""

    def sender(self, tenant: str, sender_id: str) -> Person | None:
        return replace(ROSA, email="rosa.berg@ats.example")


@pytest.fixture
def failed(cli: Cli) -> None:
    with Ledger.open("ledger.db") as ledger:
        clock = Clock(ledger.intake._services.clock())  # the present moment: old failures are no news
        fails(ledger, clock, 1, 2, 3)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in {
        "HOST": "127.0.0.1",
        "FROM_ADDRESS": "no-reply@ats.example",
        "SECURITY": "plain",
    }.items():
        monkeypatch.setenv(f"DELIVERYLEDGER_SMTP_{name}", value)
    return monkeypatch


def test_it_tells_the_senders_and_says_how_many(cli: Cli, failed: None, environment: pytest.MonkeyPatch):
    mailbox = Mailbox()
    with serving(mailbox) as port:
        environment.setenv("DELIVERYLEDGER_SMTP_PORT", str(port))
        ran = cli("notify", "--directory", DIRECTORY)
        assert ran.code == ExitCode.OK, ran.err
        assert ran.out.split()[:2] == ["mails", "1"]
        assert cli("notify", "--directory", DIRECTORY, "--json").json["mails"] == 0
    assert mailbox.mails[0]["Subject"] == "3 messages could not be delivered"


def test_a_server_that_is_not_there_is_one_line(cli: Cli, failed: None, environment: pytest.MonkeyPatch):
    with serving(Mailbox()) as port:
        environment.setenv("DELIVERYLEDGER_SMTP_PORT", str(port))
    ran = cli("notify", "--directory", DIRECTORY)
    assert (ran.code, ran.err.count("\n")) == (ExitCode.REFUSED, 1)


def test_where_the_server_refuses_every_receiver_it_says_how_many_are_stuck_and_what_to_do(
    cli: Cli, failed: None, environment: pytest.MonkeyPatch
):
    mailbox = Mailbox()
    mailbox.refuse = dict.fromkeys(("rosa@ats.example", "ingrid@ats.example"), "554 5.7.1 relaying denied")
    with serving(mailbox) as port:
        environment.setenv("DELIVERYLEDGER_SMTP_PORT", str(port))
        ran = cli("notify", "--directory", WITH_ADMINISTRATORS)
        assert ran.out.splitlines()[:3] == [
            "failed          2   mails that were not taken",
            "nobody          3   failures that nobody is left to be told of",
            "3 failures are stuck, because nobody is left to be told by e-mail.",
        ]
        assert "Look at the receivers' addresses in your directory" in ran.out
        assert not mailbox.taken
        counts = cli("notify", "--directory", WITH_ADMINISTRATORS, "--json").json
        assert (counts["failed"], counts["nobody"], counts["stuck"]) == (0, 3, 3)
        listed = cli("notify", "--stuck", "--directory", WITH_ADMINISTRATORS).out.splitlines()
        assert listed[:4] == [
            *(f"cand-{number}  rec-3  email  nobody  tries: 2" for number in (1, 2, 3)),
            "3 failures are stuck, because nobody is left to be told by e-mail.",
        ]
        # It is as it says: who is new in the directory is told.
        assert cli("notify", "--directory", "tests.cli.test_notify:Moved", "--json").json == {
            "mails": 1,
            "incidents": 3,
            "failed": 0,
            "held": 0,
            "nobody": 0,
            "stuck": 0,
        }
    assert mailbox.taken[0][1] == ["rosa.berg@ats.example"]


def test_a_mail_that_is_tried_again_needs_nothing_done(
    cli: Cli, failed: None, environment: pytest.MonkeyPatch
):
    mailbox = Mailbox()
    mailbox.answers["RCPT"] = ["450 greylisted"]
    with serving(mailbox) as port:
        environment.setenv("DELIVERYLEDGER_SMTP_PORT", str(port))
        assert cli("notify", "--directory", DIRECTORY).out.splitlines() == [
            "failed          1   mails that were not taken",
            "3 failures are in mails that the server did not take; they are tried again.",
        ]


def test_a_run_without_end_says_once_what_is_stuck(
    cli: Cli, failed: None, environment: pytest.MonkeyPatch, tmp_path: Path
):
    mailbox = Mailbox(refuse={"rosa@ats.example": "550 5.1.1 no such user"})
    with serving(mailbox) as port:
        environment.setenv("DELIVERYLEDGER_SMTP_PORT", str(port))
        environment.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "src")]))
        command = [sys.executable, "-m", "deliveryledger", "notify", "--directory", DIRECTORY, "--every", "1"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
            wait(lambda: mailbox.connections)
            time.sleep(2.5)  # two rounds more
            running.send_signal(signal.SIGTERM)
            _, said = running.communicate(timeout=20)
    assert running.returncode == ExitCode.OK
    assert said.count("3 failures are stuck") == 1
    assert "rosa" not in said


def test_what_is_stuck_is_listed(cli: Cli, failed: None):
    assert "cand-1  rec-3  email  nobody" in cli("notify", "--stuck").out
    assert "without --directory nobody is known" in cli("notify", "--stuck").out
    assert [each["why"] for each in cli("notify", "--stuck", "--json").json] == ["nobody"] * 3
    assert cli("notify", "--stuck", "--directory", DIRECTORY).out == "nothing is stuck\n"


@pytest.mark.parametrize("name", ["nowhere:Office", "tests.outbound.office:Nobody", "tests", "json:dumps"])
def test_a_directory_that_is_none_is_refused(cli: Cli, failed: None, name: str):
    assert cli("notify", "--directory", name).code == ExitCode.USAGE
    assert cli("notify").code == ExitCode.USAGE


def test_the_bell_is_read_and_handled(cli: Cli, failed: None, tmp_path: Path):
    assert cli("bell", "rec-3", "--json").json["unread"] == 1
    assert cli("bell", "rec-3", "--read", "--json").json["unread"] == 0
    (item,) = cli("bell", "rec-3", "--json").json["items"]
    assert "Handled by rec-4" in cli("bell", "rec-3", "--handled", item["id"], "--by", "rec-4").out
    assert cli("bell", "rec-3", "--handled", "nothing").code == ExitCode.REFUSED
