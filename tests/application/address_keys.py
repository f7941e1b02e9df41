"""Address keys as a ledger makes them now, for tests."""

from deliveryledger import Ledger

NEW = "grace@navy.example"


def key_of(ledger: Ledger, address: str) -> str:
    """The key of an address."""
    return ledger._services.address_key(address)


def version(ledger: Ledger, address: str) -> str:
    """The version of the secret that its key was made with."""
    return key_of(ledger, address).partition(".")[0]


def entries(ledger: Ledger) -> list[str]:
    """Every filter entry there is, whoever may see it."""
    log = ledger._services.log
    envelopes = log.read(after=0, limit=10_000)
    return sorted({e.stream for e in envelopes if e.stream.startswith("suppression_filter-")})
