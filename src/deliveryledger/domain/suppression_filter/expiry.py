"""How long a cause keeps an address on the filter. Data: an ATS may bring its own figures."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..reports import moved
from .aggregate import SuppressionFilter
from .events import Cause
from .suppressions import with_bounce


class ExpiryPolicy(BaseModel):
    """Days by cause. An address that bounced hard on n days (UTC) is suppressed for the n-th number of days,
    or the last, from its latest hard bounce on; a message may try again after that. In whatever order bounces
    come in, the end is the same. A cause that is not named holds until lifted.

    Only hard bounces may be named: what the recipient said never expires (ValidationError).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: dict[Cause, tuple[int, ...]] = Field(default_factory=dict)

    @field_validator("days")
    @classmethod
    def _may_expire(cls, days: dict[Cause, tuple[int, ...]]) -> dict[Cause, tuple[int, ...]]:
        for cause, periods in days.items():
            if cause.is_wish:
                raise ValueError(f"{cause} never expires: the recipient said so")
            if cause is not Cause.HARD_BOUNCE:
                raise ValueError(f"{cause} has no periods of its own")
            if not periods or not all(1 <= period <= 3650 for period in periods):
                raise ValueError(f"{cause}: give numbers of days from 1 to 3650")
            if list(periods) != sorted(periods):
                raise ValueError(f"{cause}: the periods must not shrink")
        return days

    def ends(self, entry: SuppressionFilter, cause: Cause, at: datetime) -> datetime | None:
        """When what happened at a moment ends by itself; None: it is until lifted."""
        periods = self.days.get(cause)
        if not periods:
            return None
        bounces = with_bounce(entry.hard_bounces, at)
        return moved(bounces[-1], timedelta(days=periods[min(len(bounces), len(periods)) - 1]))
