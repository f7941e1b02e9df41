"""Support's page of one address: its state now and why, down to the event, the words and the rule."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.refusals import explain_kept
from ..advice.wording import text
from ..domain.addresses import ascii_domain
from .asking import Asking
from .candidate_card import suggestions_for
from .candidates_and_messages import iso
from .recipient_filter import active_causes
from .support_domain import Neighbours, messages_to, neighbours
from .support_timeline import TimelineEntry, fetch, timeline, timeline_lines, when
from .support_why import Why, why_lines, why_stopped

MOST_ENTRIES = 500
MOST_CANDIDATES = 20
_OF_EVENT = "a.position, a.stream, a.version, a.name, a.data"
_CANDIDATES = (
    "candidate_addresses AS k JOIN candidates AS c "
    "ON c.stream = 'candidate_email-' || k.tenant || ':' || k.candidate_id "
)
_EVENTS = (
    # Who was erased and registered again starts clean.
    f"SELECT {_OF_EVENT}, m.recipient, m.subject, m.sender_id, n.recipient, m.candidate_id "  # noqa: S608
    f"FROM {_CANDIDATES} JOIN messages AS m ON m.tenant = k.tenant AND m.candidate_id = k.candidate_id "
    "AND m.address_key = k.address_key AND m.position > c.erased_at "
    "JOIN activity AS a ON a.tenant = m.tenant AND a.message_id = m.message_id "
    "LEFT JOIN messages AS n ON n.stream = 'message-' || m.tenant || ':' || m.resent_as "
    "WHERE k.address_key = ?2 AND k.tenant = ?1 "
    f"UNION ALL SELECT {_OF_EVENT}, NULL, NULL, NULL, NULL, k.candidate_id FROM {_CANDIDATES} "
    "JOIN activity AS a ON a.tenant = k.tenant AND a.candidate_id = k.candidate_id "
    "AND a.position > c.erased_at WHERE k.address_key = ?2 AND k.tenant = ?1 "
    f"UNION ALL SELECT {_OF_EVENT}, f.address, NULL, NULL, NULL, NULL FROM activity AS a "
    "LEFT JOIN recipient_filter AS f ON f.scope = a.tenant AND f.address_key = a.address_key "
    "WHERE a.tenant = ?1 AND a.address_key = ?2 ORDER BY 1 DESC LIMIT ?3"
)
_FILTER = "SELECT entry FROM recipient_filter WHERE scope = ? AND address_key = ?"
_HOLDERS = (
    "SELECT k.candidate_id, c.address_key = k.address_key FROM "  # noqa: S608
    f"{_CANDIDATES} WHERE k.address_key = ? AND k.tenant = ? ORDER BY 1 LIMIT ?"
)


class Asked(BaseModel):
    """A removal request: open, approved, rejected or lifted."""

    model_config = ConfigDict(frozen=True)

    id: str
    by: str
    at: datetime
    state: str
    evidence: str


class ProviderState(BaseModel):
    """What a provider said last about its own list; ``listed`` is whether it keeps the address there."""

    model_config = ConfigDict(frozen=True)

    provider: str
    account: str
    listed: bool
    why: str | None = None
    at: datetime


class Offered(BaseModel):
    """An address that may have been meant, for a candidate who has this one."""

    model_config = ConfigDict(frozen=True)

    candidate_id: str
    address: str
    why: str


class AddressPage(BaseModel):
    """One address in one tenant. Times are UTC; texts are in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    address: str
    may_send: bool
    causes: tuple[Why, ...] = ()
    blocked_attempts: int = 0
    requests: tuple[Asked, ...] = ()
    consented_at: datetime | None = None
    lifts: int = 0
    held: bool = False
    provider_lists: tuple[ProviderState, ...] = ()
    candidates: tuple[str, ...] = ()
    """Ids of the candidates who have or had it."""
    suggestions: tuple[Offered, ...] = ()
    neighbours: Neighbours
    timeline: tuple[TimelineEntry, ...] = ()
    """The newest 500 events, oldest first."""
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        lang, tz = self.lang, self.tz
        state = "support.state.allowed" if self.may_send else "support.state.stopped"
        lines = [self.address, f"  {text(state, lang)}"]
        for why in self.causes:
            lines += why_lines(why, lang, tz)
        if self.blocked_attempts:
            lines.append(f"  {text('support.col.attempts', lang)}: {self.blocked_attempts}")
        for asked in self.requests:
            label = text(_STATES[asked.state], lang)
            at = when(asked.at, lang, tz)
            lines.append(f"  {label}: {asked.id} · {asked.by} · {at} · {asked.evidence}")
        for state_ in self.provider_lists:
            key = "support.esp_out_of_sync" if state_.listed else "support.esp_removed"
            kept = f" {explain_kept(state_.why, lang=lang)}" if state_.why else ""
            lines.append(f"  {text(key, lang, esp=state_.provider)}{kept}")
        for each in self.suggestions:
            values = {"candidate": each.candidate_id, "address": each.address, "why": each.why}
            lines.append(f"  {text('support.suggestion', lang, **values)}")
        if said := self.neighbours.sentence(lang, tz):
            lines.append(f"  {said}")
        lines.append(text("support.timeline", lang))
        return "\n".join([*lines, *timeline_lines(self.timeline, lang, tz)])


