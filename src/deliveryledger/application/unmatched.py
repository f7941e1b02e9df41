"""What a report that fits no message does to its recipient's address: nothing, with one exception.

Mails and unverified reports may be forged, and where tenants share a provider account nobody can tell whose
address it was. But where the ATS says that an account belongs to one tenant alone, what its verified webhook
says of an address is true of that tenant's mail, sent with this library or not.
"""

from ..domain.addresses import problem_with
from ..domain.failure_reason import Severity
from ..domain.identifiers import suppression_filter_stream
from ..domain.reports import Attribution, DeliveryReport, Outcome, Source, moved
from ..domain.suppression_filter import decisions as filters
from ..domain.suppression_filter.events import AddressSuppressed, Cause
from .claims import Claim
from .matching import BOUNCES_WITHIN
from .policies import Policies
from .unit_of_work import UnitOfWork


def suppress_unmatched(unit: UnitOfWork, claim: Claim, tenant: str | None, policies: Policies) -> None:
    """Put the recipient on the filter of the tenant that the report's account belongs to, if it is so bad."""
    report = claim.report
    owner = policies.accounts.get(f"{report.provider}/{report.account}")
    cause = _cause(report)
    if owner is None or tenant not in (None, owner) or cause is None or not report.recipient:
        return
    name = suppression_filter_stream(owner, claim.address_key)
    entry, at = unit.filter_entry(name), report.ordered_at
    suppression = AddressSuppressed(
        occurred_at=at,
        # Of an address whose person was erased, only a placeholder is stored again.
        data_subject=unit.subject_of_entry(name, about=entry.data_subject),
        scope=owner,
        address_key=claim.address_key,
        address=report.recipient,
        cause=cause,
        reason=report.reason if cause is Cause.HARD_BOUNCE else None,
    )
    # It may be about a message from before a lift, which a bounce does not undo.
    unit.decide(name, filters.suppress(entry, suppression, submitted_at=moved(at, -BOUNCES_WITHIN)))


def _cause(report: DeliveryReport) -> Cause | None:
    if (
        not report.authenticated
        or report.source is not Source.WEBHOOK
        or problem_with(report.recipient or "")
    ):
        return None
    if report.outcome is Outcome.COMPLAINED and report.attribution is Attribution.REPORTED:
        return Cause.COMPLAINT
    if report.outcome is Outcome.BOUNCED and report.severity is Severity.HARD and _is_read(report):
        return Cause.HARD_BOUNCE
    return None


def _is_read(report: DeliveryReport) -> bool:
    """Whether words or a code say so; a provider's class alone is too coarse for an address we never met."""
    return report.rule is not None and not report.rule.endswith(".class")
