"""Seal and open the personal fields of one event (AES-256-GCM, NIST SP 800-38D).

The associated data bind the sealed bytes to the event's name, stream, version and data subject: a sealed
text that is moved to another row does not open. The plaintext is padded, so that its length tells little.
"""

import os
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import SealBroken

NONCE_BYTES = 12
_BLOCK = 64
"""Plaintexts are padded to a multiple of so many bytes."""


def associated_data(name: str, stream: str, version: int, subject: str) -> bytes:
    """What sealed bytes are bound to."""
    return f"{name}\n{stream}\n{version}\n{subject}".encode()


def seal(key: AESGCM, plaintext: bytes, bound_to: bytes) -> bytes:
    """Base64 of nonce, ciphertext and tag. ``plaintext`` is JSON: trailing spaces are its padding."""
    nonce = os.urandom(NONCE_BYTES)
    padded = plaintext.ljust(-(-len(plaintext) // _BLOCK) * _BLOCK)
    return b2a_base64(nonce + key.encrypt(nonce, padded, bound_to), newline=False)


def open_sealed(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    """The plaintext without its padding. Raises SealBroken if it was altered or moved."""
    try:
        blob = _decoded(sealed)
        return key.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], bound_to).rstrip(b" ")
    except (InvalidTag, ValueError, Base64Error):
        raise SealBroken(
            "open an event's personal fields",
            "the sealed bytes were altered, or moved from another event",
            "compare the log with a backup; do not write to it",
        ) from None


def seal_bytes(key: AESGCM, nonce: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
    """Nonce, ciphertext and tag of any bytes, padded as in ISO/IEC 7816-4. ``nonce``: random, used once."""
    size = -(-(len(plaintext) + 1) // _BLOCK) * _BLOCK
    return nonce + key.encrypt(nonce, (plaintext + b"\x80").ljust(size, b"\x00"), bound_to)


def open_bytes(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    """What :func:`seal_bytes` sealed. Raises SealBroken if it was altered or moved."""
    try:
        padded = key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise SealBroken(
            "open raw evidence",
            "the sealed bytes were altered, or moved from another row",
            "compare the file with a backup; the log itself is not concerned",
        ) from None
    return padded.rstrip(b"\x00")[:-1]


def _decoded(sealed: bytes) -> bytes:
    """The bytes of their one base64 text; others that would decode to the same are refused."""
    blob = a2b_base64(sealed)
    if b2a_base64(blob, newline=False) != sealed:
        raise ValueError("not canonical base64")
    return blob
