"""The group of all commands, and what becomes of their errors: one line, an exit code, no traceback."""

import sys
from collections.abc import Sequence
from io import TextIOWrapper

import click

from .. import __version__
from ..errors import DeliveryLedgerError
from .audit import checkpoint, verify
from .audit_proofs import prove, verify_proof_
from .backup import backup, restore
from .demo.command import demo
from .exit_codes import ExitCode, exit_code_of
from .ingest import ingest
from .intake import intake
from .keys import keys
from .maintenance import rebuild, status
from .options import options
from .privacy import erase, export, retention
from .questions import activity, bell, card, filter_
from .reclassify import reclassify
from .time_travel import as_of, replay

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 80}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="deliveryledger")
@options(of_group=True)
def cli() -> None:
    """What became of every message to a candidate, and what to do about it.

    The options below may stand before the command, or after it where it has them; every command has
    --lang, --tz and --json. What recruiters and candidates read (activity, as-of, bell, card, export,
    filter) is in Swedish or English; the operator's commands speak English.
    """


for command in (
    demo,
    ingest,
    card,
    activity,
    filter_,
    bell,
    as_of,
    replay,
    intake,
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a sign shows a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(
            None if arguments is None else list(arguments), "deliveryledger", standalone_mode=False
        )
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("deliveryledger: interrupted", err=True)
        return ExitCode.INTERRUPTED
    except DeliveryLedgerError as error:
        click.echo(f"deliveryledger: {error}", err=True)
        return exit_code_of(error)
    return int(code or ExitCode.OK)
