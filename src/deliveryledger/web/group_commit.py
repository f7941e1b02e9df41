"""Many callers, one transaction: what is handed in while one is written goes into the next together."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Hands items to ``commit`` in groups, each caller waiting for its own. Thread-safe.

    A commit costs a write to the disk, whether it is of one item or of forty.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Result]], *, most: int = 100) -> None:
        self._commit = commit
        self._most = most
        self._handed_in: list[_Entry[Item, Result]] = []
        self._committing = threading.Lock()

    def __call__(self, item: Item) -> Result:
        """The result for the item, once it is committed. Raises what ``commit`` raised for its group."""
        entry = _Entry[Item, Result](item)
        self._handed_in.append(entry)  # atomic; the lock below is for who commits
        with self._committing:
            while not entry.is_done:
                self._next_group()
        if entry.error is not None:
            raise entry.error
        return entry.results[0]

    def _next_group(self) -> None:
        group = self._handed_in[: self._most]
        del self._handed_in[: len(group)]  # what is handed in meanwhile stands behind them
        try:
            for entry, result in zip(group, self._commit([entry.item for entry in group]), strict=True):
                entry.results.append(result)
        except BaseException as error:  # an interruption too: the others of the group wait for an end
            for entry in group:
                entry.error = error
        for entry in group:
            entry.is_done = True


class _Entry(Generic[Item, Result]):
    def __init__(self, item: Item) -> None:
        self.item = item
        self.results: list[Result] = []
        self.error: BaseException | None = None
        self.is_done = False
