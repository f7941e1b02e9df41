"""A canary over the whole suite: no log record and no error text may carry an e-mail address.

A pytest plugin. It hears every log record (message, and the texts of the exceptions attached to it) and the
text of every ``DeliveryLedgerError`` made, whether or not anybody catches it; warnings are errors in this
suite as it is. A test during which an address was heard ends in an error. Nothing is on an allow-list.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from deliveryledger.errors import DeliveryLedgerError

ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[a-z]{2,}", re.IGNORECASE)

CANARY = pytest.StashKey["Canary"]()


class Canary(logging.Handler):
    """Remembers the texts in which an address was seen until somebody takes them."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self._leaks: list[str] = []

    def hear(self, origin: str, text: str) -> None:
        """Judge one text. The quick test first: debug logs of a busy suite are long."""
        if "@" in text and ADDRESS.search(text):
            self._leaks.append(f"{origin}: {text}")

    def take(self) -> list[str]:
        """The leaks since the last question."""
        leaks, self._leaks = self._leaks, []
        return leaks

    def emit(self, record: logging.LogRecord) -> None:
        """Hear a log record. Of a traceback the exceptions' texts count, not the source lines of the test."""
        self.hear(f"log record of {record.name}", record.getMessage())
        self.hear(f"stack in a log record of {record.name}", record.stack_info or "")
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            self.hear(f"exception in a log record of {record.name}", f"{type(error).__name__}: {error}")
            error = error.__cause__ or error.__context__


def pytest_configure(config: pytest.Config) -> None:
    """Start listening: to the root logger, at every level, and to the making of errors."""
    canary = config.stash[CANARY] = Canary()
    root = logging.getLogger()
    level = root.level
    root.addHandler(canary)
    root.setLevel(logging.DEBUG)
    original = DeliveryLedgerError.__init__

    def heard(self: DeliveryLedgerError, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        canary.hear(type(self).__name__, " ".join(map(str, self.args)))

    def stop() -> None:
        DeliveryLedgerError.__init__ = original  # type: ignore[method-assign]
        root.removeHandler(canary)
        root.setLevel(level)

    DeliveryLedgerError.__init__ = heard  # type: ignore[method-assign]
    config.add_cleanup(stop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Fail the test in which an address was heard, its fixtures included."""
    yield
    if leaks := item.config.stash[CANARY].take():
        pytest.fail("an address in a log or error text:\n  " + "\n  ".join(leaks), pytrace=False)


@pytest.fixture
def canary(pytestconfig: pytest.Config) -> Canary:
    """The listener itself, for tests that ask it early."""
    return pytestconfig.stash[CANARY]
