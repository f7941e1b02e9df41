"""The recipient filter as a list: which addresses get no mail, why, since when."""

import sqlite3
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.next_steps import explain_refusal
from ..advice.wording import date, text
from ..domain.suppression_filter.events import Cause
from .asking import Asking
from .candidates_and_messages import iso
from .recipient_filter import active_causes

_ENTRIES = "SELECT address, address_key, entry FROM recipient_filter WHERE scope = ? ORDER BY address_key"
_WITHHELD = (
    "SELECT message_id FROM messages WHERE tenant = ? AND address_key = ? AND withheld_by IS NOT NULL "
    "AND resent_as IS NULL AND json_extract(outcomes, '$[0]') IS NULL ORDER BY position"
)
_HARD_BOUNCED = (
    # By way of the candidates who have, or had, the address: messages are found by their candidate.
    "SELECT m.stream FROM candidate_addresses AS k CROSS JOIN messages AS m "
    "ON m.tenant = k.tenant AND m.candidate_id = k.candidate_id AND m.address_key = k.address_key "
    "WHERE k.tenant = ? AND k.address_key = ? AND json_extract(m.outcomes, '$[8]') IS NOT NULL "
    "ORDER BY m.position"
)


class FilterEntry(BaseModel):
    """One address on the filter. Times are UTC; ``explanation`` is in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    address: str
    causes: tuple[str, ...]
    reason: str | None = None
    since: datetime
    expires_at: datetime | None = None
    blocked_attempts: int = 0
    removal_requested: bool = False
    request_ids: tuple[str, ...] = ()
    recipient_consented: bool = False
    explanation: str = ""


class FilterList(BaseModel):
    """Every address of a tenant that gets no mail now, oldest first."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[FilterEntry, ...] = ()
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        lines = [text("list.title", self.lang)]
        for entry in self.entries:
            causes = ", ".join(text(f"cause.{cause}", self.lang) for cause in entry.causes)
            lines.append(f"  ⚠ {entry.address} · {causes} · {date(entry.since, self.lang, self.tz)}")
            lines.append(f"     {entry.explanation}")
            lines += [f"     {note}" for note in self._notes(entry)]
        if not self.entries:
            lines.append("  " + text("list.empty", self.lang))
        return "\n".join(lines)

    def _notes(self, entry: FilterEntry) -> list[str]:
        notes = []
        if entry.blocked_attempts:
            notes.append(f"{text('support.col.attempts', self.lang)}: {entry.blocked_attempts}")
        if entry.removal_requested:
            notes.append(f"{text('list.state.requested', self.lang)}: {', '.join(entry.request_ids)}")
        return notes


def filter_list(connection: sqlite3.Connection, tenant: str, asking: Asking) -> FilterList:
    """The recipient filter of a tenant."""
    entries = []
    for address, _, row in connection.execute(_ENTRIES, (tenant,)):
        entry = from_json(row)
        if causes := active_causes(entry, asking.now):
            entries.append(_entry(address, entry, causes, asking))
    entries.sort(key=lambda e: (e.since, e.address))
    return FilterList(entries=tuple(entries), lang=asking.lang, tz=asking.tz)


def _entry(
    address: str, entry: dict[str, Any], causes: dict[str, dict[str, Any]], asking: Asking
) -> FilterEntry:
    first = next(iter(causes.values()))
    expiries = [facts["expires_at"] for facts in causes.values()]
    requests = tuple(r["id"] for r in entry["requests"] if r["state"] == "open")
    speaking = next((c for c in ("complaint", "unsubscribe") if c in causes), next(iter(causes)))
    since = iso(causes[speaking]["since"])
    return FilterEntry(
        address=address,
        causes=tuple(causes),
        reason=next((f["reason"] for f in causes.values() if f["reason"]), None),
        since=iso(first["since"]),
        expires_at=None if None in expiries else iso(max(expiries)),
        blocked_attempts=entry["attempts"],
        removal_requested=bool(requests),
        request_ids=requests,
        recipient_consented=has_consent(entry, causes),
        explanation=explain_refusal(speaking, since, lang=asking.lang, tz=asking.tz),
    )


def has_consent(entry: dict[str, Any], causes: dict[str, dict[str, Any]]) -> bool:
    """A consent counts from the latest complaint or unsubscription on."""
    wishes = [facts["since"] for cause, facts in causes.items() if Cause(cause).is_wish]
    return entry["consented_at"] is not None and entry["consented_at"] >= max(wishes, default="")


def withheld_messages(connection: sqlite3.Connection, tenant: str, address_key: str) -> tuple[str, ...]:
    """Ids of the messages to an address that were held back and not sent since, oldest first."""
    return tuple(row[0] for row in connection.execute(_WITHHELD, (tenant, address_key)))


def hard_bounced(connection: sqlite3.Connection, tenant: str, address_key: str) -> tuple[str, ...]:
    """Streams of the messages to an address that bounced hard, oldest first; not those of the erased."""
    return tuple(row[0] for row in connection.execute(_HARD_BOUNCED, (tenant, address_key)))