_STATES = {
    "open": "list.state.requested",
    "approved": "list.state.approved",
    "rejected": "support.request.rejected",
    "lifted": "list.state.lifted",
}


def address_page(connection: sqlite3.Connection, tenant: str, address: str, asking: Asking) -> AddressPage:
    """The page of an address; of one that nobody knows, an empty one."""
    key = asking.address_key(address)
    rows = fetch(connection, _EVENTS, tenant, key, MOST_ENTRIES)
    entries = timeline([row for row in rows if _is_about(row, key, asking)], asking)
    found = fetch(connection, _FILTER, tenant, key)
    entry: dict[str, Any] = from_json(found[0][0]) if found else {}
    causes = active_causes(entry, asking.now) if entry else {}
    holders = fetch(connection, _HOLDERS, key, tenant, MOST_CANDIDATES)
    domain = ascii_domain(address.rpartition("@")[2])
    consented = entry.get("consented_at")
    return AddressPage(
        address=address,
        may_send=not causes,
        causes=tuple(why_stopped(cause, facts, rows, entries, asking) for cause, facts in causes.items()),
        blocked_attempts=entry.get("attempts", 0),
        requests=tuple(_asked(each) for each in entry.get("requests", ())),
        consented_at=iso(consented) if consented else None,
        lifts=entry.get("lifts", 0),
        held="held" in entry,
        provider_lists=_provider_lists(rows),
        candidates=tuple(candidate_id for candidate_id, _ in holders),
        suggestions=tuple(
            offered
            for candidate_id, has_it_now in holders
            if has_it_now and (offered := _offered(connection, tenant, candidate_id, asking))
        ),
        neighbours=neighbours(messages_to(connection, tenant, domain), domain),
        timeline=entries,
        lang=asking.lang,
        tz=asking.tz,
    )


def _asked(request: dict[str, Any]) -> Asked:
    return Asked(**{name: request[name] for name in ("id", "by", "state", "evidence")}, at=iso(request["at"]))


def _is_about(row: Sequence[Any], key: str, asking: Asking) -> bool:
    """A candidate's own events are about all their addresses; here, those about this one."""
    if not row[1].startswith("candidate_email-"):
        return True
    event = from_json(row[4])
    if event.get("address_key") == key:
        return True
    return any(asking.address_key(event[name]) == key for name in ("address", "previous") if event.get(name))


def _provider_lists(rows: Sequence[Sequence[Any]]) -> tuple[ProviderState, ...]:
    """What each provider said last, since the address came on the filter."""
    states: dict[tuple[str, str], ProviderState] = {}
    for row in sorted(rows, key=lambda row: row[0]):
        if row[3] == "AddressSuppressed":
            states = {}
        elif row[3] in ("ProviderRemovalConfirmed", "ProviderRemovalRefused"):
            event = from_json(row[4])
            states[event["provider"], event["account"]] = ProviderState(
                provider=event["provider"],
                account=event["account"],
                listed=row[3] == "ProviderRemovalRefused",
                why=event.get("why"),
                at=iso(event["occurred_at"]),
            )
    return tuple(states.values())


def _offered(
    connection: sqlite3.Connection, tenant: str, candidate_id: str, asking: Asking
) -> Offered | None:
    found = suggestions_for(connection, tenant, candidate_id, asking)
    if found is None or not found.suggestions:
        return None
    best = found.suggestions[0]
    return Offered(candidate_id=candidate_id, address=best.address, why=best.why)
