"""When a rate is too high: limits and samples as data, judged on what is sure, not on what is seen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .jeffreys import lower_bound


class Level(StrEnum):
    """What a rate asks for."""

    TOO_FEW = "too_few"
    """It cannot be judged: fewer messages than the minimum."""
    OK = "ok"
    WARN = "warn"
    ACT = "act"


class Limits(BaseModel):
    """Rates (0.02 = 2 %) above which to warn and to act, and how many messages it takes to judge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    warn: float = Field(gt=0, lt=1)
    act: float = Field(gt=0, lt=1)
    at_least: int = Field(ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.warn > self.act:
            raise ValueError("the limit for warning is above that for acting")
        return self


class AlarmPolicy(BaseModel):
    """When the rates of ``ledger.statistics`` raise an alarm. Data: an ATS may bring its own figures.

    The figures are where providers act: Amazon SES reviews an account at 5 % bounces or 0.1 % complaints
    (docs.aws.amazon.com/ses, *sending review process*), Gmail wants less than 0.1 % of mails reported as spam
    and never 0.3 % (support.google.com/mail/answer/81126).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = "1"
    window_days: int = Field(default=30, ge=1, le=3_660)
    """Days (UTC) that are looked at unless the question says which, the present one included."""
    hard_bounces: Limits = Limits(warn=0.02, act=0.05, at_least=100)
    complaints: Limits = Limits(warn=0.001, act=0.003, at_least=500)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """One-sided: how sure it has to be that the rate is above a limit."""
    silent_domains: frozenset[str] = frozenset({"gmail.com", "googlemail.com"})
    """Domains whose provider tells nobody of complaints: they count neither above nor below the line.
    Workspace domains are Gmail too, but nothing in an address says so."""


@dataclass(frozen=True)
class Judgement:
    """A rate, how high it surely is, and which limit that is measured by."""

    level: Level
    count: int
    of: int
    rate: float
    lower_bound: float
    limit: float
    """The one that is surely exceeded; that for warning where none is."""


def judge(limits: Limits, count: int, of: int, confidence: float) -> Judgement:
    """Judge ``count`` among ``of`` messages. Raises ValueError where there are more than messages."""
    rate, bound = (count / of, lower_bound(count, of, confidence)) if of else (0.0, 0.0)
    level, limit = Level.OK, limits.warn
    if of < limits.at_least:
        level = Level.TOO_FEW
    elif bound > limits.act:
        level, limit = Level.ACT, limits.act
    elif bound > limits.warn:
        level = Level.WARN
    return Judgement(level, count, of, rate, bound, limit)
