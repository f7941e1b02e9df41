"""Proofs of origin that many providers share: basic, bearer and header credentials, freshness."""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from ..errors import Unauthenticated
from .request import WebhookRequest

Secret = str | Sequence[str] | Mapping[str, str]
"""One secret, several of which any one may be presented (rotation), or texts by name (certificates)."""
Secrets = Mapping[str, Secret]
"""Secret name -> the secret."""
Configured = Mapping[str, tuple[str, ...] | Mapping[str, str]]
"""The same in fewer forms: no text is empty."""
Check = Callable[[WebhookRequest, Configured, datetime], str | None]
"""Checks one kind of secret: None where it matches, otherwise what stands in the way, without content."""

FRESHNESS: Final = timedelta(seconds=300)
"""How far a signed time may be from now, either way; what standardwebhooks.com and most SDKs use."""


def configured(secrets: Secrets) -> Configured:
    """Every secret as a tuple. An empty one stays out, so that it can never match an empty credential."""
    return {name: _in_one_form(value) for name, value in secrets.items()}


def _in_one_form(value: Secret) -> tuple[str, ...] | Mapping[str, str]:
    if isinstance(value, Mapping):
        return value
    return tuple(filter(None, (value,) if isinstance(value, str) else value))


def texts(secrets: Configured, name: str) -> tuple[str, ...]:
    """The configured texts of that name; none, where there are none or they are of another form."""
    value = secrets.get(name, ())
    return value if isinstance(value, tuple) else ()


def verify(
    slug: str, checks: Mapping[str, Check], request: WebhookRequest, secrets: Secrets, now: datetime
) -> None:
    """Authentic = something is configured and **every** configured secret matches; or Unauthenticated.

    The checks run in the order of ``checks``, so that the cheap ones come first.
    """
    known = configured(secrets)
    if not known:
        raise _refusal(slug, "no secret is configured", f"configure at least one of: {', '.join(checks)}")
    if not known.keys() <= checks.keys():
        raise _refusal(slug, "a configured secret is of a kind it does not use", f"use: {', '.join(checks)}")
    for name, check in checks.items():
        if name not in known:
            continue
        # Certificates may be a mapping that fetches; it has no length worth asking for.
        is_empty = known[name] == ()
        obstacle = "it is configured, but empty" if is_empty else check(request, known, now)
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
    return _any_of(texts(secrets, "basic_auth"), presented)


def bearer_token(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """A bearer token (RFC 6750 2.1), of which any configured one may be presented."""
    scheme, _, presented = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return "no bearer token was presented"
    return _any_of(texts(secrets, "bearer_token"), presented.strip().encode("utf-8", "surrogatepass"))


def custom_header(request: WebhookRequest, secrets: Configured, _now: datetime) -> str | None:
    """A header field of one's own, configured as ``Name: value``; any configured one may be presented."""
    matches = []
    for line in texts(secrets, "custom_header"):
        name, _, value = line.partition(":")
        presented = request.headers.get(name.strip(), "").strip().encode("utf-8", "surrogatepass")
        is_one = bool(name.strip() and value.strip())
        matches.append(is_one and hmac.compare_digest(presented, value.strip().encode()))
    return None if any(matches) else "the header is missing or has another value"


def _any_of(known: Sequence[str], presented: bytes) -> str | None:
    # All are compared, so that the time taken does not tell which one is close.
    matches = [hmac.compare_digest(presented, each.encode()) for each in known]
    return None if any(matches) else "the presented credentials are others"


CREDENTIALS: Final[Mapping[str, Check]] = {
    "basic_auth": basic_auth,
    "bearer_token": bearer_token,
    "custom_header": custom_header,
}
"""What every provider can be told to present, whether or not it signs: checked first."""


def staleness(timestamp: str, now: datetime, window: timedelta = FRESHNESS) -> str | None:
    """Why a signed Unix time in seconds is not accepted, or None."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return "the signed time is missing or not in seconds"
    if abs(now.timestamp() - int(timestamp)) > window.total_seconds():
        return f"the signed time is more than {window.total_seconds():.0f} s from now"
    return None
