"""The column ``outcomes`` of a message's row: a JSON array with one place for each kind of outcome."""

from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json

from ..domain.message.outcomes import Evidence, Known, Outcomes
from ..domain.reports import Source

_SLOTS = ("deferred", "delivered", "soft", "rejected", "dropped", "hard", "complaint", "withdrawn")
_EMPTY = vars(Outcomes())


def outcomes_text(outcomes: Outcomes) -> str:
    """[submitted at, as reported, retry until, slots as [at, [quality, reason, status, code], source]]."""
    known = outcomes.__dict__
    slots = [known[slot] for slot in _SLOTS]
    return to_json(
        [known["submitted_at"], known["submitted_as_reported"], known["will_retry_until"], *slots]
    ).decode()


def read_outcomes(text: str) -> Outcomes:
    """The outcomes that the column holds."""
    submitted_at, as_reported, will_retry_until, *slots = from_json(text)
    outcomes = object.__new__(Outcomes)
    outcomes.__dict__.update(_EMPTY)
    known = outcomes.__dict__
    known["submitted_at"] = _moment(submitted_at)
    known["submitted_as_reported"] = as_reported
    known["will_retry_until"] = _moment(will_retry_until)
    for name, slot in zip(_SLOTS, slots, strict=True):
        if slot is not None:
            known[name] = _known(slot)
    return outcomes


def _known(slot: list[Any]) -> Known:
    at, evidence, source = slot
    return Known(datetime.fromisoformat(at), Evidence(*evidence), Source(source))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
