"""Removals that were approved, carried out at the providers: no address comes off while one still drops.

A saga without a state of its own. What was approved and who has confirmed stands in the log; whoever is asked
is asked outside of any transaction, first whether the address is still there. So a kill at any step loses
nothing, and what is asked twice is asked for the same.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple, Protocol

from ..domain.addresses import AddressKey
from ..domain.aggregate import Event, fold
from ..domain.identifiers import parse_stream
from ..domain.suppression_filter import granting
from ..domain.suppression_filter.aggregate import SuppressionFilter, evolve
from ..domain.suppression_filter.events import SuppressionLifted
from ..errors import ProviderError
from .carried_out import CarriedOut, Keeps, LiftedAddress, Voided, Waits
from .drift import judge
from .listed_here import Found, add_listed
from .services import Services
from .suppression_lists import ListEntry, Removal, Removed, SuppressionList
from .unit_of_work import UnitOfWork

_BY: Final = "deliveryledger"


class ApprovedRemoval(NamedTuple):
    """An address whose removal some provider has still to confirm."""

    stream: str
    address: str


class ListViews(Protocol):
    """What is asked of the read models."""

    def approved(self, tenant: str | None) -> list[ApprovedRemoval]:
        """Removals that are approved and not lifted; of a tenant, or of all. Without those of the erased."""


class ProviderRemovals:
    """A part of ``ledger.provider_lists``; what it needs, that has."""

    _services: Services
    _views: ListViews
    _withheld: Callable[[str, str], tuple[str, ...]]

    def carry_out(self, lists: Iterable[SuppressionList], *, tenant: str | None = None) -> CarriedOut:
        """Ask every provider that has still to confirm an approved removal; the last one's word lifts.

        To be called regularly, with the lists that ``Policies.provider_lists`` names. A provider that refused
        is asked to remove again only after another approval; until then it is seen whether the address is
        gone. Who lists it for a cause that is not known here is not asked to remove it: see ``Voided``.
        Without ``tenant`` a ledger that is bound to none does it for every tenant.
        """
        done, known = CarriedOut(), {f"{each.provider}/{each.account}": each for each in lists}
        for approved in self._views.approved(self._services.restricted_to(tenant)):
            entry = self._entry_of(approved.stream)
            for name in granting.unconfirmed(entry):
                if name in known and name not in done.failed:
                    self._ask_list(known[name], approved, done)
            if left := granting.unconfirmed(self._entry_of(approved.stream)):
                done.waiting.append(Waits(approved.address, parse_stream(approved.stream).owner, left))
        return done

    def _ask_list(self, asked: SuppressionList, approved: ApprovedRemoval, done: CarriedOut) -> None:
        provider, account = asked.provider, asked.account
        entry = self._entry_of(approved.stream)
        if entry.approved is None:  # void, or withdrawn, since the others were asked
            return
        was_refused = dict(entry.provider_lists).get((provider, account)) is False
        try:
            there = asked.find(approved.address)
            if self._is_void(asked, approved, entry, there, done):
                return
            answer = _removed(asked, approved.address, there, only_look=was_refused)
        except ProviderError as error:
            done.failed[f"{provider}/{account}"] = error
            return
        events = record_answer(self._services, approved.stream, provider, account, answer)
        owner = parse_stream(approved.stream).owner
        if answer.outcome is Removed.REFUSED:
            done.refused.append(Keeps(approved.address, owner, provider, account, answer.why or ""))
        for event in events:
            if isinstance(event, SuppressionLifted):
                withheld = self._withheld(event.scope, event.address_key)
                causes = tuple(map(str, event.causes))
                done.lifted.append(LiftedAddress(approved.address, event.scope, causes, withheld))

    def _is_void(
        self,
        asked: SuppressionList,
        approved: ApprovedRemoval,
        entry: SuppressionFilter,
        there: tuple[ListEntry, ...],
        done: CarriedOut,
    ) -> bool:
        """Whether they list it for more than the approval is about; that is recorded, and nothing removed."""
        stream, names = approved.stream, (asked.provider, asked.account)
        owner, policies, now = parse_stream(stream).owner, self._services.policies, self._services.clock()
        judged = [judge(entry, each, now, names=names, expiry=policies.expiry) for each in there]
        key = AddressKey(entry.address_key)
        found = [Found(stream, key, *each) for each in zip(there, judged, strict=True)]
        news = [each for each in found if each.judged.kind == "missing_here"]
        if news:
            work = partial(add_listed, found=news, owner=owner, names=names, by=_BY, policies=policies)
            self._services.transact(work)
            causes = tuple(dict.fromkeys(str(each.judged.cause) for each in news))
            done.voided.append(Voided(approved.address, owner, *names, causes))
        return bool(news)

    def _entry_of(self, stream: str) -> SuppressionFilter:
        return fold(evolve, SuppressionFilter(), self._services.log.load((stream,)).get(stream, ()))


def record_answer(
    services: Services, stream: str, provider: str, account: str, answer: Removal
) -> list[Event]:
    """Note what a provider said about an address; nothing while it is pending, or was said before."""

    def work(unit: UnitOfWork) -> list[Event]:
        return unit.decide(stream, _said(unit, stream, provider, account, answer))

    return [] if answer.outcome is Removed.PENDING else services.transact(work)


def _removed(
    asked: SuppressionList, address: str, there: tuple[ListEntry, ...], *, only_look: bool
) -> Removal:
    if not there:
        return Removal(Removed.CONFIRMED)
    return Removal(Removed.PENDING) if only_look else asked.remove(address)


def _said(unit: UnitOfWork, stream: str, provider: str, account: str, answer: Removal) -> Iterator[Event]:
    entry, at = unit.filter_entry(stream), unit.now
    if answer.outcome is Removed.REFUSED:
        why = answer.why or "not_removable"
        return granting.refuse_provider_removal(entry, provider=provider, account=account, why=why, at=at)
    return granting.confirm_provider_removal(entry, provider=provider, account=account, at=at)
