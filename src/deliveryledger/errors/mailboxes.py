"""Mails could not be fetched."""

from .base import DeliveryLedgerError


class MailboxError(DeliveryLedgerError):
    """Mails could not be fetched; they are where they were."""


class MailboxUnavailable(MailboxError):
    """The mail server, or what gives its token, cannot be reached or broke off. Safe to retry."""


class MailboxRefused(MailboxError):
    """The mail server says no: to the login, its certificate, the folder, the flag. Somebody has to look."""
