"""Amazon SNS: subscriptions are confirmed once, proofs may come late, raw delivery has credentials."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.application import receiving as application
from deliveryledger.web import Receiver
from deliveryledger.web import receiver as receiving
from tests.inbound import sns_requests as sns
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import PASSWORD, post, with_password
from tests.web.sns_world import EXAMPLE, World, bounce


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.ledger.close()


def test_a_certificate_is_fetched_once_and_the_event_recorded(world: World):
    assert world.post(bounce()) == 200
    assert world.post(bounce()) == 200
    world.turn()
    assert world.outcomes == ["bounced"]
    assert world.fetched == [sns.CERT_URL]


def test_a_subscription_is_confirmed_by_one_visit(world: World):
    request = sns.request(sns.signed(sns.confirmation()))
    assert [world.post(request), world.post(request)] == [200, 200]
    assert world.visits == 0  # the answer does not wait for it
    world.turn()
    assert world.post(request) == 200
    world.turn(minutes=5)
    assert world.visits == 1
    assert world.ledger.requests.waiting().requests == 0
    assert world.ledger.intake.quarantined() == ()


@pytest.mark.parametrize(
    "fields",
    [
        sns.signed(sns.confirmation(TopicArn=sns.TOPIC.replace("deliveries", "others"))),
        sns.signed(sns.confirmation(), sns.OTHER_KEY),
        {
            **sns.signed(sns.confirmation()),
            "SubscribeURL": "https://evil.example/?Action=ConfirmSubscription&x",
        },
        sns.confirmation(),
    ],
    ids=["other topic", "other key", "changed afterwards", "unsigned"],
)
def test_nothing_is_visited_for_who_is_not_allowed(world: World, fields: Any):
    assert world.post(sns.request(fields)) == 401
    world.turn()
    assert set(world.fetched) <= {sns.CERT_URL}


def test_what_another_process_took_is_left_to_it(world: World):
    world.is_up = False
    assert world.post(bounce()) == 200
    other = Receiver(world.ledger, {"postmark/main": {"basic_auth": PASSWORD}}, clock=lambda: world.now)
    other._recorder._turn(until=None)
    assert world.ledger.requests.waiting().unverified == 1
    world.is_up = True
    world.turn(minutes=1)
    assert world.outcomes == ["bounced"]


@pytest.mark.parametrize("secrets", [{"certs": {sns.CERT_URL: sns.CERT}}, {"basic_auth": PASSWORD}])
def test_without_named_topics_nobodys_subscription_is_confirmed(tmp_path: Path, secrets: Any):
    world = World(tmp_path, secrets)
    request = sns.request(sns.signed(sns.confirmation()))
    assert world.post(with_password(request.body) if "basic_auth" in secrets else request) == 200
    world.turn()
    assert world.fetched == []
    assert world.ledger.requests.waiting().requests == 0
    world.ledger.close()


def test_a_signed_confirmation_that_leads_elsewhere_is_not_visited(world: World):
    elsewhere = "https://sns.eu-north-1.amazonaws.com.evil.example/?Action=ConfirmSubscription&x=1"
    assert world.post(sns.request(sns.signed(sns.confirmation(SubscribeURL=elsewhere)))) == 200
    world.turn()
    assert world.fetched == [sns.CERT_URL]


def test_a_visit_that_fails_is_tried_again_until_it_succeeds(world: World):
    assert world.post(sns.request(sns.signed(sns.confirmation()))) == 200
    world.is_up = False
    world.turn()
    world.turn(seconds=5)  # not yet
    assert world.visits == 1
    world.is_up = True
    world.turn(seconds=10)
    assert world.visits == 2
    assert world.ledger.requests.waiting().requests == 0


def test_a_visit_that_never_succeeds_is_quarantined_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(application, "_ATTEMPTS", 7)
    assert world.post(sns.request(sns.signed(sns.confirmation()))) == 200
    world.is_up = False
    for _ in range(7):
        world.turn(hours=1)
    assert world.ledger.requests.waiting().requests == 1
    world.turn(hours=1)
    assert world.ledger.requests.waiting().requests == 0
    assert len(world.ledger.intake.quarantined()) == 1


def test_an_unreachable_certificate_is_no_reason_to_lose_an_event(world: World):
    world.is_up = False
    assert world.post(bounce()) == 200
    waiting = world.ledger.requests.waiting()
    assert (waiting.requests, waiting.unverified) == (1, 1)
    world.turn()
    assert world.outcomes == []
    world.is_up = True
    world.turn(hours=2)
    assert world.outcomes == ["bounced"]
    assert world.ledger.requests.waiting().requests == 0


def test_what_turns_out_to_be_forged_is_refused_later(world: World):
    world.is_up = False
    assert world.post(EXAMPLE.forge(EXAMPLE.body(EXAMPLE.good))) == 200
    world.is_up = True
    world.turn(minutes=1)
    assert world.ledger.requests.waiting().requests == 0
    assert world.ledger.status().last_position == 0


def test_what_cannot_be_proved_for_days_is_never_recorded(world: World, monkeypatch: pytest.MonkeyPatch):
    """Nor quarantined: what is read again from there counts as verified."""
    monkeypatch.setattr(application, "_ATTEMPTS", 7)
    world.is_up = False
    assert world.post(bounce()) == 200
    for _ in range(7):
        world.turn(hours=1)
    assert world.ledger.requests.waiting().requests == 1
    world.turn(hours=1)
    assert world.ledger.requests.waiting().requests == 0
    assert world.ledger.status().last_position == 0


def test_one_that_nobody_answers_for_is_enough_for_a_turn(world: World):
    world.is_up = False
    for number in range(5):
        body = EXAMPLE.body(
            {**EXAMPLE.good, "bounce": {**EXAMPLE.good["bounce"], "feedbackId": f"f-{number}"}}
        )
        assert world.post(EXAMPLE.sign(body)) == 200
    asked = len(world.fetched)
    world.turn()
    assert len(world.fetched) == asked + 1


def test_others_are_recorded_while_one_waits_for_its_proof(tmp_path: Path):
    world = World(tmp_path)
    world.receiver._accounts._secrets["postmark/main"] = {"basic_auth": PASSWORD}
    world.is_up = False
    assert world.post(bounce()) == 200
    postmark = EXAMPLES["postmark"]
    request = postmark.sign(postmark.body(postmark.good))
    assert world.receiver.receive("postmark", "main", request).status == 200
    world.turn()
    assert world.outcomes == ["bounced"]
    world.ledger.close()


def test_not_everybody_may_leave_unproved_requests_here(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(receiving, "MOST_UNVERIFIED", 2)
    world.is_up = False
    answers = [world.post(sns.request(sns.signed(sns.envelope(json.dumps({"n": n}))))) for n in range(4)]
    assert answers == [200, 200, 503, 503]


def test_raw_delivery_is_not_signed_so_it_needs_credentials(tmp_path: Path):
    world = World(tmp_path, {"basic_auth": PASSWORD})
    body = EXAMPLE.body(EXAMPLE.good)
    headers = {"x-amz-sns-topic-arn": sns.TOPIC, "x-amz-sns-rawdelivery": "true"}
    assert world.post(post(body, headers)) == 401
    assert world.post(post(body, {**headers, **with_password(b"").headers})) == 200
    world.turn()
    assert (world.outcomes, world.fetched) == (["bounced"], [])
    world.ledger.close()


def test_credentials_and_a_fetched_certificate_may_both_be_asked_for(tmp_path: Path):
    world = World(tmp_path, {"basic_auth": PASSWORD, "topics": [sns.TOPIC]})
    signed = bounce()
    assert world.post(signed) == 401
    world.is_up = False
    assert world.post(post(signed.body, with_password(b"").headers)) == 200
    world.is_up = True
    world.turn(minutes=1)  # the credentials were not kept; that they matched is known
    assert world.outcomes == ["bounced"]
    world.ledger.close()


def test_it_is_asked_for_about_three_days():
    assert 3 <= sum((*application._PAUSES, *[application._PAUSES[-1]] * 74)) / 86_400 <= 3.5
    assert len(application._PAUSES) + 74 == application._ATTEMPTS
