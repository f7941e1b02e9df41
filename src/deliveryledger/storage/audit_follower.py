"""A thread that follows the event log, so that its hashes are recorded seconds after the events."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from ..errors import DeliveryLedgerError, LedgerClosed, StorageError

_LOG = logging.getLogger("deliveryledger.audit")


class AuditFollower:
    """Calls ``follow`` every ``every`` seconds, from ``start()`` until ``stop()``; a context manager.

    A StorageError (the disk is full, the lock is taken) is tried again with the next turn; anything else, and
    LedgerClosed, ends the thread. What failed last is raised by ``stop()`` and by ``check()``, unless a later
    turn went well; it is logged at once, and ``is_failing`` meanwhile.
    """

    def __init__(self, follow: Callable[[], object], every: float) -> None:
        self._follow = follow
        self._every = every
        self._stopping = threading.Event()
        self._error: BaseException | None = None
        self.is_failing = False
        """Whether the last turn failed."""
        self._thread = threading.Thread(target=self._run, name="deliveryledger-audit", daemon=True)

    def start(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    @property
    def is_running(self) -> bool:
        """Whether its thread has begun and not ended."""
        return self._thread.is_alive()

    def check(self) -> None:
        """Raise what failed, once."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    def stop(self) -> None:
        """End after one more turn, so that what was written before is covered; raise what failed."""
        self._stopping.set()
        self._thread.join()
        self.check()

    def _run(self) -> None:
        is_last = False
        while self._turn() and not is_last:
            is_last = self._stopping.wait(self._every)

    def _turn(self) -> bool:
        """Follow once; False = it is of no use to try again."""
        try:
            self._follow()
        except LedgerClosed as error:
            self._failed(error)
            return False
        except StorageError as error:
            self._failed(error)
        except BaseException as error:  # kept, and raised where somebody sees it
            self._failed(error)
            return False
        else:
            self._error, self.is_failing = None, False
        return True

    def _failed(self, error: BaseException) -> None:
        if not self.is_failing:
            # Of others the text may hold addresses.
            text = str(error) if isinstance(error, DeliveryLedgerError) else type(error).__name__
            _LOG.error("the audit log is not followed: %s", text)
        self._error, self.is_failing = error, True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        except BaseException as failed:
            if error is None:
                raise
            # What the block itself raised goes first; this one must not be lost.
            error.add_note(f"the audit log's follower failed too: {failed}")
