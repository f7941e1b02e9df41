"""Batches of events: their bytes, their limit, and the reports that are made of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from deliveryledger.domain.reports import Attribution, DeliveryReport, Outcome, Source
from deliveryledger.inbound.batch import Claim, JsonEvents
from deliveryledger.inbound.json_parts import MAX_EVENTS, cut
from deliveryledger.inbound.reception import Reception
from tests.inbound.requests import ADA, NOW

GRACE = "grace.hopper@example.org"


class Letter(BaseModel):
    """An event of a provider that does not exist."""

    to: list[str] = []


def reception() -> Reception:
    return Reception("postmark", "main", NOW)


def claims(event: Letter, received: Reception) -> list[Claim]:
    return [received.report(Outcome.OTHER, occurred_at=None, recipient=each) for each in event.to]


READ = JsonEvents(Letter, claims)


def test_the_evidence_of_a_report_is_its_event():
    first, second = READ(b'[{"to": ["a"]} ,\n{"to": ["b"]}]', reception()).reports
    assert (first.raw, second.raw) == (b'{"to": ["a"]}', b'{"to": ["b"]}')


def test_an_event_about_several_is_no_evidence_of_what_became_of_one():
    reports = READ(b'{"to": ["%s", "%s"]}' % (ADA.encode(), GRACE.encode()), reception()).reports
    assert [(each.recipient, each.raw) for each in reports] == [(ADA, None), (GRACE, None)]


@pytest.mark.parametrize("event", [b"{}", b'{"to": 7}'])
def test_a_body_of_too_many_events_is_quarantined_whole(event: bytes):
    body = b"[" + b",".join([event] * (MAX_EVENTS + 1)) + b"]"
    (part,) = READ(body, reception()).quarantined
    assert (part.index, part.raw) == (None, body)
    assert part.why == f"the body has more than {MAX_EVENTS} events"


def test_the_most_events_are_read():
    body = b"[" + b",".join([b'{"to": ["a"]}'] * MAX_EVENTS) + b"]"
    assert len(READ(body, reception()).reports) == MAX_EVENTS


@pytest.mark.parametrize(
    "parts",
    [
        [b'{"a":1}', b'{"a":2}', b'{"a":3}'],
        [b'{"a":[{},{}]}', b'{"a":2}', b'{"a":3}'],
        [b'{"a":"},{"}', b"{}", b"{}"],
        [b"{}", b"{}", b'{"a":"{"}'],
    ],
)
@pytest.mark.parametrize("between", [(b",", b","), (b",", b", "), (b",\r\n", b","), (b" , ", b",\r\n")])
def test_events_are_cut_where_they_end_whatever_stands_between(
    parts: list[bytes], between: tuple[bytes, bytes]
):
    body = parts[0] + between[0] + parts[1] + between[1] + parts[2]
    assert cut(b"[" + body + b"]\r\n", 3) == parts


VALUES: dict[str, Any] = {
    "attribution": Attribution.INFERRED,
    "reply_code": 550,
    "by_machine": True,
    "will_retry_until": datetime(2026, 11, 20, tzinfo=UTC),
    "raw": b"{}",
}
NAIVE = datetime(2026, 11, 14, 9)  # noqa: DTZ001  # as a provider may mean it
OWN = {
    "outcome",
    "provider",
    "account",
    "source",
    "occurred_at",
    "received_at",
    "authenticated",
    "signed",
    "addressed",
}


@pytest.mark.parametrize("name", [name for name in DeliveryReport._fields if name not in OWN])
def test_a_reception_puts_every_field_of_a_report_where_it_belongs(name: str):
    value = VALUES.get(name, name)
    report = reception().report(Outcome.OPENED, occurred_at=NAIVE, **{name: value})
    assert report == DeliveryReport(
        outcome=Outcome.OPENED,
        provider="postmark",
        account="main",
        source=Source.WEBHOOK,
        occurred_at=datetime(2026, 11, 14, 9, tzinfo=UTC),
        received_at=NOW,
        authenticated=True,
        **{name: value},
    )
