"""Looking back: history event by event, any moment of the past, other policies, better rules."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TypeVar

from ..application.difference import WhatIf
from ..application.envelope import Envelope
from ..application.policies import Policies
from ..application.ports import ReportReader
from ..application.reclassification import Reclassification
from ..application.reclassifying import Reclassifying
from ..application.services import Services
from ..application.what_if import what_if
from ..projections.as_of import find_point
from ..projections.runner import Progress, Runner
from ..read_models.as_of import AsOf
from ..read_models.filter_entries import hard_bounced

Answer = TypeVar("Answer")
HISTORY_PAGE = 1_000
"""Events that ``history`` reads at a time."""


class LookingBack:
    """A part of the façade; what it needs, the façade has."""

    _services: Services
    _runner: Runner
    _reader: ReportReader

    def history(self, *, after: int = 0, tenant: str | None = None) -> Iterator[Envelope]:
        """Every event of a tenant after a position, opened, in the order in which they were recorded.

        Reports that fit no message yet belong to no tenant; they are listed by ``intake``.
        """
        owner = self._services.tenant(tenant)
        while envelopes := self._services.log.read(after=after, limit=HISTORY_PAGE):
            after = envelopes[-1].position
            yield from (e for e in envelopes if e.name.owner == owner and e.name.category != "intake")

    def as_of(
        self, point: datetime | int, *, tenant: str | None = None, progress: Progress | None = None
    ) -> AsOf:
        """The card, activity log, recipient filter and bell as of a moment, or as of the event at a position.

        A moment is one of recording: what did we know then? A naive one is taken as UTC. Personal data that
        was erased since then is erased there too. Raises InvalidInput for what is still to come.
        """
        found = find_point(self._services.log, self._services.clock, point)
        return AsOf(self._services, self._runner, found, tenant=tenant, progress=progress)

    def replay(
        self,
        policies: Policies,
        *,
        since: datetime | None = None,
        tenant: str | None = None,
        progress: Progress | None = None,
    ) -> WhatIf:
        """What the recipient filter would be, had these policies applied (from ``since`` on).

        Their ``escalation``, that is; outages are taken from the log. It changes nothing. ``since`` is a
        moment of recording; a naive one is taken as UTC.
        """
        return what_if(self._services, policies, since=since, tenant=tenant, progress=progress)

    def reclassify(
        self,
        *,
        by: str,
        record: bool = False,
        tenant: str | None = None,
        message_id: str | None = None,
        progress: Progress | None = None,
    ) -> Reclassification:
        """Read the raw evidence again by the present rules: what would change, or with ``record`` changes.

        Strikes are neither undone nor counted anew. Looking keeps no writer waiting. Raises UnknownMessage.
        """
        return Reclassifying(self._services, self._reader, partial(self._ask, hard_bounced)).run(
            by=by, record=record, tenant=tenant, message_id=message_id, progress=progress
        )

    def _ask(self, question: Callable[..., Answer], *about: object) -> Answer:
        with self._runner.caught_up() as views:
            return question(views, *about)
