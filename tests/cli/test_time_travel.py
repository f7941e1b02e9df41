"""as-of and replay: moments, positions and zones, whose question it is, policies from a file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading
from tests.cli.conftest import Cli

THEN = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
POLICIES = Path(__file__).with_name("policies.json")


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Sent in January at 9:30, full at 10:30, and written to again at 11:30."""
    path, now = tmp_path / "ledger.db", THEN
    with Ledger.open(path, clock=lambda: now) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", name="Ada Lovelace", by="rec-3")
        ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
        ledger.messages.mark_submitted("msg-1", provider="postmark", provider_message_id="p-1")
        now += timedelta(hours=1)
        report = DeliveryReport(
            outcome=Outcome.BOUNCED,
            provider="postmark",
            occurred_at=now,
            received_at=now,
            recipient="ada@gmial.com",
            reason=FailureReason.MAILBOX_FULL,
            provider_message_id="p-1",
        )
        ledger.record(Reading(provider="postmark", received_at=now, reports=(report,)))
        now += timedelta(hours=1)
        ledger.messages.register("cand-7", sender="rec-3", subject="Again", message_id="msg-2")
        ledger.suppression_filters.suppress("grace@navy.example", by="sup-1")
    return path


def expected(question: str, point: datetime | int, *who: str, **asking: Any) -> Any:
    with Ledger.open("ledger.db") as ledger, ledger.as_of(point) as past:
        return getattr(past, question)(*who, **asking)


def past_position(moment: datetime) -> int:
    with Ledger.open("ledger.db") as ledger, ledger.as_of(moment) as past:
        return past.position


@pytest.mark.parametrize(
    ("question", "who", "method"),
    [
        ("card", ("cand-7",), "candidate_card"),
        ("activity", ("cand-7",), "activity"),
        ("bell", ("rec-3",), "bell"),
        ("filter", (), "recipient_filter"),
    ],
)
def test_every_question_as_text_and_as_json(
    cli: Cli, told: Path, question: str, who: tuple[str, ...], method: str
) -> None:
    moment = THEN + timedelta(hours=1)
    view = expected(method, moment, *who)
    ran = cli("as-of", moment.isoformat(), question, *who)
    assert (ran.code, ran.err) == (ExitCode.OK, "")
    banner, _, shown = ran.out.partition("\n")
    assert banner.startswith("As of Thursday 15 January 2026, 10:30:00 UTC (event ")
    assert shown == f"{view}\n"
    as_json = cli("as-of", moment.isoformat(), question, *who, "--json").json
    assert as_json.pop("as_of") == {"position": past_position(moment), "moment": moment.isoformat()}
    assert as_json == view.model_dump(mode="json")


@pytest.mark.parametrize(
    ("moment", "options", "subjects"),
    [
        ("2", (), ["Interview"]),
        ("2026-01-15T09:30", (), ["Interview"]),
        ("2026-01-15T11:30", (), ["Again", "Interview"]),
        ("2026-01-15 12:29:59+01:00", (), ["Interview"]),
        ("2026-01-15T11:30", ("--tz", "Europe/Stockholm"), ["Interview"]),
        ("2026-01-15T12:30", ("--tz", "Europe/Stockholm"), ["Again", "Interview"]),
        ("2026-01-16", (), ["Again", "Interview"]),
        ("20260116", (), None),
        ("2026-01-15", (), None),
    ],
)
def test_moments_and_positions(
    cli: Cli, told: Path, moment: str, options: tuple[str, ...], subjects: list[str] | None
) -> None:
    ran = cli("as-of", moment, "card", "cand-7", "--json", *options)
    if subjects is None:
        assert ran.code in (ExitCode.REFUSED, ExitCode.USAGE)
    else:
        assert [message["subject"] for message in ran.json["messages"]] == subjects


