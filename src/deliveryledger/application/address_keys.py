"""The key of an address: one for ever, whatever secrets the ledger has had.

An address that the ledger has met keeps the key of the oldest secret under which it was met; any other gets
the newest. So nobody has two filter entries, and what was recorded before a rotation is still found.
"""

from collections.abc import Callable, Iterable

from ..domain.addresses import AddressKey, Digests

Earlier = Callable[[Iterable[str]], set[str]]
"""Those of some address keys that stood in the log when a secret was replaced."""


class AddressKeys:
    """Turns addresses into their keys; with one secret nothing is looked up."""

    def __init__(self, digests: Digests, earlier: Earlier) -> None:
        self._digests = digests
        self._earlier = earlier
        self._has_one_secret = len(digests.versions) == 1
        self._found: dict[str, AddressKey] = {}

    def of(self, address: str) -> AddressKey:
        """The key of one address."""
        if self._has_one_secret:
            return self._digests.address_key(address)
        if address not in self._found:
            self.load((address,))
        return self._found[address]

    def load(self, addresses: Iterable[str]) -> None:
        """Look many addresses up with one query."""
        if self._has_one_secret:
            return
        keys = {a: self._digests.address_keys(a) for a in addresses if a not in self._found}
        if not keys:
            return
        known = self._earlier({key for newest_first in keys.values() for key in newest_first[1:]})
        for address, (newest, *earlier) in keys.items():
            self._found[address] = next((key for key in reversed(earlier) if key in known), newest)
