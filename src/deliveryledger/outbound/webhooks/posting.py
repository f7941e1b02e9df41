"""One POST, with a limit on everything: what an answer means, and no more of it."""

import asyncio
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from ...errors import MissingExtra
from ..retry_after import seconds_of

SECONDS: Final = 15.0
"""How long a delivery may take from the first byte to the last (the specification: 15 to 30)."""
MOST_OF_ANSWER: Final = 16 * 1024
"""Bytes of an answer that are read, and thrown away, so that the connection can be used again."""


class Outcome(Enum):
    """What became of one attempt."""

    TAKEN = auto()
    """Answered with 2xx."""
    FAILED = auto()
    """Answered otherwise, broken off or too slow: it may be this delivery's fault."""
    UNREACHABLE = auto()
    """No connection, or 429: nothing else would fare better now."""
    GONE = auto()
    """410: the receiver wants no more."""


class Answer(NamedTuple):
    """``why`` is a status, or a word of our own: never the receiver's words."""

    outcome: Outcome
    why: str
    retry_after: float | None = None


class Poster:
    """Posts one after another over one connection. Not thread-safe. Raises MissingExtra when made."""

    def __init__(self, seconds: float = SECONDS) -> None:
        try:
            import httpx
        except ModuleNotFoundError as missing:
            raise MissingExtra("sync", str(missing.name)) from None
        self._httpx = httpx
        self._seconds = seconds
        self._is_closed = False
        # Only a loop can end a server that sends a byte now and then: timeouts are those of single reads.
        self._runner = asyncio.Runner()
        # Not a client: it would log the URL, which may hold a secret, and ask the environment (.netrc).
        self._transport = httpx.AsyncHTTPTransport(trust_env=False)

    def post(self, url: str, headers: dict[str, str], body: bytes, now: datetime) -> Answer:
        """Never raises for anything that a network or a receiver does."""
        sent = {**headers, "content-type": "application/json", "user-agent": "deliveryledger"}
        return self._runner.run(self._post(url, sent, body, now))

    async def _post(self, url: str, headers: dict[str, str], body: bytes, now: datetime) -> Answer:
        answer: Answer | None = None
        try:
            limits = {"timeout": self._httpx.Timeout(self._seconds).as_dict()}
            request = self._httpx.Request("POST", url, headers=headers, content=body, extensions=limits)
            async with asyncio.timeout(self._seconds):
                # The transport itself follows no redirect.
                response = await self._transport.handle_async_request(request)
                # The status is the answer; whatever becomes of the rest.
                answer = _answer(response.status_code, response.headers.get("retry-after"), now)
                try:
                    await _drain(response)
                finally:
                    await response.aclose()
        except (self._httpx.ConnectError, self._httpx.ConnectTimeout):
            return answer or Answer(Outcome.UNREACHABLE, "no connection")
        except (TimeoutError, self._httpx.TimeoutException):
            return answer or Answer(Outcome.FAILED, "no answer in time")
        except (self._httpx.HTTPError, self._httpx.InvalidURL, OSError, ValueError):
            return answer or Answer(Outcome.FAILED, "no answer")
        return answer

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(Exception):
            self._runner.run(self._transport.aclose())
        self._runner.close()


async def _drain(response: Any) -> None:
    read = 0
    async for chunk in response.aiter_raw():
        read += len(chunk)
        if read > MOST_OF_ANSWER:
            return


def _answer(status: int, retry_after: str | None, now: datetime) -> Answer:
    wait, why = seconds_of(retry_after, now), str(status)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(Outcome.TAKEN, why)
    if status == HTTPStatus.GONE:
        return Answer(Outcome.GONE, why)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Answer(Outcome.UNREACHABLE, why, wait)
    return Answer(Outcome.FAILED, why, wait)
