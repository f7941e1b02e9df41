"""An event-sourced ledger of what became of every message to a candidate."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ledger import Ledger as Ledger

__version__ = "0.1.0"
__all__ = ["Ledger", "__version__"]


def __getattr__(name: str) -> object:
    # Lazy, so that importing the rules alone (deliveryledger.domain) costs no database driver.
    if name == "Ledger":
        from .ledger import Ledger

        return Ledger
    raise AttributeError(f"module 'deliveryledger' has no attribute {name!r}")
