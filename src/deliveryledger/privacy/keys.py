"""Keys: one random data key per data subject, wrapped by the ledger's key-encryption key."""

import os
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import InvalidInput, WrongKeyEncryptionKey

KEY_BYTES = 32
_NONCE_BYTES = 12


def new_key() -> bytes:
    """A random AES-256 key."""
    return os.urandom(KEY_BYTES)


def new_subject_id() -> str:
    """An opaque random id of a data subject: 128 bits in hex."""
    return os.urandom(16).hex()


@dataclass(frozen=True, repr=False)
class KeyEncryptionKey:
    """Wraps and unwraps data keys. It is kept apart from the key store, best in a key management service."""

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise InvalidInput(
                "take a key-encryption key", f"it has not {KEY_BYTES} bytes", "make one with os.urandom(32)"
            )

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)

    def wrap(self, data_key: bytes, context: str) -> bytes:
        """Encrypt a data key; ``context`` (the subject) must be the same when it is unwrapped."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data_key, context.encode())

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """Decrypt a data key. Raises WrongKeyEncryptionKey."""
        try:
            return self._cipher.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise WrongKeyEncryptionKey(
                "unwrap a data key",
                "the key-encryption key does not fit, or the key store was altered",
                "give the key-encryption key that this ledger was made with",
            ) from None
