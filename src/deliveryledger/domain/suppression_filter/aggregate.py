"""State of one address in one scope of the recipient filter."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from ..aggregate import changed
from ..failure_reason import FailureReason
from .events import (
    AddressSuppressed,
    Cause,
    ConsentKind,
    HoldReleased,
    ProviderRemovalConfirmed,
    ProviderRemovalRefused,
    RecipientConsentRecorded,
    RemovalApproved,
    RemovalRejected,
    RemovalRequested,
    StrikeRecorded,
    StrikesCleared,
    SuppressionFilterEvent,
    SuppressionHeld,
    SuppressionLifted,
    SuppressionTakenBack,
)
from .suppressions import Moments, Suppression, Suppressions, with_bounce, with_ends, with_more


class Strike(NamedTuple):
    """One soft failure that counts."""

    day: date
    reason: FailureReason


class Request(NamedTuple):
    """A removal request and what became of it: ``open``, ``approved``, ``rejected`` or ``lifted``."""

    request_id: str
    by: str
    state: str = "open"
    has_evidence: bool = True

    @property
    def is_waiting(self) -> bool:
        """Whether somebody, or a provider, has still to do something about it."""
        return self.state in ("open", "approved")


@dataclass(frozen=True)
class SuppressionFilter:
    """Causes, strikes, requests and consents of one address. Expiry is asked, not recorded."""

    scope: str = ""
    address_key: str = ""
    data_subject: str = ""
    suppressions: Suppressions = ()
    own: Suppressions = ()
    """What would hold had nothing been imported."""
    imported: tuple[tuple[str, Cause, Suppression], ...] = ()
    """What imports added, by their batches."""
    strikes: tuple[Strike, ...] = ()
    held: SuppressionHeld | None = None
    hold_dropped: bool = False
    """Whether a held suppression was dropped since the last lift: the next failure does not wait again."""
    requests: tuple[Request, ...] = ()
    consented_at: datetime | None = None
    sender_consented: bool = False
    lifted_at: datetime | None = None
    lifts: int = 0
    provider_lists: tuple[tuple[tuple[str, str], bool], ...] = ()
    """Per provider and account: whether it has taken the address off its own list since."""
    approved: RemovalApproved | None = None
    """A removal that the providers have still to confirm."""
    own_bounces: tuple[datetime, ...] = ()
    """The latest recorded hard bounce of each UTC day; without what can still be taken back."""
    ended: Moments = ()
    """When each cause was lifted last, or found to be an outage's; not what expired by itself."""

    def active(self, at: datetime, *, imported: bool = True) -> dict[Cause, Suppression]:
        """The causes that hold at a moment, oldest first; or would hold without what was imported."""
        held = self.suppressions if imported else self.own
        return {c: s for c, s in held if s.expires_at is None or at < s.expires_at}

    def is_active(self, at: datetime) -> bool:
        """Whether sending is forbidden at a moment. A held suppression forbids nothing."""
        return bool(self.active(at))

    @property
    def hard_bounces(self) -> tuple[datetime, ...]:
        """The latest recorded hard bounce of each UTC day, oldest first."""
        bounces = self.own_bounces
        for _, cause, suppression in self.imported:
            if cause is Cause.HARD_BOUNCE:
                bounces = with_bounce(bounces, suppression.since)
        return bounces

    def request(self, request_id: str) -> Request | None:
        """The request of that id."""
        return next((r for r in self.requests if r.request_id == request_id), None)


def evolve(entry: SuppressionFilter, event: SuppressionFilterEvent) -> SuppressionFilter:
    """Remember; never judge, never fail."""
    match event:
        case AddressSuppressed():
            return _suppressed(entry, event)
        case StrikeRecorded():
            entry = changed(entry, scope=event.scope, address_key=event.address_key)
            return changed(entry, strikes=(*entry.strikes, Strike(event.day, event.reason)))
        case StrikesCleared():
            day = event.occurred_at.date()
            return changed(entry, strikes=tuple(s for s in entry.strikes if s.day > day))
        case SuppressionHeld():
            rest: dict[str, Any] = {
                name: tuple(known for known in getattr(entry, name) if known[0] is not event.cause)
                for name in ("suppressions", "own")
            }
            day = event.occurred_at.date()
            rest["own_bounces"] = tuple(each for each in entry.own_bounces if each.date() != day)
            return changed(entry, scope=event.scope, address_key=event.address_key, held=event, **rest)
        case HoldReleased():
            return _released(entry, event)
        case RemovalRequested():
            request = Request(event.request_id, event.by, has_evidence=not event.without_evidence)
            return changed(entry, data_subject=event.data_subject, requests=(*entry.requests, request))
        case RecipientConsentRecorded():
            return _consented(entry, event)
        case RemovalRejected():
            entry = _without_approval(entry) if _is_approved(entry, event.request_id) else entry
            return changed(entry, requests=_settled(entry.requests, event.request_id, "rejected"))
        case RemovalApproved():
            requests = _settled(_without_approval(entry).requests, event.request_id, "approved")
            return changed(entry, requests=requests, approved=event, provider_lists=())
        case SuppressionLifted():
            return _lifted(entry, event)
        case SuppressionTakenBack():
            return _taken_back(entry, event)
        case ProviderRemovalConfirmed():
            return _provider_said(entry, event.provider, event.account, removed=True)
        case ProviderRemovalRefused():
            return _provider_said(entry, event.provider, event.account, removed=False)


