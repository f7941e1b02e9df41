"""The façade and composition root: the one place that wires things together."""

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

from ..application.candidate_emails import CandidateEmails
from ..application.directory import Directory, NoDirectory
from ..application.erasure import Erasing, Erasure
from ..application.handing_in import HandingIn
from ..application.intake import Intake
from ..application.messages import Messages
from ..application.notifications import Notifications
from ..application.outbox import Outbox
from ..application.policies import Policies
from ..application.ports import Clock
from ..application.provider_lists import ProviderLists
from ..application.receiving import Requests
from ..application.services import Services
from ..application.suppression_filters import SuppressionFilters
from ..application.telemetry import Telemetry
from ..domain.reports import Reading
from ..errors import DeliveryLedgerError, LedgerMissing
from ..inbound.mail.bounce_addresses import BounceAddresses, BounceProofs
from ..inbound.rereading import read_again
from ..outbound.notifications import compose
from ..privacy.keys import KeyWrapper
from ..projections.runner import Progress, Runner
from ..projections.views import Views
from ..read_models.candidates_and_messages import to_hand_over
from ..read_models.filter_entries import withheld_messages
from ..read_models.filter_moves import FilterMoves
from ..read_models.footprint import footprint
from ..read_models.outages import open_outages
from ..read_models.outbox_questions import OutboxAnswers
from ..read_models.personal_data import PersonalData
from ..read_models.provider_lists import ListQuestions
from ..read_models.questions import READ_MODELS, Questions
from ..read_models.status import LedgerStatus, ledger_status
from ..storage.audit_report import Verification
from ..storage.audit_trail import AuditTrail
from ..storage.event_log import SqliteEventLog
from ..storage.location import key_store_of, sqlite_path
from ..storage.restoring import restore
from .looking_back import LookingBack
from .telling import Telling


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Ledger(HandingIn, Questions, LookingBack, Telling, PersonalData):
    """What became of every message to every candidate. Thread-safe; a context manager.

    Made by :meth:`open`. Every command and question takes ``tenant=`` (default ``"default"``);
    :meth:`tenant` is the same ledger bound to one tenant.
    """

    restore = staticmethod(restore)

    def __init__(
        self, services: Services, runner: Runner, audit: AuditTrail, place: Path | None = None
    ) -> None:
        super().__init__(services, runner, services.clock)
        self.candidate_emails = CandidateEmails(services)
        self.messages = Messages(services, partial(self._ask, to_hand_over))
        self.suppression_filters = SuppressionFilters(
            services,
            FilterMoves(self._ask, services.clock),
            partial(self._ask, withheld_messages),
            partial(self._ask, open_outages),
        )
        self.provider_lists = ProviderLists(
            services, ListQuestions(self._ask, services.clock), partial(self._ask, withheld_messages)
        )
        self._reader = self._read
        self._place = place
        self.intake = Intake(services, self._reader)
        self.requests = Requests(services)
        self.notifications = Notifications(services)
        answers = OutboxAnswers(self._ask, services.clock, services.address_key)
        self.outbox = Outbox(services, answers, compose)
        self.audit = audit
        log = cast("SqliteEventLog", services.log)
        self.keys, self.backup = log.keys, log.backup
        self._erasing = Erasing(services, partial(self._ask, footprint), self._runner.forget)

    @classmethod
    def open(
        cls,
        url: str | os.PathLike[str],
        *,
        clock: Clock = utc_now,
        policies: Policies | None = None,
        directory: Directory | None = None,
        key_encryption_key: bytes | KeyWrapper | None = None,
        telemetry: Telemetry | None = None,
        create: bool = True,
    ) -> Self:
        """Open a ledger, or make a new one; with ``create=False`` only one that is there (LedgerMissing).

        ``url`` is a path, ``:memory:``, ``sqlite:///path`` or ``postgresql://…`` (not in this version:
        UnsupportedStore). Beside the log lie the key store (``.keys``), the key-encryption key (``.kek``,
        unless it is given here, as 32 bytes or a KeyWrapper, or named in the environment) and the read
        models (``.views-<n>``). ``telemetry`` is told numbers and durations, never anything about a person.
        Raises StorageError and KeyStoreError.
        """
        path = sqlite_path(os.fspath(url))
        if not create and path is not None and not path.exists():
            raise LedgerMissing(
                "open a ledger", f"there is no file {path.name!r} at that place", "check the path"
            )
        with ExitStack() as opened:
            key_store = key_store_of(path, key_encryption_key)
            opened.callback(key_store.close)
            log = SqliteEventLog(str(path) if path else ":memory:", key_store, clock)
            opened.callback(log.close)
            services = Services(log, clock, policies or Policies(), directory or NoDirectory(), telemetry)
            runner = Runner(log, Views(path), READ_MODELS, telemetry)
            opened.callback(runner.close)
            with suppress(DeliveryLedgerError):  # the next question says so; verify() must be possible
                runner.settle()
            ledger = cls(services, runner, AuditTrail.beside(path, log, clock), path)
            opened.pop_all()
        return ledger

    def tenant(self, tenant: str) -> "Ledger":
        """The same ledger, bound to one tenant; closing either closes both."""
        services = replace(self._services, default_tenant=self._services.tenant(tenant), is_bound=True)
        return Ledger(services, self._runner, self.audit.of_tenant(services.default_tenant), self._place)

    def bounce_addresses(self, domain: str, *, tenant: str | None = None) -> BounceAddresses:
        """Signs the envelope senders of messages, or headers of theirs: what a mail brings back then proves
        which message it is about. The domain's mail has to reach :meth:`record_mail`.

        ``tenant`` is the one that it signs for unless told otherwise; a bound ledger signs for its own alone.
        Raises InvalidAddress, InvalidInput.
        """
        keys, only = self._services.log.digests.bounce_keys, self._services.restricted_to(None)
        return BounceAddresses(domain, keys, tenant=self._services.tenant(tenant), only=only)

    def erase(self, candidate_id: str, *, by: str, tenant: str | None = None) -> Erasure:
        """Forget a candidate: nothing of them can be opened any more, and no file holds it.

        History stays provable: stored bytes do not change, their keys are destroyed. An address that
        complained or bounced stays refused. Raises UnknownCandidate.
        """
        return self.erase_many([candidate_id], by=by, tenant=tenant)[0]

    def erase_many(
        self, candidate_ids: Sequence[str], *, by: str, tenant: str | None = None
    ) -> tuple[Erasure, ...]:
        """As :meth:`erase`, of all of them or none; much faster than one by one."""
        return self._erasing.erase(candidate_ids, by=by, tenant=tenant)

    def status(self) -> LedgerStatus:
        """Positions, lag and counts of the whole ledger, without catching up first."""
        positions = self._runner.positions()
        last, kept = self._services.log.last_position(), self.requests.waiting()
        with self._runner.caught_up() as views:
            return ledger_status(views, self._services.log.ledger_id, last, positions, kept)

    def verify(
        self,
        checkpoints: Iterable[str | bytes] = (),
        *,
        vkey: str | None = None,
        progress: Progress | None = None,
    ) -> Verification:
        """Whether history was changed, with the first event that was: see ``AuditTrail.verify``."""
        return self.audit.verify(checkpoints, vkey=vkey, progress=progress)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Compute every read model anew from the log. Sends nothing and changes no fact."""
        self._runner.rebuild(progress)

    def close(self) -> None:
        """Release files and connections; using the ledger afterwards raises LedgerClosed."""
        try:
            self.audit.close()  # first: a thread may be following
        finally:
            self._runner.close()
            self._services.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, **evidence: Any) -> Reading:
        # Another process may have replaced the secret since.
        return read_again(**evidence, proofs=BounceProofs(self._services.log.digests.bounce_keys))
