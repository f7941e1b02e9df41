"""The queue of removal requests: what somebody, or a provider, has still to decide, the oldest first."""

import sqlite3
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.refusals import explain_kept, missing_text
from ..advice.wording import text
from ..domain.suppression_filter.events import Cause
from ..domain.suppression_filter.removal import NEEDS_SPELLING_CHECK
from ..domain.suppression_filter.removal_policy import RemovalPolicy
from .asking import Asking
from .candidates_and_messages import iso
from .filter_entries import has_consent
from .recipient_filter import active_causes

_REQUESTED = (
    "SELECT address, entry FROM recipient_filter WHERE scope = ? "
    'AND (instr(entry, \'"state":"open"\') OR instr(entry, \'"state":"approved"\')) ORDER BY address_key'
)


class KeptBy(BaseModel):
    """A provider, ``provider/account``, that keeps the address on its own list; ``why`` as in ``Removal``."""

    model_config = ConfigDict(frozen=True)

    name: str
    why: str


class QueuedRequest(BaseModel):
    """One request that is not settled. Times are UTC; texts are in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    id: str
    address: str
    causes: tuple[str, ...]
    by: str
    evidence: str
    requested_at: datetime
    age_hours: float
    overdue: bool
    """Whether it is older than ``Policies.removal`` allows."""
    missing: tuple[str, ...] = ()
    """What an approval by another person would still lack: recipient_consent, administrator."""
    needs_second_person: bool = False
    state: str = "open"
    """Or ``approved``: it waits for providers, and nobody here has to decide; so it is never overdue."""
    waiting_for: tuple[str, ...] = ()
    """Providers, ``provider/account``, that have not answered yet."""
    kept_by: tuple[KeptBy, ...] = ()
    """Who refused. Somebody approves again to have them asked again, or rejects."""


class RemovalQueue(BaseModel):
    """Every removal request of a tenant that is open, or approved and not carried out yet; oldest first."""

    model_config = ConfigDict(frozen=True)

    requests: tuple[QueuedRequest, ...] = ()
    lang: str = "en"

    def __str__(self) -> str:
        lines = [text("queue.title", self.lang)]
        for each in self.requests:
            causes = ", ".join(text(f"cause.{cause}", self.lang) for cause in each.causes)
            key = "queue.overdue" if each.overdue else "queue.age"
            age = text(key, self.lang, age=f"{each.age_hours:.0f} h")
            lines.append(f"  {'⚠' if each.overdue else '●'} {each.address} · {causes} · {age}")
            lines.append(f"     {each.id}")
            lines.append("     " + text("queue.by", self.lang, actor=each.by, evidence=each.evidence))
            lines += [f"     {missing_text(what, self.lang)}" for what in each.missing]
            if each.needs_second_person:
                lines.append(f"     {missing_text('second_person', self.lang)}")
            if each.waiting_for:
                names = ", ".join(each.waiting_for)
                lines.append("     " + text("queue.waiting_for", self.lang, esp=names))
            for kept in each.kept_by:
                said = text("queue.kept_by", self.lang, esp=kept.name)
                lines.append(f"     {said} {explain_kept(kept.why, lang=self.lang)}")
        if not self.requests:
            lines.append("  " + text("queue.empty", self.lang))
        return "\n".join(lines)


def removal_queue(
    connection: sqlite3.Connection, tenant: str, policy: RemovalPolicy, asking: Asking
) -> RemovalQueue:
    """The requests of a tenant about addresses that get no mail, or whose removal is being carried out."""
    requests = []
    for address, row in connection.execute(_REQUESTED, (tenant,)):
        entry = from_json(row)
        causes = active_causes(entry, asking.now)
        for request in entry["requests"]:
            if request["state"] == "open" and causes:
                requests.append(_open(address, entry, causes, request, policy, asking))
            elif request["state"] == "approved" and "approved" in entry:
                requests.append(_approved(address, entry["approved"], request, asking))
    requests.sort(key=lambda request: (request.requested_at, request.id))
    return RemovalQueue(requests=tuple(requests), lang=asking.lang)


def _open(
    address: str,
    entry: dict[str, Any],
    causes: dict[str, dict[str, Any]],
    request: dict[str, Any],
    policy: RemovalPolicy,
    asking: Asking,
) -> QueuedRequest:
    common = _common(address, request, asking)
    wishes = any(Cause(cause).is_wish for cause in causes)
    lifted = iso(entry["lifted_at"]) if entry.get("lifted_at") else None
    missing = []
    if request.get("without_evidence") and set(map(Cause, causes)) & NEEDS_SPELLING_CHECK:
        missing.append("evidence")
    if wishes and not has_consent(entry, causes):
        missing.append("recipient_consent")
    if lifted and asking.now - lifted < policy.cool_down and set(causes) - {Cause.MANUAL}:
        missing.append("administrator")
    return QueuedRequest(
        **common,
        causes=tuple(causes),
        overdue=common["age_hours"] > policy.answer_within_hours,
        missing=tuple(missing),
        needs_second_person=wishes,
    )


def _approved(
    address: str, approved: dict[str, Any], request: dict[str, Any], asking: Asking
) -> QueuedRequest:
    lists: dict[str, str] = approved["lists"]
    return QueuedRequest(
        **_common(address, request, asking),
        causes=tuple(approved["causes"]),
        overdue=False,
        state="approved",
        waiting_for=tuple(name for name, why in lists.items() if not why),
        kept_by=tuple(KeptBy(name=name, why=why) for name, why in lists.items() if why),
    )


def _common(address: str, request: dict[str, Any], asking: Asking) -> dict[str, Any]:
    at = iso(request["at"])
    return {
        "id": request["id"],
        "address": address,
        "by": request["by"],
        "evidence": request["evidence"],
        "requested_at": at,
        "age_hours": (asking.now - at).total_seconds() / 3600,
    }