def _suppressed(entry: SuppressionFilter, event: AddressSuppressed) -> SuppressionFilter:
    new = Suppression(event.occurred_at, event.reason, event.expires_at)
    if entry.approved and (event.cause.is_wish or event.cause not in entry.approved.causes):
        entry = _without_approval(entry)  # it was about less than is known now
    if event.cause is Cause.HARD_BOUNCE and event.batch is None:
        entry = changed(entry, own_bounces=with_bounce(entry.own_bounces, event.occurred_at))
    suppressions = with_more(entry.suppressions, event.cause, new)
    own, imported = entry.own, entry.imported
    if event.batch is not None:
        imported = (*imported, (event.batch, event.cause, new))
    else:
        own = with_more(own, event.cause, new) if imported else suppressions
    return changed(
        entry,
        scope=event.scope,
        address_key=event.address_key,
        data_subject=event.data_subject,
        suppressions=suppressions,
        own=own,
        imported=imported,
        held=None if entry.held and entry.held.cause is event.cause else entry.held,
        provider_lists=(),
    )


def _released(entry: SuppressionFilter, event: HoldReleased) -> SuppressionFilter:
    if event.applied or entry.held is None:
        return changed(entry, held=None, hold_dropped=entry.hold_dropped or not event.applied)
    ended = with_ends(entry.ended, {entry.held.cause}, event.occurred_at)
    return changed(entry, held=None, hold_dropped=True, ended=ended)


def _taken_back(entry: SuppressionFilter, event: SuppressionTakenBack) -> SuppressionFilter:
    imported = tuple(each for each in entry.imported if each[0] != event.batch)
    suppressions = entry.own
    for _, cause, suppression in imported:
        suppressions = with_more(suppressions, cause, suppression)
    requests = entry.requests
    if not suppressions:  # there is nothing left to ask for
        requests = _all_lifted(requests)
    approved = entry.approved if suppressions else None
    return changed(entry, suppressions=suppressions, imported=imported, requests=requests, approved=approved)


def _provider_said(
    entry: SuppressionFilter, provider: str, account: str, *, removed: bool
) -> SuppressionFilter:
    said = {**dict(entry.provider_lists), (provider, account): removed}
    return changed(entry, provider_lists=tuple(said.items()))


def _consented(entry: SuppressionFilter, event: RecipientConsentRecorded) -> SuppressionFilter:
    entry = changed(entry, scope=event.scope, address_key=event.address_key, data_subject=event.data_subject)
    if event.kind is not ConsentKind.RECIPIENT:
        return changed(entry, sender_consented=True)
    return changed(entry, consented_at=max(entry.consented_at or event.occurred_at, event.occurred_at))


def _lifted(entry: SuppressionFilter, event: SuppressionLifted) -> SuppressionFilter:
    return changed(
        entry,
        suppressions=(),
        own=(),
        imported=(),
        own_bounces=entry.hard_bounces,
        ended=with_ends(entry.ended, {*event.causes, *dict(entry.suppressions)}, event.occurred_at),
        strikes=(),
        held=None,
        hold_dropped=False,
        consented_at=None,
        sender_consented=False,
        requests=_all_lifted(entry.requests),
        approved=None,
        lifted_at=event.occurred_at,
        lifts=entry.lifts + 1,
    )


def _is_approved(entry: SuppressionFilter, request_id: str) -> bool:
    return entry.approved is not None and entry.approved.request_id == request_id


def _without_approval(entry: SuppressionFilter) -> SuppressionFilter:
    requests = tuple(r._replace(state="open") if r.state == "approved" else r for r in entry.requests)
    return changed(entry, approved=None, requests=requests)


def _all_lifted(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    return tuple(r._replace(state="lifted") if r.is_waiting else r for r in requests)


def _settled(requests: tuple[Request, ...], request_id: str | None, state: str) -> tuple[Request, ...]:
    return tuple(r._replace(state=state) if r.request_id == request_id else r for r in requests)
