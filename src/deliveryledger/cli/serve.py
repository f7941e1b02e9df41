"""The command ``serve``: the webhook endpoint as a service of its own."""

import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..errors import InvalidInput, MissingExtra
from .files import obstacle_of
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json

if TYPE_CHECKING:
    from uvicorn import Server


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="Port to listen at; 0: any that is free, which is printed.",
)
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def serve(settings: Settings, host: str, port: int) -> None:
    """Take webhook requests over HTTP and record them.

    The accounts and their secrets are in DELIVERYLEDGER_WEBHOOKS: JSON, or the path of a file with it,
    {"sendgrid/main": {"public_key": "..."}}; each is served at /webhooks/PROVIDER/ACCOUNT. /health and
    /ready are for whoever watches over it. Makes the ledger if there is none. SIGTERM or Ctrl-C end it: what
    came in is answered and recorded. Needs the extra "web".
    """
    try:
        from ..settings import WebhookSettings
        from ..web import Receiver, create_app
        from ..web.serving import accounts_of_tenants, server_of
    except ModuleNotFoundError as missing:
        raise MissingExtra("web", str(missing.name)) from None
    web = WebhookSettings.from_environment(url=settings.ledger)
    with (
        _listening(host, port) as listener,
        settings.open(create=True, accounts=accounts_of_tenants(web)) as ledger,
        ledger.audit.follow_in_background(),
        Receiver(ledger, web.webhooks) as receiver,
    ):
        app = create_app(ledger, receiver, max_body=web.max_body, body_seconds=web.body_seconds)
        server = server_of(app)
        with _told_by_signals(server):
            _announce(settings, listener, list(web.webhooks))
            server.run(sockets=[listener])


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as error:
        raise InvalidInput(
            "listen for webhooks", f"{obstacle_of(error)}: port {port}", "give another --host or --port"
        ) from None
    with listener:
        yield listener


@contextmanager
def _told_by_signals(server: "Server") -> Iterator[None]:
    """uvicorn ends in good order, then raises the signal again; there is still a ledger to be closed."""

    def end(*_: object) -> None:
        server.should_exit = True

    before = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _announce(settings: Settings, listener: socket.socket, accounts: list[str]) -> None:
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if settings.json:
        print_json({"url": url, "accounts": accounts})
    else:
        click.echo(f"listening at {url} for {', '.join(accounts)}")
    sys.stdout.flush()  # whoever waits for this line may read a pipe
