"""The options that every command shares, taken before or after the command's name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

import click

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
    tenant: str | None = None
    lang: str = "en"
    tz: str = "UTC"
    json: bool = False

    @property
    def asking(self) -> Asking:
        """Tenant, language and time zone."""
        return {"tenant": self.tenant, "lang": self.lang, "tz": self.tz}

    def open(self, *, create: bool = False) -> Ledger:
        """Open the ledger that was named; a new one is made only by commands that may."""
        if not self.ledger:
            raise click.UsageError("no ledger is named: use --ledger, or set DELIVERYLEDGER_URL")
        return Ledger.open(self.ledger, create=create)


_OPTIONS: dict[str, dict[str, Any]] = {
    "ledger": {"metavar": "URL", "help": "Path or sqlite:///path of the ledger [env: DELIVERYLEDGER_URL]."},
    "tenant": {"metavar": "NAME", "help": "Whose candidates, senders and filter (default: default)."},
    "lang": {
        "type": click.Choice(["sv", "en"]),
        "help": "Language of the texts [env: DELIVERYLEDGER_LANG] (default: en).",
    },
    "tz": {"metavar": "ZONE", "help": "Time zone of the times, as Europe/Stockholm (default: UTC)."},
    "json": {"is_flag": True, "help": "Print JSON, for programs."},
}
_VARIABLES = {"ledger": "DELIVERYLEDGER_URL", "lang": "DELIVERYLEDGER_LANG"}


def options(*names: str, of_group: bool = False) -> Callable[[Command], Command]:
    """Take these shared options. What stands after the command's name wins over what stands before it."""

    def decorate(command: Command) -> Command:
        for name in reversed(names or tuple(_OPTIONS)):
            # The environment is asked once, by the group; else it would win over what stands before.
            variable = _VARIABLES.get(name) if of_group else None
            option = click.option(
                f"--{name}", expose_value=False, callback=_keep, envvar=variable, **_OPTIONS[name]
            )
            command = option(command)
        return command

    return decorate


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value and parameter.name:
        setattr(context.ensure_object(Settings), parameter.name, value)


pass_settings = click.make_pass_decorator(Settings, ensure=True)
