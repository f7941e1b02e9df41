"""Which accounts have suppression lists: a variable of the environment, JSON or the path of a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from ..errors import InvalidInput

VARIABLE: Final = "DELIVERYLEDGER_PROVIDER_LISTS"
_REMEDY: Final = (
    'give JSON, or the path of a file with it: {"provider/account": {"name of a secret": "the secret"}}, '
    'for example {"postmark/main": {"server_token": "…"}}; "settings" may hold an object'
)
_FORM: Final = TypeAdapter(dict[str, dict[str, Any]])


def accounts_of_environment(
    environment: Mapping[str, str] | None = None,
) -> dict[tuple[str, str], tuple[dict[str, str], dict[str, object]]]:
    """(secrets, settings) by (provider, account). Raises InvalidInput, without what the variable holds."""
    value = (os.environ if environment is None else environment).get(VARIABLE, "").strip()
    if not value:
        raise _mistake("is not set")
    try:
        given = _FORM.validate_json(value if value.startswith("{") else _content_of(value))
    except ValidationError:
        given = {}
    if not given:
        # Raised out here, so that the error that quotes the value is not its context.
        raise _mistake("is no JSON object of objects by provider/account")
    accounts = {}
    for name, each in given.items():
        provider, slash, account = name.partition("/")
        settings = each.pop("settings", {})
        if not (provider and slash and account):
            raise _mistake("has an account that is not of the form provider/account")
        if not isinstance(settings, dict) or not all(isinstance(s, str) and s for s in each.values()):
            raise _mistake("has a secret that is not a text, or settings that are no object")
        accounts[provider, account] = each, settings
    return accounts


def _content_of(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        raise _mistake("is taken for the path of a file, which cannot be read") from None


def _mistake(obstacle: str) -> InvalidInput:
    return InvalidInput("read the settings", f"{VARIABLE} {obstacle}", _REMEDY)
