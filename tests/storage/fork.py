"""A process that forks while it has a ledger open: ``python -m tests.storage.fork LEDGER``."""

import os
import sys
from collections.abc import Callable

from deliveryledger.errors import LedgerClosed
from deliveryledger.ledger import Ledger


def in_child(work: Callable[[], None]) -> None:
    """Run it in a forked child and wait for the child's good end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def forks(path: str) -> None:
    """Parent and children write and ask in turn, each on connections of its own."""
    ledger = Ledger.open(path)

    def register(id_: str) -> None:
        ledger.candidate_emails.register(id_, "ada@example.org", by="rec-3")
        ledger.candidate_card(id_)

    def use_and_close() -> None:
        register("child-1")
        ledger.rebuild()
        ledger.close()

    register("parent-1")
    in_child(use_and_close)
    in_child(ledger.close)  # without having used it
    register("parent-2")
    in_child(lambda: register("child-2"))
    ledger.candidate_card("child-2")
    register("parent-3")
    ledger.close()


def in_memory() -> None:
    """A ledger in memory cannot be shared, and says so instead of answering from a copy."""
    ledger = Ledger.open(":memory:")
    ledger.candidate_emails.register("cand-7", "ada@example.org", by="rec-3")

    def refused() -> None:
        for use in (ledger.status, lambda: ledger.candidate_emails.confirm("cand-7", by="rec-3")):
            try:
                use()
            except LedgerClosed:
                continue
            raise AssertionError("it answered")

    in_child(refused)
    ledger.candidate_card("cand-7")
    ledger.close()


if __name__ == "__main__":
    forks(sys.argv[1])
    in_memory()
