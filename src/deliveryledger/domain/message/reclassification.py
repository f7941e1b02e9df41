"""What was recorded, read again by better rules: what is known of a message's failures, set anew."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ..aggregate import Event, changed
from ..failure_reason import FailureReason, Severity
from ..reports import DeliveryReport, Outcome
from .aggregate import Message
from .decisions import record
from .events import BouncesReclassified, Finding, MessageBounced, MessageDeferred, MessageRejected
from .outcomes import Known, Outcomes, evidence_of, remember

FAILURES: Final = frozenset({Outcome.BOUNCED, Outcome.REJECTED, Outcome.DEFERRED})
"""What has a reason. If a delivery or a complaint is read now instead, the recorded failure stays."""
_SLOTS: Final = ("hard", "soft", "rejected", "deferred")
"""The worst first."""

Failure = MessageBounced | MessageRejected | MessageDeferred


class Taken(NamedTuple):
    """What a failure is taken for, and by which rule; ``kind`` is hard, soft, rejected or deferred."""

    kind: str
    reason: FailureReason
    rule: str | None = None
    rules_version: str | None = None

    @property
    def severity(self) -> Severity | None:
        """Of a bounce."""
        return Severity(self.kind) if self.kind in tuple(Severity) else None


def failure_in(message: Message, report: DeliveryReport, report_id: str) -> Failure | None:
    """The event that a report of a failure would be if nothing else were known; None: it tells of none."""
    if report.outcome not in FAILURES:
        return None
    blank = changed(Message(), message_id=message.message_id, data_subject=message.data_subject)
    event = next(iter(record(blank, report, report_id=report_id)), None)
    return event if isinstance(event, Failure) else None


def reclassify(
    message: Message,
    history: Sequence[Event],
    read_again: Sequence[Failure],
    *,
    by: str,
    rules_version: str,
    at: datetime,
) -> Iterator[BouncesReclassified]:
    """Set the failures to what ``read_again`` says, and those of the history that could not be read again.

    Nothing new unless a reason or a severity changes. What cannot be read again any more, but was when the
    message was reclassified before, is not judged without it.
    """
    ids = frozenset(failure.report_id for failure in read_again)
    if any(isinstance(e, BouncesReclassified) and not ids.issuperset(e.report_ids) for e in history):
        return
    as_recorded = [e for e in history if isinstance(e, Failure) and e.report_id not in ids]
    failures = [*as_recorded, *read_again]
    known = outcomes_of(failures)
    if all(_reason(message, slot) == _reason(known, slot) for slot in _SLOTS):
        return
    before, after = taken_for(message, history), taken_for(known, failures)
    yield BouncesReclassified(
        occurred_at=at,
        message_id=message.message_id,
        report_ids=tuple(sorted(ids)),
        by=by,
        severity=after.severity if after else None,
        reason=after.reason if after else None,
        rule=after.rule if after else None,
        rules_version=rules_version,
        previous_severity=before.severity if before else None,
        previous_reason=before.reason if before else None,
        previous_rule=before.rule if before else None,
        previous_rules_version=before.rules_version if before else None,
        will_retry_until=known.will_retry_until,
        **{slot: _finding(getattr(known, slot), failures) for slot in _SLOTS},
    )


def outcomes_of(failures: Iterable[Failure]) -> Outcomes:
    """What would be known if nothing but these had been recorded."""
    known = Outcomes()
    for failure in failures:
        known = remember(known, failure)
    return known


def taken_for(known: Outcomes, history: Iterable[Event]) -> Taken | None:
    """What the worst failure is taken for; the rule is that of the event which says so."""
    for slot in _SLOTS:
        if slot_known := getattr(known, slot):
            rule, version = _rule(slot_known, history)
            return Taken(slot, FailureReason(slot_known.evidence.reason), rule, version)
    return None


def _reason(known: Outcomes, slot: str) -> str | None:
    slot_known: Known | None = getattr(known, slot)
    return slot_known.evidence.reason if slot_known else None


def _rule(known: Known, history: Iterable[Event]) -> tuple[str | None, str | None]:
    rule = version = None
    for event in history:
        if (isinstance(event, BouncesReclassified) and event.reason == known.evidence.reason) or (
            isinstance(event, MessageBounced) and evidence_of(event) == known.evidence
        ):
            rule, version = event.rule, event.rules_version
    return rule, version


def _finding(known: Known | None, failures: Iterable[Failure]) -> Finding | None:
    if known is None:
        return None
    evidence = known.evidence
    return Finding(
        at=known.at,
        reason=FailureReason(evidence.reason),
        status=evidence.status or None,
        reply_code=evidence.reply_code or None,
        rule=_rule(known, failures)[0],
        quality=evidence.quality,
        moment=datetime.fromisoformat(evidence.moment) if evidence.moment else None,
        source=known.source,
    )
