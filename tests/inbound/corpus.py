"""The project's own recorded requests (``../shared/corpus/webhooks``), compared as their README says."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest

CORPUS = Path(__file__).parents[2] / "../shared/corpus/webhooks"
ABSENT = "the webhook corpus is not beside this checkout"
IDS = ("recipient", "provider_message_id", "provider_event_id")


def cases(corpus: Path = CORPUS) -> Iterator[dict[str, Any]]:
    """Every case of a provider that we know; none, where there is no corpus."""
    for name in ("dev.jsonl", "signatures-dev.jsonl"):
        path = corpus / name
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            case = json.loads(line)
            if case["esp"] in providers.names():
                yield case


def read(case: Mapping[str, Any], *, now: datetime | None = None) -> Reading | None:
    """What the request says; None where it is not authentic."""
    body = base64.b64decode(case["body_b64"])
    request = WebhookRequest(case["method"], case["url"], case["headers"], body)
    received_at = now or datetime.fromisoformat(case["received_at"])
    try:
        return providers.get(case["esp"]).read(request, case["secrets"], now=received_at)
    except Unauthenticated:
        return None


def status(reading: Reading | None) -> str:
    """The word for it."""
    if reading is None:
        return "unauthenticated"
    if any(part.index is None for part in reading.quarantined):
        return "unreadable"
    return "accepted" if reading.reports or reading.ignored or reading.quarantined else "noop"


def event(report: DeliveryReport) -> dict[str, Any]:
    """A report in the words of the corpus."""
    names = ("severity", "reason", *IDS, "diagnostic")
    return {
        "type": report.outcome,
        "occurred_at": report.occurred_at.isoformat(),
        **{name: getattr(report, name) for name in names},
    }


def wrong(case: Mapping[str, Any], answer: str, events: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is not as expected, in a few words each."""
    expected = case["expected"]
    found = [] if answer in expected["status"].split("|") else [f"the answer is {answer}"]
    left = list(events)
    for wanted in expected.get("events", ()):
        right = next((each for each in left if is_right(wanted, each)), None)
        if right:
            left.remove(right)
        elif not wanted.get("optional"):
            found.append(f"missing: {wanted}")
    return found + ([f"too many: {each}" for each in left] if "events" in expected else [])


def wrong_with(case: Mapping[str, Any], reading: Reading | None) -> list[str]:
    """As :func:`wrong`, of what reading it in this process yields."""
    return wrong(case, status(reading), [event(report) for report in reading.reports] if reading else [])


def is_right(expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether an event is the one that is expected."""
    judged = ["type", *IDS, *(("severity", "reason") if found["type"] == "bounced" else ())]
    if not all(same(expected[name], found[name]) for name in judged if name in expected):
        return False
    if "occurred_at" in expected and not is_about(expected["occurred_at"], found["occurred_at"]):
        return False
    texts = [bare(text) for text in expected.get("diagnostic", "").split("|")]
    return any(text in bare(found["diagnostic"] or "") for text in texts)


def is_about(expected: str, found: str) -> bool:
    """The same moment, or one of several, but for a second."""
    moment = datetime.fromisoformat(found)
    return any(
        abs((moment - datetime.fromisoformat(each)).total_seconds()) <= 1 for each in expected.split("|")
    )


def same(expected: Any, found: object) -> bool:
    """``a|b`` = either is right; angle brackets and case do not matter."""
    if expected is None:
        return found is None
    return str(found).strip("<>").lower() in [each.strip("<>").lower() for each in str(expected).split("|")]


def bare(text: str) -> str:
    """Without what does not matter in a diagnostic."""
    return " ".join(text.removeprefix("smtp;").split())
