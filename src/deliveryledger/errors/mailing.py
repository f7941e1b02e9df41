"""A notification could not be sent. None of these texts has the server's words or an address in it."""

from .base import DeliveryLedgerError


class MailingError(DeliveryLedgerError):
    """A mail could not be sent; it stays in the outbox."""


class MailServerUnavailable(MailingError):
    """The SMTP server cannot be reached, breaks off or is busy. Safe to retry."""


class MailServerRefused(MailingError):
    """The SMTP server says no to us: certificate, STARTTLS, login, sender. Somebody has to look."""


class NotTaken(MailingError):
    """The server did not take one mail. ``why`` is a value of ``WhyNotSent``; ``permanent``: a 5xx."""

    def __init__(self, attempted: str, obstacle: str, remedy: str, *, why: str, permanent: bool) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.why = why
        self.permanent = permanent
