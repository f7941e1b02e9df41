"""``ledger.reclassify``: replay the raw evidence under the present rules, and see what would change.

Looking and recording are one and the same unit of work; looking throws away what was decided.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from ..classification.rules import RULES_VERSION
from ..domain.aggregate import Event
from ..domain.failure_reason import Severity
from ..domain.identifiers import check_id, message_stream, parse_stream, suppression_filter_stream
from ..domain.message.aggregate import Message
from ..domain.message.events import BouncesReclassified, MessageBounced
from ..domain.message.reclassification import FAILURES, Failure, failure_in, reclassify, taken_for
from ..domain.suppression_filter.events import AddressSuppressed, Cause, RemovalRequested
from ..domain.suppression_filter.removal import request_removal
from .policies import Consequences
from .ports import Changes, RawEvidence, ReportReader
from .reclassification import Follows, Reclassification, Reclassified, Verdict
from .rereading import read_evidence
from .services import Services
from .unit_of_work import UnitOfWork

PAGE = 500
"""Pieces of evidence that are read at a time; what changes by them is recorded in one transaction."""

Progress = Callable[[int, int], None]


class Reclassifying:
    """Reads raw evidence again with ``reader``."""

    def __init__(self, services: Services, reader: ReportReader) -> None:
        self._services = services
        self._reader = reader

    def run(
        self,
        *,
        by: str,
        record: bool = False,
        tenant: str | None = None,
        message_id: str | None = None,
        progress: Progress | None = None,
    ) -> Reclassification:
        """See ``Ledger.reclassify``."""
        check_id(by, "actor id")
        read = unreadable = 0
        done: set[str] = set()
        changes: list[Reclassified] = []
        for page in self._pages(tenant, message_id, progress):
            reports = [read_evidence(self._reader, evidence) for evidence in page]
            read += len(page)
            unreadable += reports.count(None)
            failing = (
                evidence.stream
                for evidence, report in zip(page, reports, strict=True)
                if report is not None and report.outcome in FAILURES
            )
            if streams := [stream for stream in dict.fromkeys(failing) if stream not in done]:
                done.update(streams)
                changes += self._judge(streams, by, record=record)
        return Reclassification(
            rules_version=RULES_VERSION,
            recorded=record,
            read=read,
            unreadable=unreadable,
            messages=len(done),
            changes=tuple(changes),
        )

    def _pages(
        self, tenant: str | None, message_id: str | None, progress: Progress | None
    ) -> Iterator[Sequence[RawEvidence]]:
        """Evidence about messages of the tenant (None: of every tenant), or about one message."""
        log = self._services.log
        if message_id is not None:
            yield log.evidence(streams=(message_stream(self._services.tenant(tenant), message_id),))
            return
        owner, reached, last = self._services.restricted_to(tenant), 0, log.last_evidence()
        while reached < last and (page := log.evidence(after=reached, limit=PAGE)):
            reached = page[-1].number
            yield [evidence for evidence in page if _is_about_message(evidence.stream, owner)]
            if progress:
                progress(min(reached, last), last)

    def _judge(self, streams: Sequence[str], by: str, *, record: bool) -> list[Reclassified]:
        def work(unit: UnitOfWork) -> list[Reclassified]:
            unit.load(streams)
            evidence: dict[str, list[RawEvidence]] = {stream: [] for stream in streams}
            for kept in unit.transaction.evidence(streams):
                evidence[kept.stream].append(kept)
            consequences = Consequences(self._services.policies)
            changes = [
                change
                for stream in streams
                if (change := self._judge_one(unit, stream, evidence[stream], by, consequences))
            ]
            consequences.apply(unit)
            decided = [new.event for new in unit.changes.events]
            if not record:
                unit.changes = Changes()  # it was only to be seen
            return [_with_consequence(change, decided) for change in changes]

        return self._services.transact(work)

    def _judge_one(
        self,
        unit: UnitOfWork,
        stream: str,
        evidence: Iterable[RawEvidence],
        by: str,
        consequences: Consequences,
    ) -> Reclassified | None:
        message, history = unit.message(stream), list(unit.stream(stream).events)
        again = list(self._read(message, evidence))
        decided = unit.decide(
            stream, reclassify(message, history, again, by=by, rules_version=RULES_VERSION, at=unit.now)
        )
        if not decided:
            return None
        event = decided[0]
        assert isinstance(event, BouncesReclassified)  # noqa: S101  # it is all that is decided
        if event.hard and not message.hard:
            hard = [f for f in again if isinstance(f, MessageBounced) and f.severity is Severity.HARD]
            consequences.add(unit, stream, message, [min(hard, key=lambda f: f.occurred_at)])
        elif message.hard and not event.hard:
            _ask_for_removal(unit, message, event)
        before = taken_for(message, history)
        after = taken_for(unit.message(stream), [event])
        return Reclassified(
            tenant=message.tenant,
            message_id=message.message_id,
            candidate_id=message.candidate_id,
            before=Verdict.of(before),
            after=Verdict.of(after),
        )

    def _read(self, message: Message, evidence: Iterable[RawEvidence]) -> Iterator[Failure]:
        for kept in evidence:
            report = read_evidence(self._reader, kept)
            if report and (failure := failure_in(message, report, kept.report_id)):
                yield failure


def _is_about_message(stream: str, owner: str | None) -> bool:
    name = parse_stream(stream)
    return name.category == "message" and owner in (None, name.owner)


def _ask_for_removal(unit: UnitOfWork, message: Message, event: BouncesReclassified) -> None:
    """Support decides: a false hard bounce must not stay in silence, nor be lifted without a person."""
    name = suppression_filter_stream(message.tenant, message.address_key)
    entry = unit.filter_entry(name)
    rests_on = {e.message_id for e in unit.stream(name).events if isinstance(e, AddressSuppressed)}
    if Cause.HARD_BOUNCE not in entry.active(unit.now) or message.message_id not in rests_on:
        return
    request = RemovalRequested(
        occurred_at=unit.now,
        data_subject=unit.subject_of_entry(name, about=message.data_subject),
        scope=message.tenant,
        address_key=message.address_key,
        request_id=f"{message.address_key}.{len(entry.requests) + 1}",
        by=event.by,
        evidence=_grounds(event),
    )
    unit.decide(name, request_removal(entry, request))


def _grounds(event: BouncesReclassified) -> str:
    was = f"{event.previous_reason} (rule {event.previous_rule}, rules {event.previous_rules_version})"
    now = f"{event.reason} (rule {event.rule}, rules {event.rules_version})" if event.reason else "no failure"
    return f"reclassified: message {event.message_id} was taken for {was}, and is {now}"


def _with_consequence(change: Reclassified, decided: Iterable[Event]) -> Reclassified:
    for event in decided:
        if not isinstance(event, AddressSuppressed | RemovalRequested) or event.scope != change.tenant:
            continue
        if isinstance(event, AddressSuppressed) and event.message_id == change.message_id:
            return change.model_copy(update={"follows": Follows.SUPPRESS})
        if isinstance(event, RemovalRequested) and f"message {change.message_id} " in event.evidence:
            return change.model_copy(update={"follows": Follows.REQUEST_REMOVAL})
    return change
