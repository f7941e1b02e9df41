"""Certificates that prove signatures: read, fetched from where a message says, and kept."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ..errors import ProofUnavailable

LIMIT: Final = 64 * 1024
"""Bytes of a certificate and what comes with it; a real one has about 2 KiB."""
MAX_KEPT: Final = 64
"""A service changes its certificate about once a year."""
_TIMEOUT: Final = 2.0
_MOST_FETCHES: Final = 4
"""At once: the addresses come from whoever sends requests, and each may take as long as the timeout."""
_MOST_WAITING: Final = 16
"""Threads that wait for another's fetch."""
_PAUSE: Final = 5.0
"""Seconds in which nobody asks again for what could not be had."""
_GONE: Final = frozenset({400, 403, 404, 410})
"""Answers that will be the same tomorrow; a store of files says 403 where there is none."""


class Absent(ProofUnavailable):
    """There is nothing at that address, and trying again does not help."""


class FetchedCertificates(Mapping[str, str]):
    """Certificates by address, each fetched when it is first asked for; give it as the secret ``certs``.

    ``fetch`` is asked once for an address, from however many threads, and again only some seconds after it
    failed. At most ``MAX_KEPT`` are kept. ``[]`` raises KeyError where there is none, ProofUnavailable where
    it cannot be had now: ``fetch`` raises ProofUnavailable or OSError, or answers what is no PEM text; or so
    many are being fetched that no thread of the caller's should wait, too.
    """

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._known: dict[str, Future[str]] = {}
        self._failed: dict[str, tuple[float, type[ProofUnavailable]]] = {}
        self._fetches = threading.Semaphore(_MOST_FETCHES)
        self._waiting = threading.Semaphore(_MOST_WAITING)

    def __getitem__(self, address: str) -> str:
        try:
            with self._lock:
                known = self._known.get(address)
                mine = known is None
                if known is None:
                    self._begin_to_fetch(address)
                    known = self._known[address] = Future()
            if mine:
                self._settle(address, known)
            elif not known.done():
                self._wait_for(known)
            return known.result()
        except Absent:
            raise KeyError("there is no certificate at that address") from None

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._known))

    def __len__(self) -> int:
        return len(self._known)

    def __repr__(self) -> str:
        """The number only: addresses come from whoever sends requests."""
        return f"FetchedCertificates({len(self)})"

    def _begin_to_fetch(self, address: str) -> None:
        """Raises Absent, ProofUnavailable where it must not begin."""
        until, failure = self._failed.get(address, (0.0, ProofUnavailable))
        if time.monotonic() < until:
            raise failure(
                "fetch what proves a request", "it could not be had a moment ago", "try again later"
            )
        if not self._fetches.acquire(blocking=False):
            raise unavailable("too many are being fetched")

    def _wait_for(self, promise: Future[str]) -> None:
        if not self._waiting.acquire(blocking=False):
            raise unavailable("too many wait for it")
        try:
            wait([promise])
        finally:
            self._waiting.release()

    def _settle(self, address: str, promise: Future[str]) -> None:
        """Keep the promise in any case: others wait for it."""
        try:
            text = _pem(self._fetch(address))
        except BaseException as error:
            self._forget(address, error)
            promise.set_exception(_typed(error))
            if not isinstance(error, Exception):
                raise
            return
        finally:
            self._fetches.release()
        with self._lock:
            while len(self._known) > MAX_KEPT:
                self._known.pop(next(iter(self._known)))
        promise.set_result(text)

    def _forget(self, address: str, error: BaseException) -> None:
        with self._lock:
            self._known.pop(address, None)
            self._failed.pop(address, None)
            while len(self._failed) >= MAX_KEPT:
                self._failed.pop(next(iter(self._failed)))
            kind = Absent if isinstance(error, Absent) else ProofUnavailable
            self._failed[address] = time.monotonic() + _PAUSE, kind


