"""Commands that a rule of the domain refuses."""

from datetime import datetime

from .base import DeliveryLedgerError


class CommandRefused(DeliveryLedgerError):
    """A rule of the domain says no."""


class UnknownCandidate(CommandRefused):
    """No such candidate in this tenant."""


class UnknownMessage(CommandRefused):
    """No such message in this tenant."""


class UnknownIncident(CommandRefused):
    """No such incident in this tenant."""


class UnknownRemovalRequest(CommandRefused):
    """No such removal request, or it is no longer open.

    ``why`` is of a closed list: ``not_suppressed`` (the address is not on the filter), ``rejected`` or
    ``lifted`` (what became of the request), ``unknown`` (no such id).
    """

    def __init__(self, attempted: str, obstacle: str, remedy: str, *, why: str = "unknown") -> None:
        super().__init__(attempted, obstacle, remedy)
        self.why = why


class UnknownImport(CommandRefused):
    """No import of that id added anything in this tenant."""


class UndoRefused(CommandRefused):
    """The import is too old to be undone."""


class ImportNotConfirmed(CommandRefused):
    """The number that confirms an import is not that of its new entries; ``expected`` is."""

    def __init__(self, attempted: str, obstacle: str, remedy: str, *, expected: int) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.expected = expected


class AlreadyRegistered(CommandRefused):
    """The id is taken by something else."""


class AlreadyCorrected(CommandRefused):
    """Somebody else has changed the address since the caller looked: ``by``, at ``at`` (UTC)."""

    def __init__(self, attempted: str, obstacle: str, remedy: str, *, by: str, at: datetime | None) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.by = by
        self.at = at


class AddressIsSuppressed(CommandRefused):
    """The address is on the recipient filter. ``cause`` and ``since`` say why and from when."""

    def __init__(self, attempted: str, obstacle: str, remedy: str, *, cause: str, since: str) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.cause = cause
        self.since = since


class LiftRefused(CommandRefused):
    """A suppression cannot be lifted yet. ``missing`` names what is missing, machine-readable; ``is_own``:
    whoever approves is whoever asked."""

    def __init__(
        self,
        attempted: str,
        obstacle: str,
        remedy: str,
        *,
        missing: tuple[str, ...],
        is_own: bool = False,
    ) -> None:
        super().__init__(attempted, obstacle, remedy)
        self.missing = missing
        self.is_own = is_own
