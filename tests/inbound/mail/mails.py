"""Small mails of our own making, in the form the RFCs give."""

from collections.abc import Sequence

ADA = "ada@example.org"
RETURNED = f"""\
Message-ID: <m-1@ats.example>
X-Deliveryledger-Message-Id: msg-1
X-Deliveryledger-Tenant: acme
From: Jobs <jobs@ats.example>
To: Ada <{ADA}>
Subject: Interview
"""
FAILED = f"""\
Final-Recipient: rfc822; {ADA}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <{ADA}>: Recipient address
 rejected: User unknown
Last-Attempt-Date: Sat, 14 Nov 2026 12:30:00 +0100
"""


def part(type_: str, content: str) -> str:
    """One body part."""
    return f"Content-Type: {type_}\n\n{content}"


def report(kind: str, parts: Sequence[str], headers: str = "") -> bytes:
    """A ``multipart/report`` (RFC 6522)."""
    inner = "".join(f"--=_b\n{each}\n" for each in parts)
    return (
        f"From: MAILER-DAEMON@mx.ats.example\nDate: Sat, 14 Nov 2026 11:45:00 +0000\n{headers}"
        f'Content-Type: multipart/report; report-type={kind};\n boundary="=_b"\n\npreamble\n{inner}--=_b--\n'
    ).encode()


def dsn(*recipients: str, text: str = "It did not work.", returned: str = RETURNED) -> bytes:
    """A delivery status notification (RFC 3464)."""
    status = "Reporting-MTA: dns; mx.ats.example\n\n" + "\n".join(recipients)
    return report(
        "delivery-status",
        [
            part("text/plain", text),
            part("message/delivery-status", status),
            part("text/rfc822-headers", returned),
        ],
    )


def arf(fields: str, returned: str = RETURNED) -> bytes:
    """A feedback report (RFC 5965)."""
    return report(
        "feedback-report",
        [
            part("text/plain", "This is an abuse report."),
            part("message/feedback-report", f"User-Agent: test/1\nVersion: 1\n{fields}"),
            part("message/rfc822", f"{returned}\nHello Ada"),
        ],
    )
