"""Gathers everything that the log holds about one candidate, as of one position (GDPR Art. 15)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from ..domain.aggregate import Event
from ..domain.candidate_email.events import CvEmailFound, EmailChanged, EmailRegistered, PersonalDataErased
from ..domain.identifiers import (
    candidate_email_stream,
    check_candidate_id,
    message_stream,
    suppression_filter_stream,
)
from ..domain.intake.events import ReportUnmatched
from ..domain.message.events import MessageRegistered
from ..domain.personal import ERASED
from ..errors import ConcurrentChange, UnknownCandidate
from .envelope import Envelope
from .erasure import Footprint
from .ports import RawEvidence
from .services import Services
from .standing import Standing, standing_of

ATTEMPTS = 10


class Traces(NamedTuple):
    """Where the ledger has something about a candidate, as the read models know it at a position."""

    position: int
    footprint: Footprint
    incidents: tuple[str, ...]


FindTraces = Callable[[str, str], Traces]
"""Looks up a tenant's candidate, in read models that have caught up."""


@dataclass(frozen=True)
class Gathered:
    """What was found, each part oldest first. ``erasure`` is the candidate's newest one."""

    tenant: str
    candidate_id: str
    position: int
    at: datetime
    erasure: Envelope | None = None
    candidate: tuple[Envelope, ...] = ()
    messages: tuple[Envelope, ...] = ()
    filter_entries: tuple[Envelope, ...] = ()
    standings: tuple[tuple[str, Standing], ...] = ()
    """(address key, how the filter stands to it now), whatever caused that, for each of their addresses."""
    incidents: tuple[Envelope, ...] = ()
    reports: tuple[Envelope, ...] = ()
    """Reports about their addresses that fit no message."""
    evidence: tuple[RawEvidence, ...] = ()
    """The reports as they came in, of these messages and reports."""


def gather(
    services: Services, find: FindTraces, candidate_id: str, *, tenant: str | None, lang: str, tz: str
) -> Gathered:
    """Everything about one candidate since their last erasure. Raises UnknownCandidate."""
    owner = services.tenant(tenant)
    check_candidate_id(candidate_id)
    for _ in range(ATTEMPTS):
        gathered = _Gathering(services, owner, candidate_id, find(owner, candidate_id)).run(lang, tz)
        if gathered is not None:
            return gathered
    raise ConcurrentChange(
        f"export candidate {candidate_id!r}", "the candidate was erased again and again", "try again"
    )


class _Gathering:
    """One attempt."""

    def __init__(self, services: Services, tenant: str, candidate_id: str, traces: Traces) -> None:
        self._services, self._log = services, services.log
        self._tenant, self._candidate_id, self._traces = tenant, candidate_id, traces
        self._since = 0

    def run(self, lang: str, tz: str) -> Gathered | None:
        """What there is; None if the candidate was erased meanwhile: half of it would be placeholders."""
        own = candidate_email_stream(self._tenant, self._candidate_id)
        found = self._read([own])
        if not found:
            raise UnknownCandidate(
                f"export candidate {self._candidate_id!r}",
                "there is no such candidate in this tenant",
                "check the id and the tenant",
            )
        erasures = [e for e in found if isinstance(e.event, PersonalDataErased)]
        erasure = erasures[-1] if erasures else None
        self._since = erasure.position if erasure else 0
        now = self._services.clock()
        gathered = Gathered(self._tenant, self._candidate_id, self._traces.position, now, erasure)
        candidate = [e for e in found if e.position > self._since]
        if any(isinstance(e.event, EmailRegistered) for e in candidate):
            gathered = self._all(gathered, candidate, lang, tz)
        after = [e for e in self._log.load([own])[own] if isinstance(e, PersonalDataErased)]
        return gathered if len(after) == len(erasures) else None

    def _read(self, streams: Sequence[str]) -> list[Envelope]:
        return [e for e in self._log.read_streams(streams) if e.position <= self._traces.position]

    def _all(self, gathered: Gathered, candidate: list[Envelope], lang: str, tz: str) -> Gathered:
        messages = self._messages()
        own = {e.stream for e in messages}
        first_use = _first_use([*candidate, *messages])
        keys = {suppression_filter_stream(self._tenant, key): key for key in first_use}
        entries: dict[str, list[Envelope]] = {}
        for envelope in self._read(sorted(keys)):
            entries.setdefault(envelope.stream, []).append(envelope)
        concerned, standings = [], []
        for stream, found in entries.items():
            key, events = keys[stream], [e.event for e in found]
            standings.append((key, standing_of(stream, events, gathered.at, lang=lang, tz=tz)))
            concerned += self._own_entries(found, key, first_use[key], own)
        reports = self._reports(set(first_use))
        return replace(
            gathered,
            candidate=tuple(candidate),
            messages=tuple(messages),
            filter_entries=tuple(sorted(concerned, key=lambda e: e.position)),
            standings=tuple(standings),
            incidents=tuple(self._about(self._read(self._traces.incidents), own, self._since)),
            reports=tuple(reports),
            evidence=tuple(self._log.evidence(streams=sorted({e.stream for e in (*messages, *reports)}))),
        )

    def _messages(self) -> list[Envelope]:
        """Of the messages registered since: a late report of an earlier one is about who was erased."""
        envelopes = self._read(self._traces.footprint.message_streams)
        since = {e.stream for e in envelopes if e.version == 1 and e.position > self._since}
        return [e for e in envelopes if e.stream in since]

    def _own_entries(
        self, found: list[Envelope], key: str, first_use: int, messages: set[str]
    ) -> list[Envelope]:
        """Not what another candidate of this address caused, nor what is older than this one's use of it."""
        concerned = self._about(found, messages, 0)
        shared = len(concerned) < len(found) or key in self._traces.footprint.shared
        begin = max(self._since, first_use - 1 if shared else 0)
        return [e for e in concerned if e.position > begin]

    def _about(self, found: list[Envelope], messages: set[str], after: int) -> list[Envelope]:
        """What came after a position, and names none but these messages."""
        known = {*messages, None}
        return [e for e in found if e.position > after and _message_of(e.event, self._tenant) in known]

    def _reports(self, keys: set[str]) -> list[Envelope]:
        """As an erasure does: a report handed in for nobody may be about another tenant's message."""
        certain = keys - self._traces.footprint.shared
        nowhere_else = certain - self._traces.footprint.elsewhere
        names = []
        for name, events in self._log.load(self._log.waiting(certain)).items():
            for report in events:
                if not isinstance(report, ReportUnmatched) or report.tenant not in (None, self._tenant):
                    continue
                if report.address_key in (certain if report.tenant else nowhere_else):
                    names.append(name)
        # One that was given up meanwhile can no longer be opened.
        return [e for e in self._read(names) if getattr(e.event, "report", ERASED) != ERASED]


def _first_use(envelopes: Sequence[Envelope]) -> dict[str, int]:
    """Address key -> position from which on it is known as the candidate's."""
    first: dict[str, int] = {}
    for envelope in envelopes:
        event = envelope.event
        if isinstance(event, EmailRegistered | EmailChanged | CvEmailFound | MessageRegistered):
            first.setdefault(event.address_key, envelope.position)
    return first


def _message_of(event: Event, tenant: str) -> str | None:
    message_id = event.__dict__.get("message_id")
    return message_stream(tenant, message_id) if message_id else None
