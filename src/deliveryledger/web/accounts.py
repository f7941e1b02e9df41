"""Secrets and tenants of the provider accounts that may send webhooks."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..domain.identifiers import check_tenant
from ..errors import InvalidIdentifier, UnknownProvider
from ..inbound import providers
from ..inbound.certificates import FetchedCertificates
from ..inbound.credentials import CREDENTIALS, Secrets
from ..inbound.secret_forms import CERTIFICATES

TENANT = "tenant"
"""Beside the secrets: the tenant that an account belongs to."""
TOPICS = "topics"
"""The topics of SNS that are let in."""
Named = TypeVar("Named")


class Accounts:
    """Accounts by ``provider/account``. Raises InvalidInput for what could let no request in."""

    def __init__(self, accounts: Mapping[str, Mapping[str, Any]], fetch: Callable[[str], bytes]) -> None:
        certificates = FetchedCertificates(fetch)
        self._secrets: dict[str, Secrets] = {}
        self._tenants: dict[str, str] = {}
        for name, settings in accounts.items():
            attempted = f"configure the account {name}" if name.isprintable() else "configure an account"
            slug, _, account = name.partition("/")
            provider = _named("provider", slug, providers.get, attempted)
            _named("account", account, check_tenant, attempted)
            if TENANT in settings:
                self._tenants[name] = _named(TENANT, settings[TENANT], check_tenant, attempted)
            secrets = {key: value for key, value in settings.items() if key != TENANT}
            if TOPICS in secrets and CERTIFICATES in provider.checks:
                secrets.setdefault(CERTIFICATES, certificates)
            provider.check_secrets(secrets, attempted=attempted)
            self._secrets[name] = secrets

    def secrets(self, provider: str, account: str) -> Secrets:
        """The secrets of an account; none where it is not configured, and then nothing is authentic."""
        return self._secrets.get(f"{provider}/{account}", {})

    def tenant(self, provider: str, account: str) -> str | None:
        """The tenant that an account belongs to, if it belongs to one."""
        return self._tenants.get(f"{provider}/{account}")

    @property
    def tenants(self) -> Mapping[str, str]:
        """Account -> the tenant that it belongs to."""
        return self._tenants

    def names_topics(self, provider: str, account: str) -> bool:
        """Whether the topics that an account takes are named."""
        return TOPICS in self.secrets(provider, account)

    def proofs_in_body(self, provider: str, account: str) -> Secrets:
        """The secrets that a kept request can be verified by: its headers with credentials are not kept."""
        secrets = self.secrets(provider, account)
        return {name: value for name, value in secrets.items() if name not in CREDENTIALS}


def _named(what: str, name: Any, find: Callable[[Any], Named], attempted: str) -> Named:
    try:
        return find(name)
    except (UnknownProvider, InvalidIdentifier) as error:
        raise type(error)(attempted, f"its {what}: {error.obstacle}", error.remedy) from None
