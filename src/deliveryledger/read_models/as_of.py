"""The questions of a ledger, answered as they would have been at an earlier point."""

import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Self

from ..application.envelope import Envelope
from ..application.services import Services
from ..domain.candidate_email.events import CvEmailFound, EmailChanged, EmailRegistered
from ..domain.identifiers import candidate_email_stream, suppression_filter_stream
from ..domain.message.events import MessageRegistered
from ..errors import UnknownCandidate
from ..projections.as_of import PastRunner, Point, views_of
from ..projections.runner import Progress, Runner
from .questions import READ_MODELS, Questions

_MESSAGES = "SELECT stream FROM messages WHERE tenant = ? AND candidate_id = ?"


class AsOf(Questions):
    """What was known at a point: every question of the ledger, and no command.

    Made by ``ledger.as_of``. What is needed of the log is read into memory by the first question. No fact is
    written; the present read models may be caught up, as by any question. ``close`` gives the memory back, as
    does the garbage collector. Thread-safe; a context manager.
    """

    def __init__(
        self,
        services: Services,
        present: Runner,
        point: Point,
        *,
        tenant: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        if tenant is not None:
            services = replace(services, default_tenant=services.tenant(tenant), is_bound=True)
        self.position, self.moment = point
        self._present = present
        self._past = PastRunner(services.log, READ_MODELS, self.position, progress)
        super().__init__(services, self._past, lambda: point.moment)
        # Not __del__: it would be called while half of the interpreter is gone.
        self._release = weakref.finalize(self, self._past.close)

    def close(self) -> None:
        """Give the memory back; asking afterwards raises LedgerClosed. Closing twice is fine."""
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _unknown(self, attempted: str) -> UnknownCandidate:
        return UnknownCandidate(
            attempted,
            "there was no such candidate in this tenant at that point",
            "ask about a later point, or check the id and the tenant",
        )

    def _views_about(self, tenant: str, candidate_id: str) -> AbstractContextManager[sqlite3.Connection]:
        """A candidate's own events are enough, and few; unless all events were read already."""
        if self._release.alive and not self._past.is_made:
            # The present read models know which messages these are.
            with self._present.caught_up() as views:
                messages = views.execute(_MESSAGES, (tenant, candidate_id)).fetchall()
            streams = [candidate_email_stream(tenant, candidate_id), *(row[0] for row in messages)]
            return views_of(self._read(tenant, streams), READ_MODELS)
        return self._past.caught_up()

    def _read(self, tenant: str, streams: list[str]) -> list[Envelope]:
        log = self._services.log
        own = [e for e in log.read_streams(streams) if e.position <= self.position]
        entries = {suppression_filter_stream(tenant, key) for key in _address_keys(own)}
        others = [e for e in log.read_streams(sorted(entries)) if e.position <= self.position]
        return sorted([*own, *others], key=lambda envelope: envelope.position)


def _address_keys(envelopes: Iterable[Envelope]) -> Iterator[str]:
    for envelope in envelopes:
        event = envelope.event
        if isinstance(event, EmailRegistered | EmailChanged | CvEmailFound | MessageRegistered):
            yield event.address_key
