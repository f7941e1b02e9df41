"""Ada's ledger, a clock that is set, and an ATS that is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.outbound.webhooks import Subscription, WebhookSender
from deliveryledger.testing import AT_BOUNCE, AT_DELIVERY
from tests.application.world import Clock, about, send, tell
from tests.outbound.webhooks.ats import Ats, serving


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as ledger:
        yield ledger


@pytest.fixture
def ats() -> Iterator[Ats]:
    with serving(Ats()) as ats:
        yield ats


def address_of(message_id: str) -> str:
    """To whom a message goes."""
    return f"ada{message_id.partition('-')[2]}@example.org"


def candidate(ledger: Ledger, number: int) -> str:
    """A candidate with a message that was submitted; the message's id."""
    ledger.candidate_emails.register(f"cand-{number}", address_of(f"msg-{number}"), by="rec-3")
    send(ledger, f"cand-{number}", f"msg-{number}")
    return f"msg-{number}"


def deferred(ledger: Ledger, message_id: str) -> None:
    """It is late."""
    tell(ledger, about(message_id, Outcome.DEFERRED, AT_DELIVERY, recipient=address_of(message_id)))


def bounced(ledger: Ledger, message_id: str) -> None:
    """It came back."""
    words: dict[str, Any] = {"reason": FailureReason.MAILBOX_UNKNOWN}
    words |= {"status": "5.1.1", "diagnostic": "550 5.1.1 no such user"}
    tell(ledger, about(message_id, Outcome.BOUNCED, AT_BOUNCE, recipient=address_of(message_id), **words))


def begun(ledger: Ledger, *subscriptions: Subscription, **limits: float) -> WebhookSender:
    """A sender that was there before anything happened."""
    sender = ledger.webhooks(subscriptions, **limits)
    sender.replay(1)
    return sender
