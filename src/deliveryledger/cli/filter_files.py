"""Commands that move the recipient filter: import-filter, export-filter."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ..application.filter_rows import ImportReport
from ..inbound.filter_files import FORMATS, FilterFiles
from ..outbound.filter_file import FORMATS as WRITTEN
from .exit_codes import ExitCode
from .options import NOBODY, OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, printable

_SHOWN = 20
"""Refused rows that a person is shown."""


@click.command("import-filter")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "name", type=click.Choice([each.name for each in FORMATS]), help="Of the files.")
@click.option("--apply", is_flag=True, help="Write it; without, it is only counted.")
@click.option("--confirm", type=int, metavar="N", help="The number of new entries, as it was counted.")
@click.option("--undo", metavar="BATCH", help="Take back what an import added, within 24 hours.")
@click.option("--by", metavar="ACTOR", help="Id of who answers for it.")
@options("ledger", "tenant", lang=OPERATORS_LANG)
@pass_settings
def import_filter(
    settings: Settings,
    files: tuple[Path, ...],
    name: str | None,
    apply: bool,
    confirm: int | None,
    undo: str | None,
    by: str | None,
) -> int:
    """Take addresses into the recipient filter from files; first count what it would add.

    Reads our own CSV and JSON (export-filter) and the exports of Amazon SES, Mailgun, Postmark and SendGrid.
    The format is told by the header; where it may be one of several, name it. A row that cannot be used is
    listed with its number and why, and the others go on. --apply --confirm N writes the N new entries.
    """
    if (undo is None) == (not files):
        raise click.UsageError("name files to import, or --undo BATCH")
    if by is None and (apply or undo):
        raise click.UsageError("say who answers for it: --by ACTOR")
    if undo is not None:
        return _undo(settings, undo, by or NOBODY)
    rows = FilterFiles(files, name=name)
    with settings.open() as ledger:
        filters = ledger.suppression_filters
        report = filters.import_rows(
            rows, by=by or NOBODY, apply=apply, confirm=confirm, begun=_begun, tenant=settings.tenant
        )
    if settings.json:
        print_json(_as_json(report))
    else:
        click.echo(printable("\n".join(_as_text(report))))
    return ExitCode.POISONED if report.malformed else ExitCode.OK


def _begun(batch: str) -> None:
    """So that it is known even if the import is cut off."""
    click.echo(f"batch {batch} begins", err=True)


def _undo(settings: Settings, batch: str, by: str) -> int:
    with settings.open() as ledger:
        undone = ledger.suppression_filters.undo_import(batch, by=by, tenant=settings.tenant)
    if settings.json:
        print_json({"batch": undone.batch, "addresses": undone.addresses, "causes": undone.causes})
    elif undone:
        click.echo(f"took back {undone.causes} entries of {undone.addresses} addresses")
    else:
        click.echo("nothing to take back: it was undone before")
    return ExitCode.OK


@click.command("export-filter")
@click.option("--format", "name", type=click.Choice(list(WRITTEN)), default="csv", help="CSV or JSON lines.")
@options("ledger", "tenant", lang=OPERATORS_LANG)
@pass_settings
def export_filter(settings: Settings, name: str) -> None:
    """Write the recipient filter: every address and cause that stops mail now.

    import-filter reads it again, here or in another ledger, with the same causes, dates and ends.
    """
    with settings.open() as ledger:
        rows = ledger.suppression_filters.export(tenant=settings.tenant)
        for line in WRITTEN["json" if settings.json else name](rows):
            click.echo(line, nl=False)


def _as_text(report: ImportReport) -> Iterator[str]:
    yield f"{report.rows} rows"
    yield f"  {'added' if report.applied else 'new'}: {report.new}"
    for cause, count in sorted(report.by_cause.items()):
        yield f"    {cause}: {count}"
    for reason, count in sorted(report.by_reason.items()):
        if reason:
            yield f"    reason {reason}: {count}"
    for label, count in (
        ("already there", report.known),
        ("already there, with another date or end", report.changed),
        ("taken off here since, and left so", report.lifted),
        ("expired", report.expired),
        ("not usable", report.malformed),
    ):
        if count:
            yield f"  {label}: {count}"
    if report.need_approval:
        needed = "the recipient's consent and a second person to end"
        yield f"  {report.need_approval} of the new will need {needed}"
    for row in report.refused[:_SHOWN]:
        yield f"  {row.file}, line {row.line}: {row.why}"
    if report.malformed > _SHOWN:
        yield f"  … and {report.malformed - _SHOWN} more"
    yield from _what_next(report)


def _what_next(report: ImportReport) -> Iterator[str]:
    if report.batch:
        yield f"batch {report.batch}: --undo takes it back within 24 hours"
    elif report.applied:
        yield "nothing to add"
    elif report.new or report.changed:
        yield f"nothing is written yet: add --apply --confirm {report.new} --by ACTOR"


def _as_json(report: ImportReport) -> dict[str, Any]:
    fields = {name: value for name, value in vars(report).items() if name != "refused"}
    return {
        **fields,
        "need_approval": report.need_approval,
        "refused": [row._asdict() for row in report.refused],
    }
