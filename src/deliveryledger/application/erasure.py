"""``ledger.erase``: forget a person in a log that is never changed.

The decision is an event that names the keys to destroy. Everything after it, destroying the keys and cleaning
the read models, can be done again, and is: wherever it was interrupted, the next start goes on from there.
"""

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from ..domain.candidate_email import decisions
from ..domain.candidate_email.aggregate import CandidateEmail
from ..domain.candidate_email.events import PersonalDataErased
from ..domain.identifiers import (
    candidate_email_stream,
    check_candidate_id,
    check_id,
    parse_stream,
    suppression_filter_stream,
)
from ..errors import ConcurrentChange, InvalidInput, UnknownCandidate
from .quarantine import discard
from .services import Services
from .unit_of_work import ATTEMPTS, UnitOfWork


class Footprint(NamedTuple):
    """Where a candidate left traces, as the read models know it at a position of the log."""

    position: int
    message_streams: tuple[str, ...]
    address_keys: frozenset[str]
    """Of every address that they had, that a message went to, or that stands in a CV of theirs."""
    shared: frozenset[str]
    """Those of them that another candidate of the tenant has or had, who is not erased along."""
    elsewhere: frozenset[str]
    """Those of them that a candidate of another tenant has or had."""
    users: frozenset[tuple[str, str]] = frozenset()
    """(tenant, candidate id) of these others."""


class Footprints(Protocol):
    """Looks footprints up, in read models that have caught up."""

    def __call__(self, tenant: str, candidate_id: str, without: Collection[str]) -> Footprint:
        """The footprint of one candidate; those ``without`` do not count as others."""


class _Moved(Exception):
    """Somebody recorded something that concerns an erasure, after its footprints were taken."""


@dataclass(frozen=True)
class Erasure:
    """What ``erase`` did. ``erased`` is false where it had been done before."""

    candidate_id: str
    erased: bool
    keys_destroyed: int = 0
    """Of the person, of filter entries that nobody else needs, of reports that fitted no message."""
    filter_entries: int = 0
    """Addresses that can no longer be read on the filter; it goes on refusing them."""
    reports_discarded: int = 0
    """Reports about the person that fitted no message."""

    def __str__(self) -> str:
        if not self.erased:
            return f"candidate {self.candidate_id} had been erased before"
        return "\n".join(
            [
                f"candidate {self.candidate_id} is erased",
                f"  keys destroyed: {self.keys_destroyed}",
                f"  filter entries that go on refusing, without an address to read: {self.filter_entries}",
                f"  reports discarded that fitted no message: {self.reports_discarded}",
                "  key store and views were written anew; your backups are yours to look after",
            ]
        )


class Erasing:
    """Records erasures and carries them out. ``forgotten`` cleans the read models."""

    def __init__(self, services: Services, footprints: Footprints, forgotten: Callable[[], None]) -> None:
        self._services = services
        self._footprints = footprints
        self._forgotten = forgotten

    def erase(
        self,
        candidate_ids: Sequence[str],
        *,
        by: str,
        tenant: str | None = None,
        still: Callable[[], Sequence[str]] | None = None,
    ) -> tuple[Erasure, ...]:
        """Erase candidates, all or none of them. Raises UnknownCandidate, StorageError, KeyStoreError.

        When it returns, nothing of them can be opened and no file holds it any more. ``still`` says at the
        last moment which of them are meant after all.
        """
        owner = self._services.tenant(tenant)
        check_id(by, "actor id")
        if isinstance(candidate_ids, str):
            raise InvalidInput("erase candidates", "it is one text, not a list of ids", "give a list")
        for candidate_id in candidate_ids:
            check_candidate_id(candidate_id)
        erasures = self._record(owner, by, still or (lambda: candidate_ids))
        self._services.log.carry_out_erasures()
        self._forgotten()
        return erasures

    def _record(self, tenant: str, by: str, still: Callable[[], Sequence[str]]) -> tuple[Erasure, ...]:
        """Read models are asked before the write lock is taken: whoever holds theirs may want it too."""
        for _ in range(ATTEMPTS):
            meant = still()
            footprints = {id_: self._footprints(tenant, id_, meant) for id_ in meant}
            if still() != meant:
                continue  # what has happened in between is older than the footprints

            def work(unit: UnitOfWork, known: Mapping[str, Footprint] = footprints) -> tuple[Erasure, ...]:
                _require_unmoved(unit, tenant, known)
                return tuple(_erase(unit, tenant, id_, print_, by) for id_, print_ in known.items())

            with contextlib.suppress(_Moved):
                return self._services.transact(work)
        raise ConcurrentChange(
            "erase a candidate", "something is recorded about them again and again", "try again"
        )


