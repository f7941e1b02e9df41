"""The bell: what one sender has to know, newest first; handled items stay and say who handled them."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.next_steps import explain_refusal, reason_sentence
from ..advice.wording import relative_time, text
from ..domain.failure_reason import FailureReason
from ..domain.incident.events import Trouble
from .asking import Asking
from .bell_sends import Row, Send, candidate_names, sends_of
from .candidates_and_messages import iso
from .recipient_filter import outage_text

MOST_ITEMS = 200
MOST_IN_GROUP = 100
"""Failures of one send that are shown; ``count`` and ``incident_ids`` have all of them."""
_MOST_LINES = 5
"""Failures of one send that a terminal shows."""


class BellItem(BaseModel):
    """One incident, or three and more from one send. Times are UTC; texts in the language that was asked for.

    An item that stands for one send has ``items``, newest first, and ``total``, the messages of the send; the
    candidate and the message are then those of the newest failure.
    """

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
    incident_ids: tuple[str, ...] = ()
    """What ``ledger.notifications`` is told is read or handled."""
    items: tuple["BellItem", ...] = ()
    total: int | None = None


class BellView(BaseModel):
    """A sender's bell. ``unread`` counts the items that nobody has handled and the sender has not seen."""

    model_config = ConfigDict(frozen=True)

    sender_id: str
    items: tuple[BellItem, ...] = ()
    unread: int = 0
    lang: str = "en"

    def __str__(self) -> str:
        lines = [text("a11y.bell_label", self.lang, count=self.unread)]
        for item in self.items:
            lines += _lines(item, "  ", item.title, item.text, self.lang)
            for each in item.items[:_MOST_LINES]:
                lines += _lines(each, "     ", each.candidate, each.text, self.lang)
            if len(item.items) > _MOST_LINES:
                lines.append("     …")
        if not self.items:
            lines.append("  " + text("bell.empty", self.lang))
        return "\n".join(lines)


def _lines(item: BellItem, margin: str, title: str, said: str, lang: str) -> list[str]:
    mark = "✓" if item.handled_by else "●" if item.unread else "○"
    lines = [f"{margin}{mark} {title}", f"{margin}   {said}"]
    if item.handled_by:
        lines.append(f"{margin}   {text('bell.resolved', lang, actor=item.handled_by)}")
    if item.profile_url:
        lines.append(f"{margin}   {text('bell.open', lang)}: {item.profile_url}")
    return lines


def bell(connection: sqlite3.Connection, tenant: str, sender_id: str, asking: Asking) -> BellView:
    """The bell of one sender."""
    sends = sends_of(connection, tenant, sender_id)
    unread = sum(any(row.is_unread for row in send.rows) for send in sends)
    shown = sends[:MOST_ITEMS]
    names = candidate_names(
        connection, tenant, {row.candidate_id for send in shown for row in send.rows[:MOST_IN_GROUP]}
    )
    items = tuple([_item_of(send, names, asking) for send in shown])
    return BellView(sender_id=sender_id, items=items, unread=unread, lang=asking.lang)


def _item_of(send: Send, names: Mapping[str, str], asking: Asking) -> BellItem:
    newest, count = send.rows[0], len(send.rows)
    shown = [_item(row, names, asking) for row in send.rows[:MOST_IN_GROUP]]
    if send.total is None:
        return shown[0]
    ago = relative_time(iso(newest.latest_at), asking.now, asking.lang)
    is_open = any(row.handled_by is None for row in send.rows)
    return shown[0].model_copy(
        update={
            "id": f"send-{min(row.incident_id for row in send.rows)}",
            "title": text("bell.group", asking.lang, count=count),
            "text": text(
                "bell.group.sub",
                asking.lang,
                batch=newest.subject,
                count=count,
                total=send.total,
                relative_time=ago,
            ),
            "count": count,
            "opened_at": iso(min(row.opened_at for row in send.rows)),
            "unread": any(row.is_unread for row in send.rows),
            "handled_by": None if is_open else newest.handled_by,
            "handled_how": None if is_open else newest.handled_how,
            "profile_url": None,
            "incident_ids": tuple([row.incident_id for row in send.rows]),
            "items": tuple(shown),
            "total": send.total,
        }
    )


def _item(row: Row, names: Mapping[str, str], asking: Asking) -> BellItem:
    trouble = Trouble(row.trouble)
    candidate = names.get(row.candidate_id, row.candidate_id)
    key = "bell.complaint" if trouble is Trouble.COMPLAINT else "bell.one"
    latest = iso(row.latest_at)
    reason = _outage_text(row, asking) or reason_text(
        trouble, row.reason, row.recipient or "", latest, asking
    )
    ago = relative_time(latest, asking.now, asking.lang)
    return BellItem(
        id=row.incident_id,
        candidate_id=row.candidate_id,
        candidate=candidate,
        message_id=row.message_id,
        address=row.recipient,
        trouble=row.trouble,
        reason=row.reason,
        title=text(key, asking.lang, candidate=candidate),
        text=text("bell.one.sub", asking.lang, reason=reason, relative_time=ago),
        count=row.times,
        opened_at=iso(row.opened_at),
        latest_at=latest,
        unread=row.is_unread,
        handled_by=row.handled_by,
        handled_how=row.handled_how,
        profile_url=row.profile_url,
        incident_ids=(row.incident_id,),
    )


def _outage_text(row: Row, asking: Asking) -> str | None:
    key, address = outage_text(from_json(row.entry)) if row.entry else None, row.recipient or ""
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
