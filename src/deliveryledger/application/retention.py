"""``ledger.apply_retention``: nothing is kept longer than somebody decided.

A candidate is inactive since the newest event of their own stream or of a message to them was recorded: a
registration, a correction, a confirmation, an address from a CV, a dismissed suggestion, a message, a report
about one. What support does on the recipient filter, and what senders read under the bell, does not count:
that somebody tidied up is no reason to keep a person's data longer.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from ..domain.identifiers import check_id
from ..domain.intake.events import ReportQuarantined, ReportUnmatched
from .deliveries import forget_old_deliveries
from .erasure import Erasing
from .quarantine import discard
from .services import Services
from .unit_of_work import UnitOfWork

BATCH = 100
"""Candidates, or reports, in one transaction: others may write in between."""
WHY = "retention period over"

Days = Annotated[int, Field(ge=1, le=36_500)]
Progress = Callable[[int, int], None]
"""Called with (done, to be done)."""


class RetentionPolicy(BaseModel):
    """How long is kept what nobody needs any more, in days of 24 hours.

    ``candidates_after_days`` None keeps candidates. The other is about reports that fit no message, or could
    not be read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    candidates_after_days: Days | None = None
    unmatched_after_days: Days = 90


class InactiveCandidate(BaseModel):
    """A candidate about whom nothing has happened for the chosen time."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    candidate_id: str
    last_activity: datetime


class RetentionReport(BaseModel):
    """What the policy erased, or, of a dry run, would erase. ``*_before`` are the ends of the periods.

    ``keys_swept`` were left behind by processes that were killed; a dry run does not look for them.
    """

    model_config = ConfigDict(frozen=True)

    dry_run: bool
    candidates_before: datetime | None = None
    candidates: tuple[InactiveCandidate, ...] = ()
    unmatched_before: datetime
    unmatched: int = 0
    quarantined: int = 0
    keys_swept: int = 0

    def __str__(self) -> str:
        erased, discarded = ("erased", "discarded")
        if self.dry_run:
            erased, discarded = ("that would be erased", "that would be discarded")
        lines = [f"candidates {erased}: {len(self.candidates)}"]
        lines += [
            f"  {c.tenant}  {c.candidate_id}  last activity {c.last_activity:%Y-%m-%d %H:%M} UTC"
            for c in self.candidates
        ]
        lines.append(f"reports {discarded}, which fitted no message: {self.unmatched}")
        lines.append(f"unreadable parts {discarded}: {self.quarantined}")
        if self.keys_swept:
            lines.append(f"keys that were left behind destroyed: {self.keys_swept}")
        return "\n".join(lines)


class FindInactive(Protocol):
    """Asks read models that have caught up."""

    def __call__(
        self, before: datetime, tenant: str | None, among: Collection[str] | None = None
    ) -> list[InactiveCandidate]:
        """The candidates (of one tenant, among these) without activity since a moment, by tenant and id."""


class Retention:
    """Applies a policy."""

    def __init__(self, services: Services, inactive: FindInactive, erasing: Erasing) -> None:
        self._services = services
        self._inactive = inactive
        self._erasing = erasing

    def apply(
        self,
        policy: RetentionPolicy,
        *,
        by: str,
        dry_run: bool,
        tenant: str | None = None,
        progress: Progress | None = None,
    ) -> RetentionReport:
        """One tenant, or the whole ledger. Interrupted, it goes on the next time."""
        owner, now = self._services.restricted_to(tenant), self._services.clock()
        check_id(by, "actor id")
        unmatched_before = now - timedelta(days=policy.unmatched_after_days)
        due: list[InactiveCandidate] = []
        before: datetime | None = None
        if policy.candidates_after_days is not None:
            before = now - timedelta(days=policy.candidates_after_days)
            due = self._inactive(before, owner)
        reports = dict(self._due_reports(unmatched_before, owner))
        swept = 0
        if not dry_run:
            done = _Counting(progress, len(due) + len(reports))
            # Candidates last: erasing them also writes the key store anew.
            reports = self._discard(reports, by, done)
            swept = self._services.log.sweep_intake()
            self._services.transact(forget_old_deliveries)
            due = list(self._erase(due, before or now, by, done))
            self._services.log.carry_out_erasures()  # also where nobody was erased: keys of reports are gone
        quarantined = sum(is_quarantined for is_quarantined in reports.values())
        return RetentionReport(
            dry_run=dry_run,
            candidates_before=before,
            candidates=tuple(due),
            unmatched_before=unmatched_before,
            unmatched=len(reports) - quarantined,
            quarantined=quarantined,
            keys_swept=swept,
        )

    def _erase(
        self, due: list[InactiveCandidate], before: datetime, by: str, done: "_Counting"
    ) -> Iterator[InactiveCandidate]:
        by_tenant: dict[str, dict[str, InactiveCandidate]] = defaultdict(dict)
        for candidate in due:
            by_tenant[candidate.tenant][candidate.candidate_id] = candidate
        for tenant, candidates in by_tenant.items():
            ids = list(candidates)
            for start in range(0, len(ids), BATCH):
                yield from self._erase_batch(tenant, ids[start : start + BATCH], before, by, candidates)
                done.add(len(ids[start : start + BATCH]))

    def _erase_batch(
        self, tenant: str, ids: list[str], before: datetime, by: str, due: dict[str, InactiveCandidate]
    ) -> Iterator[InactiveCandidate]:
        def still_inactive() -> list[str]:
            # Somebody may have written to one of them since they were listed.
            return [candidate.candidate_id for candidate in self._inactive(before, tenant, ids)]

        for erasure in self._erasing.erase(ids, by=by, tenant=tenant, still=still_inactive):
            if erasure.erased:
                yield due[erasure.candidate_id]

    def _due_reports(self, before: datetime, owner: str | None) -> Iterator[tuple[str, bool]]:
        """(stream, whether it is quarantined) of what has waited since before a moment, oldest first."""
        names = self._services.log.waiting_streams()
        for start in range(0, len(names), BATCH):
            for envelope in self._services.log.read_streams(names[start : start + BATCH]):
                event = envelope.event
                if envelope.version > 1 or not isinstance(event, ReportUnmatched | ReportQuarantined):
                    continue
                if envelope.recorded_at > before:
                    return  # whatever follows is younger
                if owner in (None, event.tenant):
                    yield envelope.stream, isinstance(event, ReportQuarantined)

    def _discard(self, due: dict[str, bool], by: str, done: "_Counting") -> dict[str, bool]:
        discarded: dict[str, bool] = {}
        names = list(due)
        for start in range(0, len(names), BATCH):
            for name in self._discard_batch(names[start : start + BATCH], by):
                discarded[name] = due[name]
            done.add(len(names[start : start + BATCH]))
        return discarded

    def _discard_batch(self, names: list[str], by: str) -> list[str]:
        def work(unit: UnitOfWork) -> list[str]:
            unit.load(names)
            waiting = [name for name in names if unit.intake(name).is_waiting]
            for name in waiting:
                discard(unit, name, by=by, why=WHY)
            return waiting

        return self._services.transact(work)


class _Counting:
    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self, number: int) -> None:
        self._done += number
        if self._progress:
            self._progress(self._done, self._total)
