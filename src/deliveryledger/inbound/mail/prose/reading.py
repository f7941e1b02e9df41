"""A bounce in prose, step by step: is it one, whom is it about, what was said, what does it mean."""

from datetime import datetime
from typing import Final

from ....domain.reports import Attribution, DeliveryReport, Outcome, Source
from .. import dsn, excerpt
from ..fields import Returned, occurred_at
from ..scanner import Limits, Mail, scan
from .authorship import Signs
from .recipients import DESCRIBED, HEADED, MENTIONED, MOST, Passage, addresses_in, passages
from .report_text import ReportText, report_text
from .signs import FINAL, GIVEN_UP, LATE, STILL_TRYING
from .words import Finding, weigh

_STATUS_FIELDS: Final = ("\nreporting-mta:", "\nfinal-recipient:", "\noriginal-recipient:", "\naction:")


def is_from_system(mail: Mail) -> bool:
    """Whether a mail server seems to have written the mail."""
    return Signs(mail).is_system


def read(mail: Mail, account: str, received_at: datetime, limits: Limits) -> list[DeliveryReport]:
    """One report a recipient; none where the mail is no bounce. Raises BeyondLimits."""
    signs = Signs(mail)
    if not signs.are_any:
        return []
    text = report_text(mail)
    if not signs.is_bounce(text):
        return []
    returned = Returned(mail, text.returned)
    if (at := _fields_in(text.lowered)) >= 0:
        content = text.written[at:].encode("utf-8", "replace")
        if reports := dsn.read_fields(content, mail, returned, account, received_at, limits):
            return reports
    found = _recipients(mail, signs, text, returned)[:MOST]
    if not signs.is_bounce_about(found, text, returned):
        return []
    found = found or [Passage("", lines=[text.written])]
    is_late = _is_late(signs, text.lowered)
    is_shared = len(found) == 1 or not any(passage.has_words for passage in found)
    everything = text.written if is_shared else ""
    outcome = Outcome.DEFERRED if is_late else Outcome.BOUNCED
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
    return reports if len(found) == 1 else _each_alone(reports, found, mail, text, returned, limits)


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
    return DeliveryReport(
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


def _each_alone(
    reports: list[DeliveryReport],
    found: list[Passage],
    mail: Mail,
    text: ReportText,
    returned: Returned,
    limits: Limits,
) -> list[DeliveryReport]:
    """Several recipients, each with evidence that does not name the others."""
    places = (at for passage in found if (at := text.written.find(passage.address)) >= 0)
    preamble = text.written[: text.written.rfind("\n", 0, min(places, default=0)) + 1]
    names = (passage.address for passage in found)
    everybody = excerpt.everybody(mail, *names, text.written, returned=returned.headers)
    alone = []
    for report, passage in zip(reports, found, strict=True):
        others = everybody - {passage.address.lower()}
        raw = excerpt.of_prose(mail, preamble + "\n".join(passage.lines), returned.headers, others)
        again = read(scan(raw, limits), report.account, report.received_at or report.occurred_at, limits)
        alone.append(report.with_raw(raw if excerpt.says(report, again, others) else None))
    return alone


def _fields_in(lowered: str) -> int:
    """Where the fields of a delivery status (RFC 3464) begin in a text, or -1."""
    if "-recipient:" not in lowered:
        return -1
    return min((at for name in _STATUS_FIELDS if (at := lowered.find(name)) >= 0), default=-1)


def _recipients(mail: Mail, signs: Signs, text: ReportText, returned: Returned) -> list[Passage]:
    """Certain ones first: a list in the text, a header, the returned message, any mention, the subject."""
    named = dict.fromkeys(addresses_in(signs.failed)) if signs.failed else {}
    own, expected = _own(mail, returned), frozenset(map(str.lower, named))

    def is_other(address: str) -> bool:
        return address in own and address not in expected and address not in returned.named

    found = passages(text.written, is_other)
    if not found and not named:  # somebody who wrote to themselves
        found = [passage for passage in passages(text.written) if passage.certainty == HEADED]
    if found and found[0].certainty > DESCRIBED:
        return [_ours(passage, returned) for passage in found]
    if named:
        return [Passage(name, HEADED, lines=_about(name, found)) for name in named]
    if found and found[0].certainty == DESCRIBED and not returned.named:
        return found
    if ours := [passage for passage in found if passage.address.lower() in returned.named]:
        return ours
    if found:
        return [_ours(passage, returned) for passage in found[:1]]
    if in_subject := [name for name in addresses_in(signs.subject) if not is_other(name.lower())]:
        return [Passage(in_subject[0], MENTIONED, lines=[text.written])]
    return []


def _ours(passage: Passage, returned: Returned) -> Passage:
    """The address that we wrote to, where the server names it beside the one that it forwarded to."""
    if passage.ours and passage.ours.lower() in returned.named:
        passage.address = passage.ours
    return passage


def _about(name: str, found: list[Passage]) -> list[str]:
    return next((passage.lines for passage in found if passage.address.lower() == name.lower()), [])


def _own(mail: Mail, returned: Returned) -> str:
    """Whom the bounce went to and came from: our own sender, and the server. Addresses in lower case."""
    headers = (mail.headers.get("to"), mail.headers.get("from"), mail.headers.get("delivered-to"))
    senders = (
        returned.headers.get("from"),
        returned.headers.get("return-path"),
        returned.headers.get("sender"),
    )
    return " ".join((*headers, *senders)).lower()


def _is_late(signs: Signs, lowered: str) -> bool:
    """Whether the server still tries. A subject that says "failed" makes such words a quoted server's."""
    if GIVEN_UP.are_in(lowered):
        return False
    if STILL_TRYING.are_in(lowered):
        return True
    if LATE.are_in(signs.topic):
        return not FINAL.are_in(signs.topic)
    return not signs.is_about_delivery and LATE.are_in(lowered) and not FINAL.are_in(lowered)
