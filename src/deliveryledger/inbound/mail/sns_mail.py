"""Notifications of Amazon SES that a topic sends by e-mail (docs.aws.amazon.com/sns: e-mail-json endpoints).

Nobody signs such a mail, so that it is evidence of a mail's trust, whatever it says.
"""

import json
from datetime import datetime
from typing import Final

from ...classification import Evidence
from ...domain.reports import DeliveryReport, Outcome, Source
from . import notes as noted
from .prose.charsets import text_of
from .scanner import BeyondLimits, Mail


class Unreadable(BeyondLimits):
    """A notification that is not as its provider writes them. The text says nothing of the mail."""


_MARKS: Final = ("notificationType", "eventType")
_FOLDED: Final = "!\n "
"""How Sendmail breaks a line of more than 998 octets (RFC 5321 4.5.3.1.6)."""
_MAX: Final = 256 * 1024
"""Octets; the largest message that SNS sends."""


_BELIEVED: Final = (
    Outcome.BOUNCED,
    Outcome.REJECTED,
    Outcome.SUPPRESSED,
    Outcome.DEFERRED,
    Outcome.DELIVERED,
    Outcome.COMPLAINED,
)
"""What a bounce or a feedback report may say as well. A submission, which tells how later reports find their
message, and consent are a verified webhook's to tell."""
OTHER: Final = "a notification by mail of what only a webhook is believed"


def read(mail: Mail, account: str, received_at: datetime) -> list[DeliveryReport | str]:
    """What the notification reports, or why nothing; nothing where the mail has none.

    Raises Unreadable.
    """
    part = mail.part("text/plain")
    if part is None or part.content.lstrip()[:1] != b"{":
        return []
    body = text_of(part, _MAX).replace(_FOLDED, "").lstrip()
    try:
        event, end = json.JSONDecoder().raw_decode(body)
        body = body[:end]
        if isinstance(envelope := event.get("Message"), str):
            body, event = envelope, json.loads(envelope)
    except (ValueError, RecursionError):
        return []
    if not isinstance(event, dict) or not any(mark in event for mark in _MARKS):
        return []
    from .. import providers  # which read mail addresses with what is here

    reading = providers.get("amazon_ses").reread(
        body.encode("utf-8", "replace"), account=account, received_at=received_at
    )
    if reading.quarantined:
        raise Unreadable(reading.quarantined[0].why)
    believed = [report for report in reading.reports if report.outcome in _BELIEVED]
    others = [OTHER] * (len(believed) < len(reading.reports))
    is_alone = len(reading.reports) == 1
    reports = [_as_mail(report, mail, is_alone) for report in believed]
    if mail.notes is not None:
        _note(mail.notes, reports)
    return [*reports, *reading.ignored, *others]


def _note(notes: noted.Notes, reports: list[DeliveryReport]) -> None:
    notes.because.append(noted.NOTIFICATION)
    for report in reports:
        # As the adapter of Amazon SES gathers it, which keeps none.
        evidence = Evidence.gather(report.diagnostic, status=report.status) if report.reason else None
        notes.made(report, noted.NOTIFICATION, evidence=evidence, said_in=noted.NOTIFICATION)


def _as_mail(report: DeliveryReport, mail: Mail, is_alone: bool) -> DeliveryReport:
    changed = report._replace(provider="mail", source=Source.DSN, authenticated=False)
    return changed.with_raw(mail.raw if is_alone else None)
