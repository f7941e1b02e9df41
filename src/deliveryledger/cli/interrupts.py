"""Ctrl-C: one KeyboardInterrupt at most, never while the program loads or ends, never in a child process.

An exception out of an import, an exit handler or a process that was just forked is a traceback, and may be
swallowed where nobody can raise it.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """What becomes of SIGINT. Whoever started us may have it ignored (``&`` in a script): so it is then."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._may_raise = False
        self._is_told = False

    def hold(self) -> None:
        """Remember an interrupt until :meth:`release`. Called in the main thread."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._take)

    def release(self) -> None:
        """From now on the first interrupt is raised; also the one that came before."""
        self._may_raise = True
        if self._is_told:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """It ends by itself now. Python would put back at the very end what kills."""
        if signal.getsignal(signal.SIGINT) == self._take:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_told or os.getpid() != self._process:
            return
        self._is_told = True
        if self._may_raise:
            raise KeyboardInterrupt


@contextmanager
def for_children() -> Iterator[None]:
    """Processes that are started here never get an interrupt; ours comes when that is done."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where the processes ignore it themselves
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
