"""The options that every command shares, taken before or after the command's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

import click

from ..advice.wording import languages, zone
from ..application.directory import Directory
from ..application.policies import Policies
from ..application.policy_file import policies_of_file, with_accounts
from ..ledger import Ledger

Command = TypeVar("Command", bound=Callable[..., Any])


class Asking(TypedDict):
    """How a question is asked: the keyword arguments of ``ledger.candidate_card`` and its like."""

    tenant: str | None
    lang: str
    tz: str


@dataclass
class Settings:
    """What was asked for on the command line or in the environment."""

    ledger: str | None = None
    policies: str | None = None
    """Path of a file of them; None: the library's."""
    tenant: str | None = None
    lang: str = "en"
    tz: str = "UTC"
    json: bool = False

    @property
    def asking(self) -> Asking:
        """Tenant, language and time zone."""
        return {"tenant": self.tenant, "lang": self.lang, "tz": self.tz}

    def open(
        self,
        *,
        create: bool = False,
        accounts: Mapping[str, str] | None = None,
        directory: Directory | None = None,
    ) -> Ledger:
        """Open the ledger that was named, under the policies that were; a new one is made only by commands
        that may. ``accounts``: tenants by ``provider/account``.
        """
        if not self.ledger:
            raise click.UsageError("no ledger is named: use --ledger, or set DELIVERYLEDGER_URL")
        policies = policies_of_file(self.policies) if self.policies else Policies()
        policies = with_accounts(policies, accounts or {})
        return Ledger.open(self.ledger, create=create, policies=policies, directory=directory)


_OPTIONS: dict[str, dict[str, Any]] = {
    "ledger": {"metavar": "URL", "help": "Path or sqlite:///path of the ledger [env: DELIVERYLEDGER_URL]."},
    "policies": {
        "metavar": "FILE",
        "help": "Your policies, as JSON [env: DELIVERYLEDGER_POLICIES] (default: the library's).",
    },
    "tenant": {"metavar": "NAME", "help": "Whose candidates, senders and filter (default: default)."},
    "lang": {
        "metavar": "[sv|en]",  # and what DELIVERYLEDGER_TEXTS adds
        "help": "Language of the texts [env: DELIVERYLEDGER_LANG] (default: en).",
    },
    "tz": {"metavar": "ZONE", "help": "Time zone of the times, as Europe/Stockholm (default: UTC)."},
    "json": {"is_flag": True, "help": "Print JSON, for programs."},
}
_EVERYWHERE = ("lang", "tz", "json")
"""What every command takes, so that a script may add them to any; they change what is there to change."""
_VARIABLES = {
    "ledger": "DELIVERYLEDGER_URL",
    "policies": "DELIVERYLEDGER_POLICIES",
    "lang": "DELIVERYLEDGER_LANG",
}

NOBODY = "deliveryledger"
"""Who looks without recording: commands want an actor, a look has none."""
OPERATORS_LANG = "Every command takes it; the operator's commands speak English."
"""Help of ``--lang`` where next to nothing is translated."""


def options(
    *names: str, of_group: bool = False, policies: bool = True, **helps: str
) -> Callable[[Command], Command]:
    """Take these shared options (none named: all), and those that every command takes.

    Who opens a ledger does so under somebody's policies, unless the command has ``policies`` of its own.
    ``helps`` says of an option what it means to this command. What stands after the command's name wins
    over what stands before it.
    """
    taken = {*names, *_EVERYWHERE} if names else set(_OPTIONS)
    taken = taken | {"policies"} if "ledger" in taken and policies else taken - {"policies"}

    def decorate(command: Command) -> Command:
        for name in reversed([name for name in _OPTIONS if name in taken]):
            # The environment is asked once, by the group; else it would win over what stands before.
            variable = _VARIABLES.get(name) if of_group else None
            settings = {**_OPTIONS[name], **({"help": helps[name]} if name in helps else {})}
            option = click.option(
                f"--{name}", expose_value=False, callback=_keep, envvar=variable, **settings
            )
            command = option(command)
        return command

    return decorate


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    # Not everything that is false: an empty --tenant must be refused, not taken for "all tenants".
    if value is None or value is False or not parameter.name:
        return
    if parameter.name == "tz":
        zone(str(value))  # raises InvalidInput, also for commands that show no time
    if parameter.name == "lang" and value not in languages():
        raise click.BadParameter(f"{value!r} is not one of {', '.join(map(repr, languages()))}.")
    setattr(context.ensure_object(Settings), parameter.name, value)


pass_settings = click.make_pass_decorator(Settings, ensure=True)
