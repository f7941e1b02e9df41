"""Commands about the ledger as a whole: status, rebuild."""

import click

from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_view, progress_bar


@click.command()
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def status(settings: Settings) -> None:
    """Show positions, lag and counts of the whole ledger."""
    with settings.open() as ledger:
        print_view(ledger.status(), settings)


@click.command()
@options("ledger", lang=OPERATORS_LANG)
@pass_settings
def rebuild(settings: Settings) -> None:
    """Compute every read model anew from the log, and change over.

    Sends nothing and changes no fact. Others can go on reading and writing meanwhile.
    """
    with settings.open() as ledger:
        with progress_bar("rebuilding", quiet=settings.json) as bar:
            ledger.rebuild(bar.reach)
        reached = ledger.status()
    if settings.json:
        print_json(reached.model_dump(mode="json"))
    else:
        click.echo(f"rebuilt {len(reached.read_models)} read models from {reached.last_position} events")
