"""The audit log of an open ledger: its file, made at first use, and the thread that follows."""

import os
import threading
from pathlib import Path

from ..errors import CommandRefused, LedgerClosed
from .audit_follower import AuditFollower
from .audit_log import AuditLog, StoredEvents
from .connections import MEMORY


class AuditFiles:
    """Opens ``<ledger>.audit`` when it is needed; ``path`` is the ledger's, None keeps it in memory."""

    def __init__(self, path: Path | None, ledger_id: str) -> None:
        self._path = str(path.with_name(path.name + ".audit")) if path else MEMORY
        self._ledger_id = ledger_id
        self._lock, self._pid = threading.Lock(), os.getpid()
        self._log: AuditLog | None = None
        self._follower: AuditFollower | None = None
        self._closed = False

    @property
    def state(self) -> str | None:
        """Of the thread: followed, failing (its last turn) or ended; None where there was none."""
        follower = self._follower
        if follower is None or self._pid != os.getpid():
            return None
        return "failing" if follower.is_failing else "followed" if follower.is_running else "ended"

    def open(self) -> AuditLog:
        """The audit log. Raises ForeignDatabase, and what failed in the follower meanwhile."""
        self._leave_to_parent()
        if self._follower:
            self._follower.check()
        with self._lock:
            return self._opened()

    def _opened(self) -> AuditLog:
        if self._closed:
            raise LedgerClosed("use the audit log", "the ledger was closed", "open it again")
        if self._log is None:
            self._log = AuditLog(self._path, self._ledger_id)
        return self._log

    def follow_in_background(self, events: StoredEvents, every: float) -> AuditFollower:
        """Begin to follow in a thread. Raises CommandRefused while one does already."""
        self.open()
        with self._lock:
            log = self._opened()
            if self._follower and self._follower.is_running:
                raise CommandRefused(
                    "follow in the background", "a thread follows this ledger already", "end that one first"
                )
            self._follower = AuditFollower(lambda: log.follow(events), every)
            return self._follower.start()

    def close(self) -> None:
        """End the thread and release the connections; what failed in the thread is raised."""
        self._leave_to_parent()
        with self._lock:
            self._closed = True
            log, self._log = self._log, None
        follower, self._follower = self._follower, None
        try:
            if follower:
                follower.stop()
        finally:
            if log:
                log.close()

    def _leave_to_parent(self) -> None:
        """In a forked child: its thread is the parent's, and one of the parent's may have held the lock."""
        if self._pid != os.getpid():
            self._lock, self._pid, self._follower = threading.Lock(), os.getpid(), None
