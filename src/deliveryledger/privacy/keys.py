"""Keys: one random data key per data subject, wrapped by the ledger's key-encryption key."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

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


class KeyWrapper(Protocol):
    """What keeps the key-encryption key: a cloud KMS, Vault, a hardware module, a program.

    It is asked once when a ledger is opened, not once per person. ``context`` names the ledger; a service
    with an encryption context or associated data should be given it, so that the wrapped key of one ledger
    does not unwrap as that of another. Either method may raise anything: the ledger then raises
    KeyWrapperFailed, which names the exception's type and nothing else of it.
    """

    def wrap(self, key: bytes, context: str) -> bytes:
        """The key (32 bytes), encrypted; at most 32 KiB."""

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """The key that was wrapped with the same context."""


@dataclass(frozen=True, repr=False)
class KeyEncryptionKey:
    """Wraps and unwraps data keys. It is kept apart from the key store, best in a key management service."""

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise InvalidInput(
                "take a key-encryption key", f"it has not {KEY_BYTES} bytes", "make one with os.urandom(32)"
            )

    @classmethod
    def from_hex(cls, text: str, where: str) -> "KeyEncryptionKey":
        """From 64 hexadecimal digits; space around them does not matter. Raises WrongKeyEncryptionKey.

        ``where`` the text comes from is what the error names: a variable, or a file.
        """
        try:
            key = bytes.fromhex(text.strip())
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise WrongKeyEncryptionKey(
                "read the key-encryption key", f"{where} does not hold 64 hex digits", "restore the right key"
            )
        return cls(key)

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
