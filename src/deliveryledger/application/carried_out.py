"""What became of the removals that were approved."""

from dataclasses import dataclass, field

from ..errors import ProviderError


@dataclass(frozen=True)
class LiftedAddress:
    """An address that came off the filter; ``withheld`` as in ``Lifted``."""

    address: str
    tenant: str
    causes: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class Keeps:
    """A provider that keeps an address on its own list; ``why`` as in ``Removal``."""

    address: str
    tenant: str
    provider: str
    account: str
    why: str


@dataclass(frozen=True)
class Voided:
    """An approval that is void: a provider lists the address for a cause that nobody knew of.

    It is on the filter for that cause too, and the request is open again.
    """

    address: str
    tenant: str
    provider: str
    account: str
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Waits:
    """An address whose removal these, ``provider/account``, have still to confirm."""

    address: str
    tenant: str
    providers: tuple[str, ...]


@dataclass
class CarriedOut:
    """What became of the approved removals."""

    lifted: list[LiftedAddress] = field(default_factory=list)
    """Off the filter now, with the messages that were held back."""
    refused: list[Keeps] = field(default_factory=list)
    """These stay on the filter."""
    voided: list[Voided] = field(default_factory=list)
    """These stay on the filter, and somebody has to decide again."""
    waiting: list[Waits] = field(default_factory=list)
    """Ask again later. Those of whom somebody said no are here too."""
    failed: dict[str, ProviderError] = field(default_factory=dict)
    """By ``provider/account``: why it could not be asked. The others were."""
