"""The command ``sync``: approved removals are carried out at the providers, and the lists kept in step."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module
from typing import Any

import click

from ..advice.refusals import explain_error, explain_kept
from ..application.carried_out import CarriedOut
from ..application.drift import Drift
from ..application.suppression_lists import SuppressionList
from ..errors import DeliveryLedgerError, ProviderError
from ..ledger import Ledger
from ..outbound.list_settings import accounts_of_environment
from .exit_codes import ExitCode, exit_code_of
from .notify import named_object
from .options import Settings, options, pass_settings
from .output import print_json, printable

Failed = dict[str, ProviderError]


@click.command()
@click.option("--provider", metavar="NAME", help="Only this provider's accounts, or one: provider/account.")
@click.option("--apply", is_flag=True, help="Carry out and repair it; without, it is only said.")
@click.option(
    "--by", metavar="ACTOR", default="deliveryledger", show_default=True, help="Who answers for it."
)
@click.option(
    "--lists",
    metavar="MODULE:NAME",
    help="Your own adapters: a function without arguments that returns objects with the methods of "
    "SuppressionList.",
)
@options(
    "ledger",
    "tenant",
    tenant="Whose filter (default: the account's, by the policies, or default).",
)
@pass_settings
def sync(
    settings: Settings,
    provider: str | None,
    apply: bool,
    by: str,
    lists: str | None,
) -> int:
    """Keep the providers' own suppression lists in step with the recipient filter.

    Says how each list and the filter differ. With --apply approved removals are carried out first, then what
    differs is repaired. The accounts are named by DELIVERYLEDGER_PROVIDER_LISTS, JSON or the path of a file
    (see docs/how-to/keep-provider-lists-in-step.md). A provider that fails does not stop the others.
    """
    with ExitStack() as stack:
        ledger = stack.enter_context(settings.open())
        chosen = [each for each in _lists(lists) if _is_meant(each, provider)]
        for each in chosen:
            stack.callback(each.close)
        if not chosen:
            raise click.UsageError("no account of that name has its lists named")
        removed = ledger.provider_lists.carry_out(chosen, tenant=settings.tenant) if apply else None
        failed: Failed = dict(removed.failed) if removed else {}
        drifts = list(_drifts(ledger, chosen, settings, failed, apply=apply, by=by))
    if settings.json:
        print_json(_as_json(removed, drifts, failed))
    else:
        click.echo(printable("\n".join(_as_text(removed, drifts, failed, settings, apply=apply))))
    return exit_code_of(next(iter(failed.values()))) if failed else ExitCode.OK


def _lists(named: str | None) -> list[SuppressionList]:
    if named:
        return list(named_object(named, "find the lists")())
    accounts = accounts_of_environment()
    adapters = import_module("deliveryledger.outbound.suppression_lists")
    return [
        adapters.get(provider, account, secrets, **own)
        for (provider, account), (secrets, own) in accounts.items()
    ]


def _is_meant(each: SuppressionList, provider: str | None) -> bool:
    return provider in (None, each.provider, f"{each.provider}/{each.account}")


def _drifts(
    ledger: Ledger,
    lists: list[SuppressionList],
    settings: Settings,
    failed: Failed,
    *,
    apply: bool,
    by: str,
) -> Iterator[Drift]:
    for each in lists:
        try:
            yield ledger.provider_lists.reconcile(each, dry_run=not apply, by=by, tenant=settings.tenant)
        except ProviderError as error:
            failed[f"{each.provider}/{each.account}"] = error


def _as_text(
    removed: CarriedOut | None, drifts: list[Drift], failed: Failed, settings: Settings, *, apply: bool
) -> Iterator[str]:
    for each in removed.lifted if removed else ():
        yield f"off the recipient filter: {each.address} ({', '.join(each.causes)})"
        yield from (f"  withheld before: {message_id}" for message_id in each.withheld)
    for kept in removed.refused if removed else ():
        yield f"{kept.provider}/{kept.account} keeps {kept.address}: {kept.why}"
        yield f"  {explain_kept(kept.why, lang=settings.lang)}"
    for void in removed.voided if removed else ():
        yield f"approval void: {void.provider}/{void.account} lists {void.address}: {', '.join(void.causes)}"
    for waits in removed.waiting if removed else ():
        yield f"still on the filter: {waits.address} waits for {', '.join(waits.providers)}"
    yield from map(str, drifts)
    for name, error in failed.items():
        yield f"{name}: {error.attempted}: {error.obstacle}; {error.remedy}"
        yield f"  {explain_error(error, lang=settings.lang, tz=settings.tz)}"
    if not apply and not all(each.is_in_step for each in drifts):
        yield "nothing is changed yet: add --apply"


def _as_json(removed: CarriedOut | None, drifts: list[Drift], failed: Failed) -> dict[str, Any]:
    return {
        "lifted": [asdict(each) for each in removed.lifted] if removed else [],
        "refused": [asdict(each) for each in removed.refused] if removed else [],
        "voided": [asdict(each) for each in removed.voided] if removed else [],
        "waiting": [asdict(each) for each in removed.waiting] if removed else [],
        "drift": [each.model_dump(mode="json") for each in drifts],
        "failed": {name: _told(error) for name, error in failed.items()},
    }


def _told(error: DeliveryLedgerError) -> dict[str, str]:
    return {"error": type(error).__name__, "obstacle": error.obstacle, "remedy": error.remedy}
