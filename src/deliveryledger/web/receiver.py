"""What answers a webhook request, whatever server or framework it came through.

Its origin is checked, the raw request is kept in the ledger's file, and the answer goes out; a thread records
what is kept. The shortest time a provider waits is 3 s (MailerSend, Unisender Go).
"""

import logging
import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, NamedTuple, Self
from weakref import WeakMethod

from ..application.kept_requests import KeptRequest, Taken
from ..application.ports import Clock
from ..domain.identifiers import check_tenant
from ..errors import (
    InvalidIdentifier,
    KeyStoreError,
    PayloadTooLarge,
    ProofUnavailable,
    StorageError,
    Unauthenticated,
    UnknownProvider,
)
from ..inbound import providers
from ..inbound.certificates import fetch_https
from ..inbound.credentials import CREDENTIALS
from ..inbound.provider import Provider
from ..inbound.request import MAX_BODY, WebhookRequest
from ..ledger import Ledger, utc_now
from .accounts import Accounts
from .door import Door
from .recorder import Recorder

_LOG = logging.getLogger("deliveryledger.web")
METHODS: Final = ("POST", "GET", "HEAD")
"""Providers ask with GET and HEAD whether anybody is there."""
MOST_UNVERIFIED: Final = 1_000
"""Requests that may wait for a proof; more are answered 503, because anybody can send them."""
MOST_UNVERIFIED_BYTES: Final = 64 * 1024 * 1024
LONGEST_UNVERIFIED: Final = 512 * 1024
"""Bytes of a body that may wait for its proof. A message of SNS has 256 KiB, and more as JSON in JSON."""


class Answer(NamedTuple):
    """What goes back; the body is empty but for errors."""

    status: int
    headers: Mapping[str, str] = {}
    body: str = ""


_NO_ENDPOINT: Final = Answer(404, body="no such endpoint\n")
_NO_METHOD: Final = Answer(405, {"Allow": ", ".join(METHODS)}, "no such method\n")


