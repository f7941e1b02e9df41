"""All that is known of a mail, and why: what made it the kind that it is, and what each verdict rests on."""

from datetime import UTC, datetime
from typing import Any, Final

from ...classification import Evidence
from ...classification.trail import Step, trail
from ...domain.reports import Attribution, DeliveryReport
from .kinds import answer, report_of, unopened
from .notes import Notes
from .prose.words import LATE_WITHOUT_CAUSE
from .reading import read_mail

_LATE: Final = "a server that still tries, and names no cause, has found nobody to take the message"
_CLASS: Final = ".class"
"""How the rules end that are a provider's class, where its words gave no reason."""


def explained(name: str, raw: bytes, obstacle: str | None = None) -> dict[str, Any]:
    """As ``kinds.answer``, and why; the names of the keys are fixed."""
    notes = Notes()
    if obstacle:
        return {**unopened(name, obstacle), "because": [], "against": {}, "ignored": []}
    reading = read_mail(raw, received_at=datetime.now(UTC), notes=notes)
    return {
        **answer(name, reading),
        "because": notes.because,
        "against": notes.against,
        "reports": [_explained(report, notes) for report in reading.reports],
        "ignored": list(reading.ignored),
    }


def _explained(report: DeliveryReport, notes: Notes) -> dict[str, Any]:
    made = notes.of(report)
    how = "inferred from " if report.attribution is Attribution.INFERRED else ""
    evidence = made.evidence if made else None
    return {
        **report_of(report),
        "outcome": report.outcome,
        "outcome_found": made.outcome_in if made else "",
        "recipient_found": how + made.found_in if made and made.found_in else None,
        "message_id": report.message_id,
        "provider_message_id": report.provider_message_id,
        "remote_mta": report.remote_mta,
        "rules_version": report.rules_version,
        "evidence": _as_seen(evidence, made.said_in if made else "") if evidence else None,
        "steps": [step._asdict() for step in steps_of(report, evidence)],
    }


def _as_seen(evidence: Evidence, said_in: str) -> dict[str, Any]:
    """What the rules looked at. ``said``: the code in the words, ``field``: the one that was reported."""
    return {
        "found": said_in,
        "words": evidence.words,
        "said": str(evidence.said) if evidence.said else None,
        "field": str(evidence.field) if evidence.field else None,
        "reply_code": evidence.reply_code,
        "remote_mta": evidence.remote_mta,
        "phase": evidence.phase,
    }


def steps_of(report: DeliveryReport, evidence: Evidence | None) -> tuple[Step, ...]:
    """What decided, and what the next rules would have said; nothing for what is no failure."""
    if report.reason is None or report.rule is None or evidence is None:
        return ()
    steps = trail(evidence)
    if report.rule == LATE_WITHOUT_CAUSE:
        first = Step(report.rule, report.reason, _LATE, "words that say that it still tries", True)
    elif report.rule.endswith(_CLASS):
        first = Step(
            report.rule, report.reason, "the provider's own class", f"class {report.vendor_class}", True
        )
    else:
        return steps
    return (first, *(step._replace(is_decisive=False) for step in steps))
