"""The façade and composition root: the one place that wires things together."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from .application.candidate_emails import CandidateEmails
from .application.envelope import Envelope
from .application.intake import Intake
from .application.messages import Messages
from .application.policies import Policies
from .application.ports import Clock, Directory, NoDirectory
from .application.recording import Recording, record
from .application.services import Services
from .application.suppression_filters import SuppressionFilters
from .domain.reports import Reading, Source
from .errors import LedgerMissing
from .inbound import providers
from .inbound.mail import read_mail
from .projections.runner import Progress, Runner
from .projections.views import Views
from .read_models.filter_entries import withheld_messages
from .read_models.questions import READ_MODELS, Questions
from .read_models.status import LedgerStatus, ledger_status
from .storage.event_log import SqliteEventLog
from .storage.location import key_store_of, sqlite_path

HISTORY_PAGE = 1_000
"""Events that ``history`` reads at a time."""


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Ledger(Questions):
    """What became of every message to every candidate. Thread-safe; a context manager.

    Made by :meth:`open`. Every command and question takes ``tenant=`` (default ``"default"``);
    :meth:`tenant` is the same ledger bound to one tenant.
    """

    def __init__(self, services: Services, runner: Runner) -> None:
        super().__init__(services, runner, services.clock)
        self.candidate_emails = CandidateEmails(services)
        self.messages = Messages(services)
        self.suppression_filters = SuppressionFilters(services, self._withheld)
        self.intake = Intake(services, _read_again)

    @classmethod
    def open(
        cls,
        url: str | os.PathLike[str],
        *,
        clock: Clock = utc_now,
        policies: Policies | None = None,
        directory: Directory | None = None,
        key_encryption_key: bytes | None = None,
        create: bool = True,
    ) -> Self:
        """Open a ledger, or make a new one; with ``create=False`` only one that is there (LedgerMissing).

        ``url`` is a path, ``:memory:``, ``sqlite:///path`` or ``postgresql://…`` (not in this version:
        UnsupportedStore). Beside the log lie the key store (``.keys``), the key-encryption key (``.kek``,
        unless it is given here as 32 bytes or in DELIVERYLEDGER_KEY_ENCRYPTION_KEY as 64 hex digits) and
        the read models (``.views-<n>``). Raises StorageError and KeyStoreError.
        """
        path = sqlite_path(os.fspath(url))
        if not create and path is not None and not path.exists():
            raise LedgerMissing(
                "open a ledger", f"there is no file {path.name!r} at that place", "check the path"
            )
        key_store = key_store_of(path, key_encryption_key)
        try:
            log = SqliteEventLog(str(path) if path else ":memory:", key_store, clock)
        except BaseException:
            key_store.close()
            raise
        services = Services(log, clock, policies or Policies(), directory or NoDirectory())
        return cls(services, Runner(log, Views(path), READ_MODELS))

    def tenant(self, tenant: str) -> "Ledger":
        """The same ledger, bound to one tenant; closing either closes both."""
        services = replace(self._services, default_tenant=self._services.tenant(tenant), is_bound=True)
        return Ledger(services, self._runner)

    def record(
        self, reading: Reading, *, tenant: str | None = None, delivery_key: str | None = None
    ) -> Recording:
        """Record a reading of any size, in one transaction; twice is fine.

        A report takes its message's tenant; with ``tenant`` (or on a bound ledger) only that tenant's
        messages are considered. ``delivery_key`` names the delivery, if the caller has a name for it.
        Raises ReplayRefused.
        """
        owner = self._services.restricted_to(tenant)
        return self._services.transact(
            lambda unit: record(
                unit, reading, self._services.policies, tenant=owner, delivery_key=delivery_key
            )
        )

    def record_mail(
        self, raw: bytes, *, account: str = "main", tenant: str | None = None, delivery_key: str | None = None
    ) -> Recording:
        """Read and record a bounce (RFC 3464) or complaint (RFC 5965) that came as a mail."""
        reading = read_mail(raw, received_at=self._services.clock(), account=account)
        return self.record(reading, tenant=tenant, delivery_key=delivery_key)

    def was_delivered(self, delivery_key: str) -> bool:
        """Whether a delivery of that key was recorded."""
        return self._services.log.delivery(delivery_key) is not None

    def history(self, *, after: int = 0, tenant: str | None = None) -> Iterator[Envelope]:
        """Every event of a tenant after a position, opened, in the order in which they were recorded.

        Reports that fit no message yet belong to no tenant; they are listed by ``intake``.
        """
        owner = self._services.tenant(tenant)
        while envelopes := self._services.log.read(after=after, limit=HISTORY_PAGE):
            after = envelopes[-1].position
            yield from (e for e in envelopes if e.name.owner == owner and e.name.category != "intake")

    def status(self) -> LedgerStatus:
        """Positions, lag and counts of the whole ledger, without catching up first."""
        positions = self._runner.positions()
        last = self._services.log.last_position()
        with self._runner.caught_up() as views:
            return ledger_status(views, self._services.log.ledger_id, last, positions)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Compute every read model anew from the log. Sends nothing and changes no fact."""
        self._runner.rebuild(progress)

    def close(self) -> None:
        """Release files and connections; using the ledger afterwards raises LedgerClosed."""
        self._runner.close()
        self._services.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _withheld(self, tenant: str, address_key: str) -> tuple[str, ...]:
        with self._runner.caught_up() as views:
            return withheld_messages(views, tenant, address_key)


def _read_again(
    *, provider: str, account: str, source: Source, raw: bytes, received_at: datetime, authenticated: bool
) -> Reading:
    del authenticated
    if source is Source.WEBHOOK:
        return providers.get(provider).reread(raw, account=account, received_at=received_at)
    return read_mail(raw, received_at=received_at, account=account)
