"""The bodies of requests while they come in, from whoever sends them: bounded in size, time and number."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from starlette.requests import Request

SMALL: Final = 256 * 1024
"""Bytes. A usual body has some KiB; the large ones leave room for the small."""
_MOST_TOGETHER: Final = 128 * 1024 * 1024
"""Bytes of all small bodies in memory, and as much again of all large ones."""
_WINDOW: Final = 5.0
_LEAST: Final = 50 * 1024
"""Bytes that come in every window of so many seconds; or the rest."""
_DROPPED_IN: Final = 2.0
"""Seconds for a body that nobody reads: whoever still sends might not see an answer."""


class BodyRefused(Exception):
    """A body that is not taken; the text is the answer's."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] = {}) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


class Bodies:
    """Reads bodies of at most ``max_body`` bytes, each within so many seconds. Used by one event loop."""

    def __init__(self, max_body: int, seconds: float) -> None:
        self._max_body = max_body
        self._seconds = seconds
        self._small = _Pool(_MOST_TOGETHER)
        self._large = _Pool(max(_MOST_TOGETHER, max_body))

    @asynccontextmanager
    async def of(self, request: Request, *, come_again: int = 503) -> AsyncIterator[bytes]:
        """The body, counted as long as the block lasts. Raises BodyRefused, ClientDisconnect.

        ``come_again`` is the status after which the sender tries again, where there is one alone.
        """
        if _length(request) > self._max_body:
            raise _too_long()
        body = _Body(self._small)
        try:
            try:
                await self._read(request, body)
            except _Full:
                raise BodyRefused(come_again, "too much at once", {"Retry-After": "30"}) from None
            except TimeoutError:
                later = (
                    HTTPStatus.REQUEST_TIMEOUT if come_again == HTTPStatus.SERVICE_UNAVAILABLE else come_again
                )
                raise BodyRefused(later, "the body took too long") from None
            yield bytes(body.content)
        finally:
            body.leave()

    async def drop(self, request: Request) -> bool:
        """Read a short body and forget it; False: it does not end, or not soon. Raises ClientDisconnect."""
        if "expect" in request.headers or _length(request) > SMALL:
            return False
        size = 0
        try:
            async with asyncio.timeout(min(self._seconds, _DROPPED_IN)):
                async for part in request.stream():
                    size += len(part)
                    if size > SMALL:
                        return False
        except TimeoutError:
            return False
        return True

    async def _read(self, request: Request, body: "_Body") -> None:
        clock = asyncio.get_running_loop().time
        end, counted = clock() + self._seconds, 0
        async with asyncio.timeout_at(min(end, clock() + _WINDOW)) as deadline:
            async for part in request.stream():
                size = len(body.content) + len(part)
                if size > self._max_body:
                    raise _too_long()
                if size > SMALL:
                    body.move_to(self._large)
                body.add(part)
                if size - counted >= _LEAST:
                    counted = size
                    deadline.reschedule(min(end, clock() + _WINDOW))


class _Full(Exception):
    pass


class _Pool:
    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> None:
        if size > self._left:
            raise _Full
        self._left -= size

    def give_back(self, size: int) -> None:
        self._left += size


class _Body:
    """What has come of a body; a pool gave the room for it."""

    def __init__(self, pool: _Pool) -> None:
        self.content = bytearray()
        self._pool = pool

    def add(self, part: bytes) -> None:
        self._pool.take(len(part))
        self.content += part

    def move_to(self, pool: _Pool) -> None:
        if pool is not self._pool:
            pool.take(len(self.content))
            self.leave()
            self._pool = pool

    def leave(self) -> None:
        self._pool.give_back(len(self.content))


def _length(request: Request) -> int:
    """The length that a request says its body has; 0 where it says none."""
    length = request.headers.get("content-length", "")
    return int(length[:20]) if length.isascii() and length.isdecimal() else 0


def _too_long() -> BodyRefused:
    return BodyRefused(413, "the body is too long")
