"""The webhook endpoint as a service of its own: settings from the environment, uvicorn with limits."""

from contextlib import ExitStack
from typing import Final

import uvicorn
from starlette.applications import Starlette

from ..application.policies import Policies
from ..application.policy_file import policies_of_file, with_accounts
from ..errors import DeliveryLedgerError
from ..inbound.certificates import fetch_https
from ..ledger import Ledger
from ..settings import WebhookSettings
from .accounts import Accounts
from .app import create_app
from .connections import Connection
from .receiver import Receiver

MOST_CONNECTIONS: Final = 500


def server_of(app: Starlette) -> uvicorn.Server:
    """A server for the application, with limits; www.uvicorn.org/settings says what each means."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=75,  # longer than a reverse proxy's, so that it is the proxy who closes
            timeout_graceful_shutdown=20,
            server_header=False,
            access_log=False,  # whoever wants one has it from the proxy, and knows what is in it
            log_config=None,
        )
    )


def accounts_of_tenants(settings: WebhookSettings) -> dict[str, str]:
    """The accounts that belong to one tenant: their verified webhooks may fill its filter.

    Raises InvalidInput for accounts that could let no request in, before any ledger is made.
    """
    return dict(Accounts(settings.webhooks, fetch_https).tenants)


def policies_of(settings: WebhookSettings) -> Policies:
    """The policies that the environment names, with the accounts of tenants. Raises InvalidInput."""
    policies = policies_of_file(settings.policies) if settings.policies else Policies()
    return with_accounts(policies, accounts_of_tenants(settings))


def from_environment() -> Starlette:
    """For ``uvicorn --factory deliveryledger.web:from_environment``: one process of one or several.

    Opens the ledger (makes it, if there is none) and closes it with the application. What stands in the way
    of that is one sentence and ends the process (SystemExit): there is nobody to catch an error.
    """
    try:
        return _application(WebhookSettings.from_environment())
    except DeliveryLedgerError as error:
        raise SystemExit(f"deliveryledger: {error}") from None


def _application(settings: WebhookSettings) -> Starlette:
    with ExitStack() as opening:
        ledger = opening.enter_context(Ledger.open(settings.url, policies=policies_of(settings)))
        receiver = Receiver(ledger, settings.webhooks)
        opening.enter_context(ledger.audit.follow_in_background())
        return create_app(
            ledger,
            receiver,
            max_body=settings.max_body,
            body_seconds=settings.body_seconds,
            until=opening.pop_all(),
        )
