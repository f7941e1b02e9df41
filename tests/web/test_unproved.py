"""What nobody can prove just now holds up nothing that is proved, and takes little room."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.errors import ProofUnavailable
from deliveryledger.web import receiver as receiving
from tests.inbound import sns_requests as sns
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import PASSWORD
from tests.web.test_sns import World

POSTMARK = EXAMPLES["postmark"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.receiver._accounts._secrets["postmark/main"] = {"basic_auth": PASSWORD}
    yield world
    world.ledger.close()


def unprovable(number: int, length: int = 0) -> Any:
    url = sns.CERT_URL.replace("0a1b2c", f"{number:x}")
    message = json.dumps({"n": number, "filled": "x" * length})
    return sns.request({**sns.signed(sns.envelope(message)), "SigningCertURL": url})


def test_what_is_verified_is_recorded_before_what_waits_for_its_proof(world: World):
    world.is_up = False
    for number in range(100):
        assert world.post(unprovable(number)) == 200
    request = POSTMARK.sign(POSTMARK.body(POSTMARK.good))
    assert world.receiver.receive("postmark", "main", request).status == 200
    recorded = world.ledger.requests.record(world.receiver._recorder._outside)
    assert (recorded.requests, world.outcomes) == (1, ["bounced"])


def test_who_does_not_answer_is_not_asked_again_for_some_seconds(world: World):
    world.is_up = False
    for number in range(100):
        assert world.post(unprovable(number)) == 200
    asked = len(world.fetched)
    world.turn()
    assert len(world.fetched) == asked + 1  # for all of them together
    world.turn(seconds=10)
    assert len(world.fetched) == asked + 2
    assert world.ledger.requests.waiting().unverified == 100


def test_a_turn_proves_for_a_second_and_then_records_what_is_verified(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Each answer is slow, but it is one."""
    world.is_up = False
    for number in range(10):
        assert world.post(unprovable(number)) == 200
    request = POSTMARK.sign(POSTMARK.body(POSTMARK.good))
    assert world.receiver.receive("postmark", "main", request).status == 200

    def slow(_request: object) -> None:
        time.sleep(0.6)
        raise ProofUnavailable("prove", "nobody answers", "later")

    monkeypatch.setattr(world.ledger.requests, "_silent_until", Forgetful())
    recorded = world.ledger.requests.record(replace(world.receiver._recorder._outside, prove=slow))
    assert (recorded.requests, recorded.put_off) == (1, 2)


class Forgetful(dict[Any, Any]):
    def __setitem__(self, key: object, value: object) -> None:
        """As if it had been long ago."""


def test_what_is_too_long_for_a_message_of_sns_does_not_wait_for_its_proof(world: World):
    world.is_up = False
    assert world.post(unprovable(1, length=receiving.LONGEST_UNVERIFIED)) == 401
    assert world.post(unprovable(1, length=300_000)) == 200


def test_what_waits_for_its_proof_has_so_many_bytes_at_most(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(receiving, "MOST_UNVERIFIED_BYTES", 250_000)
    world.is_up = False
    assert [world.post(unprovable(n, length=100_000)) for n in range(5)] == [200, 200, 200, 503, 503]
    request = POSTMARK.sign(POSTMARK.body({**POSTMARK.good, "Details": "x" * 300_000}))
    assert world.receiver.receive("postmark", "main", request).status == 200
    assert world.ledger.requests.waiting().unverified_bytes < 350_000
