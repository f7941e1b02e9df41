"""Mails as mail servers write them (``samples/``): our own people and hosts, the servers' own words.

A line of ``samples/NAME.jsonl`` says what is right of a file in ``samples/NAME/``: ``a|b`` = either is,
null = not judged. ``each`` (where several recipients fare differently) maps an address to its outcome and
reason.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.domain.failure_reason import Severity
from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.inbound.mail import read_mail

SAMPLES = Path(__file__).parent / "samples"
# The first that any report has is the kind of the mail: with one failure among them, a mail is a bounce.
KINDS = (
    (Outcome.BOUNCED, "bounce"),
    (Outcome.DEFERRED, "delay"),
    (Outcome.COMPLAINED, "complaint"),
    (Outcome.UNSUBSCRIBED, "unsubscribe"),
    (Outcome.AUTO_REPLIED, "auto_reply"),
    (Outcome.DELIVERED, "delivered"),
)
FAILURES = (Outcome.BOUNCED, Outcome.DEFERRED)


def cases() -> list[Any]:
    """Every line of every list, named by its file."""
    found = [
        (SAMPLES / path.stem / Path(case["file"]).name, case)
        for path in sorted(SAMPLES.glob("*.jsonl"))
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    return [pytest.param(path, case, id=f"{path.parent.name}/{path.name}") for path, case in found]


def is_one_of(found: str | None, alternatives: str | None) -> bool:
    """Whether it is a value that is right; anything is, where none is given."""
    return alternatives is None or found in alternatives.split("|")


def kind_of(reports: tuple[DeliveryReport, ...]) -> str:
    """What the mail is taken for."""
    outcomes = {report.outcome for report in reports}
    return next((kind for outcome, kind in KINDS if outcome in outcomes), "not_a_report")


def told(reports: tuple[DeliveryReport, ...], kind: str) -> list[DeliveryReport]:
    """The reports that make it this kind: of a failure, not those about recipients who got the mail."""
    if kind in ("bounce", "delay"):
        return [report for report in reports if report.outcome in FAILURES]
    return list(reports)


def wrong_recipients(found: set[str], expected: list[str] | None) -> str:
    """Too many or too few; an entry ``a|b`` is met by either."""
    if expected is None:
        return ""
    entries = [set(entry.lower().split("|")) for entry in expected]
    missing = [sorted(entry) for entry in entries if not entry & found]
    extra = sorted(found - set().union(*entries)) if entries else sorted(found)
    return f"recipients: missing {missing}, too many {extra}" if missing or extra else ""


def wrong_severity(reports: list[DeliveryReport], expected: str | None) -> str:
    """``soft``: nothing in it may be hard."""
    is_hard = any(report.severity is Severity.HARD for report in reports)
    if is_one_of(Severity.HARD if is_hard else Severity.SOFT, expected):
        return ""
    return f"severity: {'hard' if is_hard else 'not hard'}, expected {expected}"


def wrong_each(reports: list[DeliveryReport], each: dict[str, list[str | None]]) -> list[str]:
    """Recipients that were given another one's outcome or reason."""
    wrong = []
    for recipients, (outcome, reason) in each.items():
        names = recipients.split("|")
        found = [(str(r.outcome), str(r.reason)) for r in reports if (r.recipient or "").lower() in names]
        if not any(is_one_of(o, outcome) and is_one_of(r, reason) for o, r in found) or len(set(found)) > 1:
            wrong.append(f"{recipients}: {found}, expected {outcome} {reason}")
    return wrong


def wrong_with(case: dict[str, Any], reports: tuple[DeliveryReport, ...]) -> list[str]:
    """What is not as expected; nothing more is said of a mail whose kind is wrong."""
    kind = kind_of(reports)
    if not is_one_of(kind, case["kind"]):
        return [f"kind: {kind}, expected {case['kind']}"]
    if kind == "not_a_report":
        return []
    telling = told(reports, kind)
    wrong = [wrong_recipients({(r.recipient or "").lower() for r in telling} - {""}, case["recipients"])]
    if kind in ("bounce", "delay"):
        reasons = sorted({str(r.reason) for r in telling})
        wrong.append(wrong_severity(telling, case["severity"]))
        if not any(is_one_of(reason, case["reason"]) for reason in reasons):
            wrong.append(f"reason: {reasons}, expected {case['reason']}")
    if case["feedback_type"] and not any(r.feedback_type == case["feedback_type"] for r in reports):
        wrong.append(f"feedback type: expected {case['feedback_type']}")
    return [text for text in wrong if text] + wrong_each(list(reports), case.get("each", {}))


@pytest.mark.parametrize(("path", "case"), cases())
def test_a_mail_is_read_as_its_server_meant_it(path: Path, case: dict[str, Any]):
    reading = read_mail(path.read_bytes())
    assert "; ".join(wrong_with(case, reading.reports)) == ""


def test_every_sample_has_its_line_and_every_line_its_sample():
    listed = {parameters.values[0] for parameters in cases()}
    assert listed == set(SAMPLES.glob("*/*.eml"))
    assert len(listed) == len(cases())
