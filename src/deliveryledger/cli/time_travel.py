"""The ledger as it was, and as it might have been: as-of, replay."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from pydantic import BaseModel, ValidationError

from ..advice.wording import full_datetime, text, zone
from ..application.policies import Policies
from ..errors import InvalidInput
from ..read_models.as_of import AsOf
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_view, progress_bar

_OF_SOMEBODY: dict[str, Callable[..., BaseModel]] = {
    "card": AsOf.candidate_card,
    "activity": AsOf.activity,
    "bell": AsOf.bell,
}
_QUESTIONS = (*_OF_SOMEBODY, "filter")


@click.command("as-of")
@click.argument("moment")
@click.argument("question", type=click.Choice(_QUESTIONS))
@click.argument("who", required=False)
@options()
@pass_settings
def as_of(settings: Settings, moment: str, question: str, who: str | None) -> None:
    """Show a card, log, filter or bell as it was.

    MOMENT is a time such as 2026-11-14T09:30 (in --tz, unless it names its own zone; a date alone is
    midnight, when the day begins), or a number: the position of an event in the log. It is the time of
    recording: what did we know then? WHO is the candidate of a card or activity, the sender of a bell.

    The log is read up to there into memory; nothing is changed. Personal data that was erased since then
    is not shown.
    """
    if (who is None) is not (question == "filter"):
        raise click.UsageError(
            "the filter is nobody's: leave WHO out"
            if who
            else f"say whose {question}: as-of MOMENT {question} WHO"
        )
    point = _point(moment, settings.tz)
    with (
        settings.open() as ledger,
        progress_bar("going back", quiet=settings.json) as bar,
        ledger.as_of(point, progress=bar.reach) as past,
    ):
        if who is None:
            view: BaseModel = past.recipient_filter(**settings.asking)
        else:
            view = _OF_SOMEBODY[question](past, who, **settings.asking)
    if not settings.json:
        at = full_datetime(past.moment, settings.lang, settings.tz)
        click.echo(text("support.asof.banner", settings.lang, at=at, position=past.position))
    print_view(view, settings)


def _point(text_: str, tz: str) -> datetime | int:
    if text_.isascii() and text_.isdigit():
        return int(text_)
    try:
        moment = datetime.fromisoformat(text_)
    except ValueError:
        raise click.BadParameter(
            "it is neither a time such as 2026-11-14T09:30 nor a position", param_hint="MOMENT"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone(tz))


@click.command()
@click.option(
    "--policies",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The other policies, as JSON: what they leave out is as by default.",
)
@click.option("--since", metavar="MOMENT", help="Apply them only to what was recorded from then on.")
@options("ledger", "tenant", lang=OPERATORS_LANG)
@pass_settings
def replay(settings: Settings, file: Path, since: str | None) -> None:
    """Show what the recipient filter would be under other policies.

    What happened to messages and what people did is taken as it is; what reports cause on the filter is
    decided anew. Nothing is changed.
    """
    policies = read_policies(file.read_bytes())
    start = _point(since, settings.tz) if since else None
    if isinstance(start, int):
        raise click.BadParameter("it is no time such as 2026-11-14T09:30", param_hint="--since")
    with settings.open() as ledger, progress_bar("replaying", quiet=settings.json) as bar:
        result = ledger.replay(policies, since=start, tenant=settings.tenant, progress=bar.reach)
    print_view(result.model_copy(update={"tz": settings.tz}), settings)


def read_policies(json: bytes) -> Policies:
    """Policies from JSON. Raises InvalidInput, naming the first field that cannot be meant."""
    try:
        return Policies.model_validate_json(json)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_context=False, include_url=False)[0]
    field = ".".join(map(str, problem["loc"])) or "the file"
    raise InvalidInput("read policies", f"{field}: {problem['msg'].lower()}", "compare it with the guide")
