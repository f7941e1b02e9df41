"""Delivery status notifications: RFC 3464, and RFC 6533 for internationalised addresses."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from ...classification import Evidence, Verdict, classify, said_to
from ...classification.evidence import clean_words, find_phase
from ...domain.failure_reason import FailureReason
from ...domain.reports import Attribution, DeliveryReport, Outcome, Source
from ...domain.smtp_codes import EnhancedStatus
from . import excerpt
from . import notes as noted
from .decisive import decisive
from .fields import Returned, address, diagnostic, moment, occurred_at, typed_value
from .prose.charsets import text_of
from .prose.recipients import Passage, passages
from .prose.report_text import split
from .scanner import DEFAULT_LIMITS, BeyondLimits, Headers, Limits, Mail, read_headers, scan

TYPES: Final = ("message/delivery-status", "message/global-delivery-status")
_ACTIONS: Final = {
    # RFC 3464 2.3.3
    "failed": Outcome.BOUNCED,
    "delayed": Outcome.DEFERRED,
    "delivered": Outcome.DELIVERED,
    "relayed": Outcome.DELIVERED,
    "expanded": Outcome.DELIVERED,
    # not in the RFC: OpenSMTPD; SendGrid, when its queue gave up
    "error": Outcome.BOUNCED,
    "expired": Outcome.BOUNCED,
}
_CLASSES: Final = {5: Outcome.BOUNCED, 4: Outcome.DEFERRED, 2: Outcome.DELIVERED}
_MAX_EXPLANATION: Final = 16 * 1024
_LDA: Final = "was automatically rejected:"
"""Before the reason in a rejection of Dovecot's delivery agent (``rejection_reason``), which no field has."""
_BLANK_LINES: Final = re.compile(rb"\n[ \t]*(?:\n[ \t]*)+")
_IN_REPORT: Final = "a delivery status (RFC 3464) in a report (RFC 6522)"
_BY_MACHINE: Final = "a delivery status (RFC 3464), and a sender that is no person"
_IS_EMPTY: Final = "a delivery status, but no recipient with an action or a status in it"
_NAMES: Final = ("original-recipient", "final-recipient")
_ONCE_A_RECIPIENT: Final = frozenset((*_NAMES, "action"))


def read(mail: Mail, account: str, received_at: datetime, limits: Limits) -> list[DeliveryReport]:
    """One report a recipient; none where the notification names no recipient and no action.

    Raises BeyondLimits.
    """
    content = b"\n\n".join(part.content for part in mail.parts if part.type in TYPES)
    reports = read_fields(content, mail, Returned(mail), account, received_at, limits)
    if mail.notes is not None:
        if reports:
            mail.notes.because.append(_IN_REPORT if mail.is_report else _BY_MACHINE)
        else:
            mail.notes.is_no(noted.BOUNCE, _IS_EMPTY)
    return reports


def read_fields(
    content: bytes,
    mail: Mail,
    returned: Returned,
    account: str,
    received_at: datetime,
    limits: Limits,
    explanation: str | None = None,
) -> list[DeliveryReport]:
    """As ``read``, of fields that stand anywhere: some software writes them into its text.

    ``explanation``: what the text says besides them.
    """
    groups = recipients(content, limits)
    explained = _Explanation(mail, len(groups), explanation)
    reports = [
        (
            group,
            _report(group, outcome, mail, returned, explained.of(group), account, received_at, len(groups)),
        )
        for group in groups
        if (outcome := _outcome(group)) is not None
    ]
    if len(reports) > 1:
        targets = [address(group.get("final-recipient")) or "" for group, _ in reports]
        reports = [reports[place] for place in decisive([report for _, report in reports], targets)]
    if len(groups) == 1:
        return [report for _, report in reports]
    about_message = read_headers(content.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[0]).fields
    texts = (each.get(name) for each in groups for name in _NAMES)
    everybody = excerpt.everybody(mail, *texts, returned=returned.headers)
    return [
        _alone(report, mail, about_message, group, returned.headers, everybody, explained.of(group), limits)
        for group, report in reports
    ]


class _Explanation:
    """The part for people, in which some software writes what it leaves out of the fields."""

    def __init__(self, mail: Mail, recipients: int, text: str | None) -> None:
        self._part = mail.part("text/plain") if text is None else None
        self._text = text or ""
        self._is_of_one = recipients == 1
        self._found: list[Passage] | None = None

    def of(self, group: Headers) -> str:
        """What it says about one recipient; of several, only where the fields say nothing."""
        if self._part is not None:
            self._text, self._part = text_of(self._part, _MAX_EXPLANATION), None
        if self._is_of_one:
            return self._text
        if diagnostic(group):
            return ""
        named = {(address(group.get(name)) or "").lower() for name in _NAMES}
        return next((each.words for each in self._passages() if each.address.lower() in named), "")

    def _passages(self) -> list[Passage]:
        if self._found is None:
            self._found = passages(split(self._text).written)
        return self._found


