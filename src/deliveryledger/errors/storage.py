"""The event log could not do what was asked."""

from .base import DeliveryLedgerError


class StorageError(DeliveryLedgerError):
    """The event log could not do what was asked. Nothing partial was written; the next write may work."""


class LedgerLocked(StorageError):
    """Another process held the write lock longer than the busy timeout. Safe to retry."""


class LedgerFull(StorageError):
    """The disk, or the database's size limit, is full. Safe to retry once there is room."""


class LedgerReadOnly(StorageError):
    """The file or its folder cannot be written."""


class LedgerCorrupt(StorageError):
    """The file is damaged. Restore a backup; do not write to it."""


class ForeignDatabase(StorageError):
    """A file that is not a ledger, or belongs to another ledger, or was written by a newer version."""


class LedgerMissing(StorageError):
    """There is no ledger at that place, and none was to be made."""


class UnsupportedStore(StorageError):
    """A store that this version does not have."""


class PlaceTaken(StorageError):
    """There is a file at that place; nothing is overwritten."""


class LedgerClosed(StorageError):
    """The ledger was closed."""


class ConcurrentChange(StorageError):
    """Somebody else appended to the same stream first; retries are used up. Safe to retry."""


class UnknownEvent(StorageError):
    """An event name outside the closed registry: written by a newer version, or tampered with."""
