"""What a provider is: a name, checks of its secrets, and how to read a body it sent.

Reading is stateless: whether something was seen before, and what follows from it, the ledger decides.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..classification import Evidence, Verdict, classify
from ..domain.failure_reason import FailureReason, Severity
from ..domain.reports import DeliveryReport, Quarantined, Reading, utc
from . import credentials
from .credentials import Check, Secrets
from .request import WebhookRequest

_HANDSHAKES = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Reception:
    """One request while it is read: where it came in and when, and the verdicts given so far.

    Events of one batch often carry words that are equal but for the address; they are classified once.
    Nothing outlives the request, because words are personal data.
    """

    provider: str
    account: str
    received_at: datetime
    _known: dict[tuple[str | None, str | None], tuple[Evidence, Verdict]] = field(
        default_factory=dict, repr=False
    )
    _verdicts: dict[tuple[object, ...], Verdict] = field(default_factory=dict, repr=False)

    def classify(self, words: str | None, status: str | None) -> tuple[Evidence, Verdict]:
        """Evidence and verdict for a remote server's words and the status the provider gives."""
        known = self._known.get((words, status))
        if known is None:
            evidence = Evidence.gather(words, status=status)
            verdict = self._verdicts.get(evidence.gist)
            if verdict is None:
                verdict = self._verdicts[evidence.gist] = classify(evidence)
            known = self._known[words, status] = (evidence, verdict)
        return known

    def weigh(self, words: str | None, status: str | None, vendor: FailureReason) -> tuple[Evidence, Verdict]:
        """As ``classify``, with the provider's class where that gives no reason.

        Words go before classes. A class makes a failure hard only where there are no words at all: classes
        are too coarse to silence an address on.
        """
        evidence, verdict = self.classify(words, status)
        if verdict.reason is not FailureReason.UNDETERMINED or vendor is FailureReason.UNDETERMINED:
            return evidence, verdict
        if vendor.severity is Severity.HARD and evidence.words:
            return evidence, verdict
        return evidence, Verdict(vendor, f"{self.provider}.class")


@dataclass
class Harvest:
    """What a body yields."""

    reports: list[DeliveryReport] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)

    @classmethod
    def of(cls, claims: Sequence[DeliveryReport | str]) -> "Harvest":
        """Sort claims: a text says why an event is of no interest."""
        return cls(
            [claim for claim in claims if not isinstance(claim, str)],
            [claim for claim in claims if isinstance(claim, str)],
        )


@dataclass(frozen=True)
class Provider:
    """An e-mail service provider's webhook. ``read_body`` never raises; it quarantines."""

    slug: str
    title: str
    checks: Mapping[str, Check]
    """Secret name -> its check, which runs before anything is parsed."""
    read_body: Callable[[bytes, Reception], Harvest]

    def verify(self, request: WebhookRequest, secrets: Secrets, *, now: datetime) -> None:
        """Raises Unauthenticated unless every configured secret matches."""
        credentials.verify(self.slug, self.checks, request, secrets, now)

    def read(
        self, request: WebhookRequest, secrets: Secrets, *, account: str = "main", now: datetime | None = None
    ) -> Reading:
        """Verify, then turn the body into reports. ``now`` is an aware time, by default the clock's.

        Raises Unauthenticated, and nothing else for whatever a body contains. GET and HEAD ask whether
        anybody is there: they are answered and carry no news.
        """
        received_at = utc(now) if now is not None else datetime.now(UTC)
        if request.method in _HANDSHAKES:
            return Reading(provider=self.slug, account=account, received_at=received_at, handshake="")
        self.verify(request, secrets, now=received_at)
        return self.reread(request.body, account=account, received_at=received_at)

    def reread(self, raw: bytes, *, account: str, received_at: datetime) -> Reading:
        """Read a body, or the part of one that was quarantined, whose origin was verified earlier."""
        reception = Reception(self.slug, account, utc(received_at))
        harvest = self.read_body(raw, reception)
        return Reading(
            provider=self.slug,
            account=account,
            received_at=reception.received_at,
            reports=tuple(harvest.reports),
            ignored=tuple(harvest.ignored),
            quarantined=tuple(harvest.quarantined),
            content=hashlib.sha256(raw).hexdigest(),
        )
