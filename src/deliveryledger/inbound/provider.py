"""What a provider is: a name, checks of its secrets, and how to read a body it sent.

Reading is stateless: whether something was seen before, and what follows from it, the ledger decides.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..domain.reports import Outcome, Reading, utc
from ..errors import InvalidInput
from . import credentials
from .credentials import Check, Secrets
from .reception import Harvest, Reception
from .request import WebhookRequest
from .secret_forms import Form, malformed

_HANDSHAKES = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class About:
    """What the documentation's provider matrix says of a provider; one short phrase each."""

    formats: str
    """Of the body: what one POST holds."""
    proof: str
    """How a request proves where it comes from, and what the proof covers."""
    message_id: str
    """The field that names the message, and where the API gives the same id for ``mark_submitted``."""
    event_id: str
    """The field that names the event, or how an event is known again without one."""
    events: Mapping[str, Outcome]
    """Every event type that the vendor documents, in its words."""
    quirks: tuple[str, ...]
    """What surprises, and what is done about it."""
    retries: str
    """When the vendor sends a request again, and for how long."""
    sources: tuple[str, ...]
    """The vendor's pages, without ``https://``."""


@dataclass(frozen=True)
class Provider:
    """An e-mail service provider's webhook. ``read_body`` never raises; it quarantines."""

    slug: str
    title: str
    checks: Mapping[str, Check]
    """Secret name -> its check, which runs before anything is parsed; in the order in which they run."""
    read_body: Callable[[bytes, Reception], Harvest]
    about: About
    kept_headers: tuple[str, ...] = field(default=())
    """Names, in lower case, of the headers that reading needs; never one that holds a credential."""
    signs_body: bool = field(default=True)
    """False: the proof does not cover the body, so a reading has a replay key to remember with it."""
    come_again: int = field(default=503)
    """The HTTP status after which it sends a request again, where that could not be kept."""

    forms: Mapping[str, Form] = field(default_factory=dict)
    """Secret name -> what is wrong with the form of a text; for secrets of a form of this provider's own."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """Secret name -> the one without which it proves nothing."""

    def check_secrets(self, secrets: Secrets, *, attempted: str) -> None:
        """Raise InvalidInput, without a secret, where no request could ever match what is configured."""
        known = f"use: {', '.join(self.checks)}"
        if not secrets:
            raise InvalidInput(attempted, "it has no secret, so that nothing would be authentic", known)
        for name in secrets.keys() - self.checks.keys():
            raise InvalidInput(attempted, f"{self.title} has no secret {name!r}", known)
        for name, obstacle in malformed(secrets, self.forms):
            raise InvalidInput(
                attempted, f"{name} {obstacle}", "look where it comes from, and copy all of it"
            )
        for name, other in self.needs.items():
            if name in secrets and other not in secrets:
                raise InvalidInput(attempted, f"{name} proves nothing without {other}", f"add {other}")

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
        return self.reread(
            request.body, account=account, received_at=received_at, headers=self.headers_of(request)
        )

    def headers_of(self, request: WebhookRequest) -> dict[str, str]:
        """The headers that reading the body needs."""
        return {name: value for name in self.kept_headers if (value := request.headers.get(name)) is not None}

    def reread(
        self, raw: bytes, *, account: str, received_at: datetime, headers: Mapping[str, str] | None = None
    ) -> Reading:
        """Read a body, or the part of one that was quarantined, whose origin was verified earlier."""
        reception = Reception(self.slug, account, utc(received_at), headers or {})
        harvest = self.read_body(raw, reception)
        return Reading(
            provider=self.slug,
            account=account,
            received_at=reception.received_at,
            reports=tuple(harvest.reports),
            ignored=tuple(harvest.ignored),
            quarantined=tuple(harvest.quarantined),
            # Without the account: two of ours may have one signing key, and a proof for one is no other's.
            replay_key=f"{self.slug}/{harvest.replay_key}" if harvest.replay_key else None,
            content=hashlib.sha256(raw).hexdigest(),
            visit=harvest.visit,
        )
