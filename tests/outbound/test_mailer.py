"""STARTTLS, TLS and logins against a real server; nothing is ever sent less protected than was asked."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.application.letters import Letter
from deliveryledger.errors import InvalidInput, MailServerRefused, MailServerUnavailable, NotTaken
from deliveryledger.outbound.mailer import SmtpMailer
from deliveryledger.outbound.smtp_settings import SmtpSettings
from tests.outbound.office import mailer
from tests.outbound.smtp_server import PASSWORD, Mailbox, authenticator, certificate, serving

LETTER = Letter(
    notification_id="01a1d92d-7f40-7f7e-a6b0-dc0511e38ee3",
    queued_at=datetime(2026, 11, 14, 8, 30, tzinfo=UTC),
    receivers=(("Rosa Berg", "rosa@ats.example"),),
    subject="Hej",
    text="Hej då\n",
    html="<p>Hej då</p>",
    lang="sv",
)


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path)


def sent(smtp: SmtpMailer, *letters: Letter) -> None:
    try:
        for letter in letters or (LETTER,):
            smtp.send(letter)
    finally:
        smtp.close()


def test_starttls_with_a_login(mailbox: Mailbox, certified: tuple[ssl.SSLContext, Path]):
    context, authority = certified
    options: dict[str, Any] = {"tls_context": context, "require_starttls": True}
    options |= {"authenticator": authenticator, "auth_required": True}
    with serving(mailbox, **options) as port:
        given = {"security": "starttls", "ca_file": authority, "user": "ats"}
        sent(mailer(port, password=PASSWORD, **given))
        assert mailbox.ids == [f"<deliveryledger-notification.{LETTER.notification_id}@ats.example>"]
        with pytest.raises(MailServerRefused, match="refuses the login"):
            sent(mailer(port, password="wrong", **given))
        with pytest.raises(MailServerRefused, match="certificate"):
            sent(mailer(port, password=PASSWORD, **{**given, "ca_file": None}))
        with pytest.raises(MailServerRefused, match="authority cannot be read"):
            sent(mailer(port, password=PASSWORD, **{**given, "ca_file": Path("nowhere")}))
    assert len(mailbox.mails) == 1


def test_implicit_tls(mailbox: Mailbox, certified: tuple[ssl.SSLContext, Path]):
    context, authority = certified
    with serving(mailbox, ssl_context=context) as port:
        sent(mailer(port, security="tls", ca_file=authority))
        with pytest.raises(MailServerRefused, match="certificate"):
            sent(mailer(port, security="tls"))
    assert len(mailbox.mails) == 1


def test_a_certificate_of_another_name_is_refused(mailbox: Mailbox, tmp_path: Path):
    context, authority = certificate(tmp_path, "mail.example", address=False)
    with (
        serving(mailbox, tls_context=context) as port,
        pytest.raises(MailServerRefused, match="certificate"),
    ):
        sent(mailer(port, security="starttls", ca_file=authority))
    assert not mailbox.mails


def test_a_server_without_starttls_gets_nothing(mailbox: Mailbox, port: int):
    with pytest.raises(MailServerRefused, match="STARTTLS"):
        sent(mailer(port, security="starttls", user="ats", password=PASSWORD))
    assert not mailbox.mails


def test_one_connection_takes_several_letters(mailbox: Mailbox, port: int):
    before = mailbox.connections
    sent(mailer(port), LETTER, LETTER, LETTER)
    assert len(mailbox.mails) == 3
    assert mailbox.connections == before + 1


def test_the_same_letter_is_the_same_mail_to_the_byte(mailbox: Mailbox, port: int):
    sent(mailer(port), LETTER, LETTER)
    assert mailbox.raw[0] == mailbox.raw[1]


def test_a_refused_letter_leaves_the_connection_for_the_next(mailbox: Mailbox, port: int):
    smtp = mailer(port)
    mailbox.answers["RCPT"] = ["550 rosa@ats.example is unknown"]
    with pytest.raises(NotTaken) as refused:
        smtp.send(LETTER)
    assert (refused.value.why, refused.value.permanent) == ("recipient_refused", True)
    assert "rosa" not in str(refused.value)
    sent(smtp)
    assert len(mailbox.mails) == 1


def test_a_server_that_drips_is_cut_off_in_time(mailbox: Mailbox, port: int):
    def drip(stage: str) -> None:
        if stage == "DATA":
            import time

            time.sleep(1.5)

    mailbox.at = drip
    with pytest.raises(NotTaken, match="broke off"):
        sent(mailer(port, timeout=30.0, deadline=0.3))


def test_nobody_listens(mailbox: Mailbox):
    with serving(mailbox) as port:
        pass
    with pytest.raises(MailServerUnavailable):
        sent(mailer(port))


def test_an_address_with_national_letters_is_sent_as_utf8(mailbox: Mailbox, tmp_path: Path):
    letter = Letter(**{**LETTER.__dict__, "receivers": (("Åsa", "åsa@exämple.org"),)})
    with serving(mailbox, enable_SMTPUTF8=True) as port:
        sent(mailer(port), letter)
    assert mailbox.taken[0][1] == ["åsa@xn--exmple-cua.org"]


@pytest.mark.parametrize(
    ("given", "obstacle"),
    [
        ({"host": None}, "HOST is not set"),
        ({"from_address": "rosa"}, "FROM_ADDRESS is not set, or is no"),
        ({"envelope_sender": "rosa"}, "ENVELOPE_SENDER is no"),
        ({"user": "ats"}, "PASSWORD is not set beside"),
        ({"user": "ats", "password": "secret", "security": "plain"}, "SECURITY is plain"),
        ({"port": "seventy"}, "PORT is not what"),
        ({"security": "ssl3"}, "SECURITY is not what"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    given: dict[str, str], obstacle: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in {"host": "mail.example", "from_address": "a@ats.example", **given}.items():
        if value is not None:
            monkeypatch.setenv(f"DELIVERYLEDGER_SMTP_{name.upper()}", value)
    with pytest.raises(InvalidInput, match=obstacle) as refusal:
        SmtpSettings.from_environment()
    assert "secret" not in str(refusal.value)


def test_the_environment_is_enough(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DELIVERYLEDGER_SMTP_HOST", "mail.example")
    monkeypatch.setenv("DELIVERYLEDGER_SMTP_FROM_ADDRESS", "a@ats.example")
    settings = SmtpSettings.from_environment()
    assert (settings.effective_port, settings.security, settings.return_path) == (
        587,
        "starttls",
        "a@ats.example",
    )
    assert "secret" not in repr(SmtpSettings.from_environment(user="u", password="secret"))
