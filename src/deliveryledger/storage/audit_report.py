"""What ``ledger.verify()`` answers."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict, computed_field

from ..audit.verification import Finding


class CheckpointVerdict(BaseModel):
    """Whether the log still begins with what an exported checkpoint was signed over."""

    model_config = ConfigDict(frozen=True)

    size: int
    time: datetime | None
    holds: bool


class Verification(BaseModel):
    """Truthy if nothing was tampered with, as far as that can be told. ``str()`` is what a terminal shows.

    ``findings`` has the first event that was tampered with, and what else is wrong; its ``kind`` is made for
    programs.
    """

    model_config = ConfigDict(frozen=True)

    events: int
    """How many are in the log."""
    recorded: int
    """How many of them were compared with hashes recorded earlier."""
    checkpoints: tuple[CheckpointVerdict, ...]
    """The exported checkpoints that were given, smallest first; those that are not signed by the key fail."""
    findings: tuple[Finding, ...]
    key: str | None
    """The verification key that was used."""
    key_was_given: bool
    """False: it was read from beside the ledger, where an intruder can replace it."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def whole(self) -> bool:
        """Nothing was found."""
        return not self.findings

    @computed_field  # type: ignore[prop-decorator]
    @property
    def covered(self) -> int:
        """How many events an exported checkpoint vouches for."""
        return max((verdict.size for verdict in self.checkpoints if verdict.holds), default=0)

    def __bool__(self) -> bool:
        return self.whole

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.findings:
            yield f"HISTORY WAS TAMPERED WITH. Looked at: {_events(self.events)}."
            yield from (f"  {finding.sentence}" for finding in self.findings)
        elif self.checkpoints:
            covered = f"{self.covered} of {_events(self.events)}"
            yield f"The log is as it was signed: {covered} {'is' if self.events == 1 else 'are'} covered."
        else:
            yield f"The log agrees with itself: {_events(self.events)}, {self.recorded} recorded earlier."
        if self.checkpoints:
            held = sum(verdict.holds for verdict in self.checkpoints)
            given = len(self.checkpoints)
            yield f"{held} of {given} exported checkpoints hold; they cover {_events(self.covered)}."
            if self.whole and self.events > self.covered:
                yield f"No checkpoint covers the {self.events - self.covered} after them yet."
            if not self.key_was_given:
                yield "The key was read from beside the ledger; give the one that you keep elsewhere."
        else:
            yield (
                "No exported checkpoint was given, so only internal consistency was checked: whoever can "
                "change the log can change the hashes beside it."
            )


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"
