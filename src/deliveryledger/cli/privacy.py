"""Commands about people's data: erase, export, retention."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from ..application.retention import RetentionPolicy, RetentionReport
from ..errors import CommandRefused
from .files import write_new
from .options import NOBODY, OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_wrote, printable, progress_bar

_BY = click.option("--by", required=True, metavar="ACTOR", help="Who decided it; an id, kept for ever.")


@click.command()
@click.argument("candidate")
@_BY
@click.option("--yes", is_flag=True, help="Do not ask.")
@options("ledger", "tenant", lang=OPERATORS_LANG)
@pass_settings
def erase(settings: Settings, candidate: str, by: str, yes: bool) -> None:
    """Forget a candidate, for good.

    Keys are destroyed and the views cleaned: nothing of the candidate can be read any more. The log goes on
    telling what happened, without saying to whom. On a terminal you are asked before.
    """
    with settings.open() as ledger:
        if not yes and sys.stdin.isatty():
            asked = f"Erase candidate {printable(candidate)} for good?"
            if not click.confirm(asked, err=True):
                raise CommandRefused("erase a candidate", "you said no", "nothing was changed")
        erasure = ledger.erase(candidate, by=by, tenant=settings.tenant)
    if settings.json:
        print_json(asdict(erasure))
    else:
        click.echo(printable(str(erasure)))


@click.command()
@click.argument("candidate")
@click.option("--format", "format_", type=click.Choice(["json", "html"]), help="Default: json.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this new file, which only you can read; nothing is overwritten.",
)
@options()
@pass_settings
def export(settings: Settings, candidate: str, format_: str | None, out: Path | None) -> None:
    """Export everything that the ledger holds about a candidate.

    As JSON, or as a page for people in the language and time zone that are asked for.
    """
    if settings.json and format_ == "html" and out is None:
        raise click.UsageError("--json and --format html exclude each other, unless --out is given")
    with settings.open() as ledger:
        found = ledger.export(candidate, **settings.asking)
    content = found.html() if format_ == "html" else found.model_dump_json(indent=2) + "\n"
    if out is None:
        click.echo(content.encode(), nl=False)  # UTF-8 whatever the terminal's: the page says that it is
        return
    write_new(out, content, "write an export", mode=0o600)
    if settings.json:
        print_json({"file": str(out), "as_of_position": found.as_of_position, "is_empty": found.is_empty})
    else:
        print_wrote(out)


@click.command()
@click.option(
    "--candidates-after",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="Erase candidates without activity for so long (default: keep them).",
)
@click.option(
    "--unmatched-after",
    type=click.IntRange(min=1),
    default=90,
    show_default=True,
    metavar="DAYS",
    help="Discard reports that fitted no message, or could not be read, for so long.",
)
@click.option("--by", metavar="ACTOR", help="Who decided it; an id, kept for ever. Needed with --apply.")
@click.option("--apply", "is_meant", is_flag=True, help="Do it; otherwise it is only listed.")
@options("ledger", "tenant", tenant="Only this tenant's (default: the whole ledger).", lang=OPERATORS_LANG)
@pass_settings
def retention(
    settings: Settings, candidates_after: int | None, unmatched_after: int, by: str | None, is_meant: bool
) -> None:
    """Erase what was kept long enough; without --apply, list it.

    A candidate's activity is a registration, a correction, a confirmation, a message or a report about one.
    """
    if is_meant and by is None:
        raise click.UsageError("--apply needs --by: say who decided it")
    policy = RetentionPolicy(candidates_after_days=candidates_after, unmatched_after_days=unmatched_after)
    with settings.open() as ledger, progress_bar("erasing", quiet=settings.json) as bar:
        report = ledger.apply_retention(
            policy,
            by=NOBODY if by is None else by,
            dry_run=not is_meant,
            tenant=settings.tenant,
            progress=bar.reach,
        )
    if settings.json:
        print_json(report.model_dump(mode="json"))
    else:
        click.echo(printable("\n".join(_listed(report))))


def _listed(report: RetentionReport) -> list[str]:
    hint = ["nothing was changed; --apply does it"] if report.dry_run else []
    return [str(report), *hint]
