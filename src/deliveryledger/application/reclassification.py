"""What a reclassification changes, or would change: a summary and a list, as text or JSON."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ..domain.failure_reason import FailureReason, Severity
from ..domain.message.reclassification import Taken


class Follows(StrEnum):
    """What follows for the recipient filter."""

    SUPPRESS = "suppress"
    REQUEST_REMOVAL = "request_removal"


_WORDS = {None: "–", Follows.SUPPRESS: "suppress", Follows.REQUEST_REMOVAL: "ask for removal"}
_HEADINGS = ("message", "candidate", "was", "is", "filter")


class Verdict(BaseModel):
    """What a failure is taken for; ``kind`` is hard, soft, rejected or deferred."""

    model_config = ConfigDict(frozen=True)

    kind: str
    severity: Severity | None
    reason: FailureReason
    rule: str | None
    rules_version: str | None

    @classmethod
    def of(cls, taken: Taken | None) -> "Verdict | None":
        """Of what the domain says; None = no failure."""
        return cls(severity=taken.severity, **taken._asdict()) if taken else None

    @property
    def cells(self) -> tuple[str, str]:
        """Two lines of the table: what, and by which rule of which version."""
        rule = f"{self.rule} ({self.rules_version})" if self.rule else ""
        return f"{self.kind} {self.reason}", rule


class Reclassified(BaseModel):
    """One message whose failure is read otherwise now; None = no failure."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    message_id: str
    candidate_id: str
    before: Verdict | None
    after: Verdict | None
    follows: Follows | None = None

    @property
    def rows(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Two rows of the table."""
        was, now = (verdict.cells if verdict else ("no failure", "") for verdict in (self.before, self.after))
        first = (self.message_id, self.candidate_id, was[0], now[0], _WORDS[self.follows])
        return first, ("", "", was[1], now[1], "")


class Reclassification(BaseModel):
    """``read`` pieces of evidence about ``messages`` that failed; ``recorded``: or only looked at."""

    model_config = ConfigDict(frozen=True)

    rules_version: str
    recorded: bool
    read: int
    unreadable: int
    """Pieces that the present rules do not read as one report any more; what they said stays."""
    messages: int
    changes: tuple[Reclassified, ...] = ()

    def __str__(self) -> str:
        rows = [_HEADINGS, *(row for change in self.changes for row in change.rows)] if self.changes else []
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
        return "\n".join([*lines, self.summary])

    @property
    def summary(self) -> str:
        """One sentence."""
        changed = f"{len(self.changes)} of {self.messages} messages with failures"
        done = f"{changed} were changed" if self.recorded else f"{changed} would change; nothing was recorded"
        return f"{done} (rules {self.rules_version}, {self.read} reports read, {self.unreadable} unreadable)"
