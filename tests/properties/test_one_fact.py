"""A webhook, a mail and a poll that say the same are one fact: one suppression, one incident."""

from datetime import timedelta
from itertools import permutations

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome, Reading, Source
from tests.properties.worlds import ADA, NOW, open_ledger, populate

HOUR = timedelta(hours=1)
SOURCES = (Source.WEBHOOK, Source.DSN, Source.POLL)


def bounce(
    source: Source, after: timedelta = timedelta(0), outcome: Outcome = Outcome.BOUNCED
) -> DeliveryReport:
    is_mail = source is Source.DSN
    return DeliveryReport(
        outcome=outcome,
        provider="mail" if is_mail else "postmark",
        source=source,
        occurred_at=NOW - HOUR + after,
        received_at=NOW,
        recipient=ADA,
        provider_message_id="p-1@mta.example" if is_mail else "p-1",
        reason=FailureReason.MAILBOX_UNKNOWN,
        status="5.1.1",
    )


def events(ledger: Ledger) -> list[str]:
    return [entry.event for entry in ledger.activity("cand-1").entries]


def reading(*reports: DeliveryReport) -> Reading:
    return Reading(provider="postmark", received_at=NOW, reports=reports)


@pytest.mark.parametrize("order", list(permutations(SOURCES)))
@pytest.mark.parametrize("is_one_batch", [True, False], ids=["one batch", "one by one"])
def test_three_ways_are_one_fact(order: tuple[Source, ...], is_one_batch: bool):
    told = [bounce(source) for source in order]
    with open_ledger() as ledger:
        populate(ledger)
        batches = [told] if is_one_batch else [[report] for report in told]
        recordings = [ledger.record(reading(*batch)) for batch in batches]
        assert sum(r.facts for r in recordings) == 1
        assert sum(r.repeats for r in recordings) == 2
        assert events(ledger).count("MessageBounced") == events(ledger).count("AddressSuppressed") == 1
        (item,) = ledger.bell("rec-3").items
        assert (item.count, item.trouble) == (1, "hard_bounce")


def test_what_comes_later_about_the_same_bounce_is_no_other_fact():
    with open_ledger() as ledger:
        populate(ledger)
        told = [bounce(source, after=n * HOUR / 10) for n, source in enumerate(SOURCES)]
        recording = ledger.record(reading(*told))
        assert (recording.facts, recording.repeats) == (1, 2)
        assert events(ledger).count("AddressSuppressed") == 1


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.DELIVERED,
        Outcome.COMPLAINED,
        Outcome.COMPLAINT_WITHDRAWN,
        Outcome.REJECTED,
        Outcome.SUPPRESSED,
        Outcome.DEFERRED,
        Outcome.UNSUBSCRIBED,
        Outcome.AUTO_REPLIED,
    ],
)
def test_any_outcome_is_one_fact_whatever_the_way(outcome: Outcome):
    with open_ledger() as ledger:
        populate(ledger)
        ledger.messages.mark_submitted(
            "msg-1", provider="postmark", provider_message_id="p-1", message_id_header="<p-1@mta.example>"
        )
        recording = ledger.record(reading(*(bounce(source, outcome=outcome) for source in SOURCES)))
        assert (recording.facts, recording.repeats) == (1, 2)
