"""Finding the message that a report is about."""

from datetime import datetime, timedelta

from ..domain.identifiers import parse_stream
from ..domain.message.aggregate import Message
from ..domain.reports import DeliveryReport, Outcome, moved
from .claims import Claim
from .correlation import BEGINNING, state_at_beginning
from .ports import Correlation
from .unit_of_work import UnitOfWork

BOUNCES_WITHIN = timedelta(days=7)
"""How long after a submission a bounce may come. Servers give up after 4-5 days (RFC 5321 4.5.4.1), and the
provider before them may have tried as long; what comes later is about nothing that can be told."""


def match(unit: UnitOfWork, claims: list[Claim], tenant: str | None) -> list[str | None]:
    """The message stream of each claim, or None; all of them are loaded.

    Our own id is preferred where it came back, then provider, account, id and recipient, of which the
    newest submission before the report wins, then the id alone if only one message has it. A bounce that
    names nothing but its recipient goes to the newest message to them.
    """
    unit.load({claim.own_stream for claim in claims if claim.own_stream})
    found = unit.transaction.correlated({key for c in claims if c.address_key for key in c.keys})
    alone = {key for c in claims if not c.address_key for key in c.keys}
    if alone:
        found.update(unit.transaction.correlated_by_reference(alone))
    matched: list[str | None] = []
    rows: list[Correlation] = []
    for claim in claims:
        if claim.own_stream and _is_own(unit, claim, claim.own_stream):
            matched.append(claim.own_stream)
        elif row := _by_key(claim, found, tenant) or _by_recipient(unit, claim, tenant):
            matched.append(row.stream)
            rows.append(row)
        else:
            matched.append(None)
    _load(unit, rows)
    return matched


def match_among(unit: UnitOfWork, claim: Claim, rows: list[Correlation], tenant: str | None) -> str | None:
    """The message stream of a claim among submissions that this very unit of work has taken up, or None."""
    if rows and claim.own_stream and _is_own(unit, claim, claim.own_stream):
        return claim.own_stream
    found: dict[str, list[Correlation]] = {}
    for row in rows:
        found.setdefault(row.key if claim.address_key else row.reference, []).append(row)
    chosen = _by_key(claim, found, tenant)
    return chosen.stream if chosen else None


def _load(unit: UnitOfWork, rows: list[Correlation]) -> None:
    beginnings = {row.stream: state for row in rows if (state := state_at_beginning(row))}
    unit.load_after(beginnings, BEGINNING)
    unit.load({row.stream for row in rows})


def _is_own(unit: UnitOfWork, claim: Claim, stream: str) -> bool:
    """Whether our own id, which came back, is right: the recipient fits, and the account that sent it."""
    message = unit.message(stream)
    if not message.is_registered or not claim.may_be_to(message.address_key):
        return False
    return may_speak(message, claim)


def may_speak(message: Message, claim: Claim) -> bool:
    """Whether whoever brings our own id of a message back may speak of it.

    Anybody with an account can write any metadata, and guess an id. An account speaks of what it sent. Who
    did is what the ATS says; until then another account has to name the recipient, and what it says of a
    submission locks nobody out.
    """
    if claim.is_mail or is_sent_by(message, claim.report):
        return True
    is_told = any(not submission.as_reported for submission in message.submissions)
    return bool(claim.address_key) and not is_told


def is_sent_by(message: Message, report: DeliveryReport) -> bool:
    """Whether the provider account that a report comes from has taken the message, as far as is known."""
    return any(
        submission.provider == report.provider and submission.account == report.account
        for submission in message.submissions
    )


def _by_key(claim: Claim, found: dict[str, list[Correlation]], tenant: str | None) -> Correlation | None:
    for key in claim.keys:
        fitting = [c for c in found.get(key, ()) if _fits(c, claim, tenant)]
        if claim.is_mail and len({parse_stream(c.stream).owner for c in fitting}) > 1:
            # A Message-ID of several tenants: nobody can tell whose it is, unless the mail says so.
            fitting = [c for c in fitting if parse_stream(c.stream).owner == claim.report.tenant]
        # Without a recipient, only an id that one message has is unambiguous.
        if fitting and (claim.address_key or len({c.stream for c in fitting}) == 1):
            return _newest_before(fitting, claim.report.ordered_at) if len(fitting) > 1 else fitting[0]
    return None


def _by_recipient(unit: UnitOfWork, claim: Claim, tenant: str | None) -> Correlation | None:
    """The newest submission to the recipient before a bounce that names nothing else, if it is recent.

    Providers report a bounce that comes back hours after the delivery, and the entries of their lists, by
    the address alone. Only the provider's own word is believed so. The newest is what the sender waits for;
    if the address is wrong, every message to it failed. Where messages of several tenants fit, nobody can
    tell whose it was.
    """
    report = claim.report
    if not (_names_only_recipient(claim) and report.authenticated and report.outcome is Outcome.BOUNCED):
        return None
    submissions = unit.transaction.submitted_to(
        claim.address_key,
        provider=report.provider,
        account=report.account,
        since=moved(report.ordered_at, -BOUNCES_WITHIN),
        until=report.ordered_at,
    )
    owners = {parse_stream(submission.stream).owner for submission in submissions}
    if tenant is not None:
        submissions = [s for s in submissions if parse_stream(s.stream).owner == tenant]
    elif len(owners) > 1:
        return None
    return submissions[0] if submissions else None


def _names_only_recipient(claim: Claim) -> bool:
    return (
        bool(claim.address_key) and not claim.keys and claim.report.message_id is None and not claim.is_mail
    )


def _fits(correlation: Correlation, claim: Claim, tenant: str | None) -> bool:
    if tenant is not None and parse_stream(correlation.stream).owner != tenant:
        return False
    if not claim.may_be_to(correlation.address_key):
        return False
    report = claim.report
    return claim.is_mail or (
        correlation.provider == report.provider and correlation.account == report.account
    )


def _newest_before(candidates: list[Correlation], occurred_at: datetime) -> Correlation:
    """The newest submission before the report; the first of all if the report is older than every one."""
    ordered = sorted(candidates, key=lambda c: c.submitted_at)
    before = [c for c in ordered if c.submitted_at <= occurred_at.isoformat()]
    return before[-1] if before else ordered[0]
