"""Feedback reports: RFC 5965 (ARF), with not-spam of RFC 6430 and auth-failure of RFC 6591."""

from datetime import datetime
from typing import Final

from ...domain.reports import Attribution, DeliveryReport, Outcome, Source
from . import excerpt
from . import notes as noted
from .addresses import each_in
from .fields import Returned, address, addresses, occurred_at
from .scanner import Headers, Mail, read_headers, scan

TYPE: Final = "message/feedback-report"
_FEEDBACK: Final = {
    # feedback type (RFC 5965 7.3, RFC 6430): what it is, and how
    "abuse": (Outcome.COMPLAINED, None),
    "fraud": (Outcome.COMPLAINED, None),
    "virus": (Outcome.COMPLAINED, None),
    "other": (Outcome.COMPLAINED, None),
    "not-spam": (Outcome.COMPLAINT_WITHDRAWN, "not_spam"),
    "opt-out": (Outcome.UNSUBSCRIBED, "feedback"),
}
_HOTMAIL_RECIPIENT: Final = "x-hmxmroriginalrecipient"
_IS_FEEDBACK: Final = "a feedback report (RFC 5965)"
_HOTMAIL: Final = (
    "a returned message alone, with the field in which Hotmail's reports of junk name the recipient"
)
_NO_REPORT: Final = "there is no feedback report (RFC 5965)"
_UNTYPED: Final = "a feedback report that does not say of which type it is"
_OTHER_TYPE: Final = "a feedback report of a type that is not registered, so that nothing follows from it"
_OF_AUTHENTICATION: Final = "a feedback report of the type auth-failure (RFC 6591): nobody complains in it"
_NAMED: Final = "the field Original-Rcpt-To of the feedback report"
_NAMED_BY_HOTMAIL: Final = "the field X-HmXmrOriginalRecipient of the returned message"
_RECEIVED_BY: Final = "the mailbox that the returned message came to"
AUTH_FAILURE: Final = "auth-failure: an authentication failure report (RFC 6591) is no complaint"


def read(mail: Mail, account: str, received_at: datetime) -> list[DeliveryReport | str]:
    """One report a recipient, or why there is none; nothing where there is no readable feedback report."""
    part = mail.part(TYPE)
    fields = read_headers(part.content.strip(b"\r\n")) if part else _of_hotmail(mail)
    if fields is None or not (feedback_type := fields.get("feedback-type").lower()):
        if mail.notes is not None:
            mail.notes.is_no(noted.COMPLAINT, _UNTYPED if part else _NO_REPORT)
        return []
    if feedback_type == "auth-failure":
        if mail.notes is not None:
            mail.notes.is_no(noted.COMPLAINT, _OF_AUTHENTICATION)
        return [AUTH_FAILURE]
    # A type that is not registered yet says nothing that we may suppress for.
    outcome, method = _FEEDBACK.get(feedback_type, (Outcome.OTHER, None))
    returned = Returned(mail)
    named = _named(fields)
    report = DeliveryReport(
        outcome=outcome,
        provider="mail",
        account=account,
        source=Source.ARF,
        # Arrival-Date is when the original arrived; the complaint is as old as the report.
        occurred_at=occurred_at(received_at, mail.headers.get("date")),
        received_at=received_at,
        recipient=named[0] if named else _unredacted(_received_by(returned)),
        attribution=Attribution.REPORTED if named else Attribution.INFERRED,
        message_id=returned.message_id,
        tenant=returned.tenant,
        provider_message_id=returned.provider_message_id,
        feedback_type=feedback_type[:60],
        method=method,
        raw=mail.raw,
    )
    if mail.notes is not None:
        _note(mail.notes, report, returned, named, is_of_hotmail=part is None)
    if len(named) < 2:
        return [report]
    return [_alone(report._replace(recipient=each), mail, fields, named) for each in named]


def _note(
    notes: noted.Notes, report: DeliveryReport, returned: Returned, named: list[str], *, is_of_hotmail: bool
) -> None:
    if report.outcome is Outcome.OTHER:
        notes.is_no(noted.COMPLAINT, _OTHER_TYPE)
    else:
        notes.because.append(_HOTMAIL if is_of_hotmail else _IS_FEEDBACK)
    found_in = _NAMED_BY_HOTMAIL if is_of_hotmail else _NAMED
    if not named:
        found_in = noted.RETURNED_TO if returned.recipient else _RECEIVED_BY
    for each in [report._replace(recipient=one) for one in named] or [report]:
        notes.made(each, found_in)


def _named(fields: Headers) -> list[str]:
    """The recipients whom the report names: one a field (RFC 5965 3.2), or a list; each once."""
    found: dict[str, str] = {}
    for text in fields.all("original-rcpt-to"):
        for each in each_in(text) if "," in text else (address(text),):
            if each and _unredacted(each):
                found.setdefault(each.lower(), each)
    return list(found.values())


def _received_by(returned: Returned) -> str | None:
    """The only address in To, or the mailbox that the message came to, where To does not contradict."""
    if returned.recipient:
        return returned.recipient
    to = addresses(returned.headers.get("to")) | addresses(returned.headers.get("cc"))
    mailboxes = (address(returned.headers.get(name)) for name in (_HOTMAIL_RECIPIENT, "delivered-to"))
    return next((each for each in mailboxes if each and (not to or each.lower() in to)), None)


def _of_hotmail(mail: Mail) -> Headers | None:
    """Hotmail returns the whole message with the recipient in a field of its own, and no fields about it.

    sendersupport.olc.protection.outlook.com/snds/FAQ: the Junk Mail Reporting Program.
    """
    if not mail.parts or mail.parts[0].type != "message/rfc822":
        return None
    recipient = Returned(mail).headers.get(_HOTMAIL_RECIPIENT)
    return Headers((("feedback-type", "abuse"), ("original-rcpt-to", recipient))) if recipient else None


def _alone(report: DeliveryReport, mail: Mail, fields: Headers, named: list[str]) -> DeliveryReport:
    """One of several recipients, with evidence that does not name the others."""
    own = report.recipient or ""
    others = excerpt.everybody(mail, *named) - {own.lower()}
    raw = excerpt.of_feedback(mail, fields, own, others)
    again = read(scan(raw), report.account, report.received_at or report.occurred_at)
    return report.with_raw(raw if excerpt.says(report, again, others) else None)


def _unredacted(recipient: str | None) -> str | None:
    """RFC 6590: some reporters replace the local part; a replaced address is nobody's."""
    return None if recipient and recipient.lower().startswith("redacted") else recipient
