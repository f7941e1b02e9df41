"""Notifications that something has wrapped, renamed or attached on their way."""

from base64 import encodebytes

import pytest

from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, FAILED, dsn, part

GATEWAY = "Gateway <no-reply@gateway.example>"
SERVER = "MAILER-DAEMON@mx.example.net"
PERSON = "Grace <grace@example.com>"
STATUS = f"Reporting-MTA: dns; mx.example.net\n\n{FAILED}"


def mixed(sender: str, subject: str, *parts: str, boundary: str = "=_o") -> bytes:
    inner = "".join(f"--{boundary}\n{each}\n" for each in parts)
    head = f"From: {sender}\nSubject: {subject}\nTo: jobs@ats.example\n"
    return f'{head}Content-Type: multipart/mixed; boundary="{boundary}"\n\n{inner}--{boundary}--\n'.encode()


def failed(raw: bytes) -> list[str | None]:
    reading = read_mail(raw)
    assert reading.quarantined == ()
    return [each.recipient for each in reading.reports if each.outcome == "bounced"]


@pytest.mark.parametrize("sender", [GATEWAY, SERVER])
@pytest.mark.parametrize(
    "kind",
    [
        "message/rfc822",
        "message/global",
        "application/eml",
        'application/octet-stream; name="bounce.eml"',
        'text/plain; name="bounce.txt"\nContent-Disposition: attachment',
    ],
)
def test_a_wrapped_bounce_is_read(sender: str, kind: str):
    raw = mixed(sender, "Message", part("text/plain", "See below."), part(kind, dsn(FAILED).decode()))
    assert failed(raw) == [ADA]


def test_a_wrapped_bounce_may_be_encoded_and_wrapped_twice():
    kind = "application/octet-stream\nContent-Transfer-Encoding: base64"
    once = mixed(GATEWAY, "Message", part(kind, encodebytes(dsn(FAILED)).decode()))
    assert failed(once) == [ADA]
    inner = mixed(SERVER, "2", part("message/rfc822", dsn(FAILED).decode()), boundary="=_i")
    twice = mixed(SERVER, "1", part("message/rfc822", inner.decode()))
    assert failed(twice) == [ADA]


@pytest.mark.parametrize(
    ("sender", "subject"), [(PERSON, "Look"), (PERSON, "Fwd: Look"), (SERVER, "Re: Look")]
)
def test_a_bounce_that_a_person_passes_on_is_that_persons_mail(sender: str, subject: str):
    raw = mixed(sender, subject, part("text/plain", "What?"), part("message/rfc822", dsn(FAILED).decode()))
    assert failed(raw) == []


def test_a_status_that_a_person_attaches_is_no_bounce():
    parts = part("text/plain", "What is this?"), part("message/delivery-status", STATUS)
    assert failed(mixed(PERSON, "Look", *parts)) == []
    assert failed(mixed(GATEWAY, "Message", *parts)) == [ADA]


def test_a_disclaimer_around_a_report_changes_nothing():
    inner = dsn(FAILED).decode().partition("Content-Type: multipart")
    assert failed(mixed(PERSON, "failure", part("text/plain", "Legal"), inner[1] + inner[2])) == [ADA]


@pytest.mark.parametrize(
    "kind", ["application/octet-stream", "text/x-delivery-status", "text/delivery-status", "message/x-status"]
)
def test_a_status_is_known_by_its_fields_whatever_its_type(kind: str):
    (found,) = read_mail(mixed(SERVER, "failure", part("text/plain", "Sorry."), part(kind, STATUS))).reports
    assert (found.recipient, found.status) == (ADA, "5.1.1")
