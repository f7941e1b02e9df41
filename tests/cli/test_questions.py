"""card, activity, filter, bell, status, rebuild: text and JSON, options before and after, exit codes."""

import signal
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.cli import main
from deliveryledger.cli.exit_codes import MEANINGS, ExitCode
from deliveryledger.read_models.bell_items import BellView
from tests.cli.conftest import Cli


def test_card_prints_what_the_ledger_says(cli: Cli, ada: str) -> None:
    with Ledger.open("ledger.db") as ledger:
        assert cli("card", ada).out == f"{ledger.candidate_card(ada)}\n"
        assert cli("card", ada, "--json").json == ledger.candidate_card(ada).model_dump(mode="json")


@pytest.mark.parametrize(
    "arguments",
    [("--lang", "sv", "card", "cand-7"), ("card", "cand-7", "--lang", "sv")],
    ids=["before", "after"],
)
def test_options_stand_before_or_after_the_command(cli: Cli, ada: str, arguments: tuple[str, ...]) -> None:
    assert "Meddelanden" in cli(*arguments).out


def test_what_stands_after_the_command_wins(cli: Cli, ada: str) -> None:
    assert "Messages" in cli("--lang", "sv", "card", ada, "--lang", "en").out


def test_language_and_ledger_come_from_the_environment(
    cli: Cli, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERYLEDGER_LANG", "sv")
    assert "Meddelanden" in cli("card", ada).out
    assert "Messages" in cli("--lang", "en", "card", ada).out


def test_times_are_in_the_zone_that_is_asked_for(cli: Cli, ada: str) -> None:
    assert cli("card", ada, "--tz", "Asia/Kolkata").out != cli("card", ada).out
    assert cli("card", ada, "--tz", "Mars/Olympus").code == ExitCode.USAGE


def test_the_card_advises_whoever_is_named(cli: Cli, ada: str) -> None:
    with Ledger.open("ledger.db") as ledger:
        ledger.suppression_filters.suppress("ada@gmial.com", by="sup-1")
        ledger.messages.register("cand-7", sender="rec-3", subject="Offer", message_id="msg-2")
    assert "[Ask support for help]" in cli("card", ada).out
    assert "[Request removal from the recipient filter]" in cli("card", ada, "--role", "support").out
    assert cli("card", ada, "--role", "boss").code == ExitCode.USAGE


def test_another_tenant_sees_nothing(cli: Cli, ada: str) -> None:
    assert cli("card", ada, "--tenant", "acme").code == ExitCode.REFUSED
    assert cli("bell", "rec-3", "--tenant", "acme", "--json").json["items"] == []


@pytest.mark.parametrize("command", ["activity", "card"])
def test_an_unknown_candidate_is_an_error(cli: Cli, ada: str, command: str) -> None:
    ran = cli(command, "cand-8")
    assert ran.code == ExitCode.REFUSED
    assert ran.out == ""
    assert ran.err.startswith("deliveryledger: show")


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (("activity", "cand-7"), "entries"),
        (("bell", "rec-3"), "items"),
        (("filter",), "entries"),
        (("status",), "counts"),
        (("rebuild",), "read_models"),
        (("intake",), "unmatched"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_every_question_answers_as_text_and_as_json(
    cli: Cli, ada: str, command: tuple[str, ...], key: str
) -> None:
    text = cli(*command)
    assert (text.code, text.err) == (ExitCode.OK, "")
    assert text.out.strip()
    assert key in cli(*command, "--json").json


@pytest.mark.parametrize(
    "command",
    [("card", "x"), ("activity", "x"), ("filter",), ("bell", "x"), ("status",), ("rebuild",), ("intake",)],
    ids=lambda command: command[0],
)
def test_a_mistyped_path_makes_no_ledger(cli: Cli, tmp_path: Path, command: tuple[str, ...]) -> None:
    ran = cli(*command, "--ledger", "mistyped.db")
    assert ran.code == ExitCode.STORAGE
    assert "there is no file 'mistyped.db'" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_no_ledger_named_is_a_usage_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DELIVERYLEDGER_URL")
    assert cli("status").code == ExitCode.USAGE


def test_a_lost_key_is_said_so(cli: Cli, ada: str, tmp_path: Path) -> None:
    (tmp_path / "ledger.db.kek").unlink()
    ran = cli("card", ada)
    assert ran.code == ExitCode.STORAGE
    assert "key-encryption key" in ran.err


def test_postgresql_is_not_there_yet(cli: Cli) -> None:
    assert cli("status", "--ledger", "postgresql://host/db").code == ExitCode.STORAGE


@pytest.mark.parametrize("arguments", [("nonsense",), ("card",), ("card", "x", "--lang", "de")])
def test_what_cannot_be_meant_is_a_usage_error(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli(*arguments).code == ExitCode.USAGE


def test_help_is_no_error(cli: Cli) -> None:
    assert cli("--help").code == ExitCode.OK
    assert cli("ingest", "-h").code == ExitCode.OK
    assert cli("--version").out.startswith("deliveryledger, version")


def test_the_process_ends_with_the_code(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("sys.argv", ["deliveryledger", "nonsense"])
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:  # a process that ends is not interrupted any more, but this one goes on
        signal.signal(signal.SIGINT, before)
    assert ended.value.code == ExitCode.USAGE


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(ExitCode)


def test_foreign_words_do_not_steer_the_terminal(cli: Cli, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmail.com", by="rec-3")
        ledger.messages.register("cand-7", sender="rec-3", subject="\x1b[2J\u202egnp.exe")
    for command in ("card", "activity"):
        out = cli(command, "cand-7").out
        assert "\x1b" not in out
        assert "\u202e" not in out


@pytest.mark.parametrize(
    ("lang", "unread", "said"),
    [
        ("sv", 1, "Aviseringar, 1 oläst"),
        ("sv", 2, "Aviseringar, 2 olästa"),
        ("en", 1, "Notifications, 1 unread"),
    ],
)
def test_one_unread_item_is_counted_in_the_singular(lang: str, unread: int, said: str) -> None:
    assert str(BellView(sender_id="rec-3", unread=unread, lang=lang)).splitlines()[0] == said
