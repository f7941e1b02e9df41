"""Mails that a mail server wrote about a message of ours, and those that only look like it."""

import pytest

from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, RETURNED, part, report

SERVER = "Mail Delivery System <MAILER-DAEMON@mx.example.net>"
POSTMASTER = "Postmaster <postmaster@example.net>"
PERSON = "Grace Hopper <grace@example.com>"
SHOP = "Parcels <no-reply@parcels.example>"
UNKNOWN = f"Your message could not be delivered.\n\n<{ADA}>: 550 5.1.1 User unknown\n"
COPY = f"\n--- Below this line is a copy of the message.\n\n{RETURNED}\nHello Ada\n"

PREFIXES = (
    "Re:", "RE :", "Re[2]:", "(Fwd)", "Antw:", "Doorst:", "İlt:",
    "Továbbítás:", "I:", "RIF:", "Svar:", "Atb.:", "BLS:", "Отв:",
    "ΑΠ:", "回复：", "轉寄:", "[EXTERNAL] Fwd:", "[Ticket#1] Re:",
)  # fmt: skip


def mail(sender: str, subject: str, text: str, headers: str = "") -> bytes:
    return f"{headers}From: {sender}\nTo: jobs@ats.example\nSubject: {subject}\n\n{text}".encode()


def failed(raw: bytes) -> list[str | None]:
    """The recipients that a mail calls failed or late."""
    return [each.recipient for each in read_mail(raw).reports if each.outcome in ("bounced", "deferred")]


@pytest.mark.parametrize(
    ("sender", "headers", "text"),
    [
        (SERVER, "", UNKNOWN),
        (POSTMASTER, "", UNKNOWN),
        (PERSON, "", UNKNOWN + COPY),
        (PERSON, "Return-Path: <MAILER-DAEMON@mx.example.net>\n", UNKNOWN),
        (PERSON, "Return-Path: <>\n", UNKNOWN),
        (PERSON, "", f"This is the mail system at host mx.example.net.\n\n{UNKNOWN}"),
        ("Filter <antivirus-gateway@example.net>", "", UNKNOWN),
        (SHOP, "", UNKNOWN),
        ("E-Mail-System <mail@example.net>", "", UNKNOWN),
    ],
)
def test_who_shows_that_a_machine_wrote_is_believed(sender: str, headers: str, text: str):
    assert failed(mail(sender, "Undelivered mail", text, headers)) == [ADA]


@pytest.mark.parametrize(
    ("sender", "headers"),
    [(PERSON, ""), (SHOP, ""), (PERSON, "Return-Path: <>\n"), ("Royal Mail Delivery", "")],
)
def test_words_alone_make_no_bounce_of_a_strangers_mail(sender: str, headers: str):
    text = f"It could not be delivered: address not found.\n\nQuestions?\n{ADA}\n550 High Street\n"
    assert failed(mail(sender, "Delivery failed", text, headers)) == []


@pytest.mark.parametrize("sender", [SERVER, POSTMASTER])
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Delivery failure", f"Undelivered messages wait in your mailbox: {ADA}\nClick here to read them."),
        ("Quarantine summary", f"{ADA} was rejected"),
        ("Delivery failed", f"3 incoming messages were rejected, of\n{ADA}"),
        ("Report Domain: ats.example", f"Messages were rejected: {ADA} 550 5.7.1"),
        ("Postfix SMTP server: errors from mx.example.org", f" Out: 554 5.7.1 <{ADA}>: Access denied"),
        ("Automatic reply: Interview", f"My mailbox is full, write to\n{ADA}"),
        ("Successful Mail Delivery Report", f"Your message was successfully delivered to\n{ADA}"),
        ("Delivery report", f"Die Zustellung war erfolgreich.\n{ADA}"),
        ("Read receipt", f"Your message to {ADA} was displayed."),
    ],
)
def test_what_else_mail_servers_write_is_no_bounce(sender: str, subject: str, text: str):
    assert failed(mail(sender, subject, text)) == []


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_people_answer_or_pass_on_is_no_bounce(prefix: str):
    assert failed(mail(PERSON, f"{prefix} Undelivered mail", UNKNOWN + COPY)) == []


