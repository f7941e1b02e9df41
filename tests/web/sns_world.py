"""A receiver of Amazon SNS with a clock and an outside that are set by hand."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deliveryledger import Ledger
from deliveryledger.errors import ProofUnavailable
from deliveryledger.inbound.certificates import Absent
from deliveryledger.web import Receiver
from tests.inbound import sns_requests as sns
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW

EXAMPLE = EXAMPLES["amazon_ses"]
SECRETS = {"topics": [sns.TOPIC]}


class World:
    """A ledger, a receiver, a clock that is set by hand, and the outside: what is fetched, and whether."""

    def __init__(self, folder: Path, secrets: Any = SECRETS) -> None:
        self.now: datetime = NOW
        self.fetched: list[str] = []
        self.is_up = True
        self.ledger = Ledger.open(folder / "ledger.db", clock=lambda: self.now)
        self.receiver = Receiver(
            self.ledger, {"amazon_ses/main": secrets}, clock=lambda: self.now, fetch=self.fetch
        )
        self.receiver._recorder.start = lambda: None  # type: ignore[method-assign]  # turns are taken by hand

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if not self.is_up:
            raise ProofUnavailable("fetch", "nobody answers", "try later")
        if url == sns.CERT_URL:
            return sns.CERT.encode()
        if url == sns.SUBSCRIBE_URL:
            return b"<ConfirmSubscriptionResponse/>"
        raise Absent("fetch", "it answered 404", "refuse")

    def post(self, request: Any) -> int:
        return self.receiver.receive("amazon_ses", "main", request).status

    def turn(self, **later: float) -> None:
        """Record what is due, after some time."""
        self.now += timedelta(**later)
        self.receiver._recorder._turn(until=None)

    @property
    def visits(self) -> int:
        return self.fetched.count(sns.SUBSCRIBE_URL)

    @property
    def outcomes(self) -> list[str]:
        return [report.outcome for report in self.ledger.intake.unmatched()]


def bounce() -> Any:
    """A signed notification of Ada's bounce."""
    return EXAMPLE.sign(EXAMPLE.body(EXAMPLE.good))
