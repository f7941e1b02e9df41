"""Something that was signed or recorded does not hold."""

from .base import DeliveryLedgerError
from .input import InvalidInput
from .refusals import CommandRefused


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
