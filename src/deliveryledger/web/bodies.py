"""The bodies of requests while they come in, from whoever sends them: bounded in size, time and number."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from starlette.requests import Request

_MOST_TOGETHER: Final = 128 * 1024 * 1024
"""Bytes of all bodies in memory; a usual one has some KiB."""


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
        self._most = max(_MOST_TOGETHER, max_body)
        self._held = 0

    @asynccontextmanager
    async def of(self, request: Request) -> AsyncIterator[bytes]:
        """The body, counted as long as the block lasts. Raises BodyRefused, ClientDisconnect."""
        held = 0
        parts: list[bytes] = []
        try:
            length = request.headers.get("content-length", "")
            if length.isascii() and length.isdecimal() and int(length[:20]) > self._max_body:
                raise _too_long()
            try:
                async with asyncio.timeout(self._seconds):
                    async for part in request.stream():
                        held += len(part)
                        self._held += len(part)
                        if held > self._max_body:
                            raise _too_long()
                        if self._held > self._most:
                            raise BodyRefused(503, "too much at once", {"Retry-After": "30"})
                        parts.append(part)
            except TimeoutError:
                raise BodyRefused(408, "the body took too long") from None
            yield b"".join(parts)
        finally:
            self._held -= held


def _too_long() -> BodyRefused:
    return BodyRefused(413, "the body is too long")
