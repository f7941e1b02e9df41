"""What a notification looks like: in both languages, and safe whatever people are called."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from deliveryledger import Ledger
from deliveryledger.application.directory import Person
from deliveryledger.application.letters import Contents, Told
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.outbound.mailer import SmtpMailer
from deliveryledger.outbound.notifications import as_message, compose
from deliveryledger.outbound.safe_text import one_line, web_link
from tests.application.world import Clock
from tests.outbound.office import ROSA, Office, fails
from tests.outbound.smtp_server import Mailbox, text_of

SWEDISH = """\
Hej Tove Lund!

Ditt meddelande ”Intervju” till Ada Lovelace (ada@gmial.com) kunde inte levereras.

Anledning: E-postadressen finns inte.
Menade du ada@gmail.com?
Så här gör du: Kontrollera stavningen och jämför med CV:t.

Öppna kandidatprofilen: https://ats.example/candidates/cand-7

-- \n\
Du får det här e-postmeddelandet eftersom du skickade meddelandet. Ändra dina aviseringar: https://ats.example/me
"""
TOLD = Told(
    candidate="Ada Lovelace",
    address="ada@gmial.com",
    subject="Intervju",
    is_complaint=False,
    reason="E-postadressen finns inte.",
    advice="Kontrollera stavningen och jämför med CV:t.",
    suggestion="ada@gmail.com",
    link="https://ats.example/candidates/cand-7",
)
TOVE = Person("tove@ats.example", "Tove Lund", "sv", settings_url="https://ats.example/me")
CONTENTS = Contents(
    "01a1d92d-7f40-7f7e-a6b0-dc0511e38ee3", datetime(2026, 11, 14, tzinfo=UTC), (TOVE,), "sender", (TOLD,), 1
)
EVIL = [
    "Ada\r\nBcc: eve@evil.example",
    "Ada\nSubject: won",
    "Ada\r\n\r\n<script>alert(1)</script>",
    "\u202eecalevoL adA\u202c",
    "\u2066Ada\u2069\u200f\ufeff",
    "A" * 10_000,
    "Ada\x00\x1b[31m\x85\u2028Lovelace",
    "Åsa 🦉 Öqvist, \"Åsa\" <åsa@x.example>; b",
    "=?utf-8?q?=0D=0ABcc:_eve@evil.example?=",
    "{sender} {0} %s",
    "\ud800Ada",
    "<img src=x onerror=alert(1)> & \"quotes\"",
]  # fmt: skip


def written(contents: Contents) -> EmailMessage:
    raw = as_message(compose(contents), sender=("Ada's ATS", "no-reply@ats.example")).as_bytes()
    return message_from_bytes(raw, policy=default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_it_says_what_happened_and_what_to_do():
    message = written(CONTENTS)
    assert message["Subject"] == "Meddelandet till Ada Lovelace kunde inte levereras"
    assert part(message, "plain").replace("\r\n", "\n") == SWEDISH
    html = part(message, "html")
    assert 'href="https://ats.example/candidates/cand-7"' in html
    assert "Menade du ada@gmail.com?" in html
    assert message.get_content_type() == "multipart/alternative"


def test_what_is_not_known_leaves_no_gap():
    told = replace(TOLD, suggestion=None, advice=None, link=None)
    contents = replace(CONTENTS, told=(told,), people=(Person("t@ats.example"),))
    text = part(written(contents), "plain").replace("\r\n", "\n")
    assert text.startswith("Hi,\n\nYour message “Intervju” to")
    assert "…" not in text
    assert "\x00" not in text
    assert not any(line.endswith(": ") for line in text.splitlines())


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
@pytest.mark.parametrize("count", [1, 3])
def test_no_name_adds_a_header_or_markup(evil: str, count: int):
    told = replace(TOLD, candidate=evil, subject=evil, address=evil, suggestion=evil, link=evil, reason=evil)
    person = replace(TOVE, name=evil, settings_url=f"https://x.example/{evil}")
    message = written(replace(CONTENTS, told=(told,) * count, people=(person,), count=count))
    assert set(message.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
        *("MIME-Version", "Content-Type"),
    }
    assert [each.addr_spec for each in message["To"].addresses] == ["tove@ats.example"]
    assert len(str(message["Subject"])) < 260
    html, text = part(message, "html"), part(message, "plain")
    assert "<script" not in html
    assert "<img" not in html
    assert not set("\u202e\u2066\u200f\x00\x1b\x85\u2028") & set(f"{html}{text}{message['Subject']}")
    assert len(text) < 5_000


@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "https://x.example/\r\nBcc: e@f.g", 'https://x/"onclick=', "ftp://x", ""),
        *("https://x.example/a b", "https://x/" + "a" * 3_000, None),
    ],
)
def test_only_links_of_the_web_are_links(link: str | None):
    assert web_link(link) is None


def test_safe_text_keeps_what_people_are_called():
    assert one_line("  A\u030asa   Öqvist ") == "Åsa Öqvist"
    assert one_line("Zoë 🦉 می\u200cخواهم") == "Zoë 🦉 می\u200cخواهم"


def test_a_digest_names_ten_and_counts_the_rest(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, *range(14))
    ledger.outbox.deliver(smtp)
    text = text_of(mailbox)
    assert text.count("could not be delivered:") == 1
    assert text.count("https://ats.example/candidates/") == 10
    assert "… and 4 more messages." in text


def test_an_address_of_a_cv_is_not_mailed_about(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    ledger.candidate_emails.record_cv_address("cand-1", "ada.private@gmail.com", document="cv.pdf", page=1)
    assert ledger.suggestions_for("cand-1").suggestions[0].grounds == "cv"
    ledger.outbox.deliver(smtp)
    assert b"private" not in mailbox.raw[0]


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("reason", FailureReason)
def test_every_reason_is_told_in_both_languages(
    ledger: Ledger,
    clock: Clock,
    office: Office,
    mailbox: Mailbox,
    smtp: SmtpMailer,
    reason: FailureReason,
    lang: str,
):
    office.senders["rec-3"] = replace(ROSA, lang=lang)
    fails(ledger, clock, 1, reason=reason)
    ledger.outbox.deliver(smtp)
    lines = text_of(mailbox).splitlines()
    assert any(line.startswith(("Anledning: ", "Reason: ")) and len(line) > 20 for line in lines)
