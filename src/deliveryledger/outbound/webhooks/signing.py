"""The signature of Standard Webhooks: HMAC-SHA256 over id, time and body, one for every secret in use."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from typing import Final

SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification has them."""
_PREFIX: Final = "whsec_"


def secret_of(text: object) -> bytes | None:
    """The bytes of a secret, ``whsec_`` and base64; None: it is none."""
    if not isinstance(text, str) or not text.startswith(_PREFIX):
        return None
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return secret if SHORTEST <= len(secret) <= LONGEST else None


def signed_headers(secrets: Sequence[bytes], webhook_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; while secrets are rotated, the receiver finds a signature by the one it knows."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
