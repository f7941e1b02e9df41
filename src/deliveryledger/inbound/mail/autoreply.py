"""Automatic answers to our messages: RFC 3834 auto-replies and RFC 8098 disposition notifications."""

from datetime import datetime
from typing import Final

from ...domain.reports import Attribution, DeliveryReport, Outcome, Source
from .fields import address, message_id, occurred_at
from .scanner import Mail, read_headers

MDN_TYPES: Final = ("message/disposition-notification", "message/global-disposition-notification")
UNATTRIBUTED: Final = "an automatic reply that names no message"
# Bounces are marked auto-replied as well (Postfix, Exim); they come from these.
_SYSTEM_SENDERS: Final = ("mailer-daemon", "postmaster")


def read(mail: Mail, account: str, received_at: datetime) -> list[DeliveryReport | str]:
    """The report, or why there is none; nothing where the mail is no automatic answer of a person."""
    part = mail.part(*MDN_TYPES)
    if part is not None:
        fields = read_headers(part.content.strip(b"\r\n"))
        original = message_id(fields.get("original-message-id"))
        recipient = address(fields.get("original-recipient")) or address(fields.get("final-recipient"))
        attribution = Attribution.REPORTED
    elif _is_auto_reply(mail):
        original = message_id(mail.headers.get("in-reply-to"))
        recipient = address(mail.headers.get("from"))
        attribution = Attribution.INFERRED
    else:
        return []
    if original is None:
        return [UNATTRIBUTED]
    report = DeliveryReport(
        outcome=Outcome.AUTO_REPLIED,
        provider="mail",
        account=account,
        source=Source.DSN,
        occurred_at=occurred_at(received_at, mail.headers.get("date")),
        received_at=received_at,
        recipient=recipient,
        attribution=attribution,
        provider_message_id=original,
        raw=mail.raw,
    )
    return [report]


def _is_auto_reply(mail: Mail) -> bool:
    """RFC 3834 5: ``Auto-Submitted: auto-replied``, with parameters and comments allowed."""
    submitted = mail.headers.get("auto-submitted").lower().replace("(", ";").partition(";")[0].strip()
    sender = (address(mail.headers.get("from")) or "").lower()
    return submitted == "auto-replied" and bool(sender) and not sender.startswith(_SYSTEM_SENDERS)
