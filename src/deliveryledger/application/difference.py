"""What other policies would have changed on the recipient filter, as data and as a text."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from ..advice.wording import date, text

MOST_LINES = 50
"""Addresses or messages that the text names of each kind; the data has them all."""


class FilterCause(BaseModel):
    """One cause that keeps an address on the filter. Times are UTC."""

    model_config = ConfigDict(frozen=True)

    cause: str
    since: datetime
    expires_at: datetime | None = None
    reason: str | None = None


class AddressDifference(BaseModel):
    """An address whose causes are others: those of the log, and those under the other policies."""

    model_config = ConfigDict(frozen=True)

    address: str
    before: tuple[FilterCause, ...] = ()
    after: tuple[FilterCause, ...] = ()


class MessageDifference(BaseModel):
    """A message that would have fared otherwise. ``causes`` are why it was, or would have been, withheld."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    candidate_id: str
    address: str
    registered_at: datetime
    causes: tuple[str, ...]


class WhatIf(BaseModel):
    """The difference that other policies make at ``at``; empty where they make none.

    ``on_filter_before`` and ``on_filter_after`` count addresses. ``would_be_sent`` were withheld,
    ``would_be_withheld`` were not.
    """

    model_config = ConfigDict(frozen=True)

    at: datetime
    since: datetime | None = None
    events: int = 0
    on_filter_before: int = 0
    on_filter_after: int = 0
    addresses: tuple[AddressDifference, ...] = ()
    would_be_sent: tuple[MessageDifference, ...] = ()
    would_be_withheld: tuple[MessageDifference, ...] = ()
    tz: str = "UTC"

    @property
    def differs(self) -> bool:
        """Whether the other policies change anything at all."""
        return bool(self.addresses or self.would_be_sent or self.would_be_withheld)

    def __str__(self) -> str:
        start = f", other policies from {self._day(self.since)} on" if self.since else ""
        return "\n".join(
            [
                f"Replayed {self.events:,} events{start}.",
                f"Addresses on the recipient filter: {self.on_filter_before:,}, would be "
                f"{self.on_filter_after:,}.",
                *_section("Addresses that differ", [self._address(each) for each in self.addresses]),
                *_section("Withheld, would have been sent", map(self._message, self.would_be_sent)),
                *_section("Sent, would have been withheld", map(self._message, self.would_be_withheld)),
            ]
        )

    def _address(self, difference: AddressDifference) -> str:
        before, after = (self._causes(causes) for causes in (difference.before, difference.after))
        return f"{difference.address}: {before} → {after}"

    def _causes(self, causes: tuple[FilterCause, ...]) -> str:
        return ", ".join(map(self._cause, causes)) or "not on the filter"

    def _cause(self, cause: FilterCause) -> str:
        until = f" until {self._day(cause.expires_at)}" if cause.expires_at else ""
        return f"{text(f'cause.{cause.cause}', 'en')} since {self._day(cause.since)}{until}"

    def _message(self, message: MessageDifference) -> str:
        causes = ", ".join(text(f"cause.{cause}", "en") for cause in message.causes)
        return f"{message.message_id} to {message.address}, {self._day(message.registered_at)} ({causes})"

    def _day(self, moment: datetime) -> str:
        return date(moment, "en", self.tz)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    rows = list(lines)
    more = [f"  … and {len(rows) - MOST_LINES:,} more"] if len(rows) > MOST_LINES else []
    return [f"{title}: {len(rows):,}", *(f"  {row}" for row in rows[:MOST_LINES]), *more]
