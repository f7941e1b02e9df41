"""The shared options: taken by every command, before and after it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from deliveryledger.cli.app import cli as group
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.read_models.activity_entries import MOST_ENTRIES
from deliveryledger.read_models.candidate_card import MOST_MESSAGES
from tests.architecture.source import ROOT
from tests.cli.conftest import INBOX, Cli

GOLDEN = ROOT / "tests" / "audit" / "golden"
CV = ROOT / "tests" / "advice" / "cv" / "pandoc-en.txt"
MAIL = INBOX / "1-first-morning" / "0932-bjorn-complaint.eml"
COMMANDS: dict[str, tuple[str, ...]] = {
    "checkpoint": (),
    "notify": ("--stuck",),
    "prove": ("candidate_email-default:cand-7@1",),
    "verify": (),
    "verify-proof": (str(GOLDEN / "event.tlog-proof"), "--key", str(GOLDEN / "key.vkey")),
    "activity": ("cand-7",),
    "anonymise": (str(MAIL),),
    "as-of": ("1", "card", "cand-7"),
    "bell": ("rec-3",),
    "card": ("cand-7",),
    "correct": ("cand-7", "ada@gmail.com", "--by", "rec-3"),
    "cv-addresses": (str(CV),),
    "demo": (),
    "explain": (str(MAIL),),
    "erase": ("cand-7", "--by", "dpo"),
    "export": ("cand-7", "--format", "html"),
    "filter": (),
    "import-filter": (str(ROOT / "tests" / "cli" / "suppressed.csv"),),
    "export-filter": (),
    "ingest": (str(INBOX / "1-first-morning" / "0901-anna-hard-bounce.json"),),
    "intake": (),
    "keys": ("status",),
    "outages": ("--settle",),
    "read-mail": (str(MAIL),),
    "read-webhook": ("sendgrid",),
    "removals": (),
    "rebuild": (),
    "reclassify": (),
    "resend": ("msg-1", "--by", "rec-3"),
    "retention": ("--by", "dpo"),
    "replay": ("--policies", str(Path(__file__).with_name("policies.json"))),
    "safe-senders": ("ada@gmail.com", "--from", "rec-3@ats.example"),
    "stats": (),
    "status": (),
    "suggest": (),
    "support": ("ada@gmial.com",),
}
ONCE = {"backup", "restore", "suppress", "request-removal", "consent", "approve", "reject", "sync"}
"""What they need is not there a second time, or for a start; the tests of each try them."""
LASTING = {"serve", "fetch-mail", "receive-mail", "send-webhooks"}
"""They run until they are told to end; tests/web/test_serve.py and tests/inbound/mailboxes try them."""
OPTIONS = [("--lang", "sv"), ("--lang", "en"), ("--tz", "Europe/Stockholm")]


def test_every_command_is_tried_here() -> None:
    assert set(COMMANDS) | ONCE | LASTING == set(group.commands)


@pytest.mark.parametrize("option", OPTIONS, ids="=".join)
@pytest.mark.parametrize("command", COMMANDS)
def test_language_and_zone_may_stand_anywhere(
    cli: Cli, ada: str, command: str, option: tuple[str, str]
) -> None:
    plain = cli(command, *COMMANDS[command])
    before = cli(*option, command, *COMMANDS[command])
    after = cli(command, *COMMANDS[command], *option)
    assert plain.code == before.code == after.code
    assert plain.code in (ExitCode.OK, ExitCode.POISONED)
    assert steady(before.out) == steady(after.out)


def steady(text: str) -> str:
    """The text without the moment at which an export was made."""
    return re.sub(r"\b\d\d:\d\d:\d\d\b", "", text)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_zone_that_does_not_exist_is_a_usage_error_everywhere(cli: Cli, ada: str, command: str) -> None:
    assert cli(command, *COMMANDS[command], "--tz", "Mars/Olympus").code == ExitCode.USAGE
    assert cli("--tz", "", command, *COMMANDS[command]).code == ExitCode.USAGE


@pytest.mark.parametrize(
    "command",
    [
        "anonymise",
        "cv-addresses",
        "demo",
        "erase",
        "explain",
        "export-filter",
        "import-filter",
        "ingest",
        "intake",
        "notify",
        "read-mail",
        "read-webhook",
        "rebuild",
        "replay",
        "retention",
        "status",
    ],
)
def test_the_operators_commands_say_that_they_speak_english(cli: Cli, command: str) -> None:
    assert "speak English" in " ".join(cli(command, "--help").out.split())


@pytest.mark.parametrize(("command", "most"), [("card", MOST_MESSAGES), ("activity", MOST_ENTRIES)])
def test_the_help_says_where_an_answer_ends(cli: Cli, command: str, most: int) -> None:
    assert f"ends after the newest {most:,} " in cli(command, "--help").out


def test_the_package_can_be_run(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "deliveryledger", "--lang", "sv", "status", "--ledger", "mistyped.db"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (ExitCode.STORAGE, "")
    assert run.stderr.startswith("deliveryledger: open a ledger")
