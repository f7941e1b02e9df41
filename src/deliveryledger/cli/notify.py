"""The command ``notify``: senders are told by e-mail, once or as long as it runs."""

import importlib
import logging
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..application.directory import Directory
from ..application.outbox import Delivered, Stuck
from ..errors import InvalidInput, MailServerUnavailable, MissingExtra
from ..ledger import Ledger
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json
from .stopping import log_to_stderr, told_by_signals

if TYPE_CHECKING:
    from ..outbound.mailer import SmtpMailer

_LOG = logging.getLogger("deliveryledger.notify")
_EXPLAINED = {
    "mails": "mails sent",
    "incidents": "failures that they tell of",
    "failed": "mails that were not taken",
    "held": "failures that wait for a digest or a cap",
    "nobody": "failures that nobody is left to be told of",
}
_TO_DO = (
    "Look at the receivers' addresses in your directory, and at what the SMTP server refuses.",
    "Who has another address there, and who is new there, is told at the next run, for a week.",
    "The bell shows it all the same. --stuck lists it.",
)
_NO_DIRECTORY = "without --directory nobody is known; give it to see what is stuck with it"


@click.command()
@click.option(
    "--directory",
    metavar="MODULE:NAME",
    help="Who the senders are: an object, or a class, of yours with the methods of Directory.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=1_000, show_default=True, help="Most mails in one go."
)
@click.option("--every", type=click.FloatRange(1), metavar="SECONDS", help="Go on until it is told to end.")
@click.option("--stuck", is_flag=True, help="Send nothing; list what does not get through.")
@options(
    "ledger",
    "tenant",
    tenant="Whose senders are told (default: everybody's).",
    lang=OPERATORS_LANG,
)
@pass_settings
def notify(
    settings: Settings, /, *, directory: str | None, limit: int, every: float | None, stuck: bool
) -> None:
    """Tell senders by e-mail what could not be delivered.

    The SMTP server is named by the environment: DELIVERYLEDGER_SMTP_HOST, _FROM_ADDRESS, _SECURITY, _USER,
    _PASSWORD (see docs/how-to/notify-senders.md). Needs the extra "notify".
    """
    if not directory and not stuck:
        raise click.UsageError("who the senders are, only your system knows: give --directory MODULE:NAME")
    known = _directory(directory) if directory else None
    with settings.open(directory=known) as ledger:
        if stuck:
            _list(ledger, settings, has_directory=known is not None)
            return
        mailer = _mailer()
        if every is None:
            delivered = ledger.outbox.deliver(mailer, limit=limit, tenant=settings.tenant)
            _report(delivered, ledger.outbox.stuck(tenant=settings.tenant), settings)
            return
        log_to_stderr()
        _go_on(ledger, mailer, settings, limit=limit, every=every)


def _go_on(ledger: Ledger, mailer: "SmtpMailer", settings: Settings, *, limit: int, every: float) -> None:
    """Tell until somebody ends it; what is stuck is said once, and again when there is more or less of it."""
    said: list[str] = []
    with told_by_signals() as told:
        while not told.is_set():
            try:
                ledger.outbox.deliver(mailer, limit=limit, tenant=settings.tenant)
            except MailServerUnavailable as error:
                _LOG.warning("%s", error)
            sentences = _said_of(ledger.outbox.stuck(tenant=settings.tenant))
            if sentences and sentences != said:
                _LOG.warning("%s", " ".join(sentences))
            said = sentences
            told.wait(every)


def _mailer() -> "SmtpMailer":
    try:
        from ..outbound.mailer import SmtpMailer
        from ..outbound.smtp_settings import SmtpSettings
    except ModuleNotFoundError as missing:
        raise MissingExtra("notify", str(missing.name)) from None
    return SmtpMailer(SmtpSettings.from_environment())


def _directory(name: str) -> Directory:
    found = named_object(name, "find the directory")
    directory: Directory = found() if isinstance(found, type) else found
    if not all(hasattr(directory, each) for each in ("sender", "fallback_receiver", "profile_url")):
        raise InvalidInput(
            "find the directory",
            "MODULE:NAME means no object with the methods sender, fallback_receiver and profile_url",
            "give the name of a module that can be imported here, and of an object in it",
        )
    return directory


def named_object(name: str, attempted: str) -> Any:
    """What MODULE:NAME means; modules of the present folder are found. Raises InvalidInput."""
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError):
        raise InvalidInput(
            attempted,
            "MODULE:NAME names nothing that can be imported",
            "give the name of a module that can be imported here, and of an object in it",
        ) from None


def _list(ledger: Ledger, settings: Settings, *, has_directory: bool) -> None:
    stuck = ledger.outbox.stuck(tenant=settings.tenant)
    if settings.json:
        print_json([each._asdict() for each in stuck])
        return
    for each in stuck:
        click.echo(f"{each.candidate_id}  {each.sender_id}  {each.channel}  {each.why}  tries: {each.tries}")
    if not stuck:
        click.echo("nothing is stuck")
    elif has_directory:
        click.echo("\n".join(_said_of(stuck)))
    else:
        click.echo(_NO_DIRECTORY)


def _said_of(stuck: Sequence[Stuck]) -> list[str]:
    """How many failures are stuck and what to do; how many need nothing done."""
    for_good = {(each.tenant, each.incident_id) for each in stuck if each.why == "nobody"}
    for_now = {(each.tenant, each.incident_id) for each in stuck} - for_good
    said = []
    if for_good:
        said += [f"{_failures(for_good)} stuck, because nobody is left to be told by e-mail.", *_TO_DO]
    if for_now:
        said.append(f"{_failures(for_now)} in mails that the server did not take; they are tried again.")
    return said


def _failures(counted: Collection[object]) -> str:
    return f"{len(counted)} failure is" if len(counted) == 1 else f"{len(counted)} failures are"


def _report(delivered: Delivered, stuck: Sequence[Stuck], settings: Settings) -> None:
    counts = delivered._asdict()
    if settings.json:
        print_json({**counts, "stuck": len({(each.tenant, each.incident_id) for each in stuck})})
        return
    for name, number in [each for each in counts.items() if each[1]] or [("mails", 0)]:
        click.echo(f"{name:<12}{number:>5}   {_EXPLAINED[name]}")
    for line in _said_of(stuck):
        click.echo(line)
