"""The command ``reclassify``: what the present rules make of what came in earlier."""

import click

from .options import NOBODY, OPERATORS_LANG, Settings, options, pass_settings
from .output import print_view, progress_bar


@click.command()
@click.option("--message", metavar="ID", help="Only this message (of --tenant, or the default one).")
@click.option("--record", is_flag=True, help="Record what changes; else it is only shown.")
@click.option("--by", metavar="ACTOR", help="Who decides to record it; needed with --record.")
@options("ledger", "tenant", tenant="Only this tenant's messages (default: all).", lang=OPERATORS_LANG)
@pass_settings
def reclassify(settings: Settings, message: str | None, record: bool, by: str | None) -> None:
    """Read the raw evidence of failures again by the present rules, and show what would change.

    Nothing is recorded without --record. With it, an address that turns out not to exist goes on the
    recipient filter; for one that should not be there a removal is asked for, which support decides.
    """
    if record and not by:
        raise click.UsageError("--record needs --by: say who decides")
    with settings.open() as ledger, progress_bar("reading", quiet=settings.json) as bar:
        result = ledger.reclassify(
            by=by or NOBODY, record=record, tenant=settings.tenant, message_id=message, progress=bar.reach
        )
    print_view(result, settings)
