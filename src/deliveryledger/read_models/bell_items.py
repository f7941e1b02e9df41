"""The bell: what one sender has to know, newest first; handled items stay and say who handled them."""

import sqlite3
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.next_steps import explain_refusal, reason_sentence
from ..advice.wording import relative_time, text
from ..domain.failure_reason import FailureReason
from ..domain.incident.events import Trouble
from .asking import Asking
from .candidates_and_messages import iso
from .recipient_filter import outage_text

MOST_ITEMS = 200
_ITEMS = (
    "SELECT i.incident_id, i.candidate_id, i.message_id, i.trouble, i.reason, i.count, i.opened_at, "
    "i.latest_at, "
    "i.handled_by, i.handled_how, i.read_by, c.name, m.recipient, m.profile_url, i.sender_id, "
    "f.entry "
    "FROM incidents AS i "
    "LEFT JOIN candidates AS c ON c.stream = 'candidate_email-' || i.tenant || ':' || i.candidate_id "
    "LEFT JOIN messages AS m ON m.stream = 'message-' || i.tenant || ':' || i.message_id "
    "LEFT JOIN recipient_filter AS f ON i.reason = 'mailbox_unknown' "
    "AND f.scope = i.tenant AND f.address_key = i.address_key "
    "WHERE i.tenant = ? AND i.sender_id = ? ORDER BY i.latest_at DESC, i.incident_id LIMIT ?"
)


class BellItem(BaseModel):
    """One incident. Times are UTC; texts are in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    id: str
    candidate_id: str
    candidate: str
    message_id: str
    address: str | None = None
    trouble: str
    reason: str | None = None
    title: str
    text: str
    count: int = 1
    opened_at: datetime
    latest_at: datetime
    unread: bool = True
    handled_by: str | None = None
    handled_how: str | None = None
    profile_url: str | None = None


class BellView(BaseModel):
    """A sender's bell. ``unread`` counts what nobody has handled and the sender has not seen."""

    model_config = ConfigDict(frozen=True)

    sender_id: str
    items: tuple[BellItem, ...] = ()
    unread: int = 0
    lang: str = "en"

    def __str__(self) -> str:
        lines = [text("a11y.bell_label", self.lang, count=self.unread)]
        for item in self.items:
            mark = "✓" if item.handled_by else "●" if item.unread else "○"
            lines += [f"  {mark} {item.title}", f"     {item.text}"]
            if item.handled_by:
                lines.append("     " + text("bell.resolved", self.lang, actor=item.handled_by))
            if item.profile_url:
                lines.append(f"     {text('bell.open', self.lang)}: {item.profile_url}")
        if not self.items:
            lines.append("  " + text("bell.empty", self.lang))
        return "\n".join(lines)


def bell(connection: sqlite3.Connection, tenant: str, sender_id: str, asking: Asking) -> BellView:
    """The bell of one sender."""
    rows = connection.execute(_ITEMS, (tenant, sender_id, MOST_ITEMS))
    items = tuple(_item(row, asking) for row in rows)
    unread = sum(item.unread for item in items)
    return BellView(sender_id=sender_id, items=items, unread=unread, lang=asking.lang)


def _item(row: tuple[Any, ...], asking: Asking) -> BellItem:
    candidate = row[11] or row[1]
    trouble = Trouble(row[3])
    key = "bell.complaint" if trouble is Trouble.COMPLAINT else "bell.one"
    latest = iso(row[7])
    reason = _outage_text(row, asking) or reason_text(trouble, row[4], row[12] or "", latest, asking)
    ago = relative_time(latest, asking.now, asking.lang)
    return BellItem(
        id=row[0],
        candidate_id=row[1],
        candidate=candidate,
        message_id=row[2],
        address=row[12],
        trouble=row[3],
        reason=row[4],
        title=text(key, asking.lang, candidate=candidate),
        text=text("bell.one.sub", asking.lang, reason=reason, relative_time=ago),
        count=row[5],
        opened_at=iso(row[6]),
        latest_at=latest,
        unread=row[8] is None and row[14] not in from_json(row[10]),
        handled_by=row[8],
        handled_how=row[9],
        profile_url=row[13],
    )


def _outage_text(row: tuple[Any, ...], asking: Asking) -> str | None:
    key, address = outage_text(from_json(row[15])) if row[15] else None, row[12] or ""
    return text(key, asking.lang, address=address, domain=address.rpartition("@")[2]) if key else None


def reason_text(trouble: Trouble, reason: str | None, address: str, at: datetime, asking: Asking) -> str:
    """Why it failed, in one sentence."""
    if trouble is Trouble.COMPLAINT:
        return text("kind.complaint.explain", asking.lang)
    if trouble is Trouble.DROPPED:
        return text("status.dropped.text", asking.lang)
    if reason in tuple(FailureReason):
        domain = address.rpartition("@")[2]
        return reason_sentence(FailureReason(reason), lang=asking.lang, domain=domain)
    if trouble is Trouble.WITHHELD:
        return explain_refusal(reason or "", at, lang=asking.lang, tz=asking.tz)
    return text("reason.unknown", asking.lang)
