"""Signatures that providers put on their requests. What does not verify says why."""

import base64
import hmac
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key


def hmac_digest(keys: Iterable[bytes], presented: bytes, signed: bytes, algorithm: str) -> str | None:
    """Check a keyed digest (RFC 2104) against any of the keys; ``presented`` is raw, ``algorithm`` hashlib's.

    None where one matches, otherwise what stands in the way.
    """
    # All are compared, so that the time taken does not tell which one is close.
    matches = [hmac.compare_digest(presented, hmac.digest(key, signed, algorithm)) for key in keys]
    return None if any(matches) else "the signature does not match"


def ecdsa_sha256(keys: Iterable[str], signature: bytes, signed: bytes) -> str | None:
    """Check an ECDSA signature with SHA-256 (FIPS 186-5) against any of the keys, base64 of DER each.

    None where one matches, otherwise what stands in the way. A key that cannot be read never matches.
    """
    readable = [key for text in keys if (key := _elliptic_curve_key(text)) is not None]
    if not readable:
        return "no configured key is base64 of a DER elliptic-curve key"
    return (
        None if any(_matches(key, signature, signed) for key in readable) else "the signature does not match"
    )


@lru_cache(maxsize=64)
def _elliptic_curve_key(text: str) -> EllipticCurvePublicKey | None:
    try:
        key = load_der_public_key(base64.b64decode(text))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, EllipticCurvePublicKey) else None


def _matches(key: EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
