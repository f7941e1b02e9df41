"""Finding the message that a report is about."""

from datetime import datetime
from typing import NamedTuple

from ..domain.addresses import Digests
from ..domain.identifiers import check_tenant, message_stream, parse_stream
from ..domain.reports import DeliveryReport, Source
from .ports import Correlation
from .unit_of_work import UnitOfWork

_MAILS = (Source.DSN, Source.ARF)


class Claim(NamedTuple):
    """A report with the digests by which its message is found."""

    report: DeliveryReport
    address_key: str
    references: tuple[str, ...]
    own_stream: str | None

    @classmethod
    def of(cls, report: DeliveryReport, digests: Digests, tenant: str | None) -> "Claim":
        """Digest what the report says of its message. ``tenant`` is the one that the caller is bound to."""
        key = digests.address_key(report.recipient) if report.recipient else ""
        references = tuple(digests.reference(text) for text in _message_ids(report))
        if not report.message_id:
            return cls(report, key, references, None)
        owner = check_tenant(tenant or report.tenant or "default")
        return cls(report, key, references, message_stream(owner, report.message_id))

    @property
    def is_mail(self) -> bool:
        """Whether it came as a mail, which names no provider: the Message-ID of what it returns is enough."""
        return self.report.source in _MAILS

    def own_reference(self, digests: Digests) -> str | None:
        """Digest of our own message id, under which an early report waits for ``register``."""
        if self.own_stream is None:
            return None
        name = parse_stream(self.own_stream)
        return digests.own_reference(name.owner, name.id)


def match(unit: UnitOfWork, claims: list[Claim], tenant: str | None) -> list[str | None]:
    """The message stream of each claim, or None; all of them are loaded.

    Our own id is preferred where it came back, then provider, account, id and recipient, of which the
    newest submission before the report wins, then the id alone if only one message has it.
    """
    unit.load({claim.own_stream for claim in claims if claim.own_stream})
    pairs = {(r, c.address_key) for c in claims if c.address_key for r in c.references}
    found = unit.transaction.correlated(pairs)
    alone = {r for c in claims if not c.address_key for r in c.references}
    by_reference = unit.transaction.correlated_by_reference(alone)
    matched: list[str | None] = []
    for claim in claims:
        if claim.own_stream and _is_own(unit, claim, claim.own_stream):
            matched.append(claim.own_stream)
        else:
            matched.append(_by_reference(claim, found, by_reference, tenant))
    unit.load({stream for stream in matched if stream})
    return matched


def _is_own(unit: UnitOfWork, claim: Claim, stream: str) -> bool:
    message = unit.message(stream)
    return message.is_registered and claim.address_key in ("", message.address_key)


def _by_reference(
    claim: Claim,
    found: dict[tuple[str, str], list[Correlation]],
    by_reference: dict[str, list[Correlation]],
    tenant: str | None,
) -> str | None:
    for reference in claim.references:
        if claim.address_key:
            candidates = found.get((reference, claim.address_key), [])
        else:
            candidates = by_reference.get(reference, [])
            if len(candidates) > 1:
                continue
        fitting = [c for c in candidates if _fits(c, claim, tenant)]
        if fitting:
            return _newest_before(fitting, claim.report.ordered_at)
    return None


def _fits(correlation: Correlation, claim: Claim, tenant: str | None) -> bool:
    if tenant is not None and parse_stream(correlation.stream).owner != tenant:
        return False
    reported_by = (claim.report.provider, claim.report.account)
    return claim.is_mail or (correlation.provider, correlation.account) == reported_by


def _newest_before(candidates: list[Correlation], occurred_at: datetime) -> str:
    """The newest submission before the report; the first of all if the report is older than every one."""
    if len(candidates) == 1:
        return candidates[0].stream
    ordered = sorted(candidates, key=lambda c: c.submitted_at)
    before = [c for c in ordered if c.submitted_at <= occurred_at.isoformat()]
    return (before[-1] if before else ordered[0]).stream


def _message_ids(report: DeliveryReport) -> tuple[str, ...]:
    """The provider's id; of a Message-ID in a mail also the part before the @, which many use as their id."""
    text = report.provider_message_id
    if not text:
        return ()
    if report.source in _MAILS and "@" in text:
        return (text, text.strip("<>").partition("@")[0])
    return (text,)