def _alone(
    report: DeliveryReport,
    mail: Mail,
    about_message: excerpt.Fields,
    group: Headers,
    returned: Headers,
    everybody: frozenset[str],
    words: str,
    limits: Limits,
) -> DeliveryReport:
    """One of several recipients, with evidence that does not name the others."""
    own = excerpt.named(report.recipient or "", *(group.get(name) for name in _NAMES))
    raw = excerpt.of_delivery_status(mail, about_message, group, returned, everybody - own, words)
    again = read(scan(raw, limits), report.account, report.received_at or report.occurred_at, limits)
    return report.with_raw(raw if excerpt.says(report, again, everybody - own) else None)


def _report(
    group: Headers,
    outcome: Outcome,
    mail: Mail,
    returned: Returned,
    explanation: str,
    account: str,
    received_at: datetime,
    groups: int,
) -> DeliveryReport:
    evidence = Evidence.gather(
        diagnostic(group),
        status=group.get("status"),
        remote_mta=typed_value(group.get("remote-mta")) or None,
        phase=find_phase(explanation),
    )
    # The final recipient may be where our recipient forwards to: not an address of ours.
    named, final = (address(group.get(name)) for name in _NAMES)
    if final and (not named or _is_rather(final.lower(), named.lower(), returned)):
        named = final
    is_failure = outcome in (Outcome.BOUNCED, Outcome.DEFERRED)
    judged = said_to(final or named, evidence)
    basis, verdict = _verdict(judged, explanation) if is_failure else (None, None)
    report = DeliveryReport(
        outcome=outcome,
        provider="mail",
        account=account,
        source=Source.DSN,
        occurred_at=occurred_at(received_at, group.get("last-attempt-date"), mail.headers.get("date")),
        received_at=received_at,
        # Of several, or where there is a name that is no address of ours, it may be anybody.
        recipient=returned.recipient if groups == 1 and not any(map(group.get, _NAMES)) else named,
        attribution=Attribution.REPORTED if named else Attribution.INFERRED,
        message_id=returned.message_id,
        tenant=returned.tenant,
        provider_message_id=returned.provider_message_id,
        reason=verdict.reason if verdict else None,
        rule=verdict.rule if verdict else None,
        rules_version=verdict.rules_version if verdict else None,
        status=evidence.status,
        reply_code=evidence.reply_code,
        diagnostic=evidence.words or None,
        remote_mta=evidence.remote_mta,
        will_retry_until=moment(group.get("will-retry-until")),
        raw=mail.raw,
    )
    if mail.notes is not None:
        noted.note_status(mail.notes, report, group, basis, _ACTIONS, is_of_fields=basis is judged)
    return report


def _is_rather(final: str, original: str, returned: Returned) -> bool:
    """Whether the returned message was written to the final recipient, and not to the original one."""
    return final != original and final in returned.named and original not in returned.named


def _verdict(evidence: Evidence, explanation: str) -> tuple[Evidence, Verdict]:
    """What it was given on, too. Without a diagnostic the words are in the human part, which speaks of all
    recipients: only for one.
    """
    if (at := explanation.find(_LDA)) >= 0:
        reason = replace(evidence, words=clean_words(explanation[at + len(_LDA) :]), said=None, field=None)
        if (verdict := classify(reason)).reason is not FailureReason.UNDETERMINED:
            return reason, verdict
    verdict = classify(evidence)
    if verdict.reason is FailureReason.UNDETERMINED and not evidence.words and explanation:
        evidence = replace(evidence, words=clean_words(split(explanation).written))
        return evidence, classify(evidence)
    return evidence, verdict


def _outcome(group: Headers) -> Outcome | None:
    action = group.get("action").split(maxsplit=1)
    if action and action[0].lower() in _ACTIONS:
        return _ACTIONS[action[0].lower()]
    status = EnhancedStatus.parse(group.get("status"))
    return _CLASSES.get(status.klass) if status else None


def recipients(content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Headers]:
    """The per-recipient groups (RFC 3464 2.3). Raises BeyondLimits."""
    if len(content) > limits.recipients * limits.header_size:
        raise BeyondLimits("the delivery status is longer than its recipients allow")
    blocks = _BLANK_LINES.split(content.replace(b"\r\n", b"\n"), maxsplit=2 * limits.recipients)
    groups = [group for block in blocks for group in _groups(block)]
    if len(groups) > limits.recipients or len(blocks) > 2 * limits.recipients:
        raise BeyondLimits(f"the notification names more than {limits.recipients} recipients")
    return groups


def _groups(block: bytes) -> Iterator[Headers]:
    """Some MTAs forget the blank line: a field that a recipient has once begins the next group."""
    group: list[tuple[str, str]] = []
    seen: set[str] = set()
    for field in read_headers(block).fields:
        name = field[0]
        if name in _ONCE_A_RECIPIENT:
            if name in seen:
                yield Headers(group)
                group, seen = [], set()
            seen.add(name)
        group.append(field)
    if seen:
        yield Headers(group)
