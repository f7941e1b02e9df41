"""Commands that put a failure right: correct an address, send messages again."""

from collections.abc import Sequence

import click

from ..advice.wording import full_datetime
from ..application.registering import RegisteredMessage
from ..domain.candidate_email.events import Grounds
from ..domain.identifiers import same_actor
from .options import Settings, options, pass_settings
from .output import print_json, printable

_BY = click.option("--by", required=True, metavar="ACTOR", help="Who does it; an id, kept for ever.")


@click.command()
@click.argument("candidate")
@click.argument("address")
@click.option(
    "--grounds", type=click.Choice([g.value for g in Grounds]), default="typed", help="Why this address."
)
@click.option("--evidence", metavar="TEXT", help="What it was taken from, for the activity log.")
@click.option("--resend", multiple=True, metavar="MESSAGE", help="Send this message again; may be repeated.")
@click.option("--replacing", metavar="ADDRESS", help="What you saw: refused if it was changed since.")
@_BY
@options()
@pass_settings
def correct(
    settings: Settings,
    candidate: str,
    address: str,
    grounds: str,
    evidence: str | None,
    resend: Sequence[str],
    replacing: str | None,
    by: str,
) -> None:
    """Correct a candidate's address, and register messages to be sent again, in one step.

    Both addresses stay in the activity log. Doing it twice is doing it once. Your ATS sends what was
    registered.
    """
    with settings.open() as ledger:
        done = ledger.candidate_emails.correct(
            candidate,
            address,
            grounds=grounds,
            evidence=evidence,
            by=by,
            resend=resend,
            replacing=replacing,
            **settings.asking,
        )
    if settings.json:
        resent = [_as_json(message) for message in done.resent]
        print_json(
            {
                "candidate_id": candidate,
                "changed": done.changed,
                "changed_by": done.changed_by,
                "replaced_by": done.replaced_by,
                "replaced_at": done.replaced_at and done.replaced_at.isoformat(),
                "resent": resent,
            }
        )
        return
    if done.changed:
        click.echo(f"corrected the address of {printable(candidate)}")
        if done.replaced_at and not same_actor(done.replaced_by, by):
            at = full_datetime(done.replaced_at, settings.lang, settings.tz)
            click.echo(printable(f"  {done.replaced_by} had given the one before, at {at}"))
    else:
        click.echo(f"nothing to correct: {printable(done.changed_by)} gave that address before")
    for message in done.resent:
        _print(message)


@click.command()
@click.argument("message", nargs=-1, required=True)
@_BY
@options()
@pass_settings
def resend(settings: Settings, message: Sequence[str], by: str) -> None:
    """Register messages to be sent again, to the candidates' present addresses.

    A second time the successor is named that there is, and who asked for it. Your ATS sends what was
    registered.
    """
    with settings.open() as ledger:
        resent = [ledger.messages.resend(each, by=by, **settings.asking) for each in message]
    if settings.json:
        print_json([_as_json(each) for each in resent])
        return
    for each in resent:
        _print(each)


def _print(message: RegisteredMessage) -> None:
    click.echo(printable(f"{message.resend_of} is sent again as {message.id}"))
    if message.withheld:
        click.echo(printable(f"  withheld: {message.withheld}"))
    if message.notice:
        click.echo(printable(f"  {message.notice}"))


def _as_json(message: RegisteredMessage) -> dict[str, object]:
    return {
        "id": message.id,
        "resend_of": message.resend_of,
        "recipient": message.recipient,
        "withheld": message.withheld and str(message.withheld),
        "resent_by": message.resent_by,
        "resent_at": message.resent_at and message.resent_at.isoformat(),
        "notice": message.notice,
    }
