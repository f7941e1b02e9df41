"""The webhook endpoint as a service of its own: settings from the environment, uvicorn with limits."""

from contextlib import ExitStack

import uvicorn
from starlette.applications import Starlette

from ..application.policies import Policies
from ..inbound.request import MAX_HEADER_BYTES
from ..ledger import Ledger
from ..settings import WebhookSettings
from .accounts import TENANT
from .app import create_app
from .receiver import Receiver


def server_of(app: Starlette) -> uvicorn.Server:
    """A server for the application, with limits; www.uvicorn.org/settings says what each means."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",  # it limits headers; httptools does not
            h11_max_incomplete_event_size=MAX_HEADER_BYTES,
            ws="none",
            limit_concurrency=500,
            timeout_keep_alive=75,  # longer than a reverse proxy's, so that it is the proxy who closes
            timeout_graceful_shutdown=20,
            server_header=False,
            access_log=False,  # whoever wants one has it from the proxy, and knows what is in it
            log_config=None,
        )
    )


def policies_of(settings: WebhookSettings) -> Policies:
    """What follows from accounts that belong to one tenant: their verified webhooks may fill its filter."""
    of_tenants = {name: str(each[TENANT]) for name, each in settings.webhooks.items() if TENANT in each}
    return Policies(accounts=of_tenants)


def from_environment() -> Starlette:
    """For ``uvicorn --factory deliveryledger.web:from_environment``: one process of one or several.

    Opens the ledger (makes it, if there is none) and closes it with the application. Raises
    InvalidInput, StorageError, KeyStoreError.
    """
    settings = WebhookSettings.from_environment()
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
