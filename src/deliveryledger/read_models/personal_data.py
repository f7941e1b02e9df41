"""What the ledger owes to the people whose data it holds: an export, and not to be kept for ever."""

from collections.abc import Collection
from datetime import datetime

from ..advice.wording import zone
from ..application.erasure import Erasing
from ..application.exporting import Traces, gather
from ..application.retention import (
    InactiveCandidate,
    Progress,
    Retention,
    RetentionPolicy,
    RetentionReport,
)
from ..application.services import Services
from ..projections.runner import Runner
from .candidate_export import CandidateExport
from .export_sections import candidate_export, traces
from .inactive import inactive_candidates


class PersonalData:
    """A part of the façade; what it needs, the façade has."""

    _services: Services
    _runner: Runner
    _erasing: Erasing

    def export(
        self, candidate_id: str, *, lang: str = "en", tz: str = "UTC", tenant: str | None = None
    ) -> CandidateExport:
        """Everything about one candidate (GDPR Art. 15): ``model_dump(mode="json")``, or ``html()`` a page.

        After an erasure it is empty and says so; of a candidate who was registered again it holds what came
        since. Raises UnknownCandidate, InvalidInput.
        """
        zone(tz)  # before anything is looked up: raises InvalidInput
        gathered = gather(self._services, self._traces, candidate_id, tenant=tenant, lang=lang, tz=tz)
        return candidate_export(gathered, lang=lang, tz=tz)

    def apply_retention(
        self,
        policy: RetentionPolicy,
        *,
        by: str,
        dry_run: bool = True,
        tenant: str | None = None,
        progress: Progress | None = None,
    ) -> RetentionReport:
        """Erase candidates who were inactive for too long, discard reports that fitted nothing for too long.

        Without ``tenant`` (and on a ledger that is bound to none) it is about the whole ledger. Unless
        ``dry_run=False``, nothing is changed.
        """
        retention = Retention(self._services, self._inactive, self._erasing)
        return retention.apply(policy, by=by, dry_run=dry_run, tenant=tenant, progress=progress)

    def _traces(self, tenant: str, candidate_id: str) -> Traces:
        with self._runner.caught_up() as views:
            return traces(views, tenant, candidate_id)

    def _inactive(
        self, before: datetime, tenant: str | None, among: Collection[str] | None = None
    ) -> list[InactiveCandidate]:
        with self._runner.caught_up() as views:
            return inactive_candidates(views, before, tenant, among)
