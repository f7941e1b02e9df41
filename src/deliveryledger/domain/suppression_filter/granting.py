"""What a granted removal waits for: that every provider takes the address off its own list."""

from collections.abc import Iterator
from datetime import datetime

from ..identifiers import same_actor
from .aggregate import SuppressionFilter, evolve
from .events import (
    Cause,
    ProviderRemovalConfirmed,
    ProviderRemovalRefused,
    RemovalApproved,
    SuppressionFilterEvent,
    SuppressionLifted,
)


def approval(
    entry: SuppressionFilter,
    at: datetime,
    *,
    request_id: str | None,
    requested_by: str,
    by: str,
    as_administrator: bool,
) -> RemovalApproved:
    """A removal that is granted for all causes that hold; whom to ask, ``grant`` adds."""
    return RemovalApproved(
        occurred_at=at,
        scope=entry.scope,
        address_key=entry.address_key,
        request_id=request_id,
        requested_by=requested_by,
        by=by,
        as_administrator=as_administrator,
        causes=tuple(sorted(entry.active(at))),
        providers=(),
    )


def grant(
    entry: SuppressionFilter, approved: RemovalApproved, providers: tuple[str, ...]
) -> Iterator[SuppressionFilterEvent]:
    """Lift, or have the providers asked first: anew, if one of them refused what was approved before.

    Whom an earlier approval waits for is asked too: to name fewer ends no wait. A rejection does.
    """
    if entry.approved is not None:
        providers = tuple(dict.fromkeys((*entry.approved.providers, *providers)))
    if not providers:
        yield lifted(
            entry,
            by=approved.requested_by,
            approved_by=approved.by,
            at=approved.occurred_at,
            request_id=approved.request_id,
            as_administrator=approved.as_administrator,
        )
        return
    is_refused = any(not removed for _, removed in entry.provider_lists)
    if entry.approved is None or entry.approved.providers != providers or is_refused:
        yield approved.model_copy(update={"providers": providers})


def confirm_provider_removal(
    entry: SuppressionFilter, *, provider: str, account: str, at: datetime
) -> Iterator[SuppressionFilterEvent]:
    """Note that a provider took the address off its own list; the last one's word lifts."""
    if dict(entry.provider_lists).get((provider, account)) is True:
        return
    confirmed = ProviderRemovalConfirmed(
        occurred_at=at, scope=entry.scope, address_key=entry.address_key, provider=provider, account=account
    )
    yield confirmed
    entry = evolve(entry, confirmed)
    approved = entry.approved
    if approved is not None and not unconfirmed(entry):
        is_own = same_actor(approved.by, approved.requested_by)
        yield lifted(
            entry,
            by=approved.requested_by,
            approved_by=None if is_own else approved.by,
            at=at,
            request_id=approved.request_id,
            as_administrator=approved.as_administrator,
            causes=approved.causes,
        )


def unconfirmed(entry: SuppressionFilter) -> tuple[str, ...]:
    """Who has still to confirm, each as ``provider/account``; none: there is nothing approved."""
    gone = {f"{provider}/{account}" for (provider, account), removed in entry.provider_lists if removed}
    return tuple(name for name in (entry.approved.providers if entry.approved else ()) if name not in gone)


def refuse_provider_removal(
    entry: SuppressionFilter, *, provider: str, account: str, why: str, at: datetime
) -> Iterator[SuppressionFilterEvent]:
    """Note that a provider keeps the address on its own list."""
    if dict(entry.provider_lists).get((provider, account)) is not False:
        yield ProviderRemovalRefused(
            occurred_at=at,
            scope=entry.scope,
            address_key=entry.address_key,
            provider=provider,
            account=account,
            why=why,
        )


def lifted(
    entry: SuppressionFilter,
    *,
    by: str,
    approved_by: str | None,
    at: datetime,
    request_id: str | None,
    as_administrator: bool,
    causes: tuple[Cause, ...] = (),
) -> SuppressionLifted:
    """The end of every cause that holds; of ``causes``, where all have expired meanwhile."""
    return SuppressionLifted(
        occurred_at=at,
        scope=entry.scope,
        address_key=entry.address_key,
        by=by,
        approved_by=approved_by,
        causes=tuple(sorted(entry.active(at))) or causes,
        request_id=request_id,
        as_administrator=as_administrator,
    )
