"""``make accuracy``: mails, webhooks and typos of a corpus, read and compared with the expected answers."""

import json
import sys
from collections import Counter
from pathlib import Path

from deliveryledger.advice.typos import suggest
from deliveryledger.inbound import providers
from tests.accuracy import mails
from tests.inbound.corpus import cases, read, wrong_with


def lines(path: Path) -> list[dict[str, object]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


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
    mails.print_table(corpus / "bounces")
    webhooks(corpus / "webhooks")
    typos(corpus / "typos" / "dev.jsonl")
