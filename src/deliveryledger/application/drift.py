"""How a provider's list and the recipient filter differ: what each entry means, and the report of it."""

from collections import Counter
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from ..classification.classify import classify
from ..classification.evidence import Evidence
from ..domain.addresses import problem_with
from ..domain.failure_reason import FailureReason, Severity
from ..domain.suppression_filter.aggregate import SuppressionFilter
from ..domain.suppression_filter.events import Cause
from .suppression_lists import ListEntry

PUSHED: Final = (Cause.COMPLAINT, Cause.UNSUBSCRIBE, Cause.HARD_BOUNCE, Cause.MANUAL)
"""Causes that a provider should know of too, what weighs most first. An escalation is ours alone."""
_SAYS_LITTLE: Final = frozenset({Cause.MANUAL, Cause.PROVIDER_LIST})
"""Add nothing to what we know: some call so whatever their customer added, for whatever cause."""
_WORDS_COUNT: Final = frozenset({Cause.HARD_BOUNCE, Cause.PROVIDER_LIST})


class Drift(BaseModel):
    """What differs between one account's lists and one tenant's filter, by address and cause.

    Nothing was changed, unless ``applied``; ``str()`` is what a terminal shows, in English.
    """

    model_config = ConfigDict(extra="forbid")

    provider: str
    account: str
    tenant: str
    applied: bool = False
    listed: int = 0
    """Entries there."""
    in_step: int = 0
    missing_here: Counter[str] = Field(default_factory=Counter)
    """There and not here, by cause: added here."""
    passing: int = 0
    """There for what the remote server's words call a passing failure: not added here; they drop it all the
    same until somebody takes it off there."""
    underway: int = 0
    """Their removal is approved and being carried out."""
    ended_here: int = 0
    """Taken off or expired here since they listed it: removed there."""
    removed_there: int = 0
    pending_there: int = 0
    refused_there: Counter[str] = Field(default_factory=Counter)
    """Of those that ended here, the ones that they keep, by why."""
    missing_there: Counter[str] = Field(default_factory=Counter)
    """Here and not there, by cause: added there, where they have a list for it."""
    added_there: int = 0
    enforced_here: int = 0
    """They have no list for it: only this filter stops it."""
    gone_there: int = 0
    """It came from their list and is gone there: noted; it stays here until somebody lifts it."""
    unusable: int = 0
    """Entries that are no e-mail address."""

    @property
    def name(self) -> str:
        """``provider/account``."""
        return f"{self.provider}/{self.account}"

    @property
    def is_in_step(self) -> bool:
        """Whether there is nothing to repair."""
        return not (self.missing_here or self.ended_here or self.missing_there)

    def __str__(self) -> str:
        done = self.applied
        lines = [f"{self.name}: {self.listed} entries, {self.in_step} in step"]
        for label, counts in (
            ("added here" if done else "to add here", self.missing_here),
            ("missing there" if done else "to add there", self.missing_there),
            ("removal refused", self.refused_there),
        ):
            lines += [f"  {label}: {count} ({what})" for what, count in sorted(counts.items())]
        for label, count in (
            ("ended here, still there" if done else "to remove there", self.ended_here),
            ("removed there", self.removed_there),
            ("removal not confirmed yet", self.pending_there),
            ("added there", self.added_there),
            ("enforced here only: they have no list for it", self.enforced_here),
            ("came from there and is gone there; stays here", self.gone_there),
            ("there for a passing failure; not added here", self.passing),
            ("removal underway", self.underway),
            ("no e-mail address", self.unusable),
        ):
            if count:
                lines.append(f"  {label}: {count}")
        return "\n".join(lines)


class Judged(NamedTuple):
    """What an entry of a list means: a counter of the report, and as what it would be added here."""

    kind: str
    cause: Cause
    reason: FailureReason | None = None


def judge(entry: SuppressionFilter, listed: ListEntry, now: datetime) -> Judged:
    """What to make of an entry of a provider's list, given what we know of its address."""
    if problem_with(listed.address) is not None:
        return Judged("unusable", listed.cause)
    if entry.approved is not None:
        return Judged("underway", listed.cause)
    cause, reason = _meaning(listed)
    active = entry.active(now)
    if cause in active or (active and cause in _SAYS_LITTLE):
        return Judged("in_step", cause)
    if _ended_since(entry, listed, now):
        return Judged("ended_here", cause)
    if reason is not None and reason.severity is Severity.SOFT:
        return Judged("passing", cause, reason)
    return Judged("missing_here", cause, reason)


def _meaning(listed: ListEntry) -> tuple[Cause, FailureReason | None]:
    """Words go before the name of a list: it says that an address is dead only where there are none."""
    if not listed.words or listed.cause not in _WORDS_COUNT:
        return listed.cause, None
    reason = classify(Evidence.gather(listed.words)).reason
    if reason is FailureReason.UNDETERMINED:
        return Cause.PROVIDER_LIST, None
    return (Cause.HARD_BOUNCE if reason.severity is Severity.HARD else listed.cause), reason


def _ended_since(entry: SuppressionFilter, listed: ListEntry, now: datetime) -> bool:
    """Whether it was lifted, or expired, after the provider listed it."""
    if entry.active(now):
        return False
    ends = [s.expires_at for _, s in entry.suppressions if s.expires_at]
    if entry.lifted_at is not None:
        ends.append(entry.lifted_at)
    return bool(ends) and (listed.listed_at is None or listed.listed_at <= max(ends))
