"""Support's page of one domain: its addresses on the filter, its last delivery, its recent failures."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.wording import date, text
from ..domain.message.outcomes import Outcomes
from .asking import Asking
from .candidates_and_messages import DOMAIN, iso
from .outcomes_column import read_outcomes
from .recipient_filter import ENTRY_DOMAIN, active_causes
from .support_timeline import fetch, when

MOST_MESSAGES = 1_000
"""The newest messages to a domain that are looked at."""
MOST_ENTRIES = 200
MOST_FAILURES = 50
_WINDOW = timedelta(hours=24)
_OUTAGE_FROM = 5
"""Addresses that fail, from which four of five failing look like an outage of their domain."""
_MESSAGES = (
    "SELECT message_id, recipient, address_key, outcomes, registered_at FROM messages "  # noqa: S608
    f"WHERE tenant = ? AND {DOMAIN} = ? ORDER BY position DESC LIMIT ?"
)
_ENTRIES = (
    "SELECT address, entry FROM recipient_filter "  # noqa: S608
    f"WHERE scope = ? AND {ENTRY_DOMAIN} = ? ORDER BY address LIMIT ?"
)


class DomainEntry(BaseModel):
    """An address of the domain that is on the filter."""

    model_config = ConfigDict(frozen=True)

    address: str
    causes: tuple[str, ...]
    reason: str | None = None
    since: datetime
    blocked_attempts: int = 0


class Failure(BaseModel):
    """A message that failed: when, and why, as far as it is known."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    recipient: str
    at: datetime
    reason: str | None = None


class Neighbours(BaseModel):
    """Addresses of a domain that were written to within 24 hours: how many there are, how many fail now."""

    model_config = ConfigDict(frozen=True)

    domain: str
    total: int = 0
    failing: int = 0
    since: datetime | None = None
    """The earliest of the failures."""
    probable_outage: bool = False

    def sentence(self, lang: str, tz: str) -> str:
        """``37 av 40 adresser på firma.se felar sedan …``; empty where none fails, or there is one only."""
        if not self.failing or self.total < 2:
            return ""
        values = {"failing": self.failing, "total": self.total, "domain": self.domain}
        said = text("support.neighbours", lang, **values, at=when(self.since, lang, tz))
        return f"{said} {text('support.neighbours.outage', lang)}" if self.probable_outage else said


class DomainPage(BaseModel):
    """One domain. Times are UTC; texts are in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    domain: str
    entries: tuple[DomainEntry, ...] = ()
    """The first 200 by address."""
    reasons: Mapping[str, int] = {}
    """Of the recent failures."""
    last_delivery: datetime | None = None
    """Among the newest 1,000 messages."""
    failures: tuple[Failure, ...] = ()
    """The newest 50."""
    neighbours: Neighbours
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        lang, tz = self.lang, self.tz
        lines = [
            self.domain,
            f"  {text('support.last_delivery', lang)}: {when(self.last_delivery, lang, tz)}",
        ]
        if said := self.neighbours.sentence(lang, tz):
            lines.append(f"  {said}")
        lines.append(f"{text('list.title', lang)}: {len(self.entries)}")
        for entry in self.entries:
            causes = ", ".join(text(f"cause.{cause}", lang) for cause in entry.causes)
            lines.append(f"  ⚠ {entry.address} · {causes} · {date(entry.since, lang, tz)}")
        lines.append(text("support.failures", lang))
        for reason, count in self.reasons.items():
            lines.append(f"  {reason_label(reason, lang)}: {count}")
        for failure in self.failures:
            label = reason_label(failure.reason, lang)
            at = when(failure.at, lang, tz)
            lines.append(f"  ● {at} · {failure.recipient} · {label} · {failure.message_id}")
        return "\n".join(lines)


class Sent(NamedTuple):
    """A message to a domain."""

    message_id: str
    recipient: str
    address_key: str
    outcomes: Outcomes
    registered_at: datetime


def domain_page(connection: sqlite3.Connection, tenant: str, domain: str, asking: Asking) -> DomainPage:
    """The page of a domain; of one that nobody has written to, an empty one."""
    messages = messages_to(connection, tenant, domain)
    failed = [each for each in messages if fails(each.outcomes)]
    failures = sorted((_failure(each) for each in failed), key=lambda each: each.at, reverse=True)
    delivered = [each.outcomes.delivered.at for each in messages if each.outcomes.delivered]
    return DomainPage(
        domain=domain,
        entries=_entries(connection, tenant, domain, asking),
        reasons=dict(Counter(failure.reason or "" for failure in failures).most_common()),
        last_delivery=max(delivered, default=None),
        failures=tuple(failures[:MOST_FAILURES]),
        neighbours=neighbours(messages, domain),
        lang=asking.lang,
        tz=asking.tz,
    )


def messages_to(connection: sqlite3.Connection, tenant: str, domain: str) -> list[Sent]:
    """The newest messages to a domain, newest first."""
    rows = fetch(connection, _MESSAGES, tenant, domain, MOST_MESSAGES)
    return [Sent(id_, to, key, read_outcomes(known), iso(at)) for id_, to, key, known, at in rows]


def fails(outcomes: Outcomes) -> bool:
    """Whether a message did not arrive, as far as is known."""
    return outcomes.failure is not None and outcomes.status in ("hard_bounced", "soft_bounced", "rejected")


def neighbours(messages: list[Sent], domain: str) -> Neighbours:
    """What the newest answer for each address says, of the 24 hours before the newest message."""
    recent = [each for each in messages if messages[0].registered_at - each.registered_at <= _WINDOW]
    answers: dict[str, Sent] = {}
    for each in recent:
        if each.outcomes.delivered or each.outcomes.failure:
            answers.setdefault(each.address_key, each)
    total = len({each.address_key for each in recent})
    failing = [each for each in answers.values() if fails(each.outcomes)]
    since = min((each.outcomes.failure.at for each in failing if each.outcomes.failure), default=None)
    is_outage = len(failing) >= _OUTAGE_FROM and len(failing) * 5 >= total * 4
    return Neighbours(
        domain=domain, total=total, failing=len(failing), since=since, probable_outage=is_outage
    )


def reason_label(reason: str | None, lang: str) -> str:
    """A reason in a word or two."""
    return text(f"reason.{reason}.label", lang) if reason else text("reason.undetermined.label", lang)


def _failure(sent: Sent) -> Failure:
    known = sent.outcomes.failure
    at, reason = (known.at, known.evidence.reason) if known else (sent.registered_at, None)
    return Failure(message_id=sent.message_id, recipient=sent.recipient, at=at, reason=reason)


def _entries(
    connection: sqlite3.Connection, tenant: str, domain: str, asking: Asking
) -> tuple[DomainEntry, ...]:
    found = []
    for address, text_ in fetch(connection, _ENTRIES, tenant, domain, MOST_ENTRIES):
        entry = from_json(text_)
        if causes := active_causes(entry, asking.now):
            found.append(
                DomainEntry(
                    address=address,
                    causes=tuple(causes),
                    reason=next((facts["reason"] for facts in causes.values() if facts["reason"]), None),
                    since=iso(next(iter(causes.values()))["since"]),
                    blocked_attempts=entry["attempts"],
                )
            )
    return tuple(found)