def _pem(content: bytes) -> str:
    if len(content) > LIMIT or b"-----BEGIN CERTIFICATE-----" not in content:
        raise unavailable("what is at that address is no certificate")
    return content.decode("ascii", "replace")


def _typed(error: BaseException) -> BaseException:
    if isinstance(error, ProofUnavailable) or not isinstance(error, Exception):
        return error
    return unavailable(f"fetching it failed ({type(error).__name__})")


def unavailable(obstacle: str) -> ProofUnavailable:
    """The error that asks to try later."""
    return ProofUnavailable("fetch what proves a request", obstacle, "keep the request and try again later")


def certificate_in(certificates: object, address: str) -> x509.Certificate | None:
    """The certificate of that address; None where there is none that can be read. Raises ProofUnavailable."""
    if not isinstance(certificates, Mapping):
        return None
    try:
        text = certificates[address]
    except LookupError:
        return None
    except OSError as error:
        raise unavailable(f"fetching it failed ({type(error).__name__})") from error
    return certificate_of(text) if isinstance(text, str) and len(text) <= LIMIT else None


def certificate_of(text: str) -> x509.Certificate | None:
    """The first certificate of a PEM text (RFC 7468); None where it cannot be read."""
    return next(iter(certificates_of(text)), None)


@lru_cache(maxsize=MAX_KEPT)
def certificates_of(text: str) -> tuple[x509.Certificate, ...]:
    """Every certificate of a PEM text; none where one cannot be read."""
    try:
        found = x509.load_pem_x509_certificates(text.encode())
        for each in found:
            each.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return ()
    return tuple(found)


def fetch_https(
    url: str, *, timeout: float = _TIMEOUT, limit: int = LIMIT, context: ssl.SSLContext | None = None
) -> bytes:
    """What is at an https URL: not redirected, no longer than ``limit``, within ``timeout`` seconds in all.

    Raises ProofUnavailable otherwise; its subclass Absent where trying again does not help. Whoever calls
    has made sure that the URL's host is one to talk to.
    """
    connection = _connection(url, timeout, context)
    answer: Future[bytes] = Future()

    def ask() -> None:
        try:
            answer.set_result(_get(connection, url, limit, time.monotonic() + timeout))
        except ProofUnavailable as error:
            answer.set_exception(error)
        except Exception as error:  # OSError, HTTPException, UnicodeError, and what an abort makes of them
            answer.set_exception(unavailable(f"fetching it failed ({type(error).__name__})"))
        finally:
            connection.close()

    # The timeout of a socket is one of silence: a byte a second would hold us for ever, as can a name server.
    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.result(timeout)
    except TimeoutError:
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)  # wakes up the thread that reads from it
        raise unavailable(f"there was no answer within {timeout:g} s") from None


def _connection(url: str, timeout: float, context: ssl.SSLContext | None) -> http.client.HTTPSConnection:
    try:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
            raise unavailable("the address is no https URL")
        trusted = context or _trusted()
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=trusted)
    except (ValueError, http.client.HTTPException):
        raise unavailable("the address is no https URL") from None


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Reading the system's authorities takes longer than a fetch."""
    return ssl.create_default_context()


def _get(connection: http.client.HTTPSConnection, url: str, limit: int, deadline: float) -> bytes:
    parts = urlsplit(url)
    connection.connect()
    if time.monotonic() > deadline:  # nobody waits any more, nor will wake us up
        raise TimeoutError
    connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    with connection.getresponse() as response:
        if response.status in _GONE:
            raise Absent(
                "fetch what proves a request", f"it answered {response.status}", "refuse the request"
            )
        if response.status != http.client.OK:  # a redirect, too: it could lead anywhere
            raise unavailable(f"it answered {response.status}")
        content = response.read(limit + 1)
        if len(content) > limit:
            raise unavailable(f"it answered more than {limit} bytes")
        if response.length:
            raise unavailable("its answer broke off")
        return content
