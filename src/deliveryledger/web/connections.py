"""Connections of the server, from whoever opens them: how long one may wait, and in how small parts it sends.

The server looks at neither, nor at how many connections are open; with this protocol it does:
``http="deliveryledger.web.connections:Connection"``.
"""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from ..inbound.request import MAX_HEADER_BYTES

_HEAD_SECONDS: Final = 10.0
"""From the first byte to the end of a request's head; a proxy sends it at once."""
_FREE_PARTS: Final = 256
_LEAST_MEAN: Final = 256
"""Bytes that the parts of a body have in the mean, after the first ones: each costs as much as some KiB."""


class Connection(H11Protocol):
    """A connection that is closed if no request comes, or one in crumbs, or if others need its place."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn = _Parts(h11.SERVER, MAX_HEADER_BYTES)
        self._head_by: asyncio.TimerHandle | None = None
        self._waits_since = 0.0
        self._has_asked = False

    @property
    def _is_waiting(self) -> bool:
        """Whether nothing is being answered."""
        return _is_over(self.cycle)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waits_since = self.loop.time()
        self._look_at_the_clock()
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._displace_another()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look_at_the_clock()

    def on_response_complete(self) -> None:
        """Its last request was answered; it waits again."""
        self._waits_since, self._has_asked = self.loop.time(), True
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_the_clock()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; in silence, if the request was answered before it came to its end."""
        if not self._is_waiting:
            self.cycle.disconnected = True  # what is under way has nobody to answer
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()

    def _look_at_the_clock(self) -> None:
        if not self._is_waiting or self.transport.is_closing():
            self._stop_the_clock()
        elif self._head_by is None and self.timeout_keep_alive_task is None:
            # Set once for a request: a byte now and then does not prolong it.
            self._head_by = self.loop.call_later(_HEAD_SECONDS, self.transport.abort)

    def _stop_the_clock(self) -> None:
        if self._head_by is not None:
            self._head_by.cancel()
            self._head_by = None

    def _displace_another(self) -> None:
        """Whoever has something to say takes the place of who is silent; first of who was from the start."""
        waiting = [
            each
            for each in self.connections
            if isinstance(each, Connection) and each is not self and each._is_waiting
        ]
        if waiting:
            longest = min(waiting, key=lambda each: (each._has_asked, each._waits_since))
            self.connections.discard(longest)  # at once: many may come before it is told that it is lost
            longest.transport.abort()


def _is_over(cycle: RequestResponseCycle | None) -> bool:
    return cycle is None or cycle.response_complete


class _Parts(h11.Connection):
    """Counts the parts in which a body comes; as many as there are bytes would stop the event loop."""

    _parts = 0
    _bytes = 0

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Data):
            self._parts += 1
            self._bytes += len(event.data)
            if self._parts > _FREE_PARTS and self._bytes < _LEAST_MEAN * (self._parts - _FREE_PARTS):
                raise h11.RemoteProtocolError("the body comes in too many parts")
        elif isinstance(event, h11.Request):
            self._parts = self._bytes = 0
        return event
