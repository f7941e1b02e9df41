"""Signatures that providers put on their requests. What does not verify says why."""

import base64
import hmac
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key


def hmac_digest(keys: Iterable[bytes], presented: bytes, signed: bytes, algorithm: str) -> str | None:
    """Check a keyed digest (RFC 2104) against any of the keys; ``presented`` is raw, ``algorithm`` hashlib's.

    None where one matches, otherwise what stands in the way.
    """
    # All are compared, so that the time taken does not tell which one is close.
    matches = [hmac.compare_digest(presented, hmac.digest(key, signed, algorithm)) for key in keys]
    return None if any(matches) else "the signature does not match"


def ecdsa_key(text: str) -> str | None:
    """What is wrong with the form of a key for :func:`ecdsa_sha256`."""
    is_one = isinstance(_public_key(text), EllipticCurvePublicKey)
    return None if is_one else "is no elliptic-curve key: base64 of DER, without lines of BEGIN and END"


def rsa_key(text: str) -> str | None:
    """What is wrong with the form of a key for :func:`rsa_pkcs1v15`."""
    is_one = isinstance(_public_key(text), RSAPublicKey)
    return None if is_one else "is no RSA key: base64 of DER, without lines of BEGIN and END"


def ecdsa_sha256(keys: Iterable[str], signature: bytes, signed: bytes) -> str | None:
    """Check an ECDSA signature with SHA-256 (FIPS 186-5) against any of the keys, base64 of DER each.

    None where one matches, otherwise what stands in the way. A key that cannot be read never matches.
    """
    readable = [key for text in keys if isinstance(key := _public_key(text), EllipticCurvePublicKey)]
    if not readable:
        return "no configured key is base64 of a DER elliptic-curve key"
    return _any_matches(_ecdsa_matches(key, signature, signed) for key in readable)


def rsa_pkcs1v15(
    keys: Iterable[str], signature: bytes, signed: bytes, algorithm: HashAlgorithm
) -> str | None:
    """As :func:`ecdsa_sha256`, an RSA signature with PKCS #1 v1.5 padding (RFC 8017 8.2)."""
    readable = [key for text in keys if isinstance(key := _public_key(text), RSAPublicKey)]
    if not readable:
        return "no configured key is base64 of a DER RSA key"
    return _any_matches(rsa_matches(key, signature, signed, algorithm) for key in readable)


def rsa_matches(key: RSAPublicKey, signature: bytes, signed: bytes, algorithm: HashAlgorithm) -> bool:
    """Whether that one key made the signature."""
    try:
        key.verify(signature, signed, PKCS1v15(), algorithm)
    except (InvalidSignature, UnsupportedAlgorithm):  # SHA-1 is gone from some builds of OpenSSL
        return False
    return True


def _ecdsa_matches(key: EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _any_matches(matches: Iterable[bool]) -> str | None:
    return None if any(matches) else "the signature does not match"


@lru_cache(maxsize=64)
def _public_key(text: str) -> PublicKeyTypes | None:
    try:
        return load_der_public_key(base64.b64decode(text))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
