"""Something is wrong with the keys."""

from .base import DeliveryLedgerError


class KeyStoreError(DeliveryLedgerError):
    """Something is wrong with the keys. Never taken for an erasure."""


class KeyStoreMissing(KeyStoreError):
    """The log is there, its key store is not."""


class KeyStoreForeign(KeyStoreError):
    """The key store belongs to another ledger."""


class WrongKeyEncryptionKey(KeyStoreError):
    """The key-encryption key does not open this key store."""


class KeyEncryptionKeyReplaced(WrongKeyEncryptionKey):
    """Another process has replaced the key-encryption key; open the ledger again with the new one."""


class KeyWrapperFailed(KeyStoreError):
    """The key management service, or the program, that keeps the key-encryption key did not answer."""


class AddressSecretMissing(KeyStoreError):
    """The log was written with a secret of the address keys that the key store does not have: an alarm."""


class KeyBackupTooOld(KeyStoreError):
    """A copy of the keys that could bring back what was erased since it was made."""


class SubjectKeyMissing(KeyStoreError):
    """A data subject's key is neither there nor recorded as destroyed: an alarm."""


class SealBroken(KeyStoreError):
    """Sealed bytes that do not open: altered, or moved from another event."""


class SigningKeyUnusable(KeyStoreError):
    """The key that signs checkpoints is missing, of another ledger, or not the one that was used before."""
