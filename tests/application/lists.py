"""A provider's suppression list in memory, which fulfils the port and can be made to refuse or to be away."""

from collections.abc import Iterator
from datetime import datetime

from deliveryledger import Ledger
from deliveryledger.application.drift import Drift
from deliveryledger.application.suppression_lists import Addition, ListEntry, Removal, Removed
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import ProviderUnavailable


class ListInMemory:
    """The lists of one account. ``keeps``: addresses and why they stay."""

    def __init__(self, provider: str = "postmark", account: str = "main", *entries: ListEntry) -> None:
        self.provider, self.account = provider, account
        self.listed = {(entry.address.lower(), entry.cause): entry for entry in entries}
        self.keeps: dict[str, str] = {}
        self.takes = frozenset(Cause) - {Cause.ESCALATION, Cause.PROVIDER_LIST}
        self.slow = 0
        self.is_away = False
        self.calls: list[tuple[str, str]] = []

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        for entry in list(self.listed.values()):
            self._answer("entries", "")
            if since is None or (entry.listed_at and entry.listed_at >= since):
                yield entry

    def find(self, address: str) -> tuple[ListEntry, ...]:
        self._answer("find", address)
        return tuple(entry for (known, _), entry in self.listed.items() if known == address.lower())

    def add(self, address: str, cause: Cause) -> Addition:
        self._answer("add", address)
        if cause not in self.takes:
            return Addition.NOT_POSSIBLE
        self.listed[address.lower(), cause] = ListEntry(address, cause)
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        self._answer("remove", address)
        if address.lower() in self.keeps:
            return Removal(Removed.REFUSED, self.keeps[address.lower()])
        if self.slow:
            self.slow -= 1
            return Removal(Removed.PENDING)
        for key in [key for key in self.listed if key[0] == address.lower()]:
            del self.listed[key]
        return Removal(Removed.CONFIRMED)

    def close(self) -> None:
        """There is nothing to release."""

    def _answer(self, call: str, address: str) -> None:
        self.calls.append((call, address))
        if self.is_away:
            raise ProviderUnavailable("ask a provider", "it does not answer", "try again later")


def _position(ledger: Ledger) -> int:
    return ledger.status().last_position


def both(ledger: Ledger, theirs: ListInMemory, **asked: object) -> Drift:
    """The drift, after a dry run that says the same and changes nothing, and before a repair of nothing."""
    before, listed = _position(ledger), dict(theirs.listed)
    planned = ledger.provider_lists.reconcile(theirs, **asked)
    assert (_position(ledger), theirs.listed) == (before, listed)
    report = ledger.provider_lists.reconcile(theirs, dry_run=False, by="sup-1", **asked)
    for name in ("listed", "in_step", "missing_here", "passing", "ended_here", "missing_there", "gone_there"):
        assert getattr(planned, name) == getattr(report, name), name
    after = _position(ledger)
    ledger.provider_lists.reconcile(theirs, dry_run=False, by="sup-1", **asked)
    assert _position(ledger) == after
    return report
