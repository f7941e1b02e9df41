"""State of a report that could not be used yet."""

from dataclasses import dataclass

from ..aggregate import changed
from .events import IntakeEvent, ReportDiscarded, ReportMatched, ReportQuarantined, ReportUnmatched


@dataclass(frozen=True)
class Intake:
    """``unmatched`` or ``quarantined`` hold the latest of their kind; both None = never seen."""

    unmatched: ReportUnmatched | None = None
    quarantined: ReportQuarantined | None = None
    matched_to: tuple[str, ...] = ()
    is_read: bool = False
    is_discarded: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether it may still be used."""
        known = self.unmatched is not None or (self.quarantined is not None and not self.is_read)
        return known and not self.matched_to and not self.is_discarded

    @property
    def data_subjects(self) -> tuple[str, ...]:
        """Whose keys open what is kept of it."""
        return tuple(kept.data_subject for kept in (self.unmatched, self.quarantined) if kept is not None)


def evolve(intake: Intake, event: IntakeEvent) -> Intake:
    """Remember; never judge, never fail."""
    match event:
        case ReportUnmatched():
            return changed(intake, unmatched=event)
        case ReportQuarantined():
            return changed(intake, quarantined=event)
        case ReportMatched():
            return changed(intake, matched_to=(*intake.matched_to, event.message_id), is_read=True)
        case ReportDiscarded():
            return changed(intake, is_discarded=True)
