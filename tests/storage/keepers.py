"""Wrappers of the key-encryption key, for tests."""

from deliveryledger.privacy.keys import KeyEncryptionKey


class Keeper:
    """A key management service in a few lines: wraps under a key of its own, and counts."""

    def __init__(self, seed: int = 1) -> None:
        self._key = KeyEncryptionKey(bytes([seed]) * 32)
        self.asked: list[str] = []

    def wrap(self, key: bytes, context: str) -> bytes:
        """See KeyWrapper."""
        self.asked.append("wrap")
        return self._key.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """See KeyWrapper."""
        self.asked.append("unwrap")
        return self._key.unwrap(wrapped, context)
