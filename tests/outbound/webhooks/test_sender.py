"""An ATS is told each event at least once, in the order of each message, and of nobody else's."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import AlreadySending, InvalidInput, WebhookCursorLost
from tests.application.world import Clock
from tests.outbound.webhooks.ats import NEWER, SECRET, Ats, Delivery, Reply
from tests.outbound.webhooks.conftest import begun, bounced, candidate, deferred

ALL = {"message.deferred", "message.bounced", "address.suppressed", "incident.opened"}


def failing(message_id: str, status: int = 500) -> Callable[[Delivery], Reply]:
    def reply(delivery: Delivery) -> Reply:
        return Reply(status if delivery.data.get("message_id") == message_id else 204)

    return reply


def test_a_bounce_is_told_signed_with_ids_reasons_and_no_personal_data(ledger: Ledger, ats: Ats):
    bounced(ledger, candidate(ledger, 1))
    with begun(ledger, ats.subscription()) as sender:
        (told,) = sender.send()
    assert (told.sent, told.waiting, told.parked, ats.forged) == (3, 0, 0, 0)
    assert set(ats.types()) == ALL - {"message.deferred"}
    bounce = next(each for each in ats.taken if each.type == "message.bounced")
    assert bounce.data["reason"] == "mailbox_unknown"
    assert bounce.data["severity"] == "hard"
    assert bounce.data["event_id"] == "message-default:msg-1@3"
    assert list(json.loads(bounce.body)) == ["type", "timestamp", "data"]
    assert not any(b"ada1@" in each.body or b"no such user" in each.body for each in ats.seen)


def test_a_new_subscription_is_told_what_comes_from_now_on(ledger: Ledger, ats: Ats):
    bounced(ledger, candidate(ledger, 1))
    with ledger.webhooks([ats.subscription()]) as sender:
        assert sender.send()[0].sent == 0
        bounced(ledger, candidate(ledger, 2))
        assert sender.send()[0].sent == 3
        assert sender.send()[0].sent == 0
    assert ats.types("msg-1") == []


def test_personal_fields_are_for_who_asks_and_never_of_the_erased(ledger: Ledger, ats: Ats):
    bounced(ledger, candidate(ledger, 1))
    with begun(ledger, ats.subscription(include_personal=True)) as sender:
        sender.send()
        assert any(b"ada1@example.org" in each.body for each in ats.taken)
        assert any(b"no such user" in each.body for each in ats.taken)
        before = [each.id for each in ats.taken]
        ledger.erase("cand-1", by="dpo")
        ats.taken.clear()
        sender.replay(1)
        sender.send()
    assert [each.id for each in ats.taken][: len(before)] == before
    for each in ats.taken:
        assert b"ada1@" not in each.body
        assert b"erased" not in each.body
        assert not {"address", "diagnostic"} & each.data.keys()


def test_types_are_chosen_and_tenants_do_not_leak(ledger: Ledger, ats: Ats):
    acme = ledger.tenant("acme")
    bounced(ledger, candidate(ledger, 1))
    bounced(acme, candidate(acme, 2))
    with begun(ledger, ats.subscription(tenant="acme", types=["message.bounced"])) as sender:
        sender.send()
    assert [(each.data["tenant"], each.data["message_id"]) for each in ats.taken] == [("acme", "msg-2")]
    with pytest.raises(InvalidInput, match="another tenant"):
        acme.webhooks([ats.subscription(tenant="default")])


def test_a_failing_message_holds_back_its_own_later_events_alone(ledger: Ledger, ats: Ats, clock: Clock):
    for number in (1, 2):
        deferred(ledger, candidate(ledger, number))
    for number in (1, 2):
        bounced(ledger, f"msg-{number}")
    ats.reply = failing("msg-1")
    types = ["message.deferred", "message.bounced"]
    with begun(ledger, ats.subscription(types=types)) as sender:
        (told,) = sender.send()
        assert ats.types("msg-2") == types
        assert (told.waiting, told.failed) == (2, 1)
        assert [each.type for each in ats.seen if each.data["message_id"] == "msg-1"] == types[:1]
        ats.reply = lambda _: Reply()
        assert sender.send()[0].sent == 0  # not yet
        clock.move(seconds=6)
        assert sender.send()[0].waiting == 0
    assert ats.types("msg-1") == types


def test_what_is_refused_for_days_is_parked_listed_and_told_when_asked(
    ledger: Ledger, ats: Ats, clock: Clock
):
    bounced(ledger, candidate(ledger, 1))
    ats.reply = lambda _: Reply(400)
    with begun(ledger, ats.subscription(types=["message.bounced"])) as sender:
        for _ in range(12):
            sender.send()
            clock.move(hours=25)
        assert len(ats.seen) == 10
        (parked,) = sender.parked()["ats"]
        assert (parked.type, parked.attempts, parked.why) == ("message.bounced", 10, "400")
        ats.reply = lambda _: Reply()
        assert sender.send()[0].sent == 0
        assert sender.retry_parked() == 1
        assert sender.send()[0]._replace(position=0)[1:] == (1, 0, 0, 0, 0, None)
    assert len({(each.id, each.body) for each in ats.seen}) == 1


def test_so_many_may_wait_and_then_the_subscription_waits(ledger: Ledger, ats: Ats, clock: Clock):
    for number in range(6):
        bounced(ledger, candidate(ledger, number))
    ats.reply = lambda _: Reply(500)
    with begun(ledger, ats.subscription(types=["message.bounced"]), most_waiting=3) as sender:
        assert sender.send()[0].waiting == 3
        assert len(ats.seen) == 3
        ats.reply = lambda _: Reply()
        clock.move(seconds=6)
        assert sender.send()[0][1:5] == (6, 0, 0, 0)
    assert len(ats.taken) == 6


def test_410_disables_the_subscription_until_somebody_says_otherwise(ledger: Ledger, ats: Ats, clock: Clock):
    bounced(ledger, candidate(ledger, 1))
    ats.reply = lambda _: Reply(410)
    with begun(ledger, ats.subscription()) as sender:
        assert sender.send()[0].disabled == "410"
        clock.move(days=9)
        ats.reply = lambda _: Reply()
        assert sender.send()[0].sent == 0
        assert len(ats.seen) == 1
        sender.retry_parked()
        assert sender.send()[0].sent == 3


def test_two_secrets_sign_while_they_are_rotated(ledger: Ledger, ats: Ats):
    bounced(ledger, candidate(ledger, 1))
    with begun(ledger, ats.subscription(secrets=[NEWER, SECRET])) as sender:
        sender.send()
        ats.secret = NEWER
        sender.replay(1)
        sender.send()
    assert (len(ats.taken), ats.forged) == (6, 0)


def test_a_replay_has_the_same_ids_and_bodies(ledger: Ledger, ats: Ats, clock: Clock):
    for number in range(3):
        bounced(ledger, candidate(ledger, number))
        clock.move(hours=1)
    with begun(ledger, ats.subscription()) as sender:
        sender.send()
        first = [(each.id, each.body) for each in ats.taken]
        assert len({each for each, _ in first}) == len(first) == 9
        middle = ats.taken[4].data["position"]
        ats.taken.clear()
        sender.replay(middle)
        sender.send()
        assert [(each.id, each.body) for each in ats.taken] == first[4:]
        ats.taken.clear()
        sender.replay(clock.now - timedelta(hours=1, minutes=30))
        sender.send()
        assert [(each.id, each.body) for each in ats.taken] == first[6:]
        with pytest.raises(InvalidInput):
            sender.replay(0)


def test_one_process_sends_at_a_time_and_an_older_copy_of_the_log_is_noticed(
    ledger: Ledger, ats: Ats, tmp_path: Path
):
    bounced(ledger, candidate(ledger, 1))
    with begun(ledger, ats.subscription()) as sender, begun(ledger, ats.subscription()) as other:
        with sender._notes.alone(), pytest.raises(AlreadySending):
            other.send()
        sender.send()
        sender._notes._connection.execute("UPDATE cursors SET position = position + 5")
        with pytest.raises(WebhookCursorLost, match="ats"):
            sender.send()
        sender.replay(1)
        assert sender.send()[0].sent == 3


def test_the_notes_hold_no_personal_data(ledger: Ledger, ats: Ats, tmp_path: Path):
    bounced(ledger, candidate(ledger, 1))
    ats.reply = lambda _: Reply(500, body=b"ada1@example.org is nobody")
    with begun(ledger, ats.subscription(include_personal=True)) as sender:
        sender.send()
    held = b"".join(each.read_bytes() for each in tmp_path.glob("ledger.db.webhooks*"))
    assert b"message-default:msg-1" in held
    assert b"ada1@" not in held
    assert b"127.0.0.1" not in held
