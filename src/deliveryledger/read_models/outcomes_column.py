"""The column ``outcomes`` of a message's row: a JSON array with one place for each kind of outcome."""

from datetime import datetime

from pydantic_core import from_json, to_json

from ..domain.message.outcomes import Evidence, Known, Outcomes
from ..domain.reports import Source

_SLOTS = ("deferred", "delivered", "soft", "rejected", "dropped", "hard", "complaint", "withdrawn")
_SOURCES = {str(source): source for source in Source}
_EMPTY = vars(Outcomes())


def outcomes_text(outcomes: Outcomes) -> str:
    """[submitted at, as reported, retry until, slots as [at, [quality, reason, status, code], source]]."""
    known = outcomes.__dict__
    slots = [known[slot] and _plain(known[slot]) for slot in _SLOTS]
    times = [_text(known["submitted_at"]), known["submitted_as_reported"], _text(known["will_retry_until"])]
    return to_json(times + slots).decode()


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
            at, evidence, source = slot
            known[name] = Known(datetime.fromisoformat(at), Evidence._make(evidence), _SOURCES[source])
    return outcomes


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _plain(known: Known) -> list[object]:
    """Lists and texts: the serialiser guesses at types of its own kind far longer."""
    return [known.at.isoformat(), list(known.evidence), known.source.value]
