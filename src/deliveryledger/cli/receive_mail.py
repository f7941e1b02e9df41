"""The command ``receive-mail``: bounces and complaints that come in by LMTP or SMTP."""

import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import click

from ..errors import InvalidInput, MissingExtra
from .files import obstacle_of
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json
from .stopping import log_to_stderr, told_by_signals

_SOCKET_MODE = 0o660
_BACKLOG = 512


class Place(NamedTuple):
    """Where to listen, and in which protocol; without a port ``at`` is the path of a socket."""

    is_lmtp: bool
    at: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> "Place":
        """``lmtp:/path``, ``lmtp:HOST:PORT`` or ``smtp:HOST:PORT``. Raises click.BadParameter."""
        protocol, _, rest = text.partition(":")
        host, _, port = rest.rpartition(":")
        if protocol in ("lmtp", "smtp"):
            if rest.startswith(("/", "./", "../")):
                return cls(protocol == "lmtp", rest, None)
            if host and port.isdecimal() and int(port) <= 65_535:
                return cls(protocol == "lmtp", host.strip("[]"), int(port))
        raise click.BadParameter(f"{text!r} is not lmtp:/path/of/socket, lmtp:HOST:PORT or smtp:HOST:PORT")


@click.command("receive-mail")
@click.option(
    "--listen",
    "place",
    required=True,
    metavar="WHERE",
    callback=lambda _, __, value: Place.parse(value),
    help="lmtp:/path/of/socket, lmtp:HOST:PORT or smtp:HOST:PORT; port 0: any that is free.",
)
@click.option(
    "--domain", "domains", multiple=True, help="Whose mail is taken; several times (default: anybody's)."
)
@click.option("--hostname", help="What the server calls itself (default: this machine's name).")
@click.option(
    "--account", default="main", show_default=True, help="A short name of the receiver, in the ledger."
)
@options(
    "ledger",
    "tenant",
    tenant="Whose messages are considered (default: everybody's).",
    lang=OPERATORS_LANG,
)
@pass_settings
def receive_mail(
    settings: Settings, place: Place, domains: tuple[str, ...], hostname: str | None, account: str
) -> None:
    """Take mails for a bounce domain, and record them.

    LMTP is for a mail server that hands them on, SMTP for everybody. A mail is answered with 250 when it is
    recorded, and with 451 where that fails, so that it is sent again; none is refused for what is in it: what
    cannot be read is kept (see: deliveryledger intake). SIGTERM or Ctrl-C end it. Makes the ledger if there
    is none. Needs the extra "mail".
    """
    try:
        from ..inbound.mailboxes.lmtp import MailReceiver
        from ..inbound.mailboxes.taking import MailTaker
    except ModuleNotFoundError as missing:
        raise MissingExtra("mail", str(missing.name)) from None
    log_to_stderr()
    with (
        told_by_signals() as told,
        _listening(place) as listener,
        settings.open(create=True) as ledger,
        ledger.audit.follow_in_background(),
    ):
        taker = MailTaker(ledger, account=account, tenant=settings.tenant)
        with MailReceiver(taker.take, [listener], lmtp=place.is_lmtp, domains=domains, hostname=hostname):
            _announce(settings, place, listener)
            told.wait()


@contextmanager
def _listening(place: Place) -> Iterator[socket.socket]:
    try:
        listener = _listener(place)
    except OSError as error:
        raise InvalidInput("listen for mail", obstacle_of(error), "give another --listen") from None
    with listener:
        yield listener
    if place.port is None:
        with suppress(OSError):
            Path(place.at).unlink()


def _listener(place: Place) -> socket.socket:
    if place.port is not None:
        family = socket.AF_INET6 if ":" in place.at else socket.AF_INET
        return socket.create_server((place.at, place.port), family=family, backlog=_BACKLOG)
    path = Path(place.at)
    listener = socket.socket(socket.AF_UNIX)
    try:
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode) and not _is_in_use(path):
            path.unlink()  # left behind by one that was killed
        listener.bind(place.at)
        os.chmod(path, _SOCKET_MODE)  # noqa: PTH101  # who may write to it: its owner and the folder's group
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _is_in_use(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as visitor:
        return visitor.connect_ex(str(path)) == 0


def _announce(settings: Settings, place: Place, listener: socket.socket) -> None:
    protocol = "lmtp" if place.is_lmtp else "smtp"
    at = place.at if place.port is None else "{}:{}".format(*listener.getsockname()[:2])
    if settings.json:
        print_json({"protocol": protocol, "at": at})
    else:
        click.echo(f"listening for {protocol} at {at}")
    sys.stdout.flush()  # whoever waits for this line may read a pipe
