"""What the ledger holds in the end."""

from collections import Counter

from deliveryledger import Ledger


def events(ledger: Ledger) -> Counter[str]:
    """How many events of each name, without the registration of the example."""
    found: Counter[str] = Counter()
    for envelope in ledger._services.log.read(after=0, limit=1_000):
        found[type(envelope.event).__name__] += 1
    return Counter(
        {name: n for name, n in found.items() if name.startswith(("Message", "Report"))}
    ) - Counter(["MessageRegistered", "MessageSubmitted"])
