"""Several reports about one recipient, and mails that name one more than once."""

from datetime import UTC, datetime

import pytest

from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, FAILED, RETURNED, arf, dsn, part, report

NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
HOME, OFFICE = "ada@home.example", "ada@office.example"


def read(raw: bytes) -> tuple[DeliveryReport, ...]:
    return read_mail(raw, received_at=NOW).reports


def group(final: str, action: str, status: str, original: str = ADA) -> str:
    return (
        f"Original-Recipient: rfc822; {original}\n"
        f"Final-Recipient: rfc822; {final}\nAction: {action}\nStatus: {status}\n"
    )


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (group(OFFICE, "delivered", "2.0.0"), "delivered"),
        (group(OFFICE, "failed", "5.2.2"), "bounced"),
        (group(OFFICE, "delayed", "4.4.1"), "deferred"),
    ],
)
def test_who_is_reached_at_one_of_two_addresses_is_not_gone(other: str, outcome: str):
    for groups in ((group(HOME, "failed", "5.1.1"), other), (other, group(HOME, "failed", "5.1.1"))):
        (found,) = read(dsn(*groups))
        assert (found.recipient, found.outcome) == (ADA, outcome)
        assert found.severity != "hard"
        assert found.raw is not None


def test_of_one_address_a_failure_follows_a_delay():
    (found,) = read(dsn(group(ADA, "delayed", "4.4.1"), group("Ada@Example.org", "failed", "5.1.1")))
    assert (found.outcome, found.severity) == ("bounced", "hard")


def test_the_recipient_is_the_one_that_the_returned_message_names():
    (found,) = read(dsn(group(ADA, "failed", "5.1.1", original="list@example.net")))
    assert found.recipient == ADA


@pytest.mark.parametrize("kind", ["text/rfc822", "message/rfc822-headers", 'text/plain; name="mail.eml"'])
def test_a_returned_message_is_known_by_other_types_too(kind: str):
    status = part("message/delivery-status", f"Reporting-MTA: dns; mx.example\n\n{FAILED}")
    raw = report("delivery-status", [part("text/plain", "Sorry."), status, part(kind, RETURNED)])
    assert read(raw)[0].message_id == "msg-1"


def test_of_two_returned_parts_the_one_with_an_id_counts():
    status = part("message/delivery-status", f"Reporting-MTA: dns; mx.example\n\n{FAILED}")
    empty = part("text/rfc822-headers", "Received: by mx.example")
    raw = report(
        "delivery-status", [part("text/plain", "x"), status, empty, part("message/rfc822", RETURNED)]
    )
    assert read(raw)[0].message_id == "msg-1"


def test_a_complaint_names_everybody_once():
    one = arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: <{ADA}>\nOriginal-Rcpt-To: Ada@Example.org\n")
    assert [each.recipient for each in read(one)] == [ADA]
    two = arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: <{ADA}>, <bob@example.net>\n")
    assert [each.recipient for each in read(two)] == [ADA, "bob@example.net"]


@pytest.mark.parametrize("name", ["Delivered-To", "X-HmXmrOriginalRecipient"])
def test_the_mailbox_that_complains_is_in_the_returned_message(name: str):
    nobody = RETURNED.replace(f"Ada <{ADA}>", "undisclosed-recipients:;")
    assert read(arf("Feedback-Type: abuse\n", f"{nobody}{name}: {ADA}\n"))[0].recipient == ADA


def bounce(said: str, to: str = ADA) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\nTo: jobs@ats.example\nSubject: Undelivered mail\n\n"
        f"Your message could not be delivered.\n\n{said}\n"
        f"--- Below this line is a copy of the message.\n\n{RETURNED.replace(ADA, to)}\nHello\n"
    ).encode()


def test_a_forwarded_recipient_beside_another_has_evidence():
    said = (
        f"<{HOME}> (expanded from\n    <{ADA}>): host said: 550 5.1.1 User unknown\n\n"
        "<bob@example.net>: 552 5.2.2 Mailbox full\n"
    )
    ada, bob = read(bounce(said, f"{ADA}, bob@example.net"))
    assert (ada.recipient, ada.severity, bob.severity) == (ADA, "hard", "soft")
    for each in (ada, bob):
        assert each.raw is not None
        assert each.recipient == read(each.raw)[0].recipient


def test_an_alias_with_one_full_mailbox_is_not_gone():
    said = "".join(
        f"<{target}> (expanded from <{ADA}>): host said: {reply}\n\n"
        for target, reply in ((HOME, "550 5.1.1 User unknown"), (OFFICE, "552 5.2.2 Mailbox full"))
    )
    (found,) = read(bounce(said))
    assert (found.recipient, found.severity) == (ADA, "soft")


def test_more_recipients_than_the_limit_are_not_dropped_in_silence():
    said = "".join(f"<ada{n}@example.org>: 550 5.1.1 User unknown\n\n" for n in range(31))
    reading = read_mail(bounce(said), received_at=NOW)
    assert reading.reports == ()
    assert "more than 30 recipients" in reading.quarantined[0].why
