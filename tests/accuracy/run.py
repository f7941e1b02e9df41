"""``make accuracy``: mails, webhooks and typos of a corpus, read and compared with the expected answers."""

import json
import sys
from collections import Counter
from pathlib import Path

from deliveryledger.advice.typos import suggest
from deliveryledger.domain.reports import Outcome
from deliveryledger.inbound import providers
from deliveryledger.inbound.mail import read_mail
from tests.inbound.corpus import cases, read, wrong_with

_FAILURES = (Outcome.BOUNCED, Outcome.DEFERRED)


def lines(path: Path) -> list[dict[str, object]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def mails(folder: Path) -> None:
    """Detection, hard recall and false hard over all mails; standard reports only in this version."""
    counts: Counter[str] = Counter()
    for case in lines(folder / "expected.jsonl"):
        reading = read_mail((folder / "messages" / str(case["file"])).read_bytes())
        outcomes = {report.outcome for report in reading.reports}
        is_hard = any(r.outcome is Outcome.BOUNCED and r.severity == "hard" for r in reading.reports)
        if case["kind"] in ("bounce", "delay"):
            counts["bounces"] += 1
            counts["found"] += bool(outcomes & set(_FAILURES))
        if case["kind"] == "complaint":
            counts["complaints"] += 1
            counts["complaints found"] += Outcome.COMPLAINED in outcomes
        if case["kind"] in ("not_a_report", "auto_reply"):
            counts["other mails"] += 1
            counts["taken for a bounce"] += bool(outcomes & set(_FAILURES))
        if case["severity"] in ("hard", "soft"):
            counts[f"{case['severity']}"] += 1
            counts[f"{case['severity']} marked hard"] += is_hard
    print("mails (standard delivery status and feedback reports; other bounces are not read yet)")
    share("detection", counts["found"], counts["bounces"])
    share("hard recall", counts["hard marked hard"], counts["hard"])
    share("false hard", counts["soft marked hard"], counts["soft"])
    share("complaints found", counts["complaints found"], counts["complaints"])
    share("other mail taken for a bounce", counts["taken for a bounce"], counts["other mails"])


def webhooks(folder: Path) -> None:
    """Requests of each provider that are answered as expected, of all of them."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for case in cases(folder):
        total[case["esp"]] += 1
        right[case["esp"]] += not wrong_with(case, read(case))
    print("webhooks (requests whose status and events are as expected)")
    for slug in providers.names():
        if total[slug]:
            share(slug, right[slug], total[slug])
        else:
            print(f"  {slug:<32} no cases in this corpus")
    share("all", right.total(), total.total())


def typos(path: Path) -> None:
    """Right and wrong first suggestions, before and after a bounce."""
    for after_bounce in (False, True):
        print(f"typos, {'after' if after_bounce else 'before'} a bounce")
        counts: Counter[str] = Counter()
        for case in lines(path):
            found = suggest(str(case["address"]), after_bounce=after_bounce)
            first = found[0].address if found else None
            kind = "mistyped" if case["expected"] else "legitimate"
            counts[kind] += 1
            counts[f"{kind} right"] += first == case["expected"]
            counts["wrong"] += first not in (None, case["expected"]) and bool(case["expected"])
        share("mistyped, right", counts["mistyped right"], counts["mistyped"])
        share("mistyped, wrong", counts["wrong"], counts["mistyped"])
        share("legitimate, left alone", counts["legitimate right"], counts["legitimate"])


def share(name: str, count: int, total: int) -> None:
    """One line of the table."""
    print(f"  {name:<32} {count:>4} of {total:<4} {100 * count / max(total, 1):6.1f} %")


if __name__ == "__main__":
    corpus = Path(sys.argv[1])
    mails(corpus / "bounces")
    webhooks(corpus / "webhooks")
    typos(corpus / "typos" / "dev.jsonl")
