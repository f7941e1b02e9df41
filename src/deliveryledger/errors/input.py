"""What the caller gave is not what was asked for."""

from .base import DeliveryLedgerError


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


class UnknownFormat(InvalidInput):
    """A file whose format is not known, or may be one of several; ``candidates`` names them."""

    def __init__(
        self, attempted: str, obstacle: str, remedy: str, *, candidates: tuple[str, ...] = ()
    ) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.candidates = candidates


class PayloadTooLarge(InvalidInput):
    """A request body or a mail above the limit; refused before it is parsed."""


class Unauthenticated(DeliveryLedgerError):
    """A webhook request whose credentials or signature do not prove who sent it. Answer 401."""


class ProofUnavailable(DeliveryLedgerError):
    """What would prove a webhook request cannot be had now (a certificate). Keep the request, try later."""


class ReplayRefused(DeliveryLedgerError):
    """A replay key that was seen before, with other content: the credential was moved to another event."""