class Receiver:
    """Takes webhook requests for a ledger. Thread-safe; ``close`` it before the ledger.

    ``accounts`` are secrets by ``provider/account``. A thread that records begins with the first request, or
    with :meth:`start`, which also takes up what an earlier process had answered and not recorded.
    """

    def __init__(
        self,
        ledger: Ledger,
        accounts: Mapping[str, Mapping[str, object]],
        *,
        clock: Clock = utc_now,
        fetch: Callable[[str], bytes] = fetch_https,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._made_of = (accounts, fetch)
        self._begin()
        # A fork may come while a thread holds a lock that nobody in the child will ever release.
        begin = WeakMethod(self._begin)
        if hasattr(os, "register_at_fork"):  # not where processes cannot fork
            os.register_at_fork(after_in_child=lambda: (again := begin()) and again())

    def _begin(self) -> None:
        accounts, fetch = self._made_of
        self._accounts = Accounts(accounts, fetch)
        self._door = Door(self._ledger.requests)
        self._recorder = Recorder(self._ledger, self._accounts, fetch)

    def start(self) -> Self:
        """Begin to record, also after :meth:`close`."""
        self._recorder.start()
        return self

    def close(self) -> None:
        """Stop recording, after what is kept is recorded. What comes later is kept for the next start."""
        self._recorder.stop()

    def answer(
        self,
        provider: str,
        account: str,
        *,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        max_body: int = MAX_BODY,
    ) -> Answer:
        """The answer to a request as a framework hands it over; ``body`` are its raw bytes.

        As :meth:`receive`, and 413 or 431 for what is too long.
        """
        try:
            request = WebhookRequest(method, url, headers, body, max_body=max_body)
        except PayloadTooLarge:
            return Answer(413 if len(body) > max_body else 431, body="too long\n")
        return self.receive(provider, account, request)

    def receive(self, provider: str, account: str, request: WebhookRequest) -> Answer:
        """The answer to a request. Never raises for what it contains.

        200: taken (also the second time); 401: not authentic; 404: no such provider; 405: neither POST, GET
        nor HEAD; 503 (to Brevo 429, after which alone it does so): it could not be kept, and the provider has
        to send it again.
        """
        self._recorder.start_unless_stopped()
        try:
            adapter = providers.get(provider)
            check_tenant(account)
        except (UnknownProvider, InvalidIdentifier):
            return _NO_ENDPOINT
        if request.method != "POST":
            return Answer(200) if request.method in METHODS else _NO_METHOD
        try:
            taken = self._door.keep(self._checked(adapter, account, request))
        except Unauthenticated as refusal:
            return _refused(provider, account, refusal.obstacle)
        except (StorageError, KeyStoreError) as error:
            _LOG.error("%s/%s: not kept: %s", provider, account, error.obstacle)
            return _later(adapter)
        except Exception as error:  # nobody's fault but ours; the text may hold addresses
            _LOG.critical("%s/%s: not kept: %s", provider, account, type(error).__name__)
            return _later(adapter)
        if taken is Taken.REFUSED:
            return _refused(provider, account, "its proof was moved from another event")
        if taken is Taken.KEPT:
            self._recorder.wake()
        return Answer(200)

    def turn_away(
        self, provider: str, account: str, *, method: str, headers: Mapping[str, str]
    ) -> Answer | None:
        """The answer to a request whose body need not be read: there is no such endpoint or account, its
        credentials are others, or it is no POST. None: read the body, and ask for its :meth:`answer`.
        """
        try:
            adapter = providers.get(provider)
            check_tenant(account)
            if method != "POST":
                return Answer(200) if method in METHODS else _NO_METHOD
            secrets = self._accounts.secrets(adapter.slug, account)
            presented = {name: secret for name, secret in secrets.items() if name in CREDENTIALS}
            if presented or not secrets:
                adapter.verify(WebhookRequest(method, "", headers, b""), presented, now=self._clock())
        except (UnknownProvider, InvalidIdentifier):
            return _NO_ENDPOINT
        except PayloadTooLarge:
            return Answer(431, body="too long\n")
        except Unauthenticated as refusal:
            return _refused(provider, account, refusal.obstacle)
        return None

    def is_ready(self) -> bool:
        """Whether requests can be kept, which it tries out, and what is kept is being recorded."""
        return self._door.is_open() and self._recorder.is_well and not self._recorder.is_stopped

    def _checked(self, adapter: Provider, account: str, request: WebhookRequest) -> KeptRequest:
        """The request with the verdict on its origin. Raises Unauthenticated, StorageError."""
        now = self._clock()
        secrets = self._accounts.secrets(adapter.slug, account)
        is_verified = True
        try:
            adapter.verify(request, secrets, now=now)
        except ProofUnavailable:
            is_verified = False
            self._check_may_wait(request)
        headers = adapter.headers_of(request)
        replay_key = None
        if not adapter.signs_body:
            read = adapter.reread(request.body, account=account, received_at=now, headers=headers)
            replay_key = read.replay_key
        tenant = self._accounts.tenant(adapter.slug, account)
        return KeptRequest(
            adapter.slug, account, now, request.body, headers, is_verified, tenant, replay_key=replay_key
        )

    def _check_may_wait(self, request: WebhookRequest) -> None:
        """Anybody can send what waits for its proof. Raises Unauthenticated, StorageError."""
        if len(request.body) > LONGEST_UNVERIFIED:
            raise Unauthenticated("keep a request", "it is too long to wait for its proof", "answer 401")
        waiting = self._ledger.requests.waiting()
        if waiting.unverified >= MOST_UNVERIFIED or waiting.unverified_bytes >= MOST_UNVERIFIED_BYTES:
            raise StorageError(
                "keep a request", "too many wait for their proof already", "look at the network"
            )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()


def _later(adapter: Provider) -> Answer:
    return Answer(adapter.come_again, {"Retry-After": "30"}, "try again later\n")


def _refused(provider: str, account: str, obstacle: str) -> Answer:
    _LOG.warning("%s/%s: refused: %s", provider, account, obstacle)
    # Amazon SNS presents its credentials only after it was asked for them so.
    return Answer(401, {"WWW-Authenticate": 'Basic realm="webhooks", charset="UTF-8"'}, "not authentic\n")
