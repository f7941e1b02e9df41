"""The command ``intake``: what came in and could not be used yet."""

from base64 import b64encode
from dataclasses import asdict

import click

from ..application.intake import QuarantinedReport, Unmatched
from .options import Settings, options, pass_settings
from .output import print_json, printable

_NOTHING = "nothing is waiting"


@click.command()
@click.option("--retry", is_flag=True, help="Try everything again before it is listed.")
@options("ledger", "tenant", "json")
@pass_settings
def intake(settings: Settings, retry: bool) -> None:
    """List the reports that fit no message, and what could not be read.

    Nothing that came in is dropped. --retry matches by what is known now, and reads by the present rules.
    Nobody knows yet whose these reports are, so all tenants' are listed; with --tenant a retry only
    considers that tenant's messages.
    """
    with settings.open() as ledger:
        tried = ledger.intake.retry(tenant=settings.tenant) if retry else None
        unmatched, quarantined = ledger.intake.unmatched(), ledger.intake.quarantined()
    if settings.json:
        print_json(
            {
                "retried": asdict(tried) if tried else None,
                "unmatched": [{**asdict(u), "occurred_at": u.occurred_at.isoformat()} for u in unmatched],
                "quarantined": [_quarantined_json(q) for q in quarantined],
            }
        )
        return
    if tried:
        click.echo(f"tried again: {tried.facts} facts, {tried.repeats} repeats")
    lines = [*map(_unmatched_line, unmatched), *map(_quarantined_line, quarantined)]
    click.echo(printable("\n".join(lines or [_NOTHING])))


def _quarantined_json(report: QuarantinedReport) -> dict[str, object]:
    fields: dict[str, object] = asdict(report)
    del fields["raw"]
    return {
        **fields,
        "received_at": report.received_at.isoformat(),
        "raw_b64": b64encode(report.raw).decode("ascii"),
    }


def _unmatched_line(report: Unmatched) -> str:
    who = report.recipient or "no recipient named"
    return (
        f"unmatched    {report.provider}/{report.account}  {report.occurred_at:%Y-%m-%d %H:%M}  "
        f"{report.outcome}  {who}"
    )


def _quarantined_line(report: QuarantinedReport) -> str:
    return (
        f"quarantined  {report.provider}/{report.account}  {report.received_at:%Y-%m-%d %H:%M}  {report.why}"
    )
