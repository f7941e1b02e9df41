"""What a report says of its message, and what of that may find it."""

from collections.abc import Sequence
from typing import NamedTuple

from ..domain.addresses import Digests
from ..domain.identifiers import check_id, check_tenant, message_stream, parse_stream
from ..domain.reports import Attribution, DeliveryReport, Outcome, Source
from ..errors import InvalidIdentifier
from .unit_of_work import UnitOfWork

_MAILS = (Source.DSN, Source.ARF)


class Claim(NamedTuple):
    """A report with the digests by which its message is found."""

    report: DeliveryReport
    address_key: str
    keys: tuple[str, ...]
    """Correlation keys where the report names a recipient, else references."""
    own_stream: str | None
    """The message that metadata of a provider name, or a signature of ours."""
    addressed: frozenset[str] = frozenset()
    """Address keys, one of which the message's recipient has; empty where nothing is known of it."""

    @classmethod
    def of(cls, report: DeliveryReport, unit: UnitOfWork, tenant: str | None) -> "Claim":
        """Digest what the report says of its message. ``tenant`` is the one that the caller is bound to."""
        if report.is_ambiguous:
            return cls(report, "", (), None)
        if report.signed:
            return cls._of_signed(report, report.signed, unit, tenant)
        digests, is_mail = unit.digests, report.source in _MAILS
        # Anybody can write a mail, and guess an id for its headers: there it is no proof.
        named = report.message_id if not is_mail else None
        own_stream = _own_stream(named, report.tenant, tenant) if named else None
        ids = _ids_in_mail(report) if is_mail else _provider_ids(report)
        # A recipient that is only inferred may be another of several: the message has to say who it is.
        if report.recipient and (is_mail or report.attribution is Attribution.REPORTED):
            key = unit.address_keys.of(report.recipient)
            return cls(report, key, tuple([digests.correlation(id_, key) for id_ in ids]), own_stream)
        return cls(report, "", tuple([digests.reference(id_) for id_ in ids]), own_stream)

    @classmethod
    def _of_signed(cls, report: DeliveryReport, signed: str, unit: UnitOfWork, tenant: str | None) -> "Claim":
        """Of a mail with a signature of ours: it is about that message, or about none."""
        own_stream = _own_stream(report.message_id, report.tenant, tenant) if report.message_id else None
        is_named = report.recipient and report.attribution is Attribution.REPORTED
        key = unit.address_keys.of(report.recipient) if is_named and report.recipient else ""
        addressed: frozenset[str] = frozenset()
        if report.addressed and not key:
            addressed = frozenset(
                map(unit.address_keys.of, (*report.addressed, *filter(None, [report.recipient])))
            )
        return cls(report, key, (unit.digests.signed_reference(signed),), own_stream, addressed)

    @property
    def is_mail(self) -> bool:
        """Whether it came as a mail, which names no provider: the Message-ID of what it returns is enough."""
        return self.report.source in _MAILS

    def may_be_to(self, address_key: str) -> bool:
        """Whether what it says of the recipient fits the message to this address."""
        if self.address_key:
            return address_key == self.address_key
        return not self.addressed or address_key in self.addressed

    def own_reference(self, digests: Digests) -> str | None:
        """Digest of our own message id, under which an early report waits for ``register``."""
        if self.own_stream is None:
            return None
        name = parse_stream(self.own_stream)
        return digests.own_reference(name.owner, name.id)


def _own_stream(message_id: str, named: str | None, tenant: str | None) -> str | None:
    """The stream that metadata name, which anybody may have written; None if it can be none of ours.

    ``named`` is the tenant in the metadata, ``tenant`` the one that the caller is bound to.
    """
    if tenant is not None and named not in (None, tenant):
        return None
    try:
        return message_stream(check_tenant(tenant or named or "default"), check_id(message_id, "message id"))
    except InvalidIdentifier:
        return None


def claims_of(unit: UnitOfWork, reports: Sequence[DeliveryReport], tenant: str | None) -> list[Claim]:
    """The reports with their digests; earlier keys of their recipients are looked up with one query."""
    named = (address for report in reports for address in (report.recipient, *(report.addressed or ())))
    unit.address_keys.load(address for address in named if address)
    return [Claim.of(report, unit, tenant) for report in reports]


def _provider_ids(report: DeliveryReport) -> tuple[str, ...]:
    return (report.provider_message_id,) if report.provider_message_id else ()


def _ids_in_mail(report: DeliveryReport) -> tuple[str, ...]:
    """What of the Message-ID in a mail may find the message: all of it; where a recipient is known as well,
    also the part before the @, which many providers use as their id, and which may be guessed.

    What takes a complaint back, or says that all is well, has to name both as they are.
    """
    text = report.provider_message_id or ""
    local, at, _ = text.strip("<>").partition("@")
    is_named = report.recipient and report.attribution is Attribution.REPORTED
    match report.outcome:
        case Outcome.COMPLAINT_WITHDRAWN:
            return (text,) if is_named and at else ()
        case Outcome.DELIVERED:
            return (text,) if is_named and text else ()
        case _ if not report.recipient:  # redacted (RFC 6590)
            return (text,) if at and report.source is Source.ARF else ()
        case _:
            return tuple(filter(None, (text, local if at else "")))
