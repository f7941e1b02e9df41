"""Keys of data subjects, fetched once per transaction."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class FetchesKeys(Protocol):
    """What has the keys of data subjects: the key store, or what it was asked for already."""

    def fetch(self, subjects: Iterable[str]) -> dict[str, AESGCM | None]:
        """The subjects' keys; None = destroyed. Raises SubjectKeyMissing."""


class FetchedKeys:
    """Asks the key store for each data subject once; it lives no longer than one transaction."""

    def __init__(self, key_store: FetchesKeys) -> None:
        self._key_store = key_store
        self._keys: dict[str, AESGCM | None] = {}

    def take(self, keys: Mapping[str, AESGCM | None]) -> None:
        """Keys that are known without asking: they were issued here."""
        self._keys.update(keys)

    def fetch(self, subjects: Iterable[str]) -> dict[str, AESGCM | None]:
        """See the protocol; one query for all that are new."""
        wanted = set(subjects)
        if unknown := wanted - self._keys.keys():
            self._keys.update(self._key_store.fetch(unknown))
        return {subject: self._keys[subject] for subject in wanted}
