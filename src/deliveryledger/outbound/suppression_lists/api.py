"""One HTTP caller for every provider's API: limits on everything, patient with a busy server, typed errors.

No error has an address, a URL, a credential or a word of the answer in it.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import httpx
from pydantic import TypeAdapter, ValidationError

from ...errors import InvalidInput, ProviderError, ProviderRefused, ProviderUnavailable
from .credentials import Credentials, Sent, basic, bearer, header
from .paths import segment, usable
from .settings import ApiSettings

__all__ = [
    "BUSY",
    "Answer",
    "Api",
    "ApiSettings",
    "Credentials",
    "Sent",
    "basic",
    "bearer",
    "header",
    "segment",
    "usable",
]

_LARGEST: Final = "raise largest_answer"
_LATER: Final = "it is safe to try again later"
_ANSWERED: Final = "compare with the provider's documentation"
BUSY: Final = frozenset({408, 425, 429})
"""Statuses below 500 after which one may ask again."""


R = TypeVar("R")


class Answer:
    """Status, header and body of an answer; a refusal's body is empty where it was above the limits."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, attempted: str) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self._attempted = attempted

    def __repr__(self) -> str:
        return f"Answer({self.status})"  # the body names people

    def read(self, shape: type[R] | TypeAdapter[R]) -> R:
        """The body, which must be JSON of that shape. Raises ProviderUnavailable, without the body."""
        adapter = shape if isinstance(shape, TypeAdapter) else TypeAdapter(shape)
        with suppress(ValidationError, ValueError, RecursionError):
            return adapter.validate_json(self.body)
        raise self.unexpected()

    def unexpected(self) -> ProviderUnavailable:
        """The error of an answer that is not what the provider's documentation says."""
        return ProviderUnavailable(
            self._attempted, "the answer is not of the documented form", f"{_LATER}; {_ANSWERED}"
        )


class Api:
    """Calls one API over kept connections; follows no redirect. Not thread-safe, not for event loops."""

    def __init__(
        self,
        provider: str,
        base_url: str,
        credentials: Credentials,
        settings: ApiSettings,
        *,
        sleep: Callable[[float], None],
        is_busy: Callable[[Answer], bool],
        seconds_to_wait: Callable[[Answer], float | None],
    ) -> None:
        self._provider = provider
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._settings = settings
        self._sleep = sleep
        self._is_busy = is_busy
        self._seconds_to_wait = seconds_to_wait
        self._is_closed = False
        # Only a loop can end a server that sends a byte now and then: timeouts are those of single reads.
        self._runner = asyncio.Runner()
        # Not a client: it would log the URL, which may hold an address, and ask the environment (.netrc).
        self._transport = httpx.AsyncHTTPTransport(verify=_trusted(settings.ca_file), trust_env=False)

    def __repr__(self) -> str:
        return f"<API of {self._provider}>"

    def call(
        self,
        method: str,
        path: Sequence[str],
        attempted: str,
        *,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        """Ask, and ask again while the provider is busy; every call must be one that may be repeated.

        Each part of ``path`` becomes one segment, whatever is in it. Returns 2xx and the statuses in
        ``also``. Raises ProviderUnavailable, ProviderRefused, and InvalidInput for a part that cannot be a
        segment.
        """
        attempted = f"{attempted} of {self._provider}"
        url = self._base_url + "".join(f"/{segment(part)}" for part in path)
        if query:
            url += "?" + urlencode(query, quote_via=quote)
        body = b"" if json is None else TypeAdapter(Any).dump_json(json)
        for number in range(1, self._settings.tries + 1):
            outcome = self._runner.run(self._ask(Sent(method, url, body), attempted))
            if isinstance(outcome, Answer):
                if outcome.status in also or 200 <= outcome.status < 300:
                    return outcome
                failure = self._failure(outcome, attempted)
            else:
                failure = outcome
            wait = self._wait(failure, number)
            if wait is None:
                break
            self._sleep(wait)
        raise failure

    def close(self) -> None:
        """Close the connections; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(Exception):
            self._runner.run(self._transport.aclose())
        self._runner.close()

    def _wait(self, failure: ProviderError, number: int) -> float | None:
        """Seconds until the next attempt; None where there is to be none."""
        longest = self._settings.longest_wait
        if not isinstance(failure, ProviderUnavailable) or number == self._settings.tries:
            return None
        if failure.retry_after is None:
            return min(float(2 ** (number - 1)), longest)
        return failure.retry_after if failure.retry_after <= longest else None

    async def _ask(self, sent: Sent, attempted: str) -> "Answer | ProviderError":
        fields = {
            "accept": "application/json",
            "accept-encoding": "identity",  # a small answer must not unpack to a big one
            "user-agent": "deliveryledger",
            **({"content-type": "application/json"} if sent.body else {}),
            **self._credentials(sent),
        }
        limits = {"timeout": httpx.Timeout(self._settings.timeout).as_dict()}
        try:
            request = httpx.Request(
                sent.method, sent.url, headers=fields, content=sent.body or None, extensions=limits
            )
            async with asyncio.timeout(self._settings.timeout):
                response = await self._transport.handle_async_request(request)
                try:
                    body = await self._body(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return _unreachable(error, attempted)
        except (TimeoutError, httpx.TimeoutException):
            return ProviderUnavailable(attempted, "there was no answer in time", _LATER)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return ProviderUnavailable(attempted, "the connection broke off", _LATER)
        if body is None and response.is_success:
            return ProviderRefused(attempted, "the answer is packed, or larger than is read", _LARGEST)
        return Answer(response.status_code, response.headers, body or b"", attempted)

    async def _body(self, response: httpx.Response) -> bytes | None:
        """The body; None where it is too long, or packed although that was not asked for."""
        if response.headers.get("content-encoding", "identity") != "identity":
            return None
        read = bytearray()
        async for chunk in response.aiter_raw():
            read += chunk
            if len(read) > self._settings.largest_answer:
                return None
        return bytes(read)

    def _failure(self, answer: Answer, attempted: str) -> ProviderError:
        status = answer.status
        if self._is_busy(answer):
            wait = self._seconds_to_wait(answer)
            return ProviderUnavailable(attempted, f"it answers {status}", _LATER, retry_after=wait)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            remedy = "check the secrets and what they are allowed to do"
            return ProviderRefused(attempted, f"it refuses our credentials ({status})", remedy)
        if 300 <= status < 400:
            return ProviderRefused(
                attempted, "it sends us elsewhere, which is not followed", "check base_url"
            )
        return ProviderRefused(attempted, f"it answers {status}", f"check the settings; {_ANSWERED}")


def _unreachable(error: Exception, attempted: str) -> ProviderError:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            remedy = "check base_url, or name its authority as ca_file"
            return ProviderRefused(attempted, "its certificate is not accepted", remedy)
        seen = seen.__cause__ or seen.__context__
    return ProviderUnavailable(attempted, "it cannot be reached", _LATER)


def _trusted(ca_file: str | None) -> ssl.SSLContext:
    with suppress(OSError):
        return (
            ssl.create_default_context(cafile=ca_file)
            if ca_file
            else httpx.create_ssl_context(trust_env=False)
        )
    raise InvalidInput(
        "configure a provider's API",
        "the file of the certificate authority cannot be read",
        "check ca_file and its rights",
    )
