"""When soft failures add up to a suppression. Data, not code: an ATS may bring its own figures."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..failure_reason import FailureReason
from .aggregate import Strike


class Threshold(BaseModel):
    """So many days with a failure within so many; then suppressed for some days (None: until lifted)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strikes: int = Field(ge=1, le=100)
    within_days: int = Field(ge=1, le=365)
    suppress_for_days: int | None = Field(default=None, ge=1, le=3650)


class EscalationPolicy(BaseModel):
    """A threshold per reason that can be a strike; any other is refused (ValidationError). A reason that is
    not named never escalates.

    ``version`` is yours to choose, and stands in the events that the policy causes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(default="1", min_length=1, max_length=50)
    thresholds: dict[FailureReason, Threshold] = Field(
        default_factory=lambda: {
            FailureReason.MAILBOX_DISABLED: Threshold(strikes=2, within_days=30),
            FailureReason.MAILBOX_FULL: Threshold(strikes=5, within_days=30, suppress_for_days=30),
            FailureReason.SERVER_UNAVAILABLE: Threshold(strikes=7, within_days=30, suppress_for_days=30),
        }
    )

    @field_validator("thresholds")
    @classmethod
    def _can_be_reached(cls, thresholds: dict[FailureReason, Threshold]) -> dict[FailureReason, Threshold]:
        for reason, threshold in thresholds.items():
            if not reason.counts_as_strike:
                raise ValueError(f"{reason} never counts as a strike")
            if threshold.strikes > threshold.within_days:
                raise ValueError(f"{reason}: there is at most one strike a day")
        return thresholds

    def reached(self, strikes: tuple[Strike, ...], reason: FailureReason, day: date) -> Threshold | None:
        """The threshold that the strikes up to and including ``day`` reach, or None."""
        threshold = self.thresholds.get(reason)
        if threshold is None:
            return None
        ages = {(day - s.day).days for s in strikes if s.reason is reason}
        counted = [age for age in ages if 0 <= age < threshold.within_days]
        return threshold if len(counted) >= threshold.strikes else None
