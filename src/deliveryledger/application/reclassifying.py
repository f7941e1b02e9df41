"""``ledger.reclassify``: replay the raw evidence under the present rules, and see what would change.

Looking and recording are one and the same unit of work. All of it is looked at first, without the log's lock;
where something changes, and it is to be recorded, it is decided again under the lock, from what was read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..classification.rules import RULES_VERSION
from ..domain.failure_reason import Severity
from ..domain.identifiers import check_id, message_stream, parse_stream
from ..domain.message.aggregate import Message
from ..domain.message.events import BouncesReclassified, MessageBounced
from ..domain.message.reclassification import FAILURES, Failure, failure_in, reclassify, taken_for
from ..domain.reports import DeliveryReport
from ..domain.suppression_filter.events import AddressSuppressed
from .false_hard_bounces import FalseHardBounces, HardBounced
from .imagined import OnlyLooked
from .policies import Consequences
from .ports import RawEvidence, ReportReader
from .reclassification import Follows, Reclassification, Reclassified, Verdict
from .registering import require_message
from .rereading import read_evidence
from .services import Services
from .unit_of_work import UnitOfWork

PAGE = 500
"""Pieces of evidence that are read at a time; what changes by them is recorded in one transaction."""

Progress = Callable[[int, int], None]
ReadAgain = Mapping[str, Sequence[tuple[str, DeliveryReport]]]
"""By message: what its evidence says now, and the id of the report that it was recorded as."""


class Reclassifying:
    """Reads raw evidence again with ``reader``; ``hard_bounced`` knows messages to an address."""

    def __init__(self, services: Services, reader: ReportReader, hard_bounced: HardBounced) -> None:
        self._services = services
        self._reader = reader
        self._hard_bounced = hard_bounced

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
        looked: OnlyLooked | None = None
        for page in self._pages(tenant, message_id, progress):
            reports = {evidence.number: read_evidence(self._reader, evidence) for evidence in page}
            read += len(page)
            unreadable += list(reports.values()).count(None)
            failing = (e.stream for e in page if (r := reports[e.number]) and r.outcome in FAILURES)
            if streams := [stream for stream in dict.fromkeys(failing) if stream not in done]:
                done.update(streams)
                if record or looked is None:
                    looked = OnlyLooked(self._services.log, self._services.clock)
                judging = _Judging(self._services, by, self._read(streams, reports), self._hard_bounced)
                changes += judging.record(looked) if record else judging.look(looked)
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
            check_id(message_id, "message id")
            stream = message_stream(self._services.tenant(tenant), message_id)
            looked = OnlyLooked(log, self._services.clock)
            require_message(UnitOfWork(looked, looked.now()), stream, message_id, "reclassify a message")
            yield log.evidence(streams=(stream,))
            return
        owner, reached, last = self._services.restricted_to(tenant), 0, log.last_evidence()
        while reached < last and (page := log.evidence(after=reached, limit=PAGE)):
            reached = page[-1].number
            yield [evidence for evidence in page if _is_about_message(evidence.stream, owner)]
            if progress:
                progress(min(reached, last), last)

    def _read(self, streams: Sequence[str], reports: Mapping[int, DeliveryReport | None]) -> ReadAgain:
        """All evidence about the messages; of ``reports``, by its number, it is known what it says."""
        again: dict[str, list[tuple[str, DeliveryReport]]] = {stream: [] for stream in streams}
        for kept in self._services.log.evidence(streams=streams):
            is_known = kept.number in reports
            report = reports[kept.number] if is_known else read_evidence(self._reader, kept)
            if report is not None:
                again[kept.stream].append((kept.report_id, report))
        return again


@dataclass
class _Judging:
    """What becomes of some messages whose evidence was ``read_again``."""

    services: Services
    by: str
    read_again: ReadAgain
    hard_bounced: HardBounced
    found: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """What ``hard_bounced`` said while it was looked, for when the lock is held."""

    def look(self, looked: OnlyLooked) -> list[Reclassified]:
        """What would change, after what was looked at before."""
        unit = UnitOfWork(looked, looked.now())
        changes = self._judge(unit, self._find)
        looked.append(unit.changes)
        return changes

    def record(self, looked: OnlyLooked) -> list[Reclassified]:
        """What changes. Without a change nobody has to wait for the lock."""
        if not self.look(looked):
            return []
        return self.services.transact(lambda unit: self._judge(unit, lambda *at: self.found.get(at, ())))

    def _find(self, tenant: str, address_key: str) -> tuple[str, ...]:
        found = self.found[tenant, address_key] = self.hard_bounced(tenant, address_key)
        return found

    def _judge(self, unit: UnitOfWork, hard_bounced: HardBounced) -> list[Reclassified]:
        unit.load(self.read_again)
        messages = {stream: unit.message(stream) for stream in self.read_again}
        unit.look_for_erased(message.data_subject for message in messages.values())
        consequences = Consequences(self.services.policies)
        false = FalseHardBounces(unit, hard_bounced)
        changes: list[Reclassified] = []
        for stream, message in messages.items():
            # Who was erased since the evidence was read is not judged by it.
            if not unit.is_erased(message.data_subject):
                changes += self._judge_one(unit, stream, message, consequences, false)
        consequences.apply(unit)
        asked = false.ask_for_removal()
        suppressed = {
            (new.event.scope, new.event.message_id)
            for new in unit.changes.events
            if isinstance(new.event, AddressSuppressed)
        }
        return [_with_consequence(change, suppressed, asked) for change in changes]

    def _judge_one(
        self,
        unit: UnitOfWork,
        stream: str,
        message: Message,
        consequences: Consequences,
        false: FalseHardBounces,
    ) -> Iterator[Reclassified]:
        history, again = list(unit.stream(stream).events), self._failures(message, stream)
        decided = unit.decide(
            stream, reclassify(message, history, again, by=self.by, rules_version=RULES_VERSION, at=unit.now)
        )
        for event in decided:
            assert isinstance(event, BouncesReclassified)  # noqa: S101  # it is all that is decided
            if event.hard and not message.hard:
                hard = [f for f in again if isinstance(f, MessageBounced) and f.severity is Severity.HARD]
                consequences.add(unit, stream, message, [min(hard, key=lambda f: f.occurred_at)])
            elif message.hard and not event.hard:
                false.add(message, event)
            yield Reclassified(
                tenant=message.tenant,
                message_id=message.message_id,
                candidate_id=message.candidate_id,
                before=Verdict.of(taken_for(message, history)),
                after=Verdict.of(taken_for(unit.message(stream), [event])),
            )

    def _failures(self, message: Message, stream: str) -> list[Failure]:
        failures = (failure_in(message, report, id_) for id_, report in self.read_again[stream])
        return [failure for failure in failures if failure]


def _is_about_message(stream: str, owner: str | None) -> bool:
    name = parse_stream(stream)
    return name.category == "message" and owner in (None, name.owner)


def _with_consequence(
    change: Reclassified,
    suppressed: Iterable[tuple[str, str | None]],
    asked: Iterable[tuple[str, str]],
) -> Reclassified:
    message = (change.tenant, change.message_id)
    if message in suppressed:
        return change.model_copy(update={"follows": Follows.SUPPRESS})
    return change.model_copy(update={"follows": Follows.REQUEST_REMOVAL}) if message in asked else change
