"""The door: requests are kept, many together, within the time in which each has to be answered."""

import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from ..application.kept_requests import KeptRequest, Taken
from ..application.receiving import Requests
from ..errors import KeyStoreError, StorageError
from .group_commit import GroupCommit

_WAIT, _WAIT_AFTER_FAILURE = 1.5, 0.25
"""Seconds to wait for locks. A request may have to wait for the group before its own, and the shortest time
a provider waits is 3 s; while the store fails, those behind do not wait for what they will not get."""
_KNOWN_FOR: Final = 1.0
"""Seconds in which a success proves that the next one is likely."""
_FAILURES: Final = (StorageError, KeyStoreError)
Result = TypeVar("Result")


class Door:
    """Keeps requests; knows whether it can. Thread-safe."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._commit = GroupCommit(self._keep)
        self._has_failed = False
        self._opened_at: float | None = None

    def keep(self, request: KeptRequest) -> Taken:
        """What became of a request, durably. Raises StorageError and KeyStoreError, in time."""
        return self._commit(request)

    def is_open(self) -> bool:
        """Whether requests can be kept: one just was, or a write on trial succeeds."""
        at = self._opened_at
        if at is None or time.monotonic() - at > _KNOWN_FOR:
            try:
                self._attempt(self._requests.try_out)
            except _FAILURES:
                return False
        return True

    def _keep(self, group: Sequence[KeptRequest]) -> Sequence[Taken]:
        return self._attempt(lambda: self._requests.keep(group))

    def _attempt(self, work: Callable[[], Result]) -> Result:
        seconds = _WAIT_AFTER_FAILURE if self._has_failed else _WAIT
        try:
            with self._requests.waiting_at_most(seconds):
                result = work()
        except _FAILURES:
            self._opened_at, self._has_failed = None, True
            raise
        self._opened_at, self._has_failed = time.monotonic(), False
        return result
