"""Alarms of the statistics: what they count, say and leave out; and the counts as CSV."""

from datetime import date
from typing import Any

from deliveryledger import Ledger
from deliveryledger.advice.alarms import AlarmPolicy, Level, Limits
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from tests.application.world import Clock, tell
from tests.read_models.counted import DOMAIN, about, bounced, clock, ledger, sent

__all__ = ["clock", "ledger"]


def with_limits(clock: Clock, **policy: Any) -> Ledger:
    """A ledger that judges from two messages on."""
    limits = Limits(warn=0.1, act=0.4, at_least=2)
    alarms = AlarmPolicy(hard_bounces=limits, complaints=limits, **policy)
    return Ledger.open(":memory:", clock=clock, policies=Policies(alarms=alarms))


def test_gmail_counts_neither_above_nor_below_the_line_of_complaints(clock: Clock) -> None:
    with with_limits(clock) as ledger:
        for number, domain in enumerate(["gmail.com", "GoogleMail.com", DOMAIN, DOMAIN, DOMAIN]):
            message = sent(ledger, number, domain)
            if number in (0, 2, 3):
                tell(ledger, about(message, Outcome.COMPLAINED, clock.now))
        view = ledger.statistics()
        assert (view.total.complaints, view.total.base_complaints, view.total.complaint_base) == (3, 2, 3)
        complaint = view.alarms[1]
        assert (complaint.kind, complaint.count, complaint.of) == ("complaint", 2, 3)


def test_an_alarm_says_whose_rate_it_is(clock: Clock) -> None:
    with with_limits(clock) as ledger:
        for number in range(8):
            message = sent(ledger, number)
            tell(ledger, bounced(message, clock, FailureReason.MAILBOX_UNKNOWN))
        view = ledger.statistics(by=("sender", "domain"))
        found = [(a.kind, a.level, a.sender, a.domain) for a in view.alarms]
        assert found == [
            ("bounce", Level.ACT, None, None),
            ("complaint", Level.OK, None, None),
            ("bounce", Level.ACT, "rec-3", None),
            ("bounce", Level.ACT, None, DOMAIN),
        ]
        assert "Act now: rec-3: The hard bounce rate is 100%" in str(view)
        assert "Åtgärda nu: Andelen hard bounces är 100\xa0% de senaste 30 dagarna (gräns 40\xa0%)." in str(
            ledger.statistics(lang="sv")
        )


def test_an_alarm_of_the_past_names_its_days(clock: Clock) -> None:
    with with_limits(clock, window_days=1) as ledger:
        for number in range(8):
            tell(ledger, bounced(sent(ledger, number), clock, FailureReason.MAILBOX_UNKNOWN))
        assert "over the last 24 hours" in ledger.statistics().alarms[0].text
        clock.move(days=1)
        past = ledger.statistics(until=date(2026, 11, 14), since=date(2026, 11, 13)).alarms[0].text
        assert past == "The hard bounce rate was 100% from 13 November 2026 to 14 November 2026 (limit 40%)."


def test_too_few_messages_are_not_judged(ledger: Ledger, clock: Clock) -> None:
    tell(ledger, bounced(sent(ledger, 1), clock, FailureReason.MAILBOX_UNKNOWN))
    assert [alarm.text for alarm in ledger.statistics(lang="sv").alarms] == [
        "Hard bounces: För få meddelanden för att bedöma andelen (1 av minst 100).",
        "Klagomål: För få meddelanden för att bedöma andelen (1 av minst 500).",
    ]


def test_csv_is_safe_to_open_in_a_spreadsheet(ledger: Ledger) -> None:
    ledger.candidate_emails.register("cand-1", f"c1@{DOMAIN}", by="rec-3")
    for number, sender in enumerate(['=HYPERLINK("x")', "+1", "-1", "＝1", "a,b", "plain"]):
        ledger.messages.register("cand-1", sender=sender, subject="x", message_id=f"msg-{number}")
        ledger.messages.mark_submitted(
            f"msg-{number}", provider="postmark", provider_message_id=f"p-{number}"
        )
    lines = ledger.statistics(by=("sender", "domain")).csv().split("\r\n")
    assert lines[0].startswith("sender,domain,sent,delivered,hard_bounces")
    assert lines[-1] == ""
    assert sorted(line.rsplit(",(other)")[0] for line in lines[1:-1]) == sorted(
        ['"\'=HYPERLINK(""x"")"', "'+1", "'-1", "'＝1", '"a,b"', "plain"]
    )
