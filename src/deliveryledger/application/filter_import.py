"""Commands that move the recipient filter: import with a dry run, undo, export.

Dry run and import walk the rows in pages and judge them by the same decision, so that the number that is
confirmed is the number that is written.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final, Protocol

from ..domain.addresses import AddressKey
from ..domain.identifiers import check_id, suppression_filter_stream, uuid7
from ..domain.suppression_filter import imports
from ..domain.suppression_filter.aggregate import SuppressionFilter, evolve
from ..domain.suppression_filter.events import AddressSuppressed
from ..errors import ImportNotConfirmed
from .address_keys import AddressKeys
from .filter_rows import ExportedRow, ExportPage, FilterRow, ImportReport, RefusedRow, Rows, UndoneImport
from .services import Services
from .unit_of_work import UnitOfWork

PAGE: Final = 1_000
"""Rows of one transaction."""


class FilterViews(Protocol):
    """What is asked of the read models."""

    def exported(self, tenant: str, after: str, limit: int) -> ExportPage:
        """The next entries of the filter, by their address keys; ``after`` is empty at first."""

    def imported(self, tenant: str, batch: str, after: int, limit: int) -> list[tuple[int, str]]:
        """(position, stream) of what an import recorded after a position."""


class MovingFilters:
    """A part of ``ledger.suppression_filters``; what it needs, that has."""

    _services: Services
    _views: FilterViews

    def import_rows(
        self,
        rows: Rows,
        *,
        by: str,
        apply: bool = False,
        confirm: int | None = None,
        begun: Callable[[str], None] | None = None,
        tenant: str | None = None,
    ) -> ImportReport:
        """Say what an import would add; with ``apply``, add it, in transactions of 1,000 rows.

        ``confirm`` is the number of new entries that was read and meant. ``begun`` is called with the batch
        id before anything is written: an import that is cut off can be undone too. Importing twice adds
        nothing. Raises ImportNotConfirmed.
        """
        check_id(by, "actor id")
        owner = self._services.tenant(tenant)
        plan = self._planned(rows, owner)
        if not apply:
            return plan
        if confirm != plan.new or isinstance(confirm, bool):
            raise ImportNotConfirmed(
                "import into the recipient filter",
                "it was not confirmed with the number of new entries, as the dry run gives it",
                f"confirm {plan.new} entries if that is what you mean (confirm=)",
                expected=plan.new,
            )
        if not plan.new and not plan.changed:
            plan.applied = True
            return plan
        batch = uuid7(self._services.clock(), os.urandom(10))
        if begun:
            begun(batch)
        report = ImportReport(applied=True, batch=batch)
        for page in _pages(rows(), report):
            record = partial(_record, owner=owner, page=page, by=by, batch=batch)
            _count(report, page, self._services.transact(record))
        return report

    def undo_import(self, batch: str, *, by: str, tenant: str | None = None) -> UndoneImport:
        """Take back exactly what an import added, within 24 hours; what holds on other grounds stays.

        A second undo does nothing. Raises UnknownImport, UndoRefused.
        """
        check_id(by, "actor id")
        owner = self._services.tenant(tenant)
        imports.require_undoable(batch, self._services.clock())
        # A moment earlier: the id is exact to the millisecond, and names one before the first event.
        before = self._services.log.newest(imports.begun_at(batch) - timedelta(minutes=1))
        after = before[0] if before else 0
        known, addresses, causes = False, 0, 0
        while page := self._views.imported(owner, batch, after, PAGE):
            known, after = True, page[-1][0]
            streams = list(dict.fromkeys(stream for _, stream in page))
            taken = self._services.transact(partial(_take_back, streams=streams, batch=batch, by=by))
            addresses, causes = addresses + len(taken), causes + sum(taken)
        if not known:
            raise imports.unknown_import()
        return UndoneImport(batch, addresses, causes)

    def export(self, *, tenant: str | None = None) -> Iterator[ExportedRow]:
        """Every address and cause that holds now, page by page; without those of the erased."""
        owner = self._services.tenant(tenant)
        page = self._views.exported(owner, "", PAGE)
        yield from page.rows
        while page.after is not None:
            page = self._views.exported(owner, page.after, PAGE)
            yield from page.rows

    def _planned(self, rows: Rows, owner: str) -> ImportReport:
        report, seen, now = ImportReport(), set[int](), self._services.clock()
        log = self._services.log
        for page in _pages(rows(), report):
            keys = AddressKeys(log.digests, log.earlier_address_keys)
            keys.load(row.address for row in page)
            streams = [suppression_filter_stream(owner, keys.of(row.address)) for row in page]
            events = log.load(streams)
            answers = []
            for row, stream in zip(page, streams, strict=True):
                entry = SuppressionFilter()
                for event in events.get(stream, ()):
                    entry = evolve(entry, event)  # type: ignore[arg-type]  # one stream, one aggregate
                answer = _judged(entry, row, now)
                # The same entry twice in a file is new once. A digest is enough, and small.
                if answer == "new" and (mark := hash((stream, row.cause))) in seen:
                    answer = "known"
                elif answer == "new":
                    seen.add(mark)
                answers.append(answer)
            _count(report, page, answers)
        return report


def _pages(rows: Iterable[FilterRow | RefusedRow], report: ImportReport) -> Iterator[list[FilterRow]]:
    """Pages of what can be used; what cannot is counted."""
    iterator = iter(rows)
    while page := list(islice(iterator, PAGE)):
        for row in page:
            if isinstance(row, RefusedRow):
                report.refuse(row)
        if usable := [row for row in page if isinstance(row, FilterRow)]:
            yield usable


def _count(report: ImportReport, page: list[FilterRow], answers: list[str]) -> None:
    for row, answer in zip(page, answers, strict=True):
        report.rows += 1
        if answer == "new":
            report.add(row)
        else:
            setattr(report, answer, getattr(report, answer) + 1)


def _judged(entry: SuppressionFilter, row: FilterRow, now: datetime) -> str:
    """What becomes of a row: a counter of the report."""
    if row.expires_at is not None and row.expires_at <= now:
        return "expired"
    suppression = _suppression(row, now, scope="", key=AddressKey(""), subject="", by="", batch="")
    decided = any(imports.take_in(entry, suppression, dated=row.since is not None))
    is_there = row.cause in entry.active(now)
    if decided:
        return "changed" if is_there else "new"
    return "known" if is_there else "lifted"


def _suppression(
    row: FilterRow, now: datetime, *, scope: str, key: AddressKey, subject: str, by: str, batch: str
) -> AddressSuppressed:
    return AddressSuppressed(
        occurred_at=min(row.since or now, now),
        data_subject=subject,
        scope=scope,
        address_key=key,
        address=row.address,
        cause=row.cause,
        reason=row.reason,
        expires_at=row.expires_at,
        by=by,
        batch=batch,
    )


def _record(unit: UnitOfWork, owner: str, page: list[FilterRow], by: str, batch: str) -> list[str]:
    unit.address_keys.load(row.address for row in page)
    keys = [unit.address_keys.of(row.address) for row in page]
    streams = [suppression_filter_stream(owner, key) for key in keys]
    unit.load(streams)
    unit.look_for_erased(unit.filter_entry(stream).data_subject for stream in streams)
    answers = []
    for row, key, stream in zip(page, keys, streams, strict=True):
        entry = unit.filter_entry(stream)
        answer = _judged(entry, row, unit.now)
        if answer in ("new", "changed"):
            subject = unit.subject_of_entry(stream)
            suppression = _suppression(
                row, unit.now, scope=owner, key=key, subject=subject, by=by, batch=batch
            )
            unit.decide(stream, imports.take_in(entry, suppression, dated=row.since is not None))
        answers.append(answer)
    return answers


def _take_back(unit: UnitOfWork, streams: list[str], batch: str, by: str) -> list[int]:
    """How many causes each of the addresses lost that lost any."""
    unit.load(streams)
    taken: list[int] = []
    for stream in streams:
        entry = unit.filter_entry(stream)
        decided = list(imports.take_back(entry, batch=batch, by=by, at=unit.now))
        unit.decide(stream, iter(decided))
        taken += [len(event.causes) for event in decided]
    return taken
