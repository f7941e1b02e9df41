"""Decisions about reports that could not be used yet: nothing that came in is ever dropped."""

from collections.abc import Iterator
from datetime import datetime

from .aggregate import Intake
from .events import IntakeEvent, ReportDiscarded, ReportMatched, ReportQuarantined, ReportUnmatched


def keep_unmatched(intake: Intake, report: ReportUnmatched) -> Iterator[IntakeEvent]:
    """Keep a report that fits no message of ours."""
    if intake.unmatched is None:
        yield report


def quarantine(intake: Intake, report: ReportQuarantined) -> Iterator[IntakeEvent]:
    """Keep what could not be read."""
    if intake.quarantined is None:
        yield report


def match(intake: Intake, *, report_id: str, message_id: str, at: datetime) -> Iterator[IntakeEvent]:
    """Note that it was applied to a message."""
    if intake.is_waiting:
        yield ReportMatched(occurred_at=at, report_id=report_id, message_id=message_id)


def discard(intake: Intake, *, report_id: str, by: str, why: str, at: datetime) -> Iterator[IntakeEvent]:
    """Give it up, with a reason."""
    if intake.is_waiting:
        yield ReportDiscarded(occurred_at=at, report_id=report_id, by=by, why=why)
