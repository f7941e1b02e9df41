"""A real SMTP server on loopback that keeps what it takes, and answers as it is told."""

import ipaddress
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

logging.getLogger("mail.log").setLevel(logging.ERROR)  # else it writes down who is written to
PASSWORD = "correct horse"
Moment = Callable[[str], None]


@dataclass
class Mailbox:
    """What the server took, and what it shall answer: by stage (MAIL, RCPT, DATA), the next answer first."""

    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)
    """By recipient: the answer to RCPT, always."""
    at: Moment = lambda _stage: None
    """Called when a stage is reached; may take its time."""
    connections: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [mail for _, _, mail in self.taken]

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    def _next(self, stage: str) -> str | None:
        self.at(stage)
        waiting = self.answers.get(stage)
        return waiting.pop(0) if waiting else None

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._next("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._next("RCPT") or self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := self._next("DATA"):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        mail = message_from_bytes(content, policy=default)
        self.taken.append((envelope.mail_from or "", list(envelope.rcpt_tos), mail))
        self.at("TAKEN")
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.at("QUIT")
        return "221 Bye"


class _Controller(Controller):
    def factory(self) -> Any:
        self.handler.connections += 1
        self.handler.at("CONNECT")
        return super().factory()

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """The server's port."""
    controller = _Controller(mailbox, hostname="127.0.0.1", port=0, ready_timeout=20, **options)
    controller.start()
    try:
        yield controller.server.sockets[0].getsockname()[1]
    finally:
        controller.stop()


def authenticator(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Who knows the password may."""
    right = isinstance(data, LoginPassword) and data.password.decode() == PASSWORD
    return AuthResult(success=right, handled=False)


def certificate(
    folder: Path, name: str = "localhost", *, address: bool = True
) -> tuple[ssl.SSLContext, Path]:
    """A context with a self-signed certificate, and the file that vouches for it."""
    key, subject = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
    )
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if address:
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, secret)
    return context, cert


def wait(condition: Callable[[], object], seconds: float = 20) -> None:
    """Until it is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def to(mailbox: Mailbox) -> list[list[str]]:
    """Whom each mail went to."""
    return [receivers for _, receivers, _ in mailbox.taken]


def text_of(mailbox: Mailbox, place: int = -1) -> str:
    """What the mail says, as text."""
    part = mailbox.mails[place].get_body(("plain",))
    assert part is not None
    return str(part.get_content())
