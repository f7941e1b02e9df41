"""``make accuracy``: mails and webhooks of a corpus, read and compared with the expected answers."""

import sys
from collections import Counter
from pathlib import Path

from deliveryledger.inbound import providers
from tests.accuracy import mails
from tests.inbound.corpus import cases, read, wrong_with


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


def share(name: str, count: int, total: int) -> None:
    """One line of the table."""
    print(f"  {name:<32} {count:>4} of {total:<4} {100 * count / max(total, 1):6.1f} %")


if __name__ == "__main__":
    corpus = Path(sys.argv[1])
    mails.print_table(corpus / "bounces")
    webhooks(corpus / "webhooks")
