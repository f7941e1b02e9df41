"""A process that forks while it has a ledger open: ``python -m tests.storage.fork LEDGER``."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from deliveryledger.errors import LedgerClosed
from deliveryledger.ledger import Ledger
from deliveryledger.storage.event_log import SqliteEventLog


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


@contextmanager
def held_by_another_thread(lock: Callable[[], AbstractContextManager[object]]) -> Iterator[None]:
    """Another thread is in the middle of its work when we fork."""
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock():
            holds.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


def closes_while_a_thread_of_the_parent_works(path: str) -> None:
    """A child waits for no thread of its parent, which it does not have."""
    ledger = Ledger.open(path)
    ledger.audit.checkpoint()
    log = cast("SqliteEventLog", ledger._services.log)
    files = ledger.audit._files
    locks: list[Callable[[], AbstractContextManager[object]]] = [
        log.transaction,
        lambda: files.open()._connections.write("hold it"),
        lambda: files._lock,
    ]

    def closes() -> None:
        signal.alarm(20)
        ledger.close()

    for lock in locks:
        with held_by_another_thread(lock):
            in_child(closes)
    ledger.close()


if __name__ == "__main__":
    forks(sys.argv[1])
    closes_while_a_thread_of_the_parent_works(sys.argv[1])
    in_memory()
