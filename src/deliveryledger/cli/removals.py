"""Commands about the filter's life: suppress, ask for a removal, consent, approve, reject, the queue."""

from dataclasses import asdict
from datetime import datetime

import click

from ..application.removals import Lifted
from ..domain.addresses import problem_with
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_view, printable

_BY = click.option("--by", required=True, metavar="ACTOR", help="Who does it; an id, kept for ever.")


@click.command()
@click.argument("address")
@click.option("--until", type=click.DateTime(), help="When it ends by itself, UTC (default: never).")
@_BY
@options("ledger", "tenant", lang=OPERATORS_LANG)
@pass_settings
def suppress(settings: Settings, address: str, until: datetime | None, by: str) -> None:
    """Put an address on the recipient filter by hand."""
    with settings.open() as ledger:
        ledger.suppression_filters.suppress(address, by=by, expires_at=until, tenant=settings.tenant)
    is_address = problem_with(address) is None
    said = "on the recipient filter"
    if not is_address:
        said += "\n  it is no e-mail address, so nothing could be sent there anyway: check the spelling"
    _say(settings, said, {"suppressed": True, "is_address": is_address})


@click.command("request-removal")
@click.argument("address")
@click.option("--evidence", required=True, metavar="TEXT", help="What was checked, and how.")
@_BY
@options("ledger", "tenant")
@pass_settings
def request_removal(settings: Settings, address: str, evidence: str, by: str) -> None:
    """Ask for an address to be taken off the recipient filter. Prints the request's id."""
    with settings.open() as ledger:
        request = ledger.suppression_filters.request_removal(
            address, by=by, evidence=evidence, tenant=settings.tenant
        )
    _say(settings, request.id, {"id": request.id, "by": request.by, "state": request.state})


@click.command()
@click.argument("address")
@click.option(
    "--kind", type=click.Choice(["recipient", "sender"]), default="recipient", help="Whose consent."
)
@click.option("--evidence", required=True, metavar="TEXT", help="How it was given.")
@_BY
@options("ledger", "tenant", lang=OPERATORS_LANG)
@pass_settings
def consent(settings: Settings, address: str, kind: str, evidence: str, by: str) -> None:
    """Note that the recipient, or the sender, wants the mail. After a complaint the recipient's is needed."""
    with settings.open() as ledger:
        ledger.suppression_filters.record_consent(
            address, kind=kind, evidence=evidence, by=by, tenant=settings.tenant
        )
    _say(settings, "noted", {"recorded": True})


@click.command()
@click.argument("request")
@click.option("--as-administrator", is_flag=True, help="You are one; needed soon after another removal.")
@_BY
@options("ledger", "tenant")
@pass_settings
def approve(settings: Settings, request: str, as_administrator: bool, by: str) -> None:
    """Approve a removal request: the address comes off the filter, or it is said what is missing.

    Where the policies name providers' lists, these have to confirm first: see sync.
    """
    with settings.open() as ledger:
        lifted = ledger.suppression_filters.approve(
            request, by=by, as_administrator=as_administrator, tenant=settings.tenant
        )
    _say(settings, _lifted(lifted), asdict(lifted))


@click.command()
@click.argument("request")
@click.option("--note", required=True, metavar="TEXT", help="Why; it stands in the activity log.")
@_BY
@options("ledger", "tenant")
@pass_settings
def reject(settings: Settings, request: str, note: str, by: str) -> None:
    """Turn a removal request down, with a note."""
    with settings.open() as ledger:
        ledger.suppression_filters.reject(request, by=by, note=note, tenant=settings.tenant)
    _say(settings, "rejected", {"rejected": True})


@click.command()
@options()
@pass_settings
def removals(settings: Settings) -> None:
    """Show the removal requests, the oldest first: what each still lacks, or which provider it waits for."""
    with settings.open() as ledger:
        print_view(ledger.removal_queue(**settings.asking), settings)


def _lifted(lifted: Lifted) -> str:
    if lifted.waiting_for:
        names = ", ".join(lifted.waiting_for)
        return f"approved; off the filter once these have confirmed, which sync asks: {names}"
    if not lifted:
        return "it was off the filter already"
    lines = [f"off the recipient filter ({', '.join(lifted.causes)})"]
    lines += [
        f"  withheld before, send it again with: deliveryledger resend {id_}" for id_ in lifted.withheld
    ]
    return "\n".join(lines)


def _say(settings: Settings, text: str, data: dict[str, object]) -> None:
    if settings.json:
        print_json(data)
    else:
        click.echo(printable(text))
