"""``ledger.record`` and ``ledger.record_mail``: what somebody claims is handed in."""

from ..domain.reports import Reading, Source
from .ports import ReportReader
from .recording import Recording, record
from .services import Services


class HandingIn:
    """A part of the façade; what it needs, the façade has."""

    _services: Services
    _reader: ReportReader

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
            ),
            reading,
        )

    def read_mail(self, raw: bytes, *, account: str = "main") -> Reading:
        """What a mail says, and which message a signature of this ledger proves it to be about; for
        :meth:`record`."""
        return self._reader(
            provider="mail",
            account=account,
            source=Source.DSN,
            raw=raw,
            received_at=self._services.clock(),
        )

    def record_mail(
        self, raw: bytes, *, account: str = "main", tenant: str | None = None, delivery_key: str | None = None
    ) -> Recording:
        """Read and record a bounce (RFC 3464), complaint (RFC 5965) or automatic reply that came as a mail.

        Anybody can send a mail: it counts where it brings back the Message-ID of a message to the same
        recipient, or a signature of ``bounce_addresses``. Else it waits, see ``ledger.intake``.
        """
        reading = self.read_mail(raw, account=account)
        return self.record(reading, tenant=tenant, delivery_key=delivery_key)

    def was_delivered(self, delivery_key: str) -> bool:
        """Whether a delivery of that key was recorded."""
        return self._services.log.delivery(delivery_key) is not None
