"""The command ``fetch-mail``: bounces and complaints out of an IMAP mailbox, once or as long as it runs."""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import MailboxUnavailable, MissingExtra
from .ingest import EXPLAINED
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json
from .stopping import log_to_stderr, told_by_signals

if TYPE_CHECKING:
    from ..inbound.mailboxes import ImapMailbox, ImapServer, MailTaker

_PASSWORD = "DELIVERYLEDGER_MAIL_PASSWORD"  # noqa: S105  # the variable's name
_SECURITY = {"tls": "tls (port 993)", "starttls": "starttls (port 143)", "plain": "plain (port 143)"}


@click.command("fetch-mail")
@click.option("--host", required=True, help="The mail server.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Its port, if it is an unusual one.")
@click.option("--user", required=True, help="Who logs in.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File with the password (default: the environment's {_PASSWORD}).",
)
@click.option(
    "--token-command", metavar="COMMAND", help="Prints an OAuth2 access token, instead of a password."
)
@click.option(
    "--security",
    type=click.Choice(list(_SECURITY)),
    default="tls",
    show_default=True,
    help="How the connection is protected; plain is not at all.",
)
@click.option(
    "--ca-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Who vouches for the server, if not an authority that the system trusts.",
)
@click.option("--folder", default="INBOX", show_default=True, help="Where the mails are.")
@click.option(
    "--flag",
    metavar="FLAG",
    help=r"How taken mails are marked: a keyword, \Seen … (default: DeliveryLedger).",
)
@click.option("--move-to", metavar="FOLDER", help="Where taken mails are moved, instead of being marked.")
@click.option(
    "--account", default="main", show_default=True, help="A short name of the mailbox, in the ledger."
)
@click.option("--once", is_flag=True, help="Take what is there, and end.")
@click.option("--idle", is_flag=True, help="Wait until the server tells of new mail (IMAP IDLE).")
@click.option(
    "--every",
    type=click.FloatRange(1),
    default=60.0,
    show_default=True,
    help="Seconds between two looks, otherwise.",
)
@options(
    "ledger",
    "tenant",
    tenant="Whose messages are considered (default: everybody's).",
    lang=OPERATORS_LANG,
)
@pass_settings
def fetch_mail(
    settings: Settings,
    /,
    *,
    folder: str,
    flag: str | None,
    move_to: str | None,
    account: str,
    once: bool,
    idle: bool,
    every: float,
    **server: Any,
) -> None:
    """Record the bounces and complaints in an IMAP mailbox.

    What was recorded as a report is marked, or moved. Everything else stays as it is, unread: other mail,
    and what cannot be read, of which a copy is kept (see: deliveryledger intake). Runs until SIGTERM or
    Ctrl-C end it, waiting out failures, unless --once is given. Makes the ledger if there is none. Needs the
    extra "mail".
    """
    if flag and move_to:
        raise click.UsageError("give --flag or --move-to, not both")
    try:
        from ..inbound.mailboxes.imap import DEFAULT_FLAG, ImapMailbox
        from ..inbound.mailboxes.taking import MailTaker
    except ModuleNotFoundError as missing:
        raise MissingExtra("mail", str(missing.name)) from None
    mailbox = ImapMailbox(_server(**server), folder=folder, move_to=move_to, flag=flag or DEFAULT_FLAG)
    with settings.open(create=True) as ledger, mailbox, ledger.audit.follow_in_background():
        taker = MailTaker(ledger, account=account, tenant=settings.tenant)
        try:
            if once:
                _take_once(taker, mailbox)
            else:
                log_to_stderr()
                with told_by_signals() as told:
                    taker.follow(mailbox, told, idle=idle, every=every)
        finally:
            _report(taker, settings)


def _take_once(taker: "MailTaker", mailbox: "ImapMailbox") -> None:
    """With two more tries: a mail that cannot be fetched twice is passed over the third time."""
    for _ in range(2):
        with suppress(MailboxUnavailable):
            return taker.take_from(mailbox)
    return taker.take_from(mailbox)


def _server(
    host: str,
    port: int | None,
    user: str,
    password_file: Path | None,
    token_command: str | None,
    security: str,
    ca_file: Path | None,
) -> "ImapServer":
    from ..inbound.mailboxes import ImapServer, from_command, from_environment, from_file
    from ..inbound.mailboxes.imap_session import Security

    if password_file and token_command:
        raise click.UsageError("give --password-file or --token-command, not both")
    password = from_file(password_file) if password_file else from_environment(_PASSWORD)
    token = from_command(token_command) if token_command else None
    return ImapServer(
        host, user, None if token else password, token, port, Security(security), ca_file=ca_file
    )


def _report(taker: "MailTaker", settings: Settings) -> None:
    counts = {**asdict(taker.recording), "left": taker.left}
    if settings.json:
        print_json(counts)
        return
    explained = {**EXPLAINED, "left": "mails left as they were: no reports, or unreadable"}
    for name, number in [each for each in counts.items() if each[1]] or [("facts", 0)]:
        click.echo(f"{name:<12}{number:>5}   {explained[name]}")
