"""Settings from the environment (prefix ``DELIVERYLEDGER_``), for what runs as a service. Extra ``web``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .errors import InvalidInput

Text = Annotated[str, Field(min_length=1)]
"""A secret; an empty one would prove nothing."""
Account = Mapping[str, Text | tuple[Text, ...] | Mapping[str, Text]]
"""Secrets by name, each one or several (rotation) or several by name; ``tenant`` is no secret."""
_PAGE = "see docs/how-to/receive-webhooks.md"


class WebhookSettings(BaseSettings):
    """What receives webhooks is told by the environment, a variable a field; see :meth:`from_environment`."""

    model_config = SettingsConfigDict(
        env_prefix="DELIVERYLEDGER_", frozen=True, hide_input_in_errors=True, extra="ignore"
    )

    url: str = ""
    """The ledger: a path or ``sqlite:///path``."""
    webhooks: Annotated[dict[str, Account], NoDecode] = Field(default={}, repr=False)
    """By ``provider/account``; in the environment JSON, or the path of a file with it."""
    max_body: int = Field(10 * 1024 * 1024, gt=0)
    """Bytes of a request's body."""
    body_seconds: float = Field(30, gt=0)
    """How long a body may take to arrive."""

    @classmethod
    def from_environment(cls, **given: Any) -> Self:
        """The settings; what is ``given`` goes before the environment. Raises InvalidInput.

        Its text has nothing of what was given.
        """
        try:
            settings = cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            problem = error.errors(include_input=False, include_context=False, include_url=False)[0]
            field = str(problem["loc"][0])
            obstacle = "is not what is expected"
        else:
            field = next((name for name in ("url", "webhooks") if not getattr(settings, name)), "")
            if not field:
                return settings
            obstacle = "is not set"
        # Raised out here, so that the error that quotes the value is not its context.
        raise InvalidInput("read the settings", f"{_variable(field)} {obstacle}", _PAGE)

    @field_validator("webhooks", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            text = value if value.lstrip().startswith("{") else Path(value).read_text(encoding="utf-8")
            return json.loads(text)
        except (OSError, ValueError, RecursionError):
            raise ValueError("neither JSON nor a file that holds it") from None

    @field_validator("webhooks")
    @classmethod
    def _check_names(cls, value: dict[str, Account]) -> dict[str, Account]:
        for name in value:
            provider, slash, account = name.partition("/")
            if not (provider and slash and account) or "/" in account:
                raise ValueError("a name is not of the form provider/account")
        return value


def _variable(field: str) -> str:
    return f"DELIVERYLEDGER_{field}".upper()
