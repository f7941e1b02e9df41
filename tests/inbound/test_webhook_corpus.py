"""The project's own recorded requests (``../shared/corpus/webhooks``), compared as their README says."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest

CORPUS = Path(__file__).parents[2] / "../shared/corpus/webhooks"


def cases() -> Iterator[Any]:
    found = False
    for name in ("dev.jsonl", "signatures-dev.jsonl"):
        path = CORPUS / name
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            case = json.loads(line)
            if case["esp"] in providers.names():
                found = True
                yield pytest.param(case, id=case["id"])
    if not found:
        reason = "the webhook corpus is not beside this checkout"
        yield pytest.param(None, marks=pytest.mark.skip(reason=reason), id="corpus")


def read(case: dict[str, Any]) -> Reading | None:
    body = base64.b64decode(case["body_b64"])
    request = WebhookRequest(case["method"], case["url"], case["headers"], body)
    now = datetime.fromisoformat(case["received_at"])
    try:
        return providers.get(case["esp"]).read(request, case["secrets"], now=now)
    except Unauthenticated:
        return None


def status(reading: Reading | None) -> str:
    if reading is None:
        return "unauthenticated"
    if any(part.index is None for part in reading.quarantined):
        return "unreadable"
    return "accepted" if reading.reports or reading.ignored or reading.quarantined else "noop"


def same(expected: Any, found: object) -> bool:
    """``a|b`` = either is right; angle brackets and case do not matter."""
    if expected is None:
        return found is None
    return str(found).strip("<>").lower() in [each.strip("<>").lower() for each in str(expected).split("|")]


def is_right(expected: dict[str, Any], report: DeliveryReport) -> bool:
    pairs = {"type": report.outcome, **{name: getattr(report, name) for name in IDS if name in expected}}
    if report.outcome == "bounced":
        pairs |= {name: getattr(report, name) for name in ("severity", "reason") if name in expected}
    if not all(same(expected[name], value) for name, value in pairs.items()):
        return False
    if "occurred_at" in expected:
        away = report.occurred_at - datetime.fromisoformat(expected["occurred_at"])
        if abs(away.total_seconds()) > 1:
            return False
    return "diagnostic" not in expected or bare(expected["diagnostic"]) in bare(report.diagnostic or "")


IDS = ("recipient", "provider_message_id", "provider_event_id")


def bare(text: str) -> str:
    return " ".join(text.removeprefix("smtp;").split())


@pytest.mark.parametrize("case", list(cases()))
def test_reads_what_the_provider_sent(case: dict[str, Any]):
    reading = read(case)
    assert status(reading) in case["expected"]["status"].split("|")
    reports = list(reading.reports) if reading else []
    for expected in case["expected"].get("events", ()):
        right = next((report for report in reports if is_right(expected, report)), None)
        assert right or expected.get("optional"), expected
        if right:
            reports.remove(right)
    assert "events" not in case["expected"] or reports == []
