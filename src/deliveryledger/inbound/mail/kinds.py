"""What a whole mail is, in one word, and the line about it that programs read (``read-mail --json``)."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from ...domain.reports import DeliveryReport, Outcome, Reading
from .arf import AUTH_FAILURE
from .autoreply import UNATTRIBUTED
from .reading import read_mail


class Kind(StrEnum):
    """What a mail is. The order is that of precedence: of several reports the first kind counts.

    A failure for good goes before a complaint, because it may end mails to an address; a delay, a delivery
    and an automatic answer come last, because nothing follows from them.
    """

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    WITHDRAWAL = "withdrawal"
    UNSUBSCRIBE = "unsubscribe"
    DELAY = "delay"
    DELIVERED = "delivered"
    AUTO_REPLY = "auto_reply"
    NOT_A_REPORT = "not_a_report"
    UNREADABLE = "unreadable"


_KINDS: Final = {
    Outcome.BOUNCED: Kind.BOUNCE,
    Outcome.COMPLAINED: Kind.COMPLAINT,
    Outcome.COMPLAINT_WITHDRAWN: Kind.WITHDRAWAL,
    Outcome.UNSUBSCRIBED: Kind.UNSUBSCRIBE,
    Outcome.DEFERRED: Kind.DELAY,
    Outcome.DELIVERED: Kind.DELIVERED,
    Outcome.AUTO_REPLIED: Kind.AUTO_REPLY,
}
_RANKS: Final = {kind: rank for rank, kind in enumerate(Kind)}
_ACTIONS: Final = {
    # RFC 3464 2.3.3; what is no attempt to deliver has no action
    Outcome.BOUNCED: "failed",
    Outcome.DEFERRED: "delayed",
    Outcome.DELIVERED: "delivered",
}
_AUTH_FAILURE_TYPE: Final = "auth-failure"


def kind_of(reading: Reading) -> Kind:
    """The kind of a mail. One whose reports are all of a type without a meaning for us is none."""
    kinds = [_KINDS[report.outcome] for report in reading.reports if report.outcome in _KINDS]
    if kinds:
        return min(kinds, key=_RANKS.__getitem__)
    if UNATTRIBUTED in reading.ignored:
        return Kind.AUTO_REPLY
    return Kind.UNREADABLE if reading.quarantined else Kind.NOT_A_REPORT


def feedback_type_of(reading: Reading) -> str | None:
    """The type of a feedback report (RFC 5965), also of one about authentication, which is no complaint."""
    if AUTH_FAILURE in reading.ignored:
        return _AUTH_FAILURE_TYPE
    return next((report.feedback_type for report in reading.reports if report.feedback_type), None)


def error_of(reading: Reading) -> str | None:
    """Why a mail could not be read, without any of its content."""
    return reading.quarantined[0].why if reading.quarantined else None


def answer(file: str, reading: Reading) -> dict[str, Any]:
    """What is known of one mail; the names of the keys are fixed."""
    return {
        "file": file,
        "kind": kind_of(reading),
        "reports": [report_of(report) for report in reading.reports if report.outcome in _KINDS],
        "feedback_type": feedback_type_of(reading),
        "error": error_of(reading),
    }


def report_of(report: DeliveryReport) -> dict[str, Any]:
    """What is known of one recipient; the names of the keys are fixed."""
    return {
        "recipient": report.recipient,
        "action": _ACTIONS.get(report.outcome),
        "severity": report.severity,
        "reason": report.reason,
        "status": report.status,
        "reply_code": report.reply_code,
        "diagnostic": report.diagnostic,
        "rule": report.rule,
    }


def unopened(file: str, obstacle: str) -> dict[str, Any]:
    """The answer about a file that cannot be opened."""
    return {
        "file": file,
        "kind": Kind.UNREADABLE,
        "reports": [],
        "feedback_type": None,
        "error": f"read a file: {obstacle}",
    }


def answer_lines(mails: Iterable[tuple[str, bytes, str | None]]) -> list[str]:
    """A line of JSON for each mail: its name, its bytes, and the obstacle where there are none.

    Of such simple types, and in this module, because processes that were started for it call it.
    """
    now = datetime.now(UTC)
    return [
        json.dumps(unopened(name, obstacle) if obstacle else answer(name, read_mail(raw, received_at=now)))
        for name, raw, obstacle in mails
    ]