def test_in_swedish(cli: Cli, told: Path) -> None:
    out = cli("as-of", "2026-01-15T10:30", "filter", "--lang", "sv", "--tz", "Europe/Stockholm").out
    assert out.startswith("Läget torsdag 15 januari 2026 kl. 10:30:00 CET (händelse 3 i loggen)\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("1", "card"), "say whose card"),
        (("1", "filter", "cand-7"), "leave WHO out"),
        (("yesterday", "card", "cand-7"), "neither a time"),
        (("-1", "card", "cand-7"), ""),
        (("1", "weather", "cand-7"), "weather"),
        (("2999-01-01", "card", "cand-7"), "in the future"),
        (("999", "card", "cand-7"), "has not come to that position"),
    ],
)
def test_what_cannot_be_meant(cli: Cli, told: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = cli("as-of", *arguments)
    assert ran.code == ExitCode.USAGE
    assert said in ran.err
    assert ran.out == ""


def test_before_the_first_event_no_time_is_made_up(cli: Cli, told: Path) -> None:
    assert cli("as-of", "0", "filter").out.startswith("Before the first event of the log\n")
    assert cli("as-of", "0", "filter", "--lang", "sv").out.startswith(
        "Läget före första händelsen i loggen\n"
    )
    assert cli("as-of", "0", "filter", "--json").json["as_of"] == {"position": 0, "moment": None}
    out = cli("as-of", "2026-01-01", "filter").out
    assert out.startswith("As of Thursday 1 January 2026, 00:00:00 UTC (before the first event of the log)\n")
    found = cli("as-of", "2026-01-01", "filter", "--json").json["as_of"]
    assert found == {"position": 0, "moment": "2026-01-01T00:00:00+00:00"}


def test_who_was_not_there_yet_is_unknown(cli: Cli, told: Path) -> None:
    for question in ("card", "activity"):
        ran = cli("as-of", "2026-01-01", question, "cand-7")
        assert ran.code == ExitCode.REFUSED
        assert "at that point; ask about a later point, or check the id and the tenant" in ran.err
    assert cli("as-of", "2", "card", "cand-7", "--tenant", "acme").code == ExitCode.REFUSED


def test_replay_shows_the_difference(cli: Cli, told: Path) -> None:
    out = cli("replay", "--policies", POLICIES, "--tz", "Europe/Stockholm").out.splitlines()
    assert "Addresses on the recipient filter: 1, would be 1." in out  # it would have ended after a week
    assert "  msg-2 to ada@gmial.com, 15 January 2026 (Repeated soft bounces)" in out
    found = cli("replay", "--policies", POLICIES, "--json").json
    assert [message["message_id"] for message in found["would_be_withheld"]] == ["msg-2"]
    assert (
        cli("replay", "--policies", POLICIES, "--json", "--since", "2026-01-15T11:00").json["addresses"] == []
    )
    assert cli("replay", "--policies", POLICIES, "--tenant", "acme", "--json").json["events"] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "the file: invalid JSON"),
        ("[]", "the file:"),
        ('{"escalaton": {}}', "escalaton: there is no such name; see docs/how-to/set-policies.md"),
        ('{"escalation": {"thresholds": {"mailbox_full": {"strikes": 0, "within_days": 1}}}}', ".strikes:"),
        ('{"escalation": {"thresholds": {"too_lazy": {"strikes": 1, "within_days": 1}}}}', "too_lazy"),
        (
            '{"escalation": {"thresholds": {"rate_limited": {"strikes": 1, "within_days": 1}}}}',
            "never counts as",
        ),
        (
            '{"provider_lists": ["Postmark"]}',
            "provider_lists.0: string should match pattern '^[a-z0-9_]+/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'; ",
        ),
        (" " * 1024 * 1024 + "{}", "longer than 1 MiB"),
    ],
    ids=[
        *("no JSON", "no object", "mistyped", "below the least", "no reason", "no strike", "pattern"),
        "too long",
    ],
)
def test_policies_that_cannot_be_meant(cli: Cli, told: Path, tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "policies.json"
    file.write_text(content)
    ran = cli("replay", "--policies", file)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert ran.err.startswith("deliveryledger: read policies: ")
    assert said in ran.err


def test_policies_must_be_named_and_be_there(cli: Cli, told: Path) -> None:
    assert cli("replay").code == ExitCode.USAGE
    assert cli("replay", "--policies", "mistyped.json").code == ExitCode.USAGE
    for since in ("7", "yesterday", "2999-01-01"):
        ran = cli("replay", "--policies", POLICIES, "--since", since)
        assert (ran.code, "position" in ran.err) == (ExitCode.USAGE, False)
    assert "the moment is in the future" in ran.err
    assert cli("replay", "--policies", POLICIES, "--ledger", "mistyped.db").code == ExitCode.STORAGE
