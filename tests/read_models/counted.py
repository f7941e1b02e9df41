"""Messages to be counted, and what is counted of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.read_models.statistics_view import Statistics
from tests.application import world
from tests.application.world import Clock, send

DOMAIN = "firma.se"
AT = datetime(2026, 11, 14, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(AT)


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    """Nobody is registered yet."""
    with Ledger.open(":memory:", clock=clock) as ledger:
        yield ledger


def sent(ledger: Ledger, number: int, domain: str = DOMAIN) -> str:
    """A candidate with a message that was sent."""
    ledger.candidate_emails.register(f"cand-{number}", f"c{number}@{domain}", by="rec-3")
    send(ledger, f"cand-{number}", f"msg-{number}")
    return f"msg-{number}"


def about(message: str, outcome: Outcome, at: datetime, **fields: Any) -> DeliveryReport:
    """A claim that brings our own id back, and names nobody."""
    return world.about(message, outcome, at, **{"recipient": None, **fields})


def bounced(message: str, clock: Clock, reason: FailureReason, **after: float) -> DeliveryReport:
    return about(message, Outcome.BOUNCED, clock.now + timedelta(**after), reason=reason)


def total(view: Statistics) -> dict[str, int]:
    """The counts that are there, without those of who tells of complaints."""
    counts = view.total.model_dump(exclude={"complaint_base", "base_complaints"})
    return {name: count for name, count in counts.items() if count}


def rows(view: Statistics, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, name) for name in names) for row in view.rows]
