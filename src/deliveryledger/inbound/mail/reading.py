"""Which kind of mail it is, most certain first."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from ...domain.reports import DeliveryReport, Quarantined, Reading, Source, utc
from . import arf, autoreply, dsn, sns_mail
from .bounce_addresses import BounceProofs
from .prose import reading as prose
from .scanner import DEFAULT_LIMITS, BeyondLimits, Limits, Mail, scan

NOT_A_REPORT: Final = "not a report"
_NO_RECIPIENT: Final = "a delivery status notification without a recipient's action or status"


def read_mail(
    raw: bytes,
    *,
    received_at: datetime | None = None,
    account: str = "main",
    limits: Limits = DEFAULT_LIMITS,
    proofs: BounceProofs | None = None,
) -> Reading:
    """What one mail says; ``received_at`` is an aware time, by default now.

    ``proofs`` recognises our own signatures, by which a mail proves which message it is about.
    Never raises for what a mail contains: above a limit, or unreadable, it is quarantined as it is.
    """
    at = utc(received_at) if received_at is not None else datetime.now(UTC)
    source = Source.DSN
    claims: list[DeliveryReport | str] = []
    quarantined: tuple[Quarantined, ...] = ()
    try:
        mail = scan(raw, limits)
        source, claims = _read(mail, limits, account, at)
        claims = proofs.prove(mail, claims) if proofs else claims
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
    mail: Mail, limits: Limits, account: str, received_at: datetime, *, is_inner: bool = False
) -> tuple[Source, list[DeliveryReport | str]]:
    """The source, and the claims; no claim at all where a delivery status names nobody."""
    is_dsn = mail.part(*dsn.TYPES) is not None
    if is_dsn and (reports := dsn.read(mail, account, received_at, limits)):
        return Source.DSN, list(reports)
    if claims := arf.read(mail, account, received_at):
        return Source.ARF, claims
    if mail.part(*autoreply.MDN_TYPES):
        return Source.DSN, autoreply.read(mail, account, received_at)
    if bounces := prose.read(mail, account, received_at, limits):
        return Source.DSN, list(bounces)
    if claims := sns_mail.read(mail, account, received_at):
        return Source.DSN, claims
    if not is_inner and (inner := _passed_on(mail, limits)) is not None:
        return _read(inner, limits, account, received_at, is_inner=True)
    return Source.DSN, autoreply.read(mail, account, received_at) or ([] if is_dsn else [NOT_A_REPORT])


def _passed_on(mail: Mail, limits: Limits) -> Mail | None:
    """The notification inside one that a gateway has wrapped. What a person forwards is that person's mail."""
    part = mail.part("message/rfc822")
    if part is None or not prose.is_from_system(mail):
        return None
    inner = scan(part.content, limits)
    if not prose.is_from_system(inner):
        return None
    return Mail(inner.headers, inner.type, inner.parts, mail.raw)
