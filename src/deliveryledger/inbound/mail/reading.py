"""Which kind of mail it is, most certain first. Bounces in prose will go before auto-replies."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from ...domain.reports import DeliveryReport, Quarantined, Reading, Source, utc
from . import arf, autoreply, dsn
from .scanner import DEFAULT_LIMITS, BeyondLimits, Limits, Mail, scan

NOT_A_REPORT: Final = "not a report"
_NO_RECIPIENT: Final = "a delivery status notification without a recipient's action or status"


def read_mail(
    raw: bytes, *, received_at: datetime | None = None, account: str = "main", limits: Limits = DEFAULT_LIMITS
) -> Reading:
    """What one mail says; ``received_at`` is an aware time, by default now.

    Never raises for what a mail contains: above a limit, or unreadable, it is quarantined as it is.
    """
    at = utc(received_at) if received_at is not None else datetime.now(UTC)
    source = Source.DSN
    claims: list[DeliveryReport | str] = []
    quarantined: tuple[Quarantined, ...] = ()
    try:
        source, claims = _read(scan(raw, limits), limits, account, at)
    except BeyondLimits as beyond:
        quarantined = (Quarantined(why=str(beyond), raw=raw),)
    if not claims and not quarantined:
        quarantined = (Quarantined(why=_NO_RECIPIENT, raw=raw),)
    return Reading(
        provider="mail",
        account=account,
        source=source,
        received_at=at,
        reports=tuple(claim for claim in claims if not isinstance(claim, str)),
        ignored=tuple(claim for claim in claims if isinstance(claim, str)),
        quarantined=quarantined,
        content=hashlib.sha256(raw).hexdigest(),
    )


def _read(
    mail: Mail, limits: Limits, account: str, received_at: datetime
) -> tuple[Source, list[DeliveryReport | str]]:
    """The source, and the claims; no claim at all where a delivery status names nobody."""
    if mail.part(*dsn.TYPES):
        return Source.DSN, list(dsn.read(mail, account, received_at, limits))
    if claims := arf.read(mail, account, received_at):
        return Source.ARF, claims
    return Source.DSN, autoreply.read(mail, account, received_at) or [NOT_A_REPORT]
