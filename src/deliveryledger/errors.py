"""Every failure, typed. An error says what was attempted, what stood in the way and what to do.

No error text ever carries an address, a name, a subject line or a remote server's words: errors end up
in logs, and logs outlive an erasure.
"""


class DeliveryLedgerError(Exception):
    """Base of every error this library raises on purpose."""

    def __init__(self, attempted: str, obstacle: str, remedy: str) -> None:
        super().__init__(f"{attempted}: {obstacle}; {remedy}")
        self.attempted = attempted
        self.obstacle = obstacle
        self.remedy = remedy


# --- input -----------------------------------------------------------------------------------------


class InvalidInput(DeliveryLedgerError):
    """What the caller gave cannot be what the parameter asks for."""


class InvalidAddress(InvalidInput):
    """Not an e-mail address (RFC 5321, 5322, 6531). ``obstacle`` says why, without the text."""


class InvalidIdentifier(InvalidInput):
    """An id that cannot be part of a stream name, or that would put an address into the log in clear."""


class UnknownProvider(InvalidInput):
    """No adapter of that name."""


class MissingExtra(InvalidInput):
    """A part of the library was asked for whose packages are not installed."""

    def __init__(self, extra: str, package: str) -> None:
        super().__init__(
            f"use deliveryledger[{extra}]",
            f"the package {package} is not installed",
            f"pip install 'deliveryledger[{extra}]'",
        )
        self.package = package


class InvalidTexts(InvalidInput):
    """Texts for people that cannot take the place of ours: which, in which language, and why."""


class PayloadTooLarge(InvalidInput):
    """A request body or a mail above the limit; refused before it is parsed."""


class Unauthenticated(DeliveryLedgerError):
    """A webhook request whose credentials or signature do not prove who sent it. Answer 401."""


class ProofUnavailable(DeliveryLedgerError):
    """What would prove a webhook request cannot be had now (a certificate). Keep the request, try later."""


class ReplayRefused(DeliveryLedgerError):
    """A replay key that was seen before, with other content: the credential was moved to another event."""


# --- commands that a rule refuses ------------------------------------------------------------------


class CommandRefused(DeliveryLedgerError):
    """A rule of the domain says no."""


class UnknownCandidate(CommandRefused):
    """No such candidate in this tenant."""


class UnknownMessage(CommandRefused):
    """No such message in this tenant."""


class UnknownRemovalRequest(CommandRefused):
    """No such removal request, or it is no longer open."""


class AlreadyRegistered(CommandRefused):
    """The id is taken by something else."""


class AddressIsSuppressed(CommandRefused):
    """The address is on the recipient filter. ``cause`` and ``since`` say why and from when."""

    def __init__(self, attempted: str, obstacle: str, remedy: str, *, cause: str, since: str) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.cause = cause
        self.since = since


class LiftRefused(CommandRefused):
    """A suppression cannot be lifted yet. ``missing`` names what is missing, machine-readable."""

    def __init__(self, attempted: str, obstacle: str, remedy: str, *, missing: tuple[str, ...]) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.missing = missing


# --- storage ---------------------------------------------------------------------------------------


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


# --- keys ------------------------------------------------------------------------------------------


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


# --- mailboxes -------------------------------------------------------------------------------------


class MailboxError(DeliveryLedgerError):
    """Mails could not be fetched; they are where they were."""


class MailboxUnavailable(MailboxError):
    """The mail server, or what gives its token, cannot be reached or broke off. Safe to retry."""


class MailboxRefused(MailboxError):
    """The mail server says no: to the login, its certificate, the folder, the flag. Somebody has to look."""


# --- audit -----------------------------------------------------------------------------------------


class InvalidProof(InvalidInput):
    """Not a checkpoint, a verification key or a proof in its format, or above its limit."""


class NoSuchEvent(CommandRefused):
    """No event of that id is in the log."""


class AuditError(DeliveryLedgerError):
    """Something that was signed or recorded does not hold."""


class NotProved(AuditError):
    """A signature or a proof does not hold: forged, altered, or of another log."""


class HistoryChanged(AuditError):
    """The log is not a continuation of what was recorded or signed before. ``ledger.verify()`` says more."""
