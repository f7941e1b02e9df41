"""Decisions about taking an address off the filter: request, approve, reject, lift."""

from collections.abc import Iterator
from datetime import datetime

from ...errors import LiftRefused, UnknownRemovalRequest
from ..identifiers import same_actor
from ..reports import moved
from .aggregate import Request, SuppressionFilter
from .events import (
    Cause,
    RemovalRejected,
    RemovalRequested,
    SuppressionFilterEvent,
)
from .granting import approval, grant, lifted
from .removal_policy import RemovalPolicy

_NEEDS_CONSENT = frozenset(cause for cause in Cause if cause.is_wish)
NEEDS_SPELLING_CHECK = frozenset({Cause.HARD_BOUNCE, Cause.ESCALATION, Cause.PROVIDER_LIST})
"""Causes that only evidence ends: how the spelling of the address was checked."""
_POLICY = RemovalPolicy()
_REMEDY = {
    "evidence": "say how the spelling was checked (evidence=...)",
    "recipient_consent": "record the recipient's consent with suppression_filters.record_consent()",
    "second_person": "let somebody other than the requester approve",
    "administrator": "let an administrator approve (as_administrator=True): it came off not long ago",
}


def request_removal(entry: SuppressionFilter, request: RemovalRequested) -> Iterator[SuppressionFilterEvent]:
    """Ask for the address to be taken off; repeating one's own open request adds nothing but evidence."""
    if not entry.is_active(request.occurred_at):
        return
    own = [r for r in entry.requests if r.is_waiting and same_actor(r.by, request.by)]
    if any(r.has_evidence or request.without_evidence for r in own):
        return
    yield request


def approve(
    entry: SuppressionFilter,
    *,
    request_id: str,
    by: str,
    at: datetime,
    policy: RemovalPolicy = _POLICY,
    as_administrator: bool = False,
    providers: tuple[str, ...] = (),
) -> Iterator[SuppressionFilterEvent]:
    """Lift on request, or once every provider confirms; nothing where all causes have expired. Raises
    LiftRefused, naming what is missing for the union of the causes."""
    request = _request(entry, request_id, "approve a removal request", unless="rejected")
    if request.state == "lifted" or not entry.is_active(at):
        return
    missing = missing_for(
        entry,
        at=at,
        evidence=request.has_evidence,
        requested_by=request.by,
        approved_by=by,
        policy=policy,
    )
    _require(entry, at, missing, as_administrator=as_administrator, is_own=same_actor(by, request.by))
    approved = approval(
        entry, at, request_id=request_id, requested_by=request.by, by=by, as_administrator=as_administrator
    )
    yield from grant(entry, approved, providers)


def reject(
    entry: SuppressionFilter, *, request_id: str, by: str, note: str, at: datetime
) -> Iterator[SuppressionFilterEvent]:
    """Turn a request down with a note."""
    request = _request(entry, request_id, "reject a removal request", unless="lifted")
    if request.is_waiting:
        yield RemovalRejected(
            occurred_at=at,
            data_subject=entry.data_subject,
            scope=entry.scope,
            address_key=entry.address_key,
            request_id=request_id,
            by=by,
            note=note,
        )


def lift(
    entry: SuppressionFilter,
    *,
    by: str,
    approved_by: str | None,
    evidence: str | None,
    at: datetime,
    policy: RemovalPolicy = _POLICY,
    as_administrator: bool = False,
    providers: tuple[str, ...] = (),
    request_id: str | None = None,
) -> Iterator[SuppressionFilterEvent]:
    """Lift without being asked, or once every provider confirms; ``request_id``: what keeps the evidence.
    Raises LiftRefused, naming what is missing for the union of the causes."""
    if not entry.is_active(at):
        return
    has_evidence = bool(evidence)
    missing = missing_for(
        entry, at=at, evidence=has_evidence, requested_by=by, approved_by=approved_by, policy=policy
    )
    is_own = approved_by is not None and same_actor(approved_by, by)
    _require(entry, at, missing, as_administrator=as_administrator, is_own=is_own)
    if not providers:
        yield lifted(
            entry, by=by, approved_by=approved_by, at=at, request_id=None, as_administrator=as_administrator
        )
        return
    approved = approval(
        entry,
        at,
        request_id=request_id,
        requested_by=by,
        by=approved_by or by,
        as_administrator=as_administrator,
    )
    yield from grant(entry, approved, providers)


def _request(entry: SuppressionFilter, request_id: str, attempted: str, *, unless: str) -> Request:
    request = entry.request(request_id)
    if request is None or request.state == unless:
        obstacle = f"the request was {unless}" if request else "there is no such request in this tenant"
        why = unless if request else "unknown"
        raise UnknownRemovalRequest(attempted, obstacle, "list the open requests and use their ids", why=why)
    return request


def missing_for(
    entry: SuppressionFilter,
    *,
    at: datetime,
    evidence: bool,
    requested_by: str,
    approved_by: str | None,
    policy: RemovalPolicy,
) -> tuple[str, ...]:
    """What a lift still lacks, for the union of the causes: evidence, recipient_consent, second_person, or
    administrator (whether the approver is one, only the caller knows)."""
    causes = frozenset(entry.active(at))
    missing = []
    if causes & NEEDS_SPELLING_CHECK and not evidence:
        missing.append("evidence")
    if causes & _NEEDS_CONSENT:
        if not _has_consent(entry, causes):
            missing.append("recipient_consent")
        if approved_by is None or same_actor(approved_by, requested_by):
            missing.append("second_person")
    is_cooling = entry.lifted_at is not None and at < moved(entry.lifted_at, policy.cool_down)
    if is_cooling and causes - {Cause.MANUAL}:
        missing.append("administrator")
    return tuple(missing)


def _require(
    entry: SuppressionFilter, at: datetime, missing: tuple[str, ...], *, as_administrator: bool, is_own: bool
) -> None:
    lacking = tuple(what for what in missing if not (as_administrator and what == "administrator"))
    if lacking:
        raise LiftRefused(
            "lift a suppression",
            f"the causes {', '.join(sorted(entry.active(at)))} also need: {', '.join(lacking)}",
            "; ".join(_REMEDY[what] for what in lacking),
            missing=lacking,
            is_own=is_own,
        )


def _has_consent(entry: SuppressionFilter, causes: frozenset[Cause]) -> bool:
    """A consent counts from the latest complaint on: a newer complaint makes it void."""
    latest = max(s.since for cause, s in entry.suppressions if cause in causes & _NEEDS_CONSENT)
    return entry.consented_at is not None and entry.consented_at >= latest
