"""Tell «not on this list» from «no such list»: providers say both with 404.

Without this, a slip in a setting (a domain, ``base_url``) would make every removal a success.
"""

from collections.abc import Callable
from typing import Final

MISSING: Final = frozenset({404})
"""What a provider answers about an address that is not on the list."""


class Absence:
    """Remembers which lists have answered. ``ask`` asks for a list, and raises where there is none."""

    def __init__(self, ask: Callable[[str], object]) -> None:
        self._ask = ask
        self._known: set[str] = set()

    def make_sure(self, of: str) -> None:
        """After a 404: return if the list itself is there. Raises what ``ask`` raises."""
        if of not in self._known:
            self._ask(of)
            self._known.add(of)
