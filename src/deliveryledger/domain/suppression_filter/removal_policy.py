"""What a removal from the filter needs besides its evidence. Data: an ATS may bring its own figures."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class RemovalPolicy(BaseModel):
    """How soon an address may come off again without an administrator, and how long a request may wait."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = "1"
    cool_down_days: int = Field(default=30, ge=0, le=365)
    """A second removal of the same address within so many days of the last one needs an administrator."""
    answer_within_hours: int = Field(default=24, ge=1, le=720)
    """An open request is overdue after so many hours."""

    @property
    def cool_down(self) -> timedelta:
        """The same as a span of time."""
        return timedelta(days=self.cool_down_days)
