"""The command ``support``: everything about an address, a message or a domain."""

import click

from .options import Settings, options, pass_settings
from .output import print_view


@click.command()
@click.argument("what", metavar="ADDRESS|MESSAGE|DOMAIN")
@click.option("--masked", is_flag=True, help="Hide who it is: a•••@gmail.com.")
@options()
@pass_settings
def support(settings: Settings, what: str, masked: bool) -> None:
    """Show everything about an address, a message or a domain.

    Of an address: whether mail is stopped and why, down to the event, the server's words and the rule; and
    what happened, whoever the candidate was. Of a message: its timeline, with duplicates and late arrivals
    marked. Of a domain: its addresses on the filter, its last delivery, its recent failures.
    """
    with settings.open() as ledger:
        print_view(ledger.support(what, masked=masked, **settings.asking), settings)
