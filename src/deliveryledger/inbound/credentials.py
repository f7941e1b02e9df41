"""What several providers' proofs of origin have in common: basic credentials and freshness."""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from ..errors import Unauthenticated
from .request import WebhookRequest

Secrets = Mapping[str, str | Sequence[str]]
"""Secret name -> the secret, or several of which any one may be presented (rotation)."""
Configured = Mapping[str, tuple[str, ...]]
"""The same in one form: every name has at least one secret, and none is empty."""
Check = Callable[[WebhookRequest, Configured, datetime], str | None]
"""Checks one kind of secret: None where it matches, otherwise what stands in the way, without content."""

FRESHNESS: Final = timedelta(seconds=300)
"""How far a signed time may be from now, either way; what standardwebhooks.com and most SDKs use."""


def configured(secrets: Secrets) -> Configured:
    """Every secret as a tuple. An empty one stays out, so that it can never match an empty credential."""
    tuples = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in secrets.items()}
    return {name: tuple(filter(None, values)) for name, values in tuples.items()}


def verify(
    slug: str, checks: Mapping[str, Check], request: WebhookRequest, secrets: Secrets, now: datetime
) -> None:
    """Authentic = something is configured and **every** configured secret matches; or Unauthenticated."""
    known = configured(secrets)
    if not known:
        raise _refusal(slug, "no secret is configured", f"configure at least one of: {', '.join(checks)}")
    for name, values in known.items():
        check = checks.get(name)
        if check is None:
            raise _refusal(
                slug, "a configured secret is of a kind it does not use", f"use: {', '.join(checks)}"
            )
        obstacle = check(request, known, now) if values else "it is configured, but empty"
        if obstacle:
            raise _refusal(slug, f"{name}: {obstacle}", "answer 401")


def _refusal(slug: str, obstacle: str, remedy: str) -> Unauthenticated:
    return Unauthenticated(f"accept a request for {slug}", obstacle, remedy)


def basic_auth(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """HTTP basic credentials, ``user:password`` (RFC 7617), of which any configured pair may be presented."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "no basic credentials were presented"
    try:
        presented = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return "the presented credentials are not base64"
    # Every pair is compared, so that the time taken does not tell which one is close.
    matches = [hmac.compare_digest(presented, pair.encode()) for pair in secrets["basic_auth"]]
    return None if any(matches) else "the presented credentials are others"


def staleness(timestamp: str, now: datetime, window: timedelta = FRESHNESS) -> str | None:
    """Why a signed Unix time in seconds is not accepted, or None."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return "the signed time is missing or not in seconds"
    if abs(now.timestamp() - int(timestamp)) > window.total_seconds():
        return f"the signed time is more than {window.total_seconds():.0f} s from now"
    return None
