"""Removals that were approved, carried out at the providers: no address comes off while one still drops.

A saga without a state of its own. What was approved and who has confirmed stands in the log; whoever is asked
is asked outside of any transaction, first whether the address is still there. So a kill at any step loses
nothing, and what is asked twice is asked for the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ..domain.aggregate import Event
from ..domain.identifiers import parse_stream
from ..domain.suppression_filter import granting
from ..domain.suppression_filter.aggregate import SuppressionFilter, evolve
from ..domain.suppression_filter.events import SuppressionLifted
from ..errors import ProviderError
from .services import Services
from .suppression_lists import Removal, Removed, SuppressionList
from .unit_of_work import UnitOfWork


class ApprovedRemoval(NamedTuple):
    """An address whose removal some provider has still to confirm."""

    stream: str
    address: str


class ListViews(Protocol):
    """What is asked of the read models."""

    def approved(self, tenant: str | None) -> list[ApprovedRemoval]:
        """Removals that are approved and not lifted; of a tenant, or of all. Without those of the erased."""


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


@dataclass
class CarriedOut:
    """What became of the approved removals."""

    lifted: list[LiftedAddress] = field(default_factory=list)
    """Off the filter now, with the messages that were held back."""
    refused: list[Keeps] = field(default_factory=list)
    """These stay on the filter."""
    waiting: int = 0
    """Addresses that some provider has still to confirm; ask again later."""
    failed: dict[str, ProviderError] = field(default_factory=dict)
    """By ``provider/account``: why it could not be asked. The others were."""


class ProviderRemovals:
    """A part of ``ledger.provider_lists``; what it needs, that has."""

    _services: Services
    _views: ListViews
    _withheld: Callable[[str, str], tuple[str, ...]]

    def carry_out(self, lists: Iterable[SuppressionList], *, tenant: str | None = None) -> CarriedOut:
        """Ask every provider that has still to confirm an approved removal; the last one's word lifts.

        To be called regularly, with the lists that ``Policies.provider_lists`` names. A provider that refused
        is asked to remove again only after another approval; until then it is seen whether the address is
        gone. Without ``tenant`` a ledger that is bound to none does it for every tenant.
        """
        done, known = CarriedOut(), {f"{each.provider}/{each.account}": each for each in lists}
        for approved in self._views.approved(self._services.restricted_to(tenant)):
            entry = self._entry_of(approved.stream)
            for name in granting.unconfirmed(entry):
                if name in known and name not in done.failed:
                    self._ask_list(known[name], approved, entry, done)
            if granting.unconfirmed(self._entry_of(approved.stream)):
                done.waiting += 1
        return done

    def _ask_list(
        self, asked: SuppressionList, approved: ApprovedRemoval, entry: SuppressionFilter, done: CarriedOut
    ) -> None:
        provider, account = asked.provider, asked.account
        was_refused = dict(entry.provider_lists).get((provider, account)) is False
        try:
            answer = _removed(asked, approved.address, only_look=was_refused)
        except ProviderError as error:
            done.failed[f"{provider}/{account}"] = error
            return
        events = record_answer(self._services, approved.stream, provider, account, answer)
        if answer.outcome is Removed.REFUSED:
            owner = parse_stream(approved.stream).owner
            done.refused.append(Keeps(approved.address, owner, provider, account, answer.why or ""))
        for event in events:
            if isinstance(event, SuppressionLifted):
                withheld = self._withheld(event.scope, event.address_key)
                causes = tuple(map(str, event.causes))
                done.lifted.append(LiftedAddress(approved.address, event.scope, causes, withheld))

    def _entry_of(self, stream: str) -> SuppressionFilter:
        entry = SuppressionFilter()
        for event in self._services.log.load((stream,)).get(stream, []):
            entry = evolve(entry, event)  # type: ignore[arg-type]  # one stream, one aggregate
        return entry


def record_answer(
    services: Services, stream: str, provider: str, account: str, answer: Removal
) -> list[Event]:
    """Note what a provider said about an address; nothing while it is pending, or was said before."""

    def work(unit: UnitOfWork) -> list[Event]:
        return unit.decide(stream, _said(unit, stream, provider, account, answer))

    return [] if answer.outcome is Removed.PENDING else services.transact(work)


def _removed(asked: SuppressionList, address: str, *, only_look: bool) -> Removal:
    if not asked.find(address):
        return Removal(Removed.CONFIRMED)
    return Removal(Removed.PENDING) if only_look else asked.remove(address)


def _said(unit: UnitOfWork, stream: str, provider: str, account: str, answer: Removal) -> Iterator[Event]:
    entry, at = unit.filter_entry(stream), unit.now
    if answer.outcome is Removed.REFUSED:
        why = answer.why or "not_removable"
        return granting.refuse_provider_removal(entry, provider=provider, account=account, why=why, at=at)
    return granting.confirm_provider_removal(entry, provider=provider, account=account, at=at)
