"""``stats``: what became of the messages of a period, and whether a rate is too high."""

from datetime import date, datetime

import click

from ..read_models.statistics import DIMENSIONS
from ..read_models.statistics_text import alarm_line, heading_lines, total_lines
from ..read_models.statistics_view import Statistics
from .options import Settings, options, pass_settings
from .output import fitted, print_json, print_view, printable
from .stats_tables import print_tables

_USUAL = ("reason", "domain", "day")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--since", type=_DAY, help="The first day (UTC) on which the messages were sent.")
@click.option("--until", type=_DAY, help="The last day (default: today, with 30 days in all).")
@click.option("--sender", metavar="ID", help="Count the messages of this sender only.")
@click.option("--domain", metavar="NAME", help="Count the messages to this domain only.")
@click.option(
    "--by",
    type=click.Choice(DIMENSIONS),
    multiple=True,
    help="What to divide by; may be given again (default: reason, domain and day, as tables).",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@options()
@pass_settings
def stats(
    settings: Settings,
    since: datetime | None,
    until: datetime | None,
    sender: str | None,
    domain: str | None,
    by: tuple[str, ...],
    as_csv: bool,
) -> None:
    """Count what became of the messages, and say which rates are too high.

    Domains with fewer than 3 candidates in the period stand together, unless one is asked for.
    """
    if as_csv and settings.json:
        raise click.UsageError("--csv and --json are two things; choose one")
    with settings.open() as ledger:
        view = ledger.statistics(
            since=_day(since),
            until=_day(until),
            sender=sender,
            domain=domain,
            by=by or _USUAL,
            **settings.asking,
        )
    if as_csv:
        click.echo(view.csv().encode(), nl=False)  # bytes: its line ends are part of the format
    elif settings.json:
        print_json(view.model_dump(mode="json"))
    elif by or not view.rows:
        print_view(view, settings)
    else:
        _print_overview(view)


def _print_overview(view: Statistics) -> None:
    lines = [*heading_lines(view), "", *total_lines(view), ""]
    lines += [alarm_line(alarm, view.lang) for alarm in view.alarms]
    click.echo(printable(fitted("\n".join(lines))))
    print_tables(view)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
