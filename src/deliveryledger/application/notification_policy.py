"""When notifications are sent, as data."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class NotificationPolicy(BaseModel):
    """How often a mailbox is written to, and how long it is tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    not_within: timedelta = Field(default=timedelta(minutes=15), gt=timedelta(0))
    """Between two mails to one mailbox lies at least this."""
    most_a_day: int = Field(default=4, ge=1)
    """Mails to one mailbox in any 24 hours. What administrators must know at once is not held back by it."""
    daily_at: int = Field(default=8, ge=0, le=23)
    """The hour of the daily digest, where the receiver is."""
    tell_within: timedelta = Field(default=timedelta(days=7), gt=timedelta(0))
    """What was recorded longer ago is no news: it is under the bell alone."""
    retry_after: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(hours=8),
        timedelta(hours=12),
        timedelta(hours=16),
        timedelta(hours=24),
    )
    """How long is waited after each failed try; after one more the receiver is given up."""
    busy_for: timedelta = Field(default=timedelta(minutes=10), gt=timedelta(0))
    """A queued mail belongs to one worker for this long. Longer than a mail may take to be sent."""
    most_listed: int = Field(default=10, ge=1)
    """Failures that a digest names; the rest it counts."""
