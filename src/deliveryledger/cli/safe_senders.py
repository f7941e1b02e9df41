"""The command ``safe-senders``: what to write to a candidate whose mailbox keeps our mail from the inbox."""

from dataclasses import asdict

import click

from ..advice.safe_senders import advice, drag_back
from .options import Settings, options, pass_settings
from .output import print_json, printable


@click.command("safe-senders")
@click.argument("address")
@click.option("--from", "sender", metavar="ADDRESS", help="The From address of the messages.")
@click.option("--name", help="The candidate's name.")
@click.option("--complaint", is_flag=True, help="Ask for the message to be dragged back to the inbox.")
@options("lang")
@pass_settings
def safe_senders(
    settings: Settings, address: str, sender: str | None, name: str | None, complaint: bool
) -> None:
    """Print a text for a candidate: how to let our mail into the inbox.

    ADDRESS is the candidate's: the steps are those of its mailbox provider, where that can be told. No ledger
    is needed.
    """
    text = (drag_back if complaint else advice)(address, sender=sender, name=name, lang=settings.lang)
    if settings.json:
        print_json(asdict(text))
    else:
        click.echo(printable(str(text)))
