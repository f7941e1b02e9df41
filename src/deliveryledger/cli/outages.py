"""Command: outages of recipient domains."""

import click

from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_view


@click.command()
@click.option("--all", "ended", is_flag=True, help="Also those that are over.")
@click.option("--settle", is_flag=True, help="First apply what was held, where the hold has ended.")
@options("ledger", "tenant", lang=OPERATORS_LANG)
@pass_settings
def outages(settings: Settings, ended: bool, settle: bool) -> None:
    """List recipient domains that seem to have an outage.

    While one is open, addresses that the domain does not know are not put on the recipient filter. A
    delivery to the domain ends it and drops them; without one they are applied when the hold ends, by
    --settle or by the domain's next report. Run --settle regularly. At most 1,000 are listed.
    """
    with settings.open() as ledger:
        applied = ledger.suppression_filters.settle_outages(tenant=settings.tenant) if settle else None
        view = ledger.outages(ended=ended, tz=settings.tz, tenant=settings.tenant)
    if settings.json:
        print_json({**view.model_dump(mode="json"), **({} if applied is None else {"applied": applied})})
        return
    if applied is not None:
        click.echo(f"held suppressions applied: {applied}")
    print_view(view, settings)
