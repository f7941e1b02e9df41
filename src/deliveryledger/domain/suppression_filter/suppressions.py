"""What holds for one cause, and how more evidence of it adds up: the same in whatever order it comes in."""

from datetime import datetime
from typing import NamedTuple

from ..failure_reason import FailureReason
from .events import Cause


class Suppression(NamedTuple):
    """One cause: since when (see ``Cause.is_wish``), and when it ends by itself."""

    since: datetime
    reason: FailureReason | None
    expires_at: datetime | None


Suppressions = tuple[tuple[Cause, Suppression], ...]
Moments = tuple[tuple[Cause, datetime], ...]


def with_more(suppressions: Suppressions, cause: Cause, new: Suppression) -> Suppressions:
    """One more ground. For as long as the longest, so that the order of arrival does not matter."""
    causes = dict(suppressions)
    known = causes.get(cause)
    if known is None or (known.expires_at is not None and known.expires_at <= new.since):
        causes[cause] = new
    else:
        since = max(known.since, new.since) if cause.is_wish else min(known.since, new.since)
        expires = (
            None
            if None in (known.expires_at, new.expires_at)
            else max(e for e in (known.expires_at, new.expires_at) if e)
        )
        # The reason is that of the earliest evidence, in whatever order it comes in.
        reason = new.reason if new.since < known.since else known.reason
        causes[cause] = Suppression(since, reason, expires)
    return tuple(sorted(causes.items(), key=lambda item: (item[1].since, item[0])))


def with_bounce(bounces: tuple[datetime, ...], at: datetime) -> tuple[datetime, ...]:
    """The latest hard bounce of each UTC day, oldest first, with one more."""
    days = {known.date(): known for known in bounces}
    days[at.date()] = max(days.get(at.date(), at), at)
    return tuple(sorted(days.values()))


def with_ends(ended: Moments, causes: set[Cause], at: datetime) -> Moments:
    """When each cause ended last."""
    known = dict(ended)
    return tuple(sorted({**known, **{c: max(known.get(c, at), at) for c in causes}}.items()))
