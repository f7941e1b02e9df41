"""Bounces, complaints and automatic replies as mails, with what proves whom they are about, or nothing."""

import re
from collections.abc import Callable

import pytest

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.testing import ADDRESS
from tests.application.world import events, shown
from tests.inbound.mail.mails import arf, dsn

DOMAIN = "bounces.ats.example"
LONG = "interview-invitation-of-candidate-7-in-november"
FORWARDED = "ada@forwarded.example.net"

FACT, REPEAT, UNMATCHED = Recording(facts=1), Recording(repeats=1), Recording(unmatched=1)


def failed(recipient: str = ADDRESS, returned: str = "", original: str = "") -> bytes:
    """A hard bounce."""
    named = f"Original-Recipient: rfc822; {original}\n" if original else ""
    return dsn(
        f"{named}Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: user unknown\n",
        returned=f"From: jobs@ats.example\nSubject: Interview\n{returned}",
    )


def complaint(recipient: str = ADDRESS, returned: str = "") -> bytes:
    """An abuse report."""
    fields = f"Feedback-Type: abuse\nOriginal-Rcpt-To: <{recipient}>\n"
    return arf(fields, returned=f"From: jobs@ats.example\nSubject: Interview\n{returned}")


def vacation(recipient: str = ADDRESS, returned: str = "") -> bytes:
    """An automatic reply to the message whose Message-ID the headers name."""
    original = re.search("Message-ID: (.*)", returned)
    answered = original[1] if original else "<nothing@ats.example>"
    return (
        f"From: {recipient}\nDate: Sat, 14 Nov 2026 11:45:00 +0000\nAuto-Submitted: auto-replied\n"
        f"In-Reply-To: {answered}\n\nI am away.\n"
    ).encode()


Mail = Callable[..., bytes]
KINDS = pytest.mark.parametrize("mail", [failed, complaint, vacation])


def to(address: str, mail: bytes) -> bytes:
    """As it arrives in the mailbox of the envelope sender."""
    return f"Delivered-To: {address}\n".encode() + mail


def is_untouched(ledger: Ledger) -> bool:
    return (
        shown(ledger, "msg-1").status == "submitted"
        and "AutoReplyReceived" not in events(ledger)
        and ledger.recipient_filter().entries == ()
        and bool(ledger.suppression_filters.may_send(ADDRESS))
    )


def by(headers: dict[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers.items())
