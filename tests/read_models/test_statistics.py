"""Statistics: a message counts once for each outcome, and an erased one has no domain."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.advice.alarms import AlarmPolicy, Level, Limits
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.errors import InvalidIdentifier, InvalidInput
from deliveryledger.read_models.statistics import ERASED_DOMAINS, FEWEST_CANDIDATES, NO_DOMAIN, OTHER_DOMAINS
from deliveryledger.read_models.statistics_view import Statistics, StatisticsRow
from tests.application import world
from tests.application.world import Clock, send, tell
from tests.projections.tables import tables

DOMAIN = "firma.se"


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 14, 9, tzinfo=UTC))


@pytest.fixture
def ledger(clock: Clock):  # type: ignore[no-untyped-def]
    with Ledger.open(":memory:", clock=clock) as ledger:
        yield ledger


def sent(ledger: Ledger, number: int, domain: str = DOMAIN) -> str:
    """A candidate with a message that was sent."""
    ledger.candidate_emails.register(f"cand-{number}", f"c{number}@{domain}", by="rec-3")
    send(ledger, f"cand-{number}", f"msg-{number}")
    return f"msg-{number}"


def about(message: str, outcome: Outcome, at: datetime, **fields: Any) -> DeliveryReport:
    """A claim that brings our own id back, and names nobody."""
    return world.about(message, outcome, at, **{"recipient": None, **fields})


def bounced(message: str, clock: Clock, reason: FailureReason, **after: float) -> DeliveryReport:
    return about(message, Outcome.BOUNCED, clock.now + timedelta(**after), reason=reason)


def total(view: Statistics) -> dict[str, int]:
    """The counts that are there, without those of who tells of complaints."""
    counts = view.total.model_dump(exclude={"complaint_base", "base_complaints"})
    return {name: count for name, count in counts.items() if count}


def rows(view: Statistics, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, name) for name in names) for row in view.rows]


def test_a_message_counts_once_for_each_outcome(ledger: Ledger, clock: Clock) -> None:
    message = sent(ledger, 1)
    story = [
        about(message, Outcome.DEFERRED, clock.now, reason=FailureReason.SERVER_UNAVAILABLE),
        about(message, Outcome.DEFERRED, clock.move(minutes=5), reason=FailureReason.SERVER_UNAVAILABLE),
        about(message, Outcome.DELIVERED, clock.move(minutes=5)),
        about(message, Outcome.COMPLAINED, clock.move(minutes=5), feedback_type="abuse"),
    ]
    tell(ledger, *story, *story)
    tell(ledger, *story)
    assert total(ledger.statistics()) == {"sent": 1, "delivered": 1, "deferred": 1, "complaints": 1}


def test_the_order_of_reports_does_not_matter(clock: Clock) -> None:
    at = clock.now
    story = [
        about("msg-1", Outcome.DELIVERED, at + timedelta(minutes=1)),
        about("msg-1", Outcome.BOUNCED, at + timedelta(minutes=2), reason=FailureReason.MAILBOX_FULL),
        about("msg-1", Outcome.BOUNCED, at + timedelta(minutes=3), reason=FailureReason.MAILBOX_UNKNOWN),
        about("msg-1", Outcome.BOUNCED, at + timedelta(minutes=4), reason=FailureReason.SENDER_BLOCKED),
    ]
    found = set()
    for order in permutations(story):
        with Ledger.open(":memory:", clock=lambda: at + timedelta(hours=1)) as ledger:
            sent(ledger, 1)
            for report in order:
                tell(ledger, report)
                ledger.statistics()
            found.add(ledger.statistics(by=("reason", "day", "sender", "domain")).csv())
    assert len(found) == 1


def test_a_failure_stands_under_its_reason_and_the_rest_under_none(ledger: Ledger, clock: Clock) -> None:
    tell(ledger, bounced(sent(ledger, 1), clock, FailureReason.MAILBOX_UNKNOWN))
    tell(ledger, bounced(sent(ledger, 2), clock, FailureReason.MAILBOX_FULL))
    sent(ledger, 3)
    view = ledger.statistics(by="reason")
    assert rows(view, "reason", "sent", "hard_bounces", "soft_bounces") == [
        (None, 3, 0, 0),
        ("mailbox_full", 0, 0, 1),
        ("mailbox_unknown", 0, 1, 0),
    ]


def test_days_are_those_of_sending_and_utc(ledger: Ledger, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 13, 23, 59, tzinfo=UTC)
    first = sent(ledger, 1)
    clock.move(minutes=2)
    sent(ledger, 2)
    clock.move(days=1)
    tell(ledger, bounced(first, clock, FailureReason.MAILBOX_UNKNOWN))
    view = ledger.statistics(by="day", tz="America/Los_Angeles")
    assert rows(view, "day", "sent", "hard_bounces") == [
        (date(2026, 11, 13), 1, 1),
        (date(2026, 11, 14), 1, 0),
    ]


def test_a_period_has_its_first_and_its_last_day(ledger: Ledger, clock: Clock) -> None:
    for number in range(5):
        sent(ledger, number)
        clock.move(days=1)
    first = date(2026, 11, 14)
    for since, until, number in [(0, 4, 5), (1, 3, 3), (2, 2, 1), (5, 9, 0)]:
        view = ledger.statistics(since=first + timedelta(since), until=first + timedelta(until))
        assert view.total.sent == number
    assert ledger.statistics(until=datetime(2026, 11, 15, 1, tzinfo=UTC)).total.sent == 2
    usual = ledger.statistics()
    assert (usual.until, (usual.until - usual.since).days) == (clock.now.date(), 29)


def test_what_was_stopped_is_not_sent(ledger: Ledger, clock: Clock) -> None:
    message = sent(ledger, 1)
    tell(ledger, bounced(message, clock, FailureReason.MAILBOX_UNKNOWN))
    ledger.messages.register("cand-1", sender="rec-3", subject="Again", message_id="msg-again")
    ledger.messages.register("cand-1", sender="rec-3", subject="Sent all the same", message_id="msg-sent")
    ledger.messages.mark_submitted("msg-sent", provider="postmark", provider_message_id="p-sent")
    tell(ledger, about("msg-sent", Outcome.SUPPRESSED, clock.now, list_reason="HardBounce"))
    assert total(ledger.statistics()) == {"sent": 2, "hard_bounces": 1, "dropped": 1, "withheld": 1}


def test_a_message_that_was_only_registered_is_not_counted(ledger: Ledger) -> None:
    ledger.candidate_emails.register("cand-1", f"c1@{DOMAIN}", by="rec-3")
    ledger.messages.register("cand-1", sender="rec-3", subject="Interview", message_id="msg-1")
    view = ledger.statistics(by=("reason", "day"))
    assert (total(view), view.rows) == ({}, ())
    assert "There are no messages in the period." in str(view)


def test_a_complaint_that_is_taken_back_stays_a_complaint(ledger: Ledger, clock: Clock) -> None:
    message = sent(ledger, 1)
    tell(ledger, about(message, Outcome.COMPLAINED, clock.now))
    tell(ledger, about(message, Outcome.COMPLAINT_WITHDRAWN, clock.move(hours=1), method="not_spam"))
    assert total(ledger.statistics()) == {"sent": 1, "complaints": 1, "withdrawn": 1}
    tell(ledger, about(message, Outcome.COMPLAINED, clock.move(hours=1)))
    assert total(ledger.statistics()) == {"sent": 1, "complaints": 1}


def test_domains_of_few_candidates_stand_together(ledger: Ledger) -> None:
    for number in range(FEWEST_CANDIDATES):
        sent(ledger, number)
    for number in range(10, 10 + FEWEST_CANDIDATES - 1):
        sent(ledger, number, "Byron.example")
    sent(ledger, 20, "lovelace.example")
    view = ledger.statistics(by="domain")
    assert rows(view, "domain", "sent") == [(OTHER_DOMAINS, 3), (DOMAIN, 3)]
    assert "lovelace.example" not in view.model_dump_json() + str(view) + view.csv()
    assert rows(ledger.statistics(by="domain", domain="LOVELACE.example"), "domain", "sent") == [
        ("lovelace.example", 1)
    ]


def test_many_messages_to_one_candidate_do_not_make_a_domain_public(ledger: Ledger) -> None:
    ledger.candidate_emails.register("cand-1", "ada@lovelace.example", by="rec-3")
    for number in range(20):
        send(ledger, "cand-1", f"msg-{number}")
    assert rows(ledger.statistics(by="domain"), "domain", "sent") == [(OTHER_DOMAINS, 20)]


def test_what_is_no_address_has_no_domain(ledger: Ledger) -> None:
    for number, typed in enumerate(["ada lovelace", "ada@gmail,com", "ada@home@firma.se"]):
        ledger.candidate_emails.register(f"cand-{number}", typed, by="rec-3")
        ledger.messages.register(f"cand-{number}", sender="rec-3", subject="x", message_id=f"msg-{number}")
    view = ledger.statistics(by="domain")
    assert rows(view, "domain", "withheld") == [(NO_DOMAIN, 3)]


def test_an_address_with_other_letters_has_the_same_domain(ledger: Ledger) -> None:
    for number, domain in enumerate(
        ["räksmörgås.example", "RÄKSMÖRGÅS.example", "xn--rksmrgs-5wao1o.example"]
    ):
        sent(ledger, number, domain)
    assert rows(ledger.statistics(by="domain"), "domain", "sent") == [("xn--rksmrgs-5wao1o.example", 3)]


def test_an_erasure_takes_the_domain_and_leaves_the_count(ledger: Ledger, clock: Clock) -> None:
    for number in range(FEWEST_CANDIDATES + 1):
        tell(ledger, bounced(sent(ledger, number), clock, FailureReason.MAILBOX_UNKNOWN))
    ledger.statistics()
    ledger.erase("cand-0", by="dpo")
    view = ledger.statistics(by="domain")
    assert rows(view, "domain", "hard_bounces") == [(ERASED_DOMAINS, 1), (DOMAIN, 3)]
    kept = tables(ledger)
    ledger.rebuild()
    assert tables(ledger) == kept
    assert ledger.statistics(by="domain") == view
    ledger.erase("cand-1", by="dpo")
    assert rows(ledger.statistics(by="domain"), "domain", "sent") == [(ERASED_DOMAINS, 2), (OTHER_DOMAINS, 2)]


def test_tenants_are_counted_apart(ledger: Ledger) -> None:
    sent(ledger.tenant("acme"), 1)
    sent(ledger, 1)
    sent(ledger, 2)
    assert ledger.statistics().total.sent == 2
    assert ledger.statistics(tenant="acme").total.sent == ledger.tenant("acme").statistics().total.sent == 1


def test_senders_are_counted_apart(ledger: Ledger, clock: Clock) -> None:
    sent(ledger, 1)
    ledger.messages.register("cand-1", sender="rec-9", subject="Offer", message_id="msg-9")
    ledger.messages.mark_submitted("msg-9", provider="postmark", provider_message_id="p-9")
    tell(ledger, about("msg-9", Outcome.REJECTED, clock.now, reason=FailureReason.CONTENT_REJECTED))
    assert rows(ledger.statistics(by="sender"), "sender", "sent", "rejected") == [
        ("rec-3", 1, 0),
        ("rec-9", 1, 1),
    ]
    assert ledger.statistics(sender="rec-9").total.sent == 1


def test_rows_can_be_summed_up(ledger: Ledger, clock: Clock) -> None:
    for number in range(6):
        tell(ledger, bounced(sent(ledger, number), clock, FailureReason.MAILBOX_FULL))
        clock.move(hours=9)
    view = ledger.statistics(by=("reason", "domain", "day", "sender"))
    assert view.folded("day") == ledger.statistics(by="day").rows
    assert view.folded() == (StatisticsRow(**view.total.model_dump()),)


def test_as_of_a_moment_is_what_was_known_then(ledger: Ledger, clock: Clock) -> None:
    message, before = sent(ledger, 1), clock.now
    tell(ledger, bounced(message, clock, FailureReason.MAILBOX_UNKNOWN))
    clock.move(hours=1)
    tell(ledger, about(sent(ledger, 2), Outcome.DELIVERED, clock.now))
    with ledger.as_of(before) as past:
        assert total(past.statistics())["sent"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "candidate"},
        {"by": ("day", "recipient")},
        {"since": date(2026, 12, 1), "until": date(2026, 11, 1)},
        {"since": "2026-11-01"},
        {"domain": "no domain"},
        {"domain": ""},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ledger: Ledger, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ledger.statistics(**asked)


def test_an_address_is_no_sender(ledger: Ledger) -> None:
    with pytest.raises(InvalidIdentifier):
        ledger.statistics(sender="ada@example.org")


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
