"""Receives mails for a bounce domain, by LMTP from a mail server or by SMTP from anybody.

A mail is answered with 250 when it is recorded, not before; who gets another answer, or none, sends it again.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Self

from ...errors import DeliveryLedgerError
from ..mail.scanner import DEFAULT_LIMITS
from .smtp_session import Conversation, LmtpConversation, Recipients, Rules

_LOG = logging.getLogger("deliveryledger.mailboxes")
MOST_CONNECTIONS: Final = 100
MOST_BYTES: Final = 32 * 1024 * 1024
"""Announced as SIZE (RFC 1870): returned mails bring their attachments along."""
IDLE_SECONDS: Final = 300.0
"""From one command to the next, and for all of a mail: RFC 5321 4.5.3.2 wants no less."""
_THREADS: Final = 4
_LAST_SECONDS: Final = 5.0
"""For the answers to what is recorded when it ends."""
_TAKEN: Final = "250 2.0.0 OK, recorded"
_LATER: Final = "451 4.3.0 Not recorded, try again later"
_BUSY: Final = b"421 4.3.2 Too many connections, try again later\r\n"

Take = Callable[[bytes], object]
"""Records a mail; when it returns, the mail is on the disk. What it raises is answered with 451."""


class MailReceiver:
    """Listens in a thread of its own from ``start`` to ``stop``, or as a context manager.

    ``listeners`` are sockets that listen, of any family; they are closed in the end. The envelope's
    recipient is put before the mail as its first ``Delivered-To``. No mail is refused for what is in it: of
    one above ``limit`` the beginning is recorded, as unreadable.
    """

    def __init__(
        self,
        take: Take,
        listeners: Iterable[socket.socket],
        *,
        lmtp: bool = True,
        domains: Iterable[str] = (),
        hostname: str | None = None,
        limit: int = DEFAULT_LIMITS.size,
        most_bytes: int = MOST_BYTES,
        most_connections: int = MOST_CONNECTIONS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._take = take
        self._listeners = list(listeners)
        self._kind = LmtpConversation if lmtp else Conversation
        self._rules = Rules(frozenset(each.lower() for each in domains))
        self._limit = limit
        self._most = most_connections
        self._options: dict[str, Any] = {
            "data_size_limit": most_bytes,
            "timeout": idle_seconds,
            "hostname": hostname or socket.gethostname(),
            "ident": "deliveryledger",
        }
        self._conversations: set[Conversation] = set()
        self._pool = ThreadPoolExecutor(_THREADS, "deliveryledger-mail")
        self._thread = threading.Thread(target=self._run, name="deliveryledger-receiver", daemon=True)
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self) -> None:
        """Begin to listen; returns when it does. Raises OSError."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """End: what is being recorded is recorded; whoever got no answer sends it again."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._pool.shutdown()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        servers = [await self._serve_at(listener) for listener in self._listeners]
        self._ready.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        until = self._loop.time() + _LAST_SECONDS
        while any(each.is_delivering for each in self._conversations) and self._loop.time() < until:
            await asyncio.sleep(0.01)
        for conversation in list(self._conversations):
            conversation.abort()

    async def _serve_at(self, listener: socket.socket) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        if listener.family == getattr(socket, "AF_UNIX", None):
            return await loop.create_unix_server(self._conversation, sock=listener)
        return await loop.create_server(self._conversation, sock=listener)

    def _conversation(self) -> asyncio.BaseProtocol:
        if len(self._conversations) >= self._most:
            return _Busy()
        return self._kind(
            self._rules, self._deliver, self._limit, self._conversations, loop=self._loop, **self._options
        )

    async def _deliver(self, content: bytes, recipients: Recipients) -> list[str]:
        """Record the mail once for each recipient, and answer for each."""
        loop = asyncio.get_running_loop()
        answers = []
        for recipient in recipients:
            raw = f"Delivered-To: {recipient}\r\n".encode() + content
            try:
                await loop.run_in_executor(self._pool, self._take, raw[: self._limit + 1])
            except DeliveryLedgerError as error:
                _LOG.warning("not recorded: %s: %s", type(error).__name__, error.obstacle)
                answers.append(_LATER)
            except Exception as error:  # a mistake of ours must cost no mail, and its text may hold addresses
                _LOG.error("not recorded: %s", type(error).__name__)
                answers.append(_LATER)
            else:
                answers.append(_TAKEN)
        return answers


class _Busy(asyncio.Protocol):
    """Sends away whoever comes when all places are taken."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(_BUSY)
            transport.close()
