"""How well mails are read: counted over a corpus, printed beside what the best other readers reach.

The anchors were measured with the versions named, on the whole corpus of 1,436 mails, of which the one given
here may be a part. What is counted: the corpus's README.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.mail.autoreply import UNATTRIBUTED

_FAILURES: Final = (Outcome.BOUNCED, Outcome.DEFERRED)
_ANCHORS: Final = (
    # reader, detection %, recipients %, hard recall %, false hard %, feedback reports, plain mail taken
    ("Sisimai 5.1.0p3 (Ruby)", "97.1", "96.4", "85.2", "0.5", "39/40", "0/243"),
    ("Sisimai 5.2.0 (Go)", "91.2", "91.6", "82.0", "0.5", "37/40", "1/243"),
    ("flufl.bounce 6.0", "79.6", "77.7", "78.3", "73.6", "0/40", "5/243"),
    ("stdlib, DSN only", "48.3", "47.0", "43.0", "38.9", "34/40", "0/243"),
    ("gate", ">= 99.0", ">= 97.5", ">= 96.0", "<= 0.3", "all", "0"),
)
_HEADINGS: Final = ("", "detect %", "recipients %", "hard recall %", "false hard %", "ARF", "plain")


def measured(folder: Path, reader: str) -> tuple[str, ...]:
    """A row of the table, of the mails in a folder with an ``expected.jsonl``."""
    counts: Counter[str] = Counter()
    for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        reading = read_mail((folder / "messages" / case["file"]).read_bytes())
        counts.update(_counted(case, reading.reports, reading.ignored))
    return (
        reader,
        *(_percent(counts, name, total) for name, total in _SHARES),
        f"{counts['reports read']}/{counts['reports']}",
        f"{counts['plain taken']}/{counts['plain']}",
    )


_SHARES: Final = (
    ("found", "failures"),
    ("recipients right", "recipients judged"),
    ("hard as hard", "hard"),
    ("soft as hard", "soft"),
)


def _counted(
    case: dict[str, Any], reports: tuple[DeliveryReport, ...], ignored: tuple[str, ...]
) -> list[str]:
    """What to count of one mail."""
    failures = [report for report in reports if report.outcome in _FAILURES]
    is_hard = any(report.severity == "hard" for report in failures if report.outcome is Outcome.BOUNCED)
    counted = []
    if case["kind"] in ("bounce", "delay"):
        counted += ["failures", *["found"] * bool(failures)]
        if case["recipients"] is not None:
            named = {report.recipient.lower() for report in failures if report.recipient}
            counted += ["recipients judged", *["recipients right"] * _are(named, case["recipients"])]
    elif case["feedback_type"]:
        types = {report.feedback_type for report in reports} | {why.partition(":")[0] for why in ignored}
        counted += ["reports", *["reports read"] * (case["feedback_type"] in types)]
    else:
        counted += ["plain", *["plain taken"] * bool(failures)]
    if case["severity"] in ("hard", "soft"):
        counted += [case["severity"], *[f"{case['severity']} as hard"] * is_hard]
    return counted


def _are(named: set[str], expected: list[str]) -> bool:
    """Whether these are the recipients; an entry ``a|b`` is met by either."""
    alternatives = [set(entry.lower().split("|")) for entry in expected]
    return all(entry & named for entry in alternatives) and named <= set().union(*alternatives)


def _percent(counts: Counter[str], name: str, total: str) -> str:
    return f"{100 * counts[name] / max(counts[total], 1):.1f}"


def auto_replies(folder: Path) -> str:
    """How many of the auto-replies are known as such."""
    right = total = 0
    for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["kind"] == "auto_reply":
            reading = read_mail((folder / "messages" / case["file"]).read_bytes())
            total += 1
            right += UNATTRIBUTED in reading.ignored or any(
                report.outcome is Outcome.AUTO_REPLIED for report in reading.reports
            )
    return f"{right}/{total}"


def print_table(folder: Path) -> None:
    """Ours, and the anchors."""
    rows = [_HEADINGS, measured(folder, "deliveryledger"), *_ANCHORS]
    print("mails")
    for row in rows:
        print("  " + f"{row[0]:<24}" + "".join(f"{cell:>15}" for cell in row[1:]))
    print("  the anchors are of the whole corpus of 1,436 mails, ours is of those that are here")
    print(f"  auto-replies known as such: {auto_replies(folder)}")