@pytest.mark.parametrize(
    "mark",
    [
        f"-----Original Message-----\nFrom: {SERVER}\n",
        f"---------- Forwarded message ---------\nFrom: {SERVER}\n",
        "Begin forwarded message:\n",
        f"On Mon, 16 Nov 2026 {SERVER} wrote:\n",
    ],
)
def test_what_people_quote_without_saying_so_in_the_subject_is_no_bounce(mark: str):
    assert failed(mail(PERSON, "Undelivered mail", f"What is this?\n\n{mark}\n{UNKNOWN}{COPY}")) == []


@pytest.mark.parametrize("line", [f"<{ADA}>: 550 Unrouteable address", f"{ADA}\n550 5.1.1 no such name"])
def test_a_postmasters_refusal_is_a_bounce_whatever_the_subject(line: str):
    assert failed(mail("postmaster@example.net", "Mail", line)) == [ADA]


def test_the_number_of_a_house_is_no_refusal():
    assert failed(mail(POSTMASTER, "We moved", f"500 Main Street, Springfield\n\n{ADA}\n")) == []
    assert failed(mail(POSTMASTER, "Re: We moved", f"500 Main Street, Springfield\n\n{ADA}\n")) == []


def test_a_server_that_keeps_the_subject_of_an_answer_returns_the_message():
    assert failed(mail("postmaster@example.net", "Re: Interview", UNKNOWN + COPY)) == [ADA]
    assert failed(mail("postmaster@example.net", "Re: Interview", UNKNOWN)) == []


def test_a_message_on_its_way_to_the_reader_is_nothing_that_the_reader_sent():
    incoming = (
        "Message-ID: <1@example.org>\nReceived: by mx\nFrom: Ada <ada@example.org>\nTo: jobs@ats.example\n"
    )
    text = (
        f"The message was rejected:\n\n<{ADA}>\n\n--- Below this line is a copy of the message.\n\n{incoming}"
    )
    assert failed(mail(POSTMASTER, "Message rejected", text)) == []
    ours = incoming.replace("From: Ada <ada@example.org>", "From: jobs@ats.example")
    assert failed(mail(POSTMASTER, "Message rejected", text.replace(incoming, ours))) == [ADA]


def test_a_report_of_another_type_is_no_bounce():
    raw = report("tlsrpt", [part("text/plain", f"Delivery failed for 2 sessions. {ADA}")])
    assert failed(raw) == []


def test_a_mailer_daemon_that_names_nobody_has_to_say_that_it_failed():
    assert failed(mail(SERVER, "Delivery status", "Your message to somebody was seen.")) == []
    assert failed(mail(SERVER, "Mail problem", "Your mail to the user ada could not be delivered.")) == [None]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Poruka nije isporučena", "Vaša poruka nije isporučena:"),
        ("Sporočilo ni bilo dostavljeno", "Sporočila ni bilo mogoče dostaviti:"),
        ("Порука није испоручена", "Порука није испоручена:"),
        ("Недоставено съобщение", "Съобщението не беше доставено:"),
        ("Póstur ekki afhentur", "Ekki tókst að afhenda póstinn:"),
        ("No s'ha pogut lliurar", "No s'ha pogut lliurar el missatge:"),
        ("Không thể gửi thư", "Không thể gửi thư tới:"),
        ("ส่งไม่สำเร็จ", "ไม่สามารถส่งข้อความถึง:"),
        ("Pesan tidak terkirim", "Pesan Anda tidak dapat dikirim ke:"),
        ("عدم تحویل", "پیام شما تحویل داده نشد:"),
    ],
)
def test_more_languages_are_understood(subject: str, text: str):
    assert failed(mail("postmaster@example.net", subject, f"{text}\n<{ADA}>\n")) == [ADA]
