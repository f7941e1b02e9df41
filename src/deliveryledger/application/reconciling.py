"""Bringing a provider's list and the recipient filter in step: what differs, and its repair.

First the provider's entries, page by page, then ours. Of the provider's only a number each is remembered, so
that a million entries fit. Providers are asked outside of transactions; whatever is cut off is done again.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final, NamedTuple, Protocol

from ..domain.addresses import AddressKey
from ..domain.aggregate import fold
from ..domain.identifiers import check_id, suppression_filter_stream
from ..domain.suppression_filter.aggregate import SuppressionFilter, evolve
from ..domain.suppression_filter.events import Cause
from ..errors import InvalidInput
from .address_keys import AddressKeys
from .drift import PUSHED, Drift, Judged, judge
from .listed_here import Found, add_listed
from .provider_removals import record_answer
from .services import Services
from .suppression_lists import Addition, ListEntry, Removal, Removed, SuppressionList

PAGE: Final = 1_000
"""Entries of one transaction."""


class OwnEntry(NamedTuple):
    """An address on our filter. ``causes`` hold; each has the list that it is of, ``provider/account``."""

    stream: str
    address_key: str
    address: str
    causes: dict[Cause, str | None]
    is_underway: bool
    """Whether its removal is approved."""


class EntryViews(Protocol):
    """What is asked of the read models."""

    def entries(self, tenant: str, after: str, limit: int) -> tuple[list[OwnEntry], str | None]:
        """The next entries by their address keys, without the erased, and where the next page begins."""


class Reconciling:
    """A part of ``ledger.provider_lists``; what it needs, that has."""

    _services: Services
    _entries: EntryViews

    def reconcile(
        self,
        theirs: SuppressionList,
        *,
        dry_run: bool = True,
        by: str = "deliveryledger",
        since: datetime | None = None,
        tenant: str | None = None,
    ) -> Drift:
        """Say how one account's lists and a tenant's filter differ; unless ``dry_run``, repair it.

        An account that ``Policies.accounts`` binds to a tenant is compared with that tenant's filter.
        ``since``: only what was listed since then, and nothing of ours. Raises ProviderUnavailable and
        ProviderRefused; what was repaired before stays, and the next run goes on. Raises InvalidInput for
        another tenant's account.
        """
        check_id(by, "actor id")
        owner = self._owner(theirs, tenant)
        report = Drift(provider=theirs.provider, account=theirs.account, tenant=owner, applied=not dry_run)
        seen, new = array("q"), set[int]()
        entries = iter(theirs.entries(since=since))
        while page := list(islice(entries, PAGE)):
            keys = self._keys(page)
            seen.extend(map(hash, keys))
            judged = self._judged(owner, page, keys, report, new)
            if report.applied:
                self._add_here(owner, judged, by, report)
                self._remove_there(theirs, judged, report)
        if since is None:
            self._compare_ours(theirs, array("q", sorted(seen)), report)
        return report

    def _owner(self, theirs: SuppressionList, tenant: str | None) -> str:
        bound = self._services.policies.accounts.get(f"{theirs.provider}/{theirs.account}")
        asked = self._services.restricted_to(tenant)
        if bound is not None and asked not in (None, bound):
            raise InvalidInput(
                "reconcile a provider's list",
                "the account is bound to another tenant",
                "name the tenant that Policies.accounts gives it, or none",
            )
        return bound or self._services.tenant(tenant)

    def _keys(self, page: list[ListEntry]) -> list[AddressKey]:
        keys = AddressKeys(self._services.log.digests, self._services.log.earlier_address_keys)
        keys.load(entry.address for entry in page)
        return [keys.of(entry.address) for entry in page]

    def _judged(
        self, owner: str, page: list[ListEntry], keys: list[AddressKey], report: Drift, new: set[int]
    ) -> list[Found]:
        streams = [suppression_filter_stream(owner, key) for key in keys]
        events = self._services.log.load(streams)
        names, expiry = (report.provider, report.account), self._services.policies.expiry
        found = []
        for listed, key, stream in zip(page, keys, streams, strict=True):
            entry = fold(evolve, SuppressionFilter(), events.get(stream, ()))
            judged = judge(entry, listed, self._services.clock(), names=names, expiry=expiry)
            if judged.kind == "missing_here":
                mark = hash((stream, judged.cause))
                judged = judged._replace(kind="in_step") if mark in new else judged
                new.add(mark)
            _count(report, judged)
            found.append(Found(stream, key, listed, judged))
        return found

    def _add_here(self, owner: str, found: list[Found], by: str, report: Drift) -> None:
        missing = [each for each in found if each.judged.kind == "missing_here"]
        if missing:
            names, policies = (report.provider, report.account), self._services.policies
            work = partial(add_listed, found=missing, owner=owner, names=names, by=by, policies=policies)
            self._services.transact(work)

    def _remove_there(self, theirs: SuppressionList, found: list[Found], report: Drift) -> None:
        ended = {each.stream: each.listed.address for each in found if each.judged.kind == "ended_here"}
        for stream, address in ended.items():
            answer = theirs.remove(address)
            record_answer(self._services, stream, report.provider, report.account, answer)
            if answer.outcome is Removed.CONFIRMED:
                report.removed_there += 1
            elif answer.outcome is Removed.PENDING:
                report.pending_there += 1
            else:
                report.refused_there[answer.why or "not_removable"] += 1

    def _compare_ours(self, theirs: SuppressionList, seen: "array[int]", report: Drift) -> None:
        for entry in self._ours(report.tenant):
            if entry.is_underway or _is_in(seen, hash(entry.address_key)):
                continue
            own = [cause for cause in PUSHED if cause in entry.causes and entry.causes[cause] != report.name]
            if own:
                report.missing_there[str(own[0])] += 1
                if report.applied:
                    _add_there(theirs, entry.address, own, report)
            elif report.name in entry.causes.values():
                report.gone_there += 1
                if report.applied:
                    gone = Removal(Removed.CONFIRMED)
                    record_answer(self._services, entry.stream, report.provider, report.account, gone)

    def _ours(self, tenant: str) -> Iterator[OwnEntry]:
        page, after = self._entries.entries(tenant, "", PAGE)
        yield from page
        while after is not None:
            page, after = self._entries.entries(tenant, after, PAGE)
            yield from page


def _count(report: Drift, judged: Judged) -> None:
    report.listed += 1
    if judged.kind == "missing_here":
        report.missing_here[str(judged.cause)] += 1
    else:
        setattr(report, judged.kind, getattr(report, judged.kind) + 1)


def _add_there(theirs: SuppressionList, address: str, causes: Iterable[Cause], report: Drift) -> None:
    """To the first list that they have for one of the causes."""
    if any(theirs.add(address, cause) is Addition.ADDED for cause in causes):
        report.added_there += 1
    else:
        report.enforced_here += 1


def _is_in(numbers: "array[int]", number: int) -> bool:
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number
