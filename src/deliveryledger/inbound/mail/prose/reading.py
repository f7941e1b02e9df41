"""A bounce in prose, step by step: is it one, whom is it about, what was said, what does it mean."""

from datetime import datetime
from typing import Final

from ....domain.reports import Attribution, DeliveryReport, Outcome, Source
from .. import dsn, excerpt
from ..decisive import decisive
from ..fields import Returned, addresses, occurred_at
from ..scanner import BeyondLimits, Limits, Mail, scan
from . import why
from .authorship import Signs
from .recipients import Passage
from .report_text import ReportText, report_text
from .signs import FINAL, GIVEN_UP, LATE, STILL_TRYING
from .whom import recipients
from .words import Finding, weigh

_STATUS_FIELDS: Final = ("\nreporting-mta:", "\nfinal-recipient:", "\noriginal-recipient:", "\naction:")


def read(mail: Mail, account: str, received_at: datetime, limits: Limits) -> list[DeliveryReport]:
    """One report a recipient; none where the mail is no bounce. Raises BeyondLimits."""
    signs = Signs(mail)
    if not signs.are_any:
        if mail.notes is not None:
            why.not_looked_at(mail.notes, mail, signs)
        return []
    text = report_text(mail)
    if not signs.is_bounce(text):
        if mail.notes is not None:
            why.no_bounce(mail.notes, mail, text)
        return []
    returned = Returned(mail, text.returned)
    if (at := _fields_in(text.lowered)) >= 0:
        content = text.written[at:].encode("utf-8", "replace")
        said = text.written[:at]
        if reports := dsn.read_fields(content, mail, returned, account, received_at, limits, said):
            if mail.notes is not None:
                why.bounce(mail.notes, mail, text)
            return reports
    found = recipients(mail, signs, text, returned)
    if not signs.is_bounce_about(found, text, returned) and (
        found or not _is_about_somebody(mail, signs, returned)
    ):
        if mail.notes is not None:
            why.about_nobody(mail.notes, signs, found)
        return []
    if len(found) > limits.recipients:
        raise BeyondLimits(f"the notification names more than {limits.recipients} recipients")
    found = found or [Passage("", lines=[text.written])]
    is_late = _is_late(signs, text.lowered)
    is_shared = len(found) == 1 or not any(passage.has_words for passage in found)
    everything = text.written if is_shared else ""
    outcome = Outcome.DEFERRED if is_late else Outcome.BOUNCED
    if mail.notes is not None:
        why.bounce(mail.notes, mail, text, outcome)
    when = occurred_at(received_at, mail.headers.get("date"))
    reports = [
        _report(
            outcome,
            passage,
            weigh(passage, everything, is_late=is_late),
            mail,
            returned,
            account,
            when,
            received_at,
        )
        for passage in found
    ]
    if len(found) > 1:
        places = decisive(reports, [passage.target or passage.address for passage in found])
        reports, found = [reports[place] for place in places], [found[place] for place in places]
    return reports if len(found) == 1 else _each_alone(reports, found, mail, text, returned, limits)


def _is_about_somebody(mail: Mail, signs: Signs, returned: Returned) -> bool:
    """A server that says so and returns a message of the reader's, though nobody knows to whom it went."""
    if not (signs.is_system and signs.is_about_delivery):
        return False
    readers = addresses(mail.headers.get("to"))
    senders = addresses(returned.headers.get("from")) | addresses(returned.headers.get("return-path"))
    return returned.message_id is not None or not readers.isdisjoint(senders)


def _report(
    outcome: Outcome,
    passage: Passage,
    finding: Finding,
    mail: Mail,
    returned: Returned,
    account: str,
    when: datetime,
    received_at: datetime,
) -> DeliveryReport:
    evidence, verdict = finding.evidence, finding.verdict
    report = DeliveryReport(
        outcome=outcome,
        provider="mail",
        account=account,
        source=Source.DSN,
        occurred_at=when,
        received_at=received_at,
        recipient=passage.address or returned.recipient,
        attribution=Attribution.REPORTED if passage.address else Attribution.INFERRED,
        message_id=returned.message_id,
        tenant=returned.tenant,
        provider_message_id=returned.provider_message_id,
        reason=verdict.reason,
        rule=verdict.rule,
        rules_version=verdict.rules_version,
        status=evidence.status,
        reply_code=evidence.reply_code,
        diagnostic=evidence.words or None,
        raw=mail.raw,
    )
    if mail.notes is not None:
        why.made(mail.notes, report, passage, finding, returned)
    return report


def _each_alone(
    reports: list[DeliveryReport],
    found: list[Passage],
    mail: Mail,
    text: ReportText,
    returned: Returned,
    limits: Limits,
) -> list[DeliveryReport]:
    """Several recipients, each with evidence that does not name the others."""
    preamble = "\n".join([*text.written.split("\n")[: min(passage.start for passage in found)], ""])
    names = (name for passage in found for name in (passage.address, passage.target))
    everybody = excerpt.everybody(mail, *names, text.written, returned=returned.headers)
    alone = []
    for report, passage in zip(reports, found, strict=True):
        others = everybody - {passage.address.lower(), passage.target.lower()}
        to = passage.address if passage.target else None
        raw = excerpt.of_prose(mail, preamble + "\n".join(passage.lines), returned.headers, to, others)
        again = read(scan(raw, limits), report.account, report.received_at or report.occurred_at, limits)
        alone.append(report.with_raw(raw if excerpt.says(report, again, others) else None))
    return alone


def _fields_in(lowered: str) -> int:
    """Where the fields of a delivery status (RFC 3464) begin in a text, or -1."""
    if "-recipient:" not in lowered:
        return -1
    return min((at for name in _STATUS_FIELDS if (at := lowered.find(name)) >= 0), default=-1)


def _is_late(signs: Signs, lowered: str) -> bool:
    """Whether the server still tries. A subject that says "failed" makes such words a quoted server's."""
    if GIVEN_UP.are_in(lowered):
        return False
    if STILL_TRYING.are_in(lowered):
        return True
    if LATE.are_in(signs.topic):
        return not FINAL.are_in(signs.topic)
    return not signs.is_about_delivery and LATE.are_in(lowered) and not FINAL.are_in(lowered)
