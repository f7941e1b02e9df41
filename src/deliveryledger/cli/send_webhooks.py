"""The command ``send-webhooks``: tells the ATS what the log says, once or as long as it runs."""

from typing import TYPE_CHECKING

import click

from ..errors import MissingExtra
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json
from .stopping import log_to_stderr, told_by_signals

if TYPE_CHECKING:
    from ..outbound.webhooks import Subscription, Told, WebhookSender


@click.command("send-webhooks")
@click.option("--once", is_flag=True, help="Send what is due, and end.")
@click.option("--follow", is_flag=True, help="Run until told to end (this is what happens otherwise, too).")
@click.option(
    "--every",
    type=click.FloatRange(0.05),
    default=1.0,
    show_default=True,
    help="Seconds between two looks at the log.",
)
@click.option(
    "--from",
    "since",
    type=click.IntRange(1),
    metavar="POSITION",
    help="First go back (or on): tell everything from this position on.",
)
@click.option("--list-parked", is_flag=True, help="List what was given up, and end.")
@click.option("--retry-parked", is_flag=True, help="First take up again what was given up or disabled.")
@click.option("--only", metavar="NAME", help="This subscription alone.")
@options("ledger", "tenant", tenant="Only subscriptions to this tenant (default: all).", lang=OPERATORS_LANG)
@pass_settings
def send_webhooks(
    settings: Settings,
    /,
    *,
    once: bool,
    follow: bool,
    every: float,
    since: int | None,
    list_parked: bool,
    retry_parked: bool,
    only: str | None,
) -> None:
    """Tell an ATS by signed webhooks (Standard Webhooks) what became of its messages.

    The subscriptions are in DELIVERYLEDGER_SUBSCRIPTIONS: JSON, or the path of a file with it,
    {"ats": {"url": "https://...", "secrets": ["whsec_..."]}}. A new one is told what is recorded from now on.
    Runs until SIGTERM or Ctrl-C end it, after the delivery under way, unless --once is given. Needs the
    extra "sync".
    """
    if once and follow:
        raise click.UsageError("give --once or --follow, not both")
    subscriptions = _subscriptions(settings, only)
    with settings.open() as ledger, ledger.webhooks(subscriptions) as sender:
        if list_parked:
            _print_parked(sender, settings)
            return
        if retry_parked:
            sender.retry_parked()
        if since is not None:
            sender.replay(since)
        log_to_stderr()
        with told_by_signals() as told:
            _print(sender.send(told) if once else sender.follow(told, every=every), settings)


def _subscriptions(settings: Settings, only: str | None) -> list["Subscription"]:
    try:
        from ..outbound.webhooks import Subscription
        from ..settings import SubscriptionSettings
    except ModuleNotFoundError as missing:
        raise MissingExtra("sync", str(missing.name)) from None
    given = SubscriptionSettings.from_environment().subscriptions
    found = [Subscription.of(name, each) for name, each in given.items() if only in (None, name)]
    if settings.tenant is not None:
        found = [each for each in found if (each.tenant or "default") == settings.tenant]
    if not found:
        raise click.UsageError("no subscription is of that name and tenant")
    return found


def _print(told: list["Told"], settings: Settings) -> None:
    if settings.json:
        print_json([each._asdict() for each in told])
        return
    for each in told:
        counts = f"sent {each.sent}, failed {each.failed}, waiting {each.waiting}, parked {each.parked}"
        ended = f"; disabled by answer {each.disabled}" if each.disabled else ""
        click.echo(f"{each.subscription}: {counts}; up to position {each.position}{ended}")


def _print_parked(sender: "WebhookSender", settings: Settings) -> None:
    parked = [
        {
            "subscription": name,
            "position": each.position,
            "type": each.type,
            "stream": each.stream,
            "attempts": each.attempts,
            "why": each.why,
        }
        for name, each_of in sender.parked().items()
        for each in each_of
    ]
    if settings.json:
        print_json({"parked": parked, "standing": [each._asdict() for each in sender.standing()]})
        return
    for row in parked:
        click.echo(
            f"{row['subscription']}: position {row['position']}, {row['type']}, {row['attempts']} attempts, "
            f"the last: {row['why']}"
        )
    _print(sender.standing(), settings)
