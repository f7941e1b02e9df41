"""The queue of removal requests: what somebody has to decide, the oldest first."""

import sqlite3
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.refusals import missing_text
from ..advice.wording import text
from ..domain.suppression_filter.events import Cause
from ..domain.suppression_filter.removal_policy import RemovalPolicy
from .asking import Asking
from .candidates_and_messages import iso
from .filter_entries import has_consent
from .recipient_filter import active_causes

_REQUESTED = (
    "SELECT address, entry FROM recipient_filter WHERE scope = ? "
    'AND instr(entry, \'"state":"open"\') ORDER BY address_key'
)


class QueuedRequest(BaseModel):
    """One open request. Times are UTC; texts are in the language that was asked for."""

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


class RemovalQueue(BaseModel):
    """Every open removal request of a tenant, oldest first."""

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
        if not self.requests:
            lines.append("  " + text("queue.empty", self.lang))
        return "\n".join(lines)


def removal_queue(
    connection: sqlite3.Connection, tenant: str, policy: RemovalPolicy, asking: Asking
) -> RemovalQueue:
    """The open requests of a tenant about addresses that still get no mail."""
    requests = []
    for address, row in connection.execute(_REQUESTED, (tenant,)):
        entry = from_json(row)
        if causes := active_causes(entry, asking.now):
            open_ = (request for request in entry["requests"] if request["state"] == "open")
            requests += [_queued(address, entry, causes, request, policy, asking) for request in open_]
    requests.sort(key=lambda request: (request.requested_at, request.id))
    return RemovalQueue(requests=tuple(requests), lang=asking.lang)


def _queued(
    address: str,
    entry: dict[str, Any],
    causes: dict[str, dict[str, Any]],
    request: dict[str, Any],
    policy: RemovalPolicy,
    asking: Asking,
) -> QueuedRequest:
    at = iso(request["at"])
    hours = (asking.now - at).total_seconds() / 3600
    wishes = any(Cause(cause).is_wish for cause in causes)
    lifted = iso(entry["lifted_at"]) if entry.get("lifted_at") else None
    missing = []
    if wishes and not has_consent(entry, causes):
        missing.append("recipient_consent")
    if lifted and asking.now - lifted < policy.cool_down and set(causes) - {Cause.MANUAL}:
        missing.append("administrator")
    return QueuedRequest(
        id=request["id"],
        address=address,
        causes=tuple(causes),
        by=request["by"],
        evidence=request["evidence"],
        requested_at=at,
        age_hours=hours,
        overdue=hours > policy.answer_within_hours,
        missing=tuple(missing),
        needs_second_person=wishes,
    )
