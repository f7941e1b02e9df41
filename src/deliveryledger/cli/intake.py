"""The command ``intake``: what came in and could not be used yet."""

from base64 import b64encode
from dataclasses import asdict
from datetime import datetime

import click

from ..advice.wording import local_time, text
from ..application.intake import QuarantinedReport, Unmatched
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, printable


@click.command()
@click.option("--retry", is_flag=True, help="Try everything again before it is listed.")
@options(
    "ledger",
    "tenant",
    tenant="Only what was handed in for this tenant (default: everything).",
    lang=OPERATORS_LANG,
)
@pass_settings
def intake(settings: Settings, retry: bool) -> None:
    """List the reports that fit no message, and what could not be read.

    Nothing that came in is dropped. --retry matches by what is known now, and reads by the present rules.

    With --tenant, only what was handed in for that tenant is listed and tried again. Without it the whole
    ledger is, which is the operator's view: all tenants, and what was handed in for none.
    """
    tenant = settings.tenant
    with settings.open() as ledger:
        tried = ledger.intake.retry(tenant=tenant) if retry else None
        unmatched, quarantined = (
            ledger.intake.unmatched(tenant=tenant),
            ledger.intake.quarantined(tenant=tenant),
        )
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
    lines = [_unmatched_line(report, settings.tz) for report in unmatched]
    lines += [_quarantined_line(report, settings.tz) for report in quarantined]
    click.echo(printable("\n".join(lines or [text("intake.empty", settings.lang)])))


def _quarantined_json(report: QuarantinedReport) -> dict[str, object]:
    fields: dict[str, object] = asdict(report)
    del fields["raw"]
    return {
        **fields,
        "received_at": report.received_at.isoformat(),
        "raw_b64": b64encode(report.raw).decode("ascii"),
    }


def _unmatched_line(report: Unmatched, tz: str) -> str:
    who = report.recipient or "no recipient named"
    source = f"{report.provider}/{report.account}"
    return f"unmatched    {source}  {_time(report.occurred_at, tz)}  {report.outcome}  {who}"


def _quarantined_line(report: QuarantinedReport, tz: str) -> str:
    source = f"{report.provider}/{report.account}"
    return f"quarantined  {source}  {_time(report.received_at, tz)}  {report.why}"


def _time(moment: datetime, tz: str) -> str:
    return f"{local_time(moment, tz):%Y-%m-%d %H:%M}"
