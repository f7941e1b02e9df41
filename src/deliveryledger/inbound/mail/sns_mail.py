"""Notifications of Amazon SES that a topic sends by e-mail (docs.aws.amazon.com/sns: e-mail-json endpoints).

Nobody signs such a mail, so that it is evidence of a mail's trust, whatever it says.
"""

import json
from datetime import datetime
from typing import Final

from ...domain.reports import DeliveryReport, Source
from .prose.charsets import text_of
from .scanner import Mail

_MARKS: Final = ("notificationType", "eventType")
_FOLDED: Final = "!\n "
"""How Sendmail breaks a line of more than 998 octets (RFC 5321 4.5.3.1.6)."""
_MAX: Final = 256 * 1024
"""Octets; the largest message that SNS sends."""


def read(mail: Mail, account: str, received_at: datetime) -> list[DeliveryReport | str]:
    """What the notification reports, or why nothing; nothing where the mail has none."""
    part = mail.part("text/plain")
    if part is None or part.content.lstrip()[:1] != b"{":
        return []
    text = text_of(part, _MAX).replace(_FOLDED, "")
    try:
        event, _ = json.JSONDecoder().raw_decode(text.lstrip())
        if isinstance(envelope := event.get("Message"), str):
            event = json.loads(envelope)
    except (ValueError, RecursionError):
        return []
    if not isinstance(event, dict) or not any(mark in event for mark in _MARKS):
        return []
    from .. import providers  # which read mail addresses with what is here

    reading = providers.get("amazon_ses").reread(
        json.dumps(event).encode(), account=account, received_at=received_at
    )
    reports = [_as_mail(report, mail, len(reading.reports) == 1) for report in reading.reports]
    return [*reports, *reading.ignored]


def _as_mail(report: DeliveryReport, mail: Mail, is_alone: bool) -> DeliveryReport:
    changed = report._replace(provider="mail", source=Source.DSN, authenticated=False)
    return changed.with_raw(mail.raw if is_alone else None)
