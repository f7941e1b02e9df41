"""Secrets and tenants of the provider accounts that may send webhooks."""

from collections.abc import Callable, Mapping
from typing import Any

from ..domain.identifiers import check_tenant
from ..errors import InvalidInput
from ..inbound import providers
from ..inbound.certificates import FetchedCertificates
from ..inbound.credentials import CREDENTIALS, Secrets

TENANT = "tenant"
"""Beside the secrets: the tenant that an account belongs to."""
TOPICS = "topics"
"""The topics of SNS that are let in."""


class Accounts:
    """Accounts by ``provider/account``. Raises InvalidInput for what no provider understands."""

    def __init__(self, accounts: Mapping[str, Mapping[str, Any]], fetch: Callable[[str], bytes]) -> None:
        certificates = FetchedCertificates(fetch)
        self._secrets: dict[str, Secrets] = {}
        self._tenants: dict[str, str] = {}
        for name, settings in accounts.items():
            slug, _, account = name.partition("/")
            provider = providers.get(slug)
            secrets = {key: value for key, value in settings.items() if key != TENANT}
            if TENANT in settings:
                self._tenants[name] = check_tenant(settings[TENANT])
            if TOPICS in secrets and "certs" in provider.checks:
                secrets.setdefault("certs", certificates)
            if not account or not secrets or not secrets.keys() <= provider.checks.keys():
                raise InvalidInput(
                    f"configure the account of {slug}",
                    "it has no secret, or one of a kind that the provider does not use",
                    f"use: {', '.join(provider.checks)}",
                )
            check_tenant(account)
            self._secrets[name] = secrets

    def secrets(self, provider: str, account: str) -> Secrets:
        """The secrets of an account; none where it is not configured, and then nothing is authentic."""
        return self._secrets.get(f"{provider}/{account}", {})

    def tenant(self, provider: str, account: str) -> str | None:
        """The tenant that an account belongs to, if it belongs to one."""
        return self._tenants.get(f"{provider}/{account}")

    def names_topics(self, provider: str, account: str) -> bool:
        """Whether the topics that an account takes are named."""
        return TOPICS in self.secrets(provider, account)

    def proofs_in_body(self, provider: str, account: str) -> Secrets:
        """The secrets that a kept request can be verified by: its headers with credentials are not kept."""
        secrets = self.secrets(provider, account)
        return {name: value for name, value in secrets.items() if name not in CREDENTIALS}
