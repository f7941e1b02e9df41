"""The ledger as it was, and as it might have been: as-of, replay."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from pydantic import BaseModel

from ..advice.wording import full_datetime, text, zone
from ..application.policy_file import policies_of_file
from ..read_models.as_of import AsOf
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, print_view, progress_bar

_OF_SOMEBODY: dict[str, Callable[..., BaseModel]] = {
    "card": AsOf.candidate_card,
    "activity": AsOf.activity,
    "bell": AsOf.bell,
}
_A_TIME = "a time such as 2026-11-14T09:30"
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
    With --json the answer is the question's own, and its key as_of says as of what: position and moment.

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
    moment_known = past.moment if past.position or point != 0 else None
    if settings.json:
        at = moment_known.isoformat() if moment_known else None
        print_json({**view.model_dump(mode="json"), "as_of": {"position": past.position, "moment": at}})
        return
    click.echo(_banner(past.position, moment_known, settings))
    print_view(view, settings)


def _banner(position: int, moment: datetime | None, settings: Settings) -> str:
    if moment is None:
        return text("support.asof.beginning", settings.lang)
    key = "support.asof.banner" if position else "support.asof.banner_before"
    at = full_datetime(moment, settings.lang, settings.tz)
    return text(key, settings.lang, at=at, position=position)


def _point(text_: str, tz: str) -> datetime | int:
    if text_.isascii() and text_.isdigit():
        return int(text_)
    moment = _moment(text_, tz)
    if moment is None:
        raise click.BadParameter(f"it is neither {_A_TIME} nor a position", param_hint="MOMENT")
    return moment


def _moment(text_: str, tz: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text_)
    except ValueError:
        return None
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
@options("ledger", "tenant", policies=False, lang=OPERATORS_LANG)
@pass_settings
def replay(settings: Settings, file: Path, since: str | None) -> None:
    """Show what the recipient filter would be under other policies.

    What happened to messages, what people did and what was held in outages is taken as it is; strikes and
    escalations are decided anew. Nothing is changed.
    """
    policies = policies_of_file(str(file))
    start = _moment(since, settings.tz) if since is not None else None
    if since is not None and start is None:
        raise click.BadParameter(f"it is not {_A_TIME}", param_hint="--since")
    with settings.open() as ledger, progress_bar("replaying", quiet=settings.json) as bar:
        result = ledger.replay(policies, since=start, tenant=settings.tenant, progress=bar.reach)
    print_view(result.model_copy(update={"tz": settings.tz}), settings)
