"""Letters over SMTP (RFC 5321): one connection for several, STARTTLS or TLS, typed refusals."""

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from typing import Final

from ..application.letters import Letter
from ..domain.incident.events import WhyNotSent
from ..errors import DeliveryLedgerError, MailServerRefused, MailServerUnavailable, NotTaken
from .notifications import as_message
from .smtp_settings import Security, SmtpSettings

_CONNECT: Final = "connect to the SMTP server"
_SEND: Final = "send a notification"
_LATER: Final = "it stays in the outbox and is tried again"
_PERMANENT: Final = 500


class SmtpMailer:
    """Sends letters; a ``Mailer``. What the server says is never part of an error: it may name people."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect and log in, unless that was done. Raises MailServerUnavailable, MailServerRefused."""
        if self._smtp is None or self._smtp.sock is None:  # with 421 the server hangs up
            self._smtp = self._connected()

    def send(self, letter: Letter) -> None:
        """Send a letter; returns when the server has taken responsibility for it.

        Raises NotTaken of this letter alone; MailServerRefused where it is our sender that is refused.
        """
        receivers, content = self._written(letter)
        is_ascii = all(each.isascii() for each in receivers)
        self.open()
        assert self._smtp is not None  # noqa: S101  # open() has made it
        try:
            with self._deadline(self._smtp):
                self._smtp.sendmail(
                    self._settings.return_path,
                    receivers,
                    content,
                    mail_options=() if is_ascii else ("SMTPUTF8", "BODY=8BITMIME"),
                )
        except (smtplib.SMTPException, OSError, ValueError) as error:
            failure: Exception = self._failure(error)
        else:
            return
        raise failure  # out here, so that the error with the server's words is not its context

    def close(self) -> None:
        """End the connection, if there is one."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError, ValueError), self._deadline(smtp):
                smtp.quit()
            smtp.close()

    def _written(self, letter: Letter) -> tuple[list[str], bytes]:
        with suppress(ValueError, MessageError, DeliveryLedgerError):
            message = as_message(letter, sender=(self._settings.from_name, self._settings.from_address))
            return [each.addr_spec for each in message["To"].addresses], message.as_bytes()
        # One mail that cannot be written must not stop all others.
        raise NotTaken(
            _SEND,
            "the receiver's address cannot stand in a mail",
            "the next receiver is told",
            why=WhyNotSent.RECIPIENT_REFUSED,
            permanent=True,
        )

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        context = None if settings.security is Security.PLAIN else self._context()
        if settings.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(timeout=settings.timeout, context=context)
        else:
            smtp = smtplib.SMTP(timeout=settings.timeout)
        try:
            smtp._host = settings.host  # type: ignore[attr-defined]  # the name that its certificate must have
            with self._deadline(smtp):
                code, _ = smtp.connect(settings.host, settings.effective_port)
                if code != 220:
                    raise smtplib.SMTPConnectError(code, "")
                smtp.ehlo_or_helo_if_needed()
                if settings.security is Security.STARTTLS:
                    smtp.starttls(context=context)
                if settings.user:
                    smtp.login(settings.user, settings.password.get_secret_value())
        except (smtplib.SMTPException, OSError, ValueError) as error:
            failure: Exception = _no_connection(error)
        else:
            return smtp
        smtp.close()
        raise failure

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError:
            pass
        raise MailServerRefused(
            _CONNECT, "the file of the certificate authority cannot be read", "check it and its rights"
        )

    @contextmanager
    def _deadline(self, smtp: smtplib.SMTP) -> Iterator[None]:
        """A server that answers a byte at a time keeps us no longer than this."""
        timer = threading.Timer(self._settings.deadline, _cut, (smtp,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _failure(self, error: Exception) -> Exception:
        match error:
            case smtplib.SMTPSenderRefused(smtp_code=code) if code >= _PERMANENT:
                return MailServerRefused(
                    _SEND, f"the server refuses our sender ({code})", "check the sender and its rights"
                )
            case smtplib.SMTPRecipientsRefused(recipients=refused):
                codes = [code for code, _ in refused.values()]
                return _not_taken(WhyNotSent.RECIPIENT_REFUSED, min(codes, default=0))
            case smtplib.SMTPResponseException(smtp_code=code) if code > 0:
                return _not_taken(WhyNotSent.MESSAGE_REFUSED, code)
            case smtplib.SMTPNotSupportedError() | ValueError():  # SMTPUTF8
                return _not_taken(WhyNotSent.RECIPIENT_REFUSED, _PERMANENT)
        self._drop()
        return NotTaken(
            _SEND, "the server broke off or did not answer", _LATER, why=WhyNotSent.NO_ANSWER, permanent=False
        )

    def _drop(self) -> None:
        """Drop the connection without a word; the next letter makes another."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _not_taken(why: WhyNotSent, code: int) -> NotTaken:
    permanent = code >= _PERMANENT
    why = why if permanent else WhyNotSent.TRY_LATER
    remedy = "the next receiver is told" if permanent else _LATER
    return NotTaken(_SEND, f"the server answers {code}", remedy, why=why, permanent=permanent)


def _no_connection(error: Exception) -> Exception:
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code) if code >= _PERMANENT:
            return MailServerRefused(_CONNECT, f"it refuses the login ({code})", "check user and password")
        case smtplib.SMTPNotSupportedError():
            return MailServerRefused(
                _CONNECT, "it offers no STARTTLS, or no login", "check host, port and security; use tls"
            )
        case ssl.SSLError():
            return MailServerRefused(
                _CONNECT,
                "its certificate or its TLS is not accepted",
                "check host, port and security, and name its authority as ca_file",
            )
        case smtplib.SMTPConnectError(smtp_code=code) | smtplib.SMTPHeloError(smtp_code=code) if (
            code >= _PERMANENT
        ):
            return MailServerRefused(_CONNECT, f"it wants nothing of us ({code})", "check host and port")
    return MailServerUnavailable(_CONNECT, "it cannot be reached, or broke off", "try again later")


def _cut(smtp: smtplib.SMTP) -> None:
    sock = smtp.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(2)
