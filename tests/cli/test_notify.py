"""``deliveryledger notify`` and the bell's options, against a real SMTP server."""

from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from tests.application.world import Clock
from tests.cli.conftest import Cli
from tests.outbound.office import fails
from tests.outbound.smtp_server import Mailbox, serving

DIRECTORY = "tests.outbound.office:Office"


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


def test_what_is_stuck_is_listed(cli: Cli, failed: None):
    assert "cand-1  rec-3  email  nobody" in cli("notify", "--stuck").out
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
