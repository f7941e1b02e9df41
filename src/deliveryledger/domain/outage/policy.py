"""When many unknown users are an outage. Data, not code: an ATS may bring its own figures."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class OutagePolicy(BaseModel):
    """So many addresses of one domain within so many minutes, none delivered to in between: an outage.

    ``version`` stands in the events that the policy causes. With ``enabled=False`` nothing is counted or
    held any more; what is held already is decided as it would have been.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(default="1", min_length=1, max_length=50)
    addresses: int = Field(default=10, ge=2, le=100)
    within_minutes: int = Field(default=10, ge=1, le=1440)
    hold_hours: int = Field(default=24, ge=1, le=720)
    enabled: bool = True

    @property
    def window(self) -> timedelta:
        """How close together the unknown users are."""
        return timedelta(minutes=self.within_minutes)

    @property
    def hold(self) -> timedelta:
        """How long a suppression waits at most."""
        return timedelta(hours=self.hold_hours)
