"""``stats``: counts, alarms, tables; as text, CSV and JSON."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.cli.stats_tables import spans
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from tests.application.world import Clock, about, send, tell
from tests.cli.conftest import Cli

FIRST = datetime(2026, 11, 1, 9, tzinfo=UTC)
PERIOD = ("--since", "2026-11-01", "--until", "2026-11-30")


@pytest.fixture
def november(tmp_path: Path) -> None:
    """A hundred messages in twenty days; every tenth bounces, to one of two domains."""
    clock = Clock(FIRST)
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as ledger:
        for number in range(100):
            address = f"c{number}@{('firma.se', 'kommun.example')[number % 20 // 10]}"
            ledger.candidate_emails.register(f"cand-{number}", address, by="rec-3")
            send(ledger, f"cand-{number}", f"msg-{number}")
            fields = {"recipient": address}
            if is_bounced := number % 10 == 0:
                fields["reason"] = FailureReason.MAILBOX_UNKNOWN
            outcome = Outcome.BOUNCED if is_bounced else Outcome.DELIVERED
            tell(ledger, about(f"msg-{number}", outcome, clock.now, **fields))
            if number % 5 == 4:
                clock.move(days=1)


def test_the_overview_has_totals_alarms_bars_and_heat(cli: Cli, november: None) -> None:
    ran = cli("stats", *PERIOD)
    assert ran.code == ExitCode.OK
    assert "Sent          100" in ran.out
    assert (
        "⚠ Act now: The hard bounce rate was 10% from 1 November 2026 to 30 November 2026 (limit 5%)."
        in " ".join(ran.out.split())
    )
    assert "1 Nov          5   █" in ran.out
    assert "Address does not exist · firma.se" in ran.out
    assert "\x1b" not in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_it_speaks_swedish(cli: Cli, november: None) -> None:
    out = cli("stats", *PERIOD, "--lang", "sv").out
    assert "Skickade      100" in out
    assert "⚠ Åtgärda nu: Andelen hard bounces var 10\xa0% från" in out
    assert "Adressen finns inte · firma.se" in out


def test_csv_has_every_count(cli: Cli, november: None) -> None:
    out = cli("stats", *PERIOD, "--csv", "--by", "domain", "--by", "reason").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["domain"], row["reason"], row["sent"], row["hard_bounces"]) for row in rows] == [
        ("firma.se", "", "50", "0"),
        ("firma.se", "mailbox_unknown", "0", "5"),
        ("kommun.example", "", "50", "0"),
        ("kommun.example", "mailbox_unknown", "0", "5"),
    ]


def test_json_has_what_the_library_answers(cli: Cli, november: None, tmp_path: Path) -> None:
    found = cli("stats", *PERIOD, "--json", "--by", "day").json
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        view = ledger.statistics(since=date(2026, 11, 1), until=date(2026, 11, 30), by="day")
    assert found["rows"] == view.model_dump(mode="json")["rows"]
    assert [alarm["level"] for alarm in found["alarms"]] == ["act", "too_few"]


def test_one_sender_and_one_domain(cli: Cli, november: None) -> None:
    found = cli("stats", *PERIOD, "--domain", "FIRMA.se", "--sender", "rec-3", "--json").json
    assert (found["total"]["sent"], found["domain"], found["sender"]) == (50, "firma.se", "rec-3")
    assert cli("stats", *PERIOD, "--sender", "rec-9", "--json").json["rows"] == []


def test_an_empty_period_says_so(cli: Cli, november: None) -> None:
    assert "There are no messages in the period." in cli("stats", "--until", "2020-01-01").out


@pytest.mark.parametrize(
    "wrong", [("--csv", "--json"), ("--since", "yesterday"), ("--by", "candidate"), ("--until", "2026-02-30")]
)
def test_a_usage_error_is_one(cli: Cli, november: None, wrong: tuple[str, ...]) -> None:
    assert cli("stats", *wrong).code == ExitCode.USAGE


def test_days_in_the_wrong_order_are_refused(cli: Cli, november: None) -> None:
    ran = cli("stats", "--since", "2026-11-30", "--until", "2026-11-01")
    assert ran.code != ExitCode.OK
    assert "give the earlier day first" in ran.err


@pytest.mark.parametrize("days", [1, 6, 7, 31, 32, 365])
@pytest.mark.parametrize("most", [1, 7, 31])
def test_spans_cover_the_period_once(days: int, most: int) -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days - 1)
    found = spans(first, last, most)
    assert len(found) <= most
    covered = [s.first + timedelta(n) for s in found for n in range((s.last - s.first).days + 1)]
    assert covered == [first + timedelta(n) for n in range(days)]
