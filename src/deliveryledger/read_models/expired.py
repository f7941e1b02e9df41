"""Suppressions that ended by themselves: nobody records it, the activity log says it all the same."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic_core import from_json

from .candidates_and_messages import iso


class Expired(NamedTuple):
    """A suppression that ended by itself at ``until``; ``row`` is of the event that began it."""

    row: Sequence[Any]
    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        """How long it was there, at least one."""
        return max(1, round((self.until - self.since) / timedelta(days=1)))


class _Term(NamedTuple):
    row: Sequence[Any]
    since: datetime
    until: datetime | None


def expired(rows: Iterable[Sequence[Any]], now: datetime) -> list[Expired]:
    """What expired up to now, of rows of the table ``activity``, from position to data."""
    terms: dict[tuple[str, str], _Term] = {}
    found: list[Expired] = []
    for row in sorted(rows, key=lambda row: row[0]):
        stream, name = row[1], row[3]
        if name == "AddressSuppressed":
            _begin(terms, found, row, from_json(row[4]))
        elif name in ("SuppressionLifted", "SuppressionTakenBack"):
            at = iso(from_json(row[4])["occurred_at"])
            for key in [key for key in terms if key[0] == stream]:
                _end(terms.pop(key), at, found)
    for term in terms.values():
        _end(term, now, found)
    return found


def _begin(
    terms: dict[tuple[str, str], _Term], found: list[Expired], row: Sequence[Any], event: dict[str, Any]
) -> None:
    """A new term, or the present one for longer: as long as the longest ground."""
    key = row[1], event["cause"]
    at = iso(event["occurred_at"])
    until = iso(event["expires_at"]) if event.get("expires_at") else None
    known = terms.get(key)
    if known is None or (known.until is not None and known.until <= at):
        if known is not None:
            _end(known, at, found)
        terms[key] = _Term(row, at, until)
    else:
        longest = max(known.until, until) if known.until and until else None
        terms[key] = known._replace(since=min(known.since, at), until=longest)


def _end(term: _Term, at: datetime, found: list[Expired]) -> None:
    if term.until is not None and term.until <= at:
        found.append(Expired(term.row, term.since, term.until))
