"""What the commands about removals from the recipient filter return."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RemovalRequest:
    """A request to take an address off the filter; ``state`` is open, approved, rejected or lifted.

    Approved: some provider has still to take the address off its own list (``ledger.provider_lists``).
    """

    id: str
    by: str
    state: str = "open"


@dataclass(frozen=True)
class Lifted:
    """``causes`` that held until now (none: the address was not on the filter).

    ``withheld`` are the ids of the messages that were held back because of them and not sent since.
    """

    causes: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()
    """It was approved, and comes off once these providers, ``provider/account``, have confirmed."""

    def __bool__(self) -> bool:
        return bool(self.causes)
