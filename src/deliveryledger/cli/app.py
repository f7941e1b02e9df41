"""The group of all commands, and what becomes of their errors: one line, an exit code, no traceback."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

import click

from .. import __version__
from ..advice.refusals import explain_error
from ..errors import DeliveryLedgerError
from .anonymise import anonymise
from .audit import checkpoint, verify
from .audit_proofs import prove, verify_proof_
from .backup import backup, restore
from .correcting import correct, resend
from .cv_addresses import cv_addresses
from .demo.command import demo
from .exit_codes import ExitCode, exit_code_of
from .explain import explain
from .fetch_mail import fetch_mail
from .files import obstacle_of
from .filter_files import export_filter, import_filter
from .ingest import ingest
from .intake import intake
from .keys import keys
from .maintenance import rebuild, status
from .notify import notify
from .options import Settings, options
from .outages import outages
from .output import printable
from .privacy import erase, export, retention
from .questions import activity, bell, card, filter_
from .read_mail import read_mail
from .read_webhook import read_webhook
from .receive_mail import receive_mail
from .reclassify import reclassify
from .remedies import in_commands
from .removals import approve, consent, reject, removals, request_removal
from .removals import suppress as suppress_
from .safe_senders import safe_senders
from .send_webhooks import send_webhooks
from .serve import serve
from .stats import stats
from .suggest import suggest_
from .support import support
from .sync import sync
from .texts import use_texts_of_environment
from .time_travel import as_of, replay

_OUTPUT = ("write the output", "make room, or send it elsewhere")
_A_FILE = ("use a file", "check its rights, and those of its folder")
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 80}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="deliveryledger")
@options(of_group=True)
def cli() -> None:
    """What became of every message to a candidate, and what to do about it.

    The options below may stand before the command, or after it where it has them; every command has
    --lang, --tz and --json. What recruiters and candidates read (activity, as-of, bell, card, export,
    filter, safe-senders, stats) is in Swedish or English; the operator's commands speak English.
    """


for command in (
    demo,
    ingest,
    card,
    activity,
    filter_,
    import_filter,
    export_filter,
    bell,
    correct,
    resend,
    support,
    stats,
    suppress_,
    request_removal,
    consent,
    approve,
    reject,
    removals,
    sync,
    safe_senders,
    as_of,
    replay,
    intake,
    outages,
    read_mail,
    explain,
    anonymise,
    cv_addresses,
    read_webhook,
    suggest_,
    serve,
    fetch_mail,
    receive_mail,
    notify,
    send_webhooks,
    reclassify,
    status,
    rebuild,
    backup,
    restore,
    keys,
    erase,
    export,
    retention,
    checkpoint,
    verify,
    prove,
    verify_proof_,
):
    cli.add_command(command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    _fill_in_closed_streams()
    try:
        code = _run(arguments)
        _flush()
    except OSError as error:
        # Ours never let one through: without a file's name it is of what is printed (a full disk, /dev/full).
        attempted, remedy = _OUTPUT if error.filename is None else _A_FILE
        with suppress(OSError):
            click.echo(f"deliveryledger: {attempted}: {obstacle_of(error)}; {remedy}", err=True)
        _give_up_output()
        return ExitCode.STORAGE
    return code


def _fill_in_closed_streams() -> None:
    """Who closed a stream wants to read nothing of it; nor may a database's file get its number."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # until the end


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _give_up_output() -> None:
    """What a stream still holds would be tried again, and fail again, when the interpreter ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a sign shows a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    settings = Settings()
    try:
        use_texts_of_environment()
        code = cli.main(
            None if arguments is None else list(arguments),
            "deliveryledger",
            standalone_mode=False,
            obj=settings,
        )
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("deliveryledger: interrupted", err=True)
        return ExitCode.INTERRUPTED
    except DeliveryLedgerError as error:
        click.echo(
            f"deliveryledger: {error.attempted}: {error.obstacle}; {in_commands(error.remedy)}", err=True
        )
        if sentence := explain_error(error, lang=settings.lang, tz=settings.tz):
            click.echo(printable(sentence), err=True)
        return exit_code_of(error)
    return int(code or ExitCode.OK)
