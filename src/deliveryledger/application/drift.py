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
from ..domain.suppression_filter.decisions import settled_at
from ..domain.suppression_filter.events import Cause
from ..domain.suppression_filter.expiry import ExpiryPolicy
from ..domain.suppression_filter.suppressions import Suppression
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
    held: int = 0
    """There for a failure that waits here for the end of a domain's outage."""
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
            ("held while their domain has an outage", self.held),
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


def judge(
    entry: SuppressionFilter,
    listed: ListEntry,
    now: datetime,
    *,
    names: tuple[str, str],
    expiry: ExpiryPolicy,
) -> Judged:
    """What to make of an entry of a provider's list, given what we know of its address.

    ``names`` are those of the provider and the account. A removal that is underway is about what was known
    when it was approved: what is missing here is missing all the same.
    """
    if problem_with(listed.address) is not None:
        return Judged("unusable", listed.cause)
    cause, reason = _meaning(listed)
    is_underway, active = entry.approved is not None, entry.active(now)
    if _is_known(entry, cause, listed, active):
        return Judged("underway" if is_underway else "in_step", cause)
    if entry.held is not None and entry.held.cause is cause:
        return Judged("held", cause)
    if _has_ended(entry, cause, listed, now, names, expiry):
        # While it is here for another cause, theirs may stay as well.
        return Judged("underway" if is_underway else "in_step" if active else "ended_here", cause)
    if reason is not None and reason.severity is Severity.SOFT:
        return Judged("underway" if is_underway else "passing", cause, reason)
    return Judged("missing_here", cause, reason)


def _meaning(listed: ListEntry) -> tuple[Cause, FailureReason | None]:
    """Words go before the name of a list: it says that an address is dead only where there are none."""
    if not listed.words or listed.cause not in _WORDS_COUNT:
        return listed.cause, None
    reason = classify(Evidence.gather(listed.words)).reason
    if reason is FailureReason.UNDETERMINED:
        return Cause.PROVIDER_LIST, None
    return (Cause.HARD_BOUNCE if reason.severity is Severity.HARD else listed.cause), reason


def _is_known(
    entry: SuppressionFilter, cause: Cause, listed: ListEntry, active: dict[Cause, Suppression]
) -> bool:
    """Whether it holds here. What the recipient said after consenting is news: the consent is void then."""
    if cause in _SAYS_LITTLE:
        return bool(active)
    if cause.is_wish and cause in active and listed.listed_at and entry.consented_at:
        return listed.listed_at <= max(entry.consented_at, active[cause].since)
    return cause in active


def _has_ended(
    entry: SuppressionFilter,
    cause: Cause,
    listed: ListEntry,
    now: datetime,
    names: tuple[str, str],
    expiry: ExpiryPolicy,
) -> bool:
    """Whether this very cause was lifted, or expired, after they listed it.

    An entry without a date was there before the lift, unless they had said by then that it was not.
    """
    told_by = frozenset(Cause) if cause in _SAYS_LITTLE else frozenset({cause})
    ends = [s.expires_at for c, s in entry.suppressions if c in told_by and s.expires_at]
    ends += [at for at in (settled_at(entry, cause), dict(entry.ended).get(cause)) if at]
    if listed.listed_at is None:
        return bool(ends) and dict(entry.provider_lists).get(names) is not True
    by_policy = expiry.ends(entry, cause, listed.listed_at)
    is_over = by_policy is not None and by_policy <= now
    return is_over or any(listed.listed_at <= each for each in ends)
