"""Commands that ask: card, activity, filter, bell."""

import click

from ..advice.roles import Role
from .options import Settings, options, pass_settings
from .output import print_view


@click.command()
@click.argument("candidate")
@click.option("--role", type=click.Choice([r.value for r in Role]), default="sender", help="Whom to advise.")
@options()
@pass_settings
def card(settings: Settings, candidate: str, role: str) -> None:
    """Show the candidate card: address, messages, what went wrong, what to do.

    A card ends after the newest 200 messages.
    """
    with settings.open() as ledger:
        print_view(ledger.candidate_card(candidate, role=role, **settings.asking), settings)


@click.command()
@click.argument("candidate")
@options()
@pass_settings
def activity(settings: Settings, candidate: str) -> None:
    """Show a candidate's activity log, newest first.

    The log ends after the newest 1,000 entries.
    """
    with settings.open() as ledger:
        print_view(ledger.activity(candidate, **settings.asking), settings)


@click.command("filter")
@options()
@pass_settings
def filter_(settings: Settings) -> None:
    """Show the recipient filter: the addresses that get no mail, and why."""
    with settings.open() as ledger:
        print_view(ledger.recipient_filter(**settings.asking), settings)


@click.command()
@click.argument("sender")
@click.option("--read", is_flag=True, help="Note that the sender has seen everything under the bell.")
@click.option("--handled", multiple=True, metavar="ID", help="Note that an item (see --json) was dealt with.")
@click.option("--by", metavar="WHO", help="Who dealt with it (default: the sender).")
@options()
@pass_settings
def bell(settings: Settings, sender: str, read: bool, handled: tuple[str, ...], by: str | None) -> None:
    """Show what a sender has to know: the failures of their messages."""
    with settings.open() as ledger:
        if read or handled:
            items = ledger.bell(sender, tenant=settings.tenant).items
            seen = [each for item in items if item.unread for each in item.incident_ids]
            dealt = {item.id: item.incident_ids for item in items}
            named = [each for id_ in handled for each in dealt.get(id_, (id_,))]
            ledger.notifications.handled(named, by=by or sender, tenant=settings.tenant)
            ledger.notifications.read(seen if read else [], by=sender, tenant=settings.tenant)
        print_view(ledger.bell(sender, **settings.asking), settings)
