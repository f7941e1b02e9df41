"""The short form of ``python -m tests.torture.payloads``, and that it would notice."""

from dataclasses import replace
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Outcome, Quarantined
from deliveryledger.inbound import providers
from deliveryledger.inbound.reception import Harvest
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import ADA, NOW
from tests.torture import payloads
from tests.torture.payloads import SLUGS, Payload, read, torture


def test_mutated_payloads_of_all_providers_have_a_typed_outcome():
    tally = torture(range(3_000), seed=7)
    assert tally.failures == []
    assert {"read", "quarantined", "refused", "nothing"} == set(tally.outcomes)
    assert tally.slowest[0] < 4 * payloads.BAR  # of a machine that is busy with other tests


def test_a_payload_is_known_by_its_number():
    assert [Payload.of(7, number).slug for number in range(len(SLUGS))] == SLUGS
    assert Payload.of(7, 5).body == Payload.of(7, 5).body != Payload.of(8, 5).body


def raising(*_: Any) -> Harvest:
    raise KeyError("email")


FORGETFUL = DeliveryReport(outcome=Outcome.OTHER, provider="postmark", occurred_at=NOW, recipient="\ud800")


@pytest.mark.parametrize(
    "read_body",
    [
        raising,
        lambda *_: Harvest(ignored=[f"an event of {ADA}"]),
        lambda raw, _: Harvest(quarantined=[Quarantined(why="it has\x1b no sense", raw=raw)]),
        lambda *_: Harvest(reports=[FORGETFUL]),
    ],
)
def test_what_goes_wrong_would_be_noticed(read_body: Any):
    provider = replace(providers.get("postmark"), read_body=read_body)
    payload = Payload("postmark", b"{}", EXAMPLES["postmark"].sign(b"{}"))
    with pytest.raises((AssertionError, KeyError, ValueError)):
        read(payload, provider, EXAMPLES["postmark"].secrets)
