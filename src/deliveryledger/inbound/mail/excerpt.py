"""What is kept as evidence of a mail about several recipients: a mail for each, without the others.

It has what a reader looks at and what a better one may look at: the fields about the notification, about this
recipient and of the returned message. Prose and the returned text speak of everybody and are left out.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from ...domain.reports import DeliveryReport
from ..own_ids import HEADER_MESSAGE, HEADER_TENANT
from .addresses import without
from .fields import Returned, address, addresses
from .scanner import Headers, Mail

Fields = Iterable[tuple[str, str]]

SOMEBODY: Final = "somebody-else@redacted.invalid"
"""What stands where another recipient was named (RFC 2606)."""
_COPY: Final = b"------ This is a copy of the message, including all the headers. ------\n"
"""What Exim writes above a returned message; any reader of bounces knows it."""
_BOUNDARY: Final = "deliveryledger-evidence"
_OUTER: Final = ("date", "from", "subject", "auto-submitted", "in-reply-to", "x-riferimento-message-id")
_PER_MESSAGE: Final = ("reporting-mta", "dsn-gateway", "received-from-mta", "arrival-date")
"""RFC 3464 2.2, but for the envelope id, which some make of the recipient's address."""
_ABOUT_THE_SENDER: Final = frozenset(
    {"from", "sender", "reply-to", "message-id", "in-reply-to", "references", HEADER_MESSAGE, HEADER_TENANT}
)
"""Fields of the returned message that may have an @ in them; others with one may name a recipient."""
_RECIPIENTS: Final = frozenset(
    {"to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc", "delivered-to", "x-original-to"}
    | {"envelope-to", "apparently-to", "received", "return-path", "errors-to"}
)
_MAX_VALUE: Final = 4_050
"""Characters; two bytes each stay below the limit of a line, and words are cut at 4,000 anyway."""


def of_delivery_status(
    mail: Mail,
    about_message: Fields,
    group: Headers,
    returned: Headers,
    others: frozenset[str],
    words: str = "",
) -> bytes:
    """A delivery status notification about one of several recipients.

    ``words``: what the part for people says of them.
    """
    per_message = [field for field in about_message if field[0] in _PER_MESSAGE]
    blocks = [_block(per_message, others), _block(group.fields, others)]
    return _mail(mail, "delivery-status", b"\n".join(filter(None, blocks)), returned, others, words)


def of_feedback(mail: Mail, fields: Headers, recipient: str, others: frozenset[str]) -> bytes:
    """A feedback report about one of several recipients."""
    kept = [field for field in fields.fields if "@" not in field[1] and field[0] != "original-rcpt-to"]
    named = ("original-rcpt-to", f"<{recipient}>")
    return _mail(mail, "feedback-report", _block([*kept, named], others), Returned(mail).headers, others)


def of_prose(mail: Mail, words: str, returned: Headers, to: str | None, others: frozenset[str]) -> bytes:
    """A bounce in prose about one of several recipients.

    ``words``: what is said in general, and of them. ``to``: where To has to name them.
    """
    outer = [("content-type", "text/plain; charset=utf-8"), *_outer(mail)]
    kept = [*(field for field in returned.fields if _is_harmless(*field)), *_to(to)]
    body = without(words, others, SOMEBODY).encode("utf-8", "replace")
    return b"\n".join((_block(outer, others), body, _COPY, _block(kept, others)))


def _outer(mail: Mail) -> list[tuple[str, str]]:
    return [(name, value) for name in _OUTER if (value := mail.headers.get(name))]


def _mail(
    mail: Mail,
    kind: str,
    fields: bytes,
    of_original: Headers,
    others: frozenset[str],
    words: str = "",
) -> bytes:
    report_type = ("content-type", f'multipart/report; report-type={kind}; boundary="{_BOUNDARY}"')
    outer = _outer(mail)
    returned = [field for field in of_original.fields if _is_harmless(*field)]
    edge = f"--{_BOUNDARY}\n".encode()
    explanation = without(words, others, SOMEBODY).encode("utf-8", "replace")
    parts = (
        _block([report_type, *outer], others),
        b"\n",
        edge + b"Content-Type: text/plain; charset=utf-8\n\n" + explanation + b"\n" if words else b"",
        edge + _block([("content-type", f"message/{kind}")], others) + b"\n" + fields,
        edge + _block([("content-type", "text/rfc822-headers")], others) + b"\n" + _block(returned, others),
        edge.replace(b"\n", b"--\n"),
    )
    return b"".join(parts)


def _to(recipient: str | None) -> list[tuple[str, str]]:
    return [("to", f"<{recipient}>")] if recipient else []


def _is_harmless(name: str, value: str) -> bool:
    return name not in _RECIPIENTS and ("@" not in value or name in _ABOUT_THE_SENDER)


def _block(fields: Fields, others: frozenset[str]) -> bytes:
    lines = (f"{name}: {without(value[:_MAX_VALUE], others, SOMEBODY)}\n" for name, value in fields)
    return "".join(lines).encode("utf-8", "replace")


def everybody(mail: Mail, *texts: str, returned: Headers | None = None) -> frozenset[str]:
    """Everybody whom a mail names as a recipient, in these texts or where else one looks for them."""
    returned = returned or Returned(mail).headers
    return named(*texts, mail.headers.get("x-failed-recipients"), *map(returned.get, ("to", "cc", "bcc")))


def named(*texts: str) -> frozenset[str]:
    """The addresses in texts, in lower case."""
    return frozenset().union(*map(addresses, texts), (found.lower() for t in texts if (found := address(t))))


def says(report: DeliveryReport, again: Sequence[DeliveryReport | str], others: frozenset[str]) -> bool:
    """Whether evidence that was read again says what the report says, whose words may name others."""
    words = without(report.diagnostic or "", others, SOMEBODY) or None
    expected = report._replace(diagnostic=words, raw=None)
    return len(again) == 1 and not isinstance(again[0], str) and again[0].with_raw(None) == expected
