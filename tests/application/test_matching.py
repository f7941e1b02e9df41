"""Which message a report is about."""

from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.reports import Outcome, Source
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import Clock, about, send, shown, tell

GRACE = "grace@navy.example"


@pytest.fixture
def sent(ledger: Ledger, clock: Clock) -> Ledger:
    """msg-1 to Ada and msg-8 to Grace; p-both stands for both of them."""
    ledger.candidate_emails.register("cand-8", GRACE, by="rec-3")
    send(ledger, "cand-7", "msg-1")
    send(ledger, "cand-8", "msg-8")
    for message_id in ("msg-1", "msg-8"):
        ledger.messages.mark_submitted(
            message_id,
            provider="postmark",
            provider_message_id="p-both",
            message_id_header="<x@acme.example>",
        )
    clock.move(minutes=1)
    return ledger


def statuses(ledger: Ledger) -> tuple[str, str]:
    return shown(ledger, "msg-1").status, shown(ledger, "msg-8", "cand-8").status


MAIL: dict[str, Any] = {"provider": "mail", "source": Source.DSN}
ADAS, GRACES = ("complained", "submitted"), ("submitted", "complained")
NOBODYS = ("submitted", "submitted")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"provider_message_id": "p-msg-1"}, ADAS),
        ({"provider_message_id": "<p-msg-1>"}, ADAS),
        ({"provider_message_id": "p-both"}, ADAS),
        ({"provider_message_id": "p-both", "recipient": GRACE.upper()}, GRACES),
        ({"provider_message_id": None, "message_id": "msg-1"}, ADAS),
        ({"provider_message_id": "p-msg-8", "message_id": "msg-1"}, ADAS),
        ({"provider_message_id": None, "message_id": "msg-8", "recipient": None}, GRACES),
        ({"provider_message_id": "p-msg-8", "recipient": None}, GRACES),
        ({**MAIL, "provider_message_id": "x@acme.example"}, ADAS),
        ({**MAIL, "provider_message_id": "p-msg-1@mta.example"}, ADAS),
    ],
)
def test_is_found(sent: Ledger, clock: Clock, fields: dict[str, Any], expected: tuple[str, str]):
    assert tell(sent, claim(Outcome.COMPLAINED, clock.now, **fields)).facts == 1
    assert statuses(sent) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"provider_message_id": "unknown"},
        {"provider_message_id": None},
        {"provider_message_id": "p-msg-1", "recipient": GRACE},
        {"provider_message_id": "p-msg-1", "provider": "sendgrid"},
        {"provider_message_id": "p-msg-1", "account": "bulk"},
        {"provider_message_id": "p-both", "recipient": None},
        {"provider_message_id": None, "message_id": "msg-1", "recipient": GRACE},
        {"provider_message_id": None, "message_id": "msg-1", "tenant": "acme"},
        {**MAIL, "provider_message_id": "x@acme.example", "recipient": None},
        {**MAIL, "provider_message_id": "p-msg-1@mta.example", "recipient": None},
        {**MAIL, "provider_message_id": "x", "recipient": ADDRESS},
        {**MAIL, "provider_message_id": "unknown", "message_id": "msg-1"},
    ],
    ids=[
        "unknown id",
        "address alone",
        "another recipient",
        "another provider",
        "another account",
        "ambiguous without a recipient",
        "our id with another recipient",
        "our id in another tenant",
        "ambiguous mail",
        "a mail with half a Message-ID and no recipient",
        "half a Message-ID",
        "our id, which a mail may guess",
    ],
)
def test_is_not_found_and_suppresses_nobody(sent: Ledger, clock: Clock, fields: dict[str, Any]):
    recording = tell(sent, claim(Outcome.COMPLAINED, clock.now, **fields))
    assert (recording.facts, recording.unmatched) == (0, 1)
    assert statuses(sent) == NOBODYS
    assert sent.suppression_filters.may_send(ADDRESS)
    assert sent.suppression_filters.may_send(GRACE)
    assert sent.recipient_filter().entries == ()


def test_the_newest_submission_before_the_report_wins(ledger: Ledger, clock: Clock):
    before = clock.now
    submitted = []
    for message_id in ("msg-1", "msg-2", "msg-3"):
        ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id=message_id)
        ledger.messages.mark_submitted(message_id, provider="postmark", provider_message_id="reused")
        submitted.append(clock.now)
        clock.move(hours=1)
    found = []
    for at in (before, submitted[0], submitted[1], submitted[2], clock.now):
        tell(ledger, claim(Outcome.DEFERRED, at, provider_message_id="reused", received_at=clock.now))
        entry = next(e for e in ledger.activity("cand-7").entries if e.event == "MessageDeferred")
        found.append(entry.message_id)
    assert found == ["msg-1", "msg-1", "msg-2", "msg-3", "msg-3"]


def test_a_report_that_a_provider_took_it_finds_what_follows(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    tell(ledger, about("msg-1", Outcome.SUBMITTED, clock.now, provider_message_id="p-1"))
    assert tell(ledger, claim(Outcome.COMPLAINED, clock.now, provider_message_id="p-1")).facts == 1


def test_a_resubmission_keeps_both_ways_open(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", "msg-1")
    ledger.messages.mark_submitted("msg-1", provider="sendgrid", provider_message_id="s-1", account="bulk")
    first = claim(Outcome.DEFERRED, clock.now, provider_message_id="p-msg-1")
    second = claim(
        Outcome.DELIVERED, clock.now, provider_message_id="s-1", provider="sendgrid", account="bulk"
    )
    assert tell(ledger, first, second).facts == 2
