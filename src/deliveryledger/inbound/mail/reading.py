"""Which kind of mail it is, most certain first."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

from ...domain.reports import DeliveryReport, Quarantined, Reading, Source, utc
from . import arf, autoreply, dsn, sns_mail
from .bounce_addresses import BounceProofs
from .notes import BOUNCE, Notes
from .parts import cut
from .prose import reading as prose
from .prose.authorship import Signs, is_from_system
from .scanner import DEFAULT_LIMITS, BeyondLimits, Limits, Mail, read_headers, scan

NOT_A_REPORT: Final = "not a report"
_NO_RECIPIENT: Final = "a delivery status notification without a recipient's action or status"

_ATTACHED: Final = (
    "a delivery status that a person attached: there is no report, and the sender is no machine"
)
_FORWARDED: Final = "the notification inside it was passed on by a person"

_MOST_WRAPPERS: Final = 2
_WRAPPERS: Final = ("message/rfc822", "message/global")
_KNOWN_TYPES: Final = (
    "text/plain",
    "text/html",
    "text/rfc822-headers",
    "message/global-headers",
    *autoreply.MDN_TYPES,
    "message/feedback-report",
)
"""What is not looked into for something else, unless it is a file."""
_STATUS: Final = re.compile(
    rb"\s{0,9}(?:reporting-mta|original-recipient|final-recipient)[ \t]{0,9}:", re.IGNORECASE
)
_FIELDS: Final = re.compile(
    rb"\s{0,9}(?:>?from [^\n]{1,200}\n)?"
    rb"(?:received|return-path|from|to|date|subject|message-id|mime-version|content-type|delivered-to|x-[\w-]{1,60})"
    rb"[ \t]{0,9}:",
    re.IGNORECASE,
)
"""How a delivery status (RFC 3464 2.2.2 and 2.3) and how a whole mail begin."""


def read_mail(
    raw: bytes,
    *,
    received_at: datetime | None = None,
    account: str = "main",
    limits: Limits = DEFAULT_LIMITS,
    proofs: BounceProofs | None = None,
    notes: Notes | None = None,
) -> Reading:
    """What one mail says; ``received_at`` is an aware time, by default now.

    ``proofs`` recognises our own signatures, by which a mail proves which message it is about. In ``notes``
    is written, where they are given, how it came about.
    Never raises for what a mail contains: above a limit, or unreadable, it is quarantined as it is.
    """
    at = utc(received_at) if received_at is not None else datetime.now(UTC)
    source = Source.DSN
    claims: list[DeliveryReport | str] = []
    quarantined: tuple[Quarantined, ...] = ()
    try:
        mail = scan(raw, limits)
        mail.notes = notes
        source, claims = _read(mail, limits, account, at, proofs)
    except BeyondLimits as beyond:
        quarantined = (Quarantined(why=str(beyond), raw=raw),)
    if not claims and not quarantined:
        quarantined = (Quarantined(why=_NO_RECIPIENT, raw=raw),)
    return Reading(
        provider="mail",
        account=account,
        source=source,
        received_at=at,
        reports=tuple([claim for claim in claims if not isinstance(claim, str)]),
        ignored=tuple([claim for claim in claims if isinstance(claim, str)]),
        quarantined=quarantined,
        content=hashlib.sha256(raw).hexdigest(),
    )


def _read(
    mail: Mail,
    limits: Limits,
    account: str,
    received_at: datetime,
    proofs: BounceProofs | None,
    depth: int = 0,
) -> tuple[Source, list[DeliveryReport | str]]:
    """The source, and the claims with what proves them; none where a delivery status names nobody."""
    source, claims = _claims(mail, limits, account, received_at, proofs, depth)
    return source, proofs.prove(mail, claims) if proofs else claims


def _claims(
    mail: Mail,
    limits: Limits,
    account: str,
    received_at: datetime,
    proofs: BounceProofs | None,
    depth: int,
) -> tuple[Source, list[DeliveryReport | str]]:
    is_dsn = _has_status(mail)
    if is_dsn and (reports := dsn.read(mail, account, received_at, limits)):
        return Source.DSN, list(reports)
    if claims := arf.read(mail, account, received_at):
        return Source.ARF, claims
    if mail.part(*autoreply.MDN_TYPES):
        return Source.DSN, autoreply.read(mail, account, received_at)
    if depth < _MOST_WRAPPERS and (inner := _passed_on(mail, limits)) is not None:
        source, claims = _read(inner, limits, account, received_at, proofs, depth + 1)
        has_reports = any(not isinstance(claim, str) for claim in claims)
        if mail.notes is not None and inner.notes is not None:
            mail.notes.add_inner(inner.notes, is_it=has_reports)
        if has_reports:
            return source, claims
    if bounces := prose.read(mail, account, received_at, limits):
        return Source.DSN, list(bounces)
    if claims := sns_mail.read(mail, account, received_at):
        return Source.DSN, claims
    return Source.DSN, autoreply.read(mail, account, received_at) or ([] if is_dsn else [NOT_A_REPORT])


def _has_status(mail: Mail) -> bool:
    """Whether there is a delivery status that software sent; a person may attach one to a question.

    Some software gives it another type than it has.
    """
    status = mail.part(*dsn.TYPES)
    if status is None and len(mail.parts) > 1:
        for part in mail.parts:
            if part.type not in _KNOWN_TYPES and _STATUS.match(part.content):
                status = part
                part.type = dsn.TYPES[0]
    if status is None or mail.is_report or Signs(mail).is_by_machine:
        return status is not None
    if mail.notes is not None:
        mail.notes.is_no(BOUNCE, _ATTACHED)
    return False


def _passed_on(mail: Mail, limits: Limits) -> Mail | None:
    """The notification inside one that a gateway has wrapped; what a person forwards is that person's."""
    for part in mail.parts:
        if part.type in _WRAPPERS or (
            part.type not in _KNOWN_TYPES or part.headers.get("content-disposition")
        ):
            head, _ = cut(part.content, 0, len(part.content), limits)
            if not _FIELDS.match(head) or not is_from_system(read_headers(head)):
                continue
            signs = Signs(mail)
            if not signs.is_by_machine or signs.is_personal:
                if mail.notes is not None:
                    mail.notes.is_no(BOUNCE, _FORWARDED)
                return None
            inner = scan(part.content, limits)
            whole = Mail(inner.headers, inner.type, inner.parts, mail.raw, is_report=inner.is_report)
            whole.notes = None if mail.notes is None else Notes()
            return whole
    return None
