"""A connection to an IMAP server (RFC 9051, RFC 3501): who, how it is protected, what its failures mean."""

import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from os import PathLike
from typing import Final

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from ...errors import DeliveryLedgerError, InvalidInput, MailboxRefused, MailboxUnavailable
from .secrets import Secret

# What it logs below an error is all that is said, mails and passwords too; a warning quotes the server.
logging.getLogger("imapclient").setLevel(logging.ERROR)

_ATTEMPTED: Final = "log in to the mail server"
_LONGEST_LITERAL: Final = 64 * 1024 * 1024
"""Bytes. Above what is fetched of a mail: some servers give all of it when asked for the beginning."""


class Security(StrEnum):
    """How a connection is protected. The server must prove who it is, unless it is ``plain``."""

    TLS = "tls"
    """From the first byte, by default at port 993."""
    STARTTLS = "starttls"
    """From the first command, by default at port 143; a server that does not offer it is refused."""
    PLAIN = "plain"
    """Not at all: whoever is on the way reads the mails and the password."""


@dataclass(frozen=True)
class ImapServer:
    """A server and who logs in: with a password, or with an OAuth2 access token (SASL XOAUTH2).

    Google wants the token's scope ``https://mail.google.com/`` (developers.google.com/workspace/gmail/imap);
    Microsoft 365 ``https://outlook.office365.com/.default`` of an application with ``IMAP.AccessAsApp``, or
    ``https://outlook.office.com/IMAP.AccessAsUser.All`` of a person (learn.microsoft.com/exchange).
    """

    host: str
    user: str
    password: Secret | None = field(default=None, repr=False)
    token: Secret | None = field(default=None, repr=False)
    port: int | None = None
    security: Security = Security.TLS
    ca_file: str | PathLike[str] | None = None
    """Who is trusted to vouch for the server, instead of those whom the system trusts."""
    seconds: float = 60.0
    """To wait for a connection, and for each answer."""

    def __post_init__(self) -> None:
        if (self.password is None) == (self.token is None):
            raise InvalidInput(_ATTEMPTED, "there is no secret, or two", "give a password, or a token")


def connect(server: ImapServer) -> IMAPClient:
    """A connection, logged in. Raises MailboxRefused, MailboxUnavailable, InvalidInput."""
    secret = (server.password or server.token or str)()
    context = _context(server.ca_file)
    with said_as_ours(_ATTEMPTED):
        client = IMAPClient(
            server.host,
            server.port,
            ssl=server.security is Security.TLS,
            ssl_context=context,
            timeout=SocketTimeout(server.seconds, server.seconds),
        )
        _limit_literals(client)
        client.normalise_times = False  # to the time zone of this machine, which may be another tomorrow
        try:
            if server.security is Security.STARTTLS:
                client.starttls(context)
            if server.token:
                client.oauth2_login(server.user, secret)
            elif (server.user + secret).isascii():
                client.login(server.user, secret)
            else:
                client.plain_login(server.user, secret)  # LOGIN knows no other letters
        except BaseException:
            close(client)
            raise
    return client


def _context(ca_file: str | PathLike[str] | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:  # an SSLError is one, too
        raise InvalidInput(
            _ATTEMPTED, "the file holds no certificate, or cannot be read", "check --ca-file"
        ) from None


def _limit_literals(client: IMAPClient) -> None:
    """Take no longer string from the server than any that is asked for: it is held in memory as a whole."""
    imap = client._imap
    read: Callable[[int], bytes] = imap.read

    def read_some(size: int) -> bytes:
        if size > _LONGEST_LITERAL:
            raise IMAPClientAbortError("too long")
        return read(size)

    imap.read = read_some


def close(client: IMAPClient) -> None:
    """End a connection, whatever state it is in."""
    with suppress(IMAPClientError, OSError):
        client.shutdown()


@contextmanager
def said_as_ours(attempted: str) -> Iterator[None]:
    """What goes wrong, as errors of ours. They never repeat the server's words, which may hold addresses."""
    try:
        yield
    except LoginError:
        raise MailboxRefused(
            attempted, "user, password or token are refused", "check them; some providers take tokens only"
        ) from None
    except CapabilityError:
        raise MailboxRefused(
            attempted, "the server cannot do it", "see docs/how-to/connect-a-mailbox.md"
        ) from None
    except ssl.SSLCertVerificationError:
        raise MailboxRefused(
            attempted,
            "its certificate does not prove that it is that host",
            "check the host's name, or name the authority that vouches for it",
        ) from None
    except ssl.SSLError:
        raise MailboxUnavailable(
            attempted, "the connection cannot be protected", "check port and --security, or try again later"
        ) from None
    except socket.gaierror:
        raise MailboxUnavailable(
            attempted, "no such host is known", "check --host; the port belongs into --port"
        ) from None
    except (IMAPClientAbortError, OSError) as error:
        raise MailboxUnavailable(
            attempted, f"the connection failed ({type(error).__name__})", "try again later"
        ) from None
    except (IMAPClientError, UnicodeEncodeError) as error:
        raise MailboxRefused(
            attempted, f"the server says no ({type(error).__name__})", "check the folder, and who may do what"
        ) from None
    except DeliveryLedgerError:
        raise
    except Exception as error:  # the client trips over answers that are none
        raise MailboxUnavailable(
            attempted, f"the server does not speak IMAP ({type(error).__name__})", "check host and port"
        ) from None
