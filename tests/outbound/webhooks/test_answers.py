"""What an answer means, however hostile it is: nothing is lost, followed, read for ever or waited for."""

import pytest

from deliveryledger import Ledger
from tests.application.world import Clock
from tests.outbound.webhooks.ats import Ats, Reply, serving
from tests.outbound.webhooks.conftest import begun, bounced, candidate


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_for_the_whole_subscription(
    ledger: Ledger, ats: Ats, clock: Clock, status: int
):
    for number in range(3):
        bounced(ledger, candidate(ledger, number))
    ats.reply = lambda _: Reply(status, (("retry-after", "600"),))
    with begun(ledger, ats.subscription(types=["message.bounced"])) as sender:
        sender.send()
        clock.move(seconds=599)
        sender.send()
        assert len(ats.seen) == 1
        ats.reply = lambda _: Reply()
        clock.move(seconds=2)
        assert sender.send()[0].sent == 3


def test_who_cannot_be_reached_is_tried_again_and_nothing_is_counted_against_a_delivery(
    ledger: Ledger, clock: Clock
):
    bounced(ledger, candidate(ledger, 1))
    ats = Ats()
    with serving(ats):
        subscription = ats.subscription()
    with begun(ledger, subscription) as sender:
        for _ in range(20):
            assert sender.send()[0].waiting == 0
            clock.move(minutes=6)
        with serving(ats):
            assert sender.send()[0].sent == 3


def test_a_redirect_is_not_followed(ledger: Ledger, ats: Ats):
    bounced(ledger, candidate(ledger, 1))
    with serving(Ats()) as other:
        ats.reply = lambda _: Reply(307, (("location", other.url),))
        with begun(ledger, ats.subscription()) as sender:
            assert sender.send()[0].sent == 0
            assert sender.standing()[0].waiting == 3
    assert other.seen == []
    assert other.forged == 0


def test_an_endless_answer_is_cut_off_and_its_status_counts(ledger: Ledger, ats: Ats):
    bounced(ledger, candidate(ledger, 1))
    ats.reply = lambda _: Reply(200, body=b"x" * 5_000_000)
    with begun(ledger, ats.subscription()) as sender:
        assert sender.send()[0].sent == 3


def test_an_answer_that_drips_or_hangs_fails_in_time(ledger: Ledger, ats: Ats):
    bounced(ledger, candidate(ledger, 1))
    ats.reply = lambda _: Reply(pause=0.1)
    with begun(ledger, ats.subscription(types=["message.bounced"]), seconds=0.5) as sender:
        (told,) = sender.send()
    assert (told.sent, told.failed, told.waiting) == (0, 1, 1)