def _require_unmoved(unit: UnitOfWork, tenant: str, footprints: Mapping[str, Footprint]) -> None:
    """Raise _Moved if the footprints would be others now."""
    if not footprints:
        return
    keys = {key for footprint in footprints.values() for key in footprint.address_keys}
    users = {user for footprint in footprints.values() for user in footprint.users}
    for stream, event in unit.transaction.since(min(f.position for f in footprints.values())):
        name = parse_stream(stream)
        if name.category not in ("candidate_email", "message"):
            continue
        facts = event.__dict__
        is_own = name.owner == tenant and facts.get("candidate_id") in footprints
        is_user = isinstance(event, PersonalDataErased) and (name.owner, name.id) in users
        becomes_user = name.category == "candidate_email" and facts.get("address_key") in keys
        if is_own or is_user or becomes_user:
            raise _Moved


def _erase(unit: UnitOfWork, tenant: str, candidate_id: str, footprint: Footprint, by: str) -> Erasure:
    stream = candidate_email_stream(tenant, candidate_id)
    email = unit.candidate_email(stream)
    _require_known(email, candidate_id)
    keys = set(footprint.address_keys - footprint.shared)
    if not email.is_registered:  # reports about them may have come in since
        keys |= _keys_of(unit.stream(stream).events) - footprint.shared
        reports = _discard_reports(unit, tenant, keys, keys - footprint.elsewhere, by)
        return Erasure(candidate_id, erased=False, reports_discarded=len(reports))
    entries, subjects = _filter_subjects(unit, [suppression_filter_stream(tenant, key) for key in keys])
    reports = _discard_reports(unit, tenant, keys, keys - footprint.elsewhere, by)
    subjects += [subject for report in reports for subject in report]
    erasure = decisions.erase(
        email,
        requested_by=by,
        at=unit.now,
        subjects=tuple(subjects),
        filter_entries=tuple(entries),
        authenticate=unit.digests.erasure,
    )
    unit.decide(stream, erasure)
    unit.changes.evidence_removed.extend(footprint.message_streams)
    return Erasure(candidate_id, True, 1 + len(subjects), len(entries), len(reports))


def _require_known(email: CandidateEmail, candidate_id: str) -> None:
    if not (email.is_registered or email.is_erased):
        raise UnknownCandidate(
            f"erase candidate {candidate_id!r}",
            "there is no such candidate in this tenant",
            "check the id and the tenant; nothing was changed",
        )


def _filter_subjects(unit: UnitOfWork, streams: Sequence[str]) -> tuple[list[str], list[str]]:
    """The filter entries among the streams that hold personal data, and every subject that sealed some."""
    unit.load(streams)
    entries: list[str] = []
    subjects: list[str] = []
    for name in sorted(streams):
        stream = unit.existing(name)
        of_entry = dict.fromkeys(_subjects(stream.events)) if stream else {}
        if of_entry:
            entries.append(name)
            subjects += of_entry
    return entries, subjects


def _subjects(events: Sequence[Any]) -> list[str]:
    return [subject for event in events if (subject := getattr(event, "data_subject", None))]


def _keys_of(events: Sequence[Any]) -> set[str]:
    """Address keys stay in clear; of who was erased the read models have those of messages alone."""
    named = (getattr(event, field, None) for event in events for field in ("address_key", "previous_key"))
    return {key for key in named if key}


def _discard_reports(
    unit: UnitOfWork, tenant: str, keys: set[str], nowhere_else: set[str], by: str
) -> list[tuple[str, ...]]:
    """Give up the reports about these addresses that wait for a message; returns their data subjects.

    A report that nobody handed in for a tenant may still be about a message of another one.
    """
    streams = unit.transaction.waiting(keys)
    unit.load(streams)
    discarded = []
    for name in streams:
        intake = unit.intake(name)
        report = intake.unmatched
        concerned = () if report is None else keys if report.tenant == tenant else nowhere_else
        if report is not None and report.tenant in (None, tenant) and report.address_key in concerned:
            discard(unit, name, by=by, why="the person was erased")
            discarded.append(intake.data_subjects)
    return discarded
