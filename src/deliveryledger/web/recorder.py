"""The thread that records what the receiver has kept."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from ..application.kept_requests import KeptRequest
from ..application.receiving import Outside, Recorded
from ..domain.reports import Reading
from ..errors import DeliveryLedgerError, LedgerClosed, ProofUnavailable
from ..inbound import providers
from ..inbound.request import WebhookRequest
from ..ledger import Ledger
from .accounts import Accounts

_LOG = logging.getLogger("deliveryledger.web")
_EVERY: Final = 1.0
"""Seconds between two looks, where nothing wakes it: other processes may keep requests too."""
_GATHERING: Final = 0.05
"""Seconds in which requests gather, where few are kept: to record ten together costs little more than one."""
_FEW: Final = 10
_AFTER_ERROR: Final = 2.0
_WAIT, _LAST_WAIT = 4.0, 1.0
"""Seconds to wait for locks, before and after ``stop``: who ends it does not wait for long, and kills it."""
_SWEPT_EVERY: Final = 60.0
_LAST_TURN: Final = 10.0
"""Seconds in which ``stop`` records what is kept; the rest is recorded by the next start."""
_FINDINGS: Final = {
    # Field of Recorded -> what an operator is told of it, with which urgency.
    "refused": (logging.WARNING, "refused: their proof did not hold, or could not be had for days"),
    "put_off": (logging.WARNING, "put off: the provider could not be reached"),
    "stuck": (logging.ERROR, "put off: a key that they need is missing, or they were altered"),
    "gone": (logging.WARNING, "dropped: their key was destroyed; the log is older than its keys"),
}

Result = TypeVar("Result")


class Recorder:
    """Records kept requests, oldest first, until ``stop``."""

    def __init__(self, ledger: Ledger, accounts: Accounts, visit: Callable[[str], object]) -> None:
        self._ledger = ledger
        self._accounts = accounts
        self._fetch = visit
        self._outside = Outside(_read, self._prove, self._visit)
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._swept_at: float | None = None
        self.is_well = True
        """Whether the last turn went well."""

    def start(self) -> None:
        """Begin; a second time is fine, and so it is after :meth:`stop`."""
        with self._starting:
            if not self._is_running():
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name="deliveryledger-recorder", daemon=True)
                self._thread.start()

    def start_unless_stopped(self) -> None:
        """Begin, where nobody has said that this is the end."""
        if not self._is_running() and not self.is_stopped:
            self.start()

    @property
    def is_stopped(self) -> bool:
        """Whether :meth:`stop` was called last."""
        return self._stopping.is_set()

    def wake(self) -> None:
        """Something was kept."""
        self._woken.set()

    def stop(self) -> None:
        """End, after what is kept is recorded, or after some seconds."""
        self._stopping.set()
        self._woken.set()
        with self._starting:
            if self._thread is not None:
                self._thread.join()

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while True:
            is_last = self._stopping.is_set()
            self._woken.clear()
            try:
                self._turn(until=time.monotonic() + _LAST_TURN if is_last else None)
            except LedgerClosed:
                _LOG.error("the ledger was closed before its receiver; what is kept is recorded later")
                self.is_well = False
                return
            if is_last:
                return
            if self.is_well:
                self._woken.wait(_EVERY)
                self._stopping.wait(_GATHERING)
            else:
                self._stopping.wait(_AFTER_ERROR)

    def _turn(self, *, until: float | None) -> None:
        """Record all that is due. What could not be recorded is still kept. Raises LedgerClosed."""
        try:
            while recorded := self._in_time(lambda: self._ledger.requests.record(self._outside)):
                _report(recorded)
                if until is not None and time.monotonic() > until:
                    break
                if recorded.requests < _FEW:
                    self._stopping.wait(_GATHERING)
            self._sweep(now=time.monotonic())
        except LedgerClosed:
            raise
        except DeliveryLedgerError as error:
            _LOG.error("not recorded yet: %s: %s", type(error).__name__, error.obstacle)
            self.is_well = False
        except Exception as error:  # the thread must go on, and the text may hold addresses
            _LOG.critical("not recorded yet: %s", type(error).__name__)
            self.is_well = False
        else:
            self.is_well = True

    def _sweep(self, *, now: float) -> None:
        if self._swept_at is None or now - self._swept_at > _SWEPT_EVERY or self._stopping.is_set():
            self._swept_at = now
            self._in_time(self._ledger.requests.sweep)

    def _in_time(self, work: Callable[[], Result]) -> Result:
        with self._ledger.requests.waiting_at_most(_LAST_WAIT if self._stopping.is_set() else _WAIT):
            return work()

    def _prove(self, request: KeptRequest) -> None:
        adapter = providers.get(request.provider)
        self._check_is_ours(request)
        secrets = self._accounts.proofs_in_body(request.provider, request.account)
        adapter.verify(WebhookRequest("POST", "", {}, request.body), secrets, now=request.received_at)

    def _visit(self, request: KeptRequest, url: str) -> None:
        """Confirm a subscription to a topic that is allowed by name: anybody may sign for their own."""
        self._check_is_ours(request)
        if self._accounts.names_topics(request.provider, request.account):
            self._fetch(url)
        else:
            _LOG.warning(
                "%s/%s: a subscription is not confirmed: set its topics", request.provider, request.account
            )

    def _check_is_ours(self, request: KeptRequest) -> None:
        """Another process may have taken it, whose settings know more. Raises ProofUnavailable."""
        if not self._accounts.secrets(request.provider, request.account):
            raise ProofUnavailable(
                "prove a request",
                f"{request.provider}/{request.account} is not configured here",
                "leave it to the process that took it",
            )


def _report(recorded: Recorded) -> None:
    for name, (level, finding) in _FINDINGS.items():
        if number := getattr(recorded, name):
            _LOG.log(level, "%d requests %s", number, finding)


def _read(request: KeptRequest) -> Reading:
    return providers.get(request.provider).reread(
        request.body, account=request.account, received_at=request.received_at, headers=request.headers
    )
