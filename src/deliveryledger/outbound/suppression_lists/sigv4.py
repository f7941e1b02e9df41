"""Signature Version 4, with which Amazon wants requests signed, as far as its JSON services need it.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Why not a library:
docs/adr/0020-sign-for-amazon.md.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from .credentials import Sent

_ALGORITHM = "AWS4-HMAC-SHA256"


class Key(NamedTuple):
    """An access key, for one service in one region. ``token`` comes with temporary keys."""

    id: str
    secret: str
    region: str
    service: str
    token: str | None = None

    def __repr__(self) -> str:
        return f"Key({self.region}, {self.service})"


def signed(sent: Sent, key: Key, now: datetime) -> dict[str, str]:
    """The header fields that sign a request; good for some minutes around ``now``.

    The URL must have each segment of its path and each word of its query percent-encoded, and must be the
    one on the wire. Every service but S3 encodes the path a second time before it is signed.
    """
    moment = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    scope = f"{moment[:8]}/{key.region}/{key.service}/aws4_request"
    parts = urlsplit(sent.url)
    fields = {"host": parts.netloc, "x-amz-date": moment}
    if key.token:
        fields["x-amz-security-token"] = key.token
    names = ";".join(sorted(fields))
    canonical = "\n".join(
        (
            sent.method,
            quote(parts.path or "/", safe="/-_.~"),
            "&".join(sorted(parts.query.split("&"))),
            *(f"{name}:{fields[name]}" for name in sorted(fields)),
            "",
            names,
            hashlib.sha256(sent.body).hexdigest(),
        )
    )
    to_sign = "\n".join((_ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.new(_derived(key, moment[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
    proof = f"{_ALGORITHM} Credential={key.id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**_without(fields, "host"), "authorization": proof}


def _derived(key: Key, day: str) -> bytes:
    derived = f"AWS4{key.secret}".encode()
    for word in (day, key.region, key.service, "aws4_request"):
        derived = hmac.new(derived, word.encode(), hashlib.sha256).digest()
    return derived


def _without(fields: Mapping[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in fields.items() if each != name}
