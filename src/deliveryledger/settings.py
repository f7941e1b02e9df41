"""Settings from the environment (prefix ``DELIVERYLEDGER_``), for what runs as a service. Extra ``web``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .errors import InvalidInput

Text = Annotated[str, Field(min_length=1)]
"""A secret; an empty one would prove nothing."""
Account = Mapping[str, Text | tuple[Text, ...] | Mapping[str, Text]]
"""Secrets by name, each one or several (rotation) or several by name; ``tenant`` is no secret."""
_FORM: Final = (
    'give JSON, or the path of a file with it: {"provider/account": {"name of a secret": "the secret"}}, '
    'for example {"postmark/main": {"basic_auth": "user:password"}}'
)
_REMEDIES: Final = {
    "url": "give the path of the ledger's file, which is made if there is none",
    "webhooks": _FORM,
    "subscriptions": (
        'give JSON, or the path of a file with it: {"a name": {"url": "https://…", "secrets": ["whsec_…"]}}'
    ),
    "policies": "give the path of a file of policies",
    "max_body": "give a whole number of bytes above 0",
    "body_seconds": "give a number of seconds above 0",
}
_WANTED: Final = "a text that is not empty, a list of such texts, or an object of such texts"
_LONGEST_NAME: Final = 80


class WebhookSettings(BaseSettings):
    """What receives webhooks is told by the environment, a variable a field; see :meth:`from_environment`."""

    model_config = SettingsConfigDict(
        env_prefix="DELIVERYLEDGER_",
        frozen=True,
        hide_input_in_errors=True,
        extra="ignore",
        validate_default=False,
    )

    url: str = ""
    """The ledger: a path or ``sqlite:///path``."""
    webhooks: Annotated[dict[str, Account], NoDecode] = Field(default={}, repr=False)
    """By ``provider/account``; in the environment JSON, or the path of a file with it."""
    policies: str = ""
    """Path of a file of policies, as JSON; none: the library's."""
    max_body: int = Field(10 * 1024 * 1024, gt=0)
    """Bytes of a request's body."""
    body_seconds: float = Field(30, gt=0)
    """How long a body may take to arrive."""

    @classmethod
    def from_environment(cls, **given: Any) -> Self:
        """The settings; what is ``given`` goes before the environment. Raises InvalidInput.

        Its text has names of accounts and secrets, and no secret.
        """
        try:
            settings = cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            problem = error.errors(include_input=False, include_context=False, include_url=False)[0]
            field, obstacle = str(problem["loc"][0]), "is not what is expected"
        else:
            field = next((name for name in ("url", "webhooks") if name not in settings.model_fields_set), "")
            obstacle = "is not set"
            if not field and not settings.url:
                field, obstacle = "url", "is empty"
            if not field:
                return settings
        # Raised out here, so that the error that quotes the value is not its context.
        raise _mistake(field, obstacle)

    @field_validator("url")
    @classmethod
    def _check_place(cls, value: str) -> str:
        if value.removeprefix("sqlite:///") == ":memory:":
            raise _mistake("url", "is in memory: what is answered with 200 has to survive")
        return value

    @field_validator("webhooks", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        parsed = _decoded(value) if isinstance(value, str) else value
        obstacle = _obstacle(parsed)
        if obstacle:
            raise _mistake("webhooks", obstacle)
        return parsed


class SubscriptionSettings(BaseSettings):
    """Who is told by webhook: ``DELIVERYLEDGER_SUBSCRIPTIONS``; see :meth:`from_environment`."""

    model_config = WebhookSettings.model_config

    subscriptions: Annotated[dict[str, Mapping[str, Any]], NoDecode] = Field(repr=False)
    """By name; in the environment JSON, or the path of a file with it."""

    @classmethod
    def from_environment(cls) -> Self:
        """The settings. Raises InvalidInput, whose text has no value of them."""
        try:
            return cls()  # type: ignore[call-arg]  # the environment gives it
        except ValidationError:
            pass
        raise _mistake("subscriptions", "is not set, or is not what is expected")

    @field_validator("subscriptions", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        parsed = _decoded(value, "subscriptions") if isinstance(value, str) else value
        if not isinstance(parsed, Mapping) or not parsed:
            raise _mistake("subscriptions", "is no JSON object with a subscription in it")
        if strange := [name for name, each in parsed.items() if not isinstance(each, Mapping)]:
            raise _mistake("subscriptions", f"has {repr(strange[0])[:_LONGEST_NAME]}, which is no object")
        return parsed


def _mistake(field: str, obstacle: str) -> InvalidInput:
    return InvalidInput("read the settings", f"DELIVERYLEDGER_{field.upper()} {obstacle}", _REMEDIES[field])


def _decoded(value: str, field: str = "webhooks") -> Any:
    text = value.strip()
    is_json = not text or text[0] in '{["'
    if not is_json:
        text, obstacle = _content_of(text)
        if obstacle:
            raise _mistake(field, f"is taken for the path of a file, and {obstacle}")
    what = "is" if is_json else "names a file that is"
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        obstacle = f"{what} not JSON: line {error.lineno}, column {error.colno}" if text else f"{what} empty"
    except RecursionError:
        obstacle = f"{what} nested too deeply"
    # Raised out here, because the error above holds the text.
    raise _mistake(field, obstacle)


def _content_of(path: str) -> tuple[str, str]:
    """The text of a file and "", or what stands in the way of reading it."""
    try:
        return Path(path).read_text(encoding="utf-8-sig").strip(), ""
    except FileNotFoundError:
        return "", "there is none"
    except OSError as error:
        return "", f"it cannot be read: {error.strerror or type(error).__name__}"
    except UnicodeDecodeError:
        return "", "it is not UTF-8"
    except ValueError:
        return "", "no path looks like that"


def _obstacle(accounts: object) -> str | None:
    """What is wrong with the form of the accounts: the first thing found. Names are no secrets."""
    if not isinstance(accounts, Mapping):
        return "is no JSON object"
    if not accounts:
        return "has no account in it"
    for name, account in accounts.items():
        shown = repr(name)[:_LONGEST_NAME]
        parts = str(name).split("/")
        if len(parts) != 2 or not all(parts):
            return f"has the account {shown}, which is not of the form provider/account"
        if not isinstance(account, Mapping):
            return f"has the account {shown}, whose value is no object of secrets by name"
        for secret, value in account.items():
            if not _is_secret(value):
                return f"has the account {shown}, whose {repr(secret)[:_LONGEST_NAME]} is not {_WANTED}"
    return None


def _is_secret(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and isinstance(each, str) and each for key, each in value.items())
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(each, str) and each for each in value)
    return isinstance(value, str) and bool(value)
