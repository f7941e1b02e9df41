"""The ASGI application on Starlette: webhooks, health, readiness. To be mounted, or served by itself."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..errors import DeliveryLedgerError
from ..inbound import providers
from ..inbound.request import MAX_BODY, MAX_HEADERS
from ..ledger import Ledger
from .bodies import Bodies, BodyRefused
from .receiver import METHODS, Answer, Receiver


def create_app(
    ledger: Ledger,
    receiver: Receiver,
    *,
    max_body: int = MAX_BODY,
    body_seconds: float = 30,
    until: AbstractContextManager[object] | None = None,
) -> Starlette:
    """Routes ``/webhooks/{provider}/{account}``, ``/health`` and ``/ready``.

    ``max_body`` are the bytes of a request's body (413 above), ``body_seconds`` how long it may take to
    arrive (408). The receiver is started and closed with the application, and then ``until`` is left. Where
    this application is mounted into another, which does not run its lifespan, the first request starts it.
    """
    endpoint = _Webhooks(receiver, Bodies(max_body, body_seconds), max_body)
    health = _Health(ledger, receiver)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with until or nullcontext():
            receiver.start()
            try:
                yield
            finally:  # the application around this one may have failed
                await run_in_threadpool(receiver.close)

    path = "/webhooks/{provider}/{account}"
    application = Starlette(
        routes=[
            Route(path, endpoint.take, methods=METHODS),
            Route(path + "/", endpoint.take, methods=METHODS),  # no provider follows a redirect
            Route("/health", health.is_alive),
            Route("/ready", health.is_ready),
        ],
        lifespan=lifespan,
    )
    application.router.redirect_slashes = False
    return application


class _Webhooks:
    def __init__(self, receiver: Receiver, bodies: Bodies, max_body: int) -> None:
        self._receiver = receiver
        self._bodies = bodies
        self._max_body = max_body

    async def take(self, request: Request) -> Response:
        if len(request.scope["headers"]) > MAX_HEADERS:
            return _ended(431, "too many headers\n")
        headers = _headers(request)
        try:
            answer = self._receiver.turn_away(**request.path_params, method=request.method, headers=headers)
            if answer is not None:
                is_read = await self._bodies.drop(request)
                return _response(answer) if is_read else _ended(answer.status, answer.body, answer.headers)
            come_again = providers.get(request.path_params["provider"]).come_again
            async with self._bodies.of(request, come_again=come_again) as body:
                return await self._answer(request, headers, body)
        except BodyRefused as refused:
            return _ended(refused.status, f"{refused}\n", refused.headers)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _answer(self, request: Request, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            url = str(request.url)
        except ValueError:
            return PlainTextResponse("the URL or the Host is none\n", 400)
        answer = await run_in_threadpool(
            self._receiver.answer,
            **request.path_params,
            method=request.method,
            url=url,
            headers=headers,
            body=body,
            max_body=self._max_body,
        )
        return _response(answer)


def _response(answer: Answer) -> Response:
    return PlainTextResponse(answer.body, answer.status, dict(answer.headers))


def _ended(status: int, text: str, headers: Mapping[str, str] = {}) -> Response:
    """An answer after which whatever else is coming is not read."""
    return PlainTextResponse(text, status, {"Connection": "close", **headers})


def _headers(request: Request) -> dict[str, str]:
    """Header fields by name; those of one name joined by a comma (RFC 9110 5.3)."""
    fields: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        fields.setdefault(name, []).append(value)
    return {name: ", ".join(values) for name, values in fields.items()}


class _Health:
    def __init__(self, ledger: Ledger, receiver: Receiver) -> None:
        self._ledger = ledger
        self._receiver = receiver

    async def is_alive(self, _request: Request) -> Response:
        """200 as long as the process answers."""
        return PlainTextResponse("ok\n")

    async def is_ready(self, _request: Request) -> Response:
        """200 if requests can be kept and are being recorded, else 503; how many wait, and for how long.

        An audit log that is not followed is said, and no reason to send requests elsewhere.
        """
        try:
            waiting = await run_in_threadpool(self._ledger.requests.waiting)
        except DeliveryLedgerError as error:
            return JSONResponse({"ready": False, "error": type(error).__name__}, 503)
        ready = await run_in_threadpool(self._receiver.is_ready)
        content = {
            "ready": ready,
            "waiting": waiting.requests,
            "unverified": waiting.unverified,
            "oldest": waiting.oldest.isoformat() if waiting.oldest else None,
            "audit": self._ledger.audit.state,
        }
        return JSONResponse(content, 200 if ready else 503)
