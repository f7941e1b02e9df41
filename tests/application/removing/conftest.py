"""Ada's address on two providers' lists, and the removal that both have to confirm."""

from collections.abc import Iterator

import pytest

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.application.suppression_lists import ListEntry
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.testing import ADDRESS
from tests.application.lists import ListInMemory
from tests.application.world import Clock, about, send, tell

NAMES = ("postmark/main", "sendgrid/main")


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    """msg-1 has bounced hard, msg-2 was withheld; two providers drop mail to the address."""
    with Ledger.open(":memory:", clock=clock, policies=Policies(provider_lists=NAMES)) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(ledger, "cand-7", "msg-1")
        clock.move(minutes=5)
        tell(ledger, about("msg-1", Outcome.BOUNCED, clock.now, reason=FailureReason.MAILBOX_UNKNOWN))
        ledger.messages.register("cand-7", sender="rec-3", subject="Again", message_id="msg-2")
        clock.move(minutes=5)
        yield ledger


@pytest.fixture
def postmark() -> ListInMemory:
    return ListInMemory("postmark", "main", ListEntry(ADDRESS, Cause.HARD_BOUNCE))


@pytest.fixture
def sendgrid() -> ListInMemory:
    return ListInMemory("sendgrid", "main", ListEntry(ADDRESS, Cause.HARD_BOUNCE))


def approve(ledger: Ledger) -> str:
    request = ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
    waiting = ledger.suppression_filters.approve(request.id, by="sup-2")
    assert (bool(waiting), waiting.waiting_for) == (False, NAMES)
    return request.id


def states(ledger: Ledger) -> list[str]:
    return [request.state for request in ledger.suppression_filters.requests(ADDRESS)]
