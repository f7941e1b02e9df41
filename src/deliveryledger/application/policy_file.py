"""Policies out of a file of JSON, with the bindings of accounts to tenants that settings add."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ..errors import InvalidInput, PayloadTooLarge
from .policies import Policies

MAX_POLICIES: Final = 1024 * 1024
"""Bytes of a file of policies."""
_SEE: Final = "see docs/how-to/set-policies.md"


def read_policies(json: bytes) -> Policies:
    """Policies from JSON. Raises PayloadTooLarge; InvalidInput with the first field that cannot be meant."""
    if len(json) > MAX_POLICIES:
        raise PayloadTooLarge("read policies", "the file is longer than 1 MiB", "name a file of policies")
    try:
        return Policies.model_validate_json(json)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_context=False, include_url=False)[0]
    field = ".".join(map(str, problem["loc"])) or "the file"
    said = problem["msg"].removeprefix("Value error, ")
    is_unknown = problem["type"] == "extra_forbidden"
    obstacle = "there is no such name" if is_unknown else said[:1].lower() + said[1:]
    raise InvalidInput("read policies", f"{field}: {obstacle}", _SEE)


def policies_of_file(path: str) -> Policies:
    """The policies that a file holds. Raises InvalidInput, PayloadTooLarge."""
    try:
        with Path(path).open("rb") as stream:
            return read_policies(stream.read(MAX_POLICIES + 1))
    except OSError as error:
        obstacle = f"the file cannot be read: {error.strerror or type(error).__name__}"
    except ValueError:
        obstacle = "no path looks like that"
    raise InvalidInput(
        "read policies", obstacle, "name a file of policies, or none (DELIVERYLEDGER_POLICIES)"
    )


def with_accounts(policies: Policies, accounts: Mapping[str, str]) -> Policies:
    """The same, with accounts bound to tenants. Raises InvalidInput where they are bound to others."""
    bound = dict(policies.accounts)
    for name, tenant in accounts.items():
        if bound.setdefault(name, tenant) != tenant:
            raise InvalidInput(
                "bind an account to a tenant",
                f"the policies bind {name!r} to another tenant than the account's own settings",
                "leave it out in one of the two",
            )
    return Policies.model_validate({**dict(policies), "accounts": bound})
