"""Which addresses are suggested for a candidate, and why: what the ledger knows, given to ``advice``."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from ..advice.evidence import Found
from ..advice.suggestion import Suggestion
from ..advice.suggestions import suggest
from ..advice.wording import text
from ..domain.message.outcomes import Outcomes
from .asking import Asking
from .candidates_and_messages import DOMAIN, RECEIVED

HAS_RECEIVED: Final = f"SELECT 1 FROM messages WHERE tenant = ? AND {DOMAIN} = ? AND {RECEIVED} LIMIT 1"  # noqa: S608


class SuggestedAddress(BaseModel):
    """An address to use instead. ``grounds``: typo, structure, name, cv or earlier_delivery."""

    model_config = ConfigDict(frozen=True)

    address: str
    grounds: str
    label: str
    """The grounds in a word or two, for a chip."""
    why: str
    """The same in a sentence."""
    confidence: float
    """For order and emphasis, 0 to 1: how much speaks for it, not how often such a suggestion is right."""
    document: str | None = None
    page: int | None = None
    """Where the CV has it; pages count from 1."""


class Suggestions(BaseModel):
    """What may have been meant with a candidate's address, best first.

    None: it looks right, nothing is clear, or it was dismissed.
    """

    model_config = ConfigDict(frozen=True)

    candidate_id: str
    address: str | None = None
    after_bounce: bool = False
    """Whether a message to the address has bounced for good: then suggestions are bolder."""
    suggestions: tuple[SuggestedAddress, ...] = ()
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        lines = [f"{each.address}  {each.label}: {each.why}" for each in self.suggestions]
        return "\n".join(lines) or text("fix.nothing", self.lang)


class Known(NamedTuple):
    """What a candidate's row, and those of their messages, hold."""

    address: str
    address_key: str
    name: str | None
    cv: Sequence[tuple[str, str | None, int | None, str]]
    """Address, document, page and address key, in the order in which they were recorded."""
    confirmed: Sequence[str]
    dismissed: Sequence[str]
    received: Sequence[tuple[str, datetime]]
    """The addresses of messages that arrived, and when."""
    after_bounce: bool


def received(messages: Iterable[tuple[str, Outcomes]]) -> list[tuple[str, datetime]]:
    """The recipients of messages that arrived, and when."""
    found = []
    for recipient, outcomes in messages:
        if outcomes.delivered and not outcomes.hard and not outcomes.complaint:
            found.append((recipient, outcomes.delivered.at))
    return found


def find_suggestions(
    connection: sqlite3.Connection, tenant: str, known: Known, asking: Asking
) -> list[Suggestion]:
    """Those that nobody has dismissed; none for an address that somebody has confirmed."""
    if not known.address_key or known.address_key in known.confirmed:
        return []
    latest: dict[str, datetime] = {}
    for address, at in known.received:
        latest[address] = max(at, latest.get(address, at))
    found = suggest(
        known.address,
        name=known.name,
        cv=[] if asking.without_cv else [Found(*each[:3]) for each in from_cv(known)],
        delivered=[Found(address, at=at) for address, at in latest.items()],
        known_domains=partial(_has_received, connection, tenant),
        after_bounce=known.after_bounce,
    )
    return [each for each in found if asking.address_key(each.address) not in known.dismissed]


def from_cv(known: Known) -> list[tuple[str, str | None, int | None, str]]:
    """The addresses of the candidate's documents, of the latest document first."""
    documents = list(dict.fromkeys(each[1] for each in reversed(known.cv)))
    kept = [each for each in known.cv if each[3] not in known.dismissed]
    return sorted(kept, key=lambda each: documents.index(each[1]))


def shown(suggestion: Suggestion, asking: Asking) -> SuggestedAddress:
    """A suggestion in the words of the one who asks."""
    return SuggestedAddress(
        address=suggestion.address,
        grounds=suggestion.grounds,
        label=grounds_label(suggestion.grounds, suggestion.page, asking.lang),
        why=suggestion.sentence(asking.lang, asking.tz),
        confidence=suggestion.confidence,
        document=suggestion.document,
        page=suggestion.page,
    )


def grounds_label(grounds: str, page: int | None, lang: str) -> str:
    """The grounds in a word or two: ``CV sida 1``, ``Stavfel i domänen``."""
    if grounds == "cv" and page:
        return text("fix.grounds.cv.page", lang, page=page)
    return text(f"fix.grounds.{grounds}", lang)


def _has_received(connection: sqlite3.Connection, tenant: str, domain: str) -> bool:
    row: Any = connection.execute(HAS_RECEIVED, (tenant, domain)).fetchone()
    return row is not None
