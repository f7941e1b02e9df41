"""Whatever bytes come in, by whatever path and headers, the answer is never an error of ours."""

import asyncio
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.inbound import providers
from deliveryledger.web import Receiver, create_app
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import NOW
from tests.web.conftest import ACCOUNTS, no_fetch
from tests.web.servers import is_recorded, until

Headers = list[tuple[bytes, bytes]]
EXPECTED = {200, 400, 401, 404, 405, 413, 431}
NAMES = [
    *[
        b"content-length",
        b"host",
        b"authorization",
        b"content-type",
        b"transfer-encoding",
        b"x-forwarded-proto",
    ],
    *[b"x-twilio-email-event-webhook-timestamp", b"svix-id", b"x-amz-sns-topic-arn", b"signature"],
]
GOOD = [(e.slug, e.sign(e.body(e.good))) for e in EXAMPLES.values()]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = tmp_path_factory.mktemp("any") / "ledger.db"
    with (
        Ledger.open(path, clock=lambda: NOW) as ledger,
        Receiver(ledger, ACCOUNTS, clock=lambda: NOW, fetch=no_fetch) as receiver,
    ):
        app = create_app(ledger, receiver, max_body=100_000)
        app.state.ledger = ledger
        yield app


async def _call(app: Any, path: str, method: str, headers: Headers, body: bytes, query: bytes) -> int:
    scope: MutableMapping[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode("utf-8", "replace"), "query_string": query, "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    parts = [(body[:7], True), (body[7:], False)]
    coming = iter([{"type": "http.request", "body": part, "more_body": more} for part, more in parts])
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return next(coming)

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return int(sent[0]["status"])


def call(app: Any, path: str, headers: Headers, body: bytes, method: str = "POST", query: bytes = b"") -> int:
    return asyncio.run(_call(app, path, method, headers, body, query))


PATHS = st.one_of(
    st.text(max_size=50).map(lambda text: "/" + text),
    st.builds(
        lambda slug, account, end: f"/webhooks/{slug}/{account}{end}",
        st.sampled_from(providers.names()) | st.text(max_size=10),
        st.just("main") | st.text(max_size=10),
        st.sampled_from(["", "/"]),
    ),
)
HEADERS = st.lists(
    st.tuples(st.sampled_from(NAMES) | st.binary(max_size=9), st.binary(max_size=40)), max_size=6
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=PATHS, headers=HEADERS, body=st.binary(max_size=300), method=st.sampled_from(["POST", "GET", "PUT"])
)
@example(path="/webhooks/sendgrid/main", headers=[(b"content-length", b"\xb2")], body=b"", method="POST")
@example(path="/webhooks/sendgrid/main", headers=[(b"host", b"[")], body=b"", method="POST")
@example(path="/webhooks/postmark/main", headers=[(b"authorization", b"Basic \xff")], body=b"", method="POST")
def test_any_request(app: Any, path: str, headers: Headers, body: bytes, method: str):
    assert call(app, path, headers, body, method, query=body[:20]) in EXPECTED


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from(range(len(GOOD))),
    cut=st.integers(0, 2_000),
    change=st.binary(max_size=20),
    drop=st.integers(0, 10),
)
def test_any_change_of_a_good_request(app: Any, which: int, cut: int, change: bytes, drop: int):
    slug, request = GOOD[which]
    fields = list(request.headers.items())
    headers = [
        (name.encode(), value.encode("latin-1")) for n, (name, value) in enumerate(fields) if n != drop
    ]
    body = request.body[:cut] + change + request.body[cut + len(change) :]
    assert call(app, f"/webhooks/{slug}/main", headers, body) in EXPECTED


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from(range(len(GOOD))),
    body=st.binary(max_size=400) | st.text(max_size=400).map(str.encode),
)
def test_any_body_with_a_good_signature(app: Any, which: int, body: bytes):
    slug, _ = GOOD[which]
    try:
        request = EXAMPLES[slug].sign(body)
    except (ValueError, TypeError):  # where the proof stands in the body, it has to be one
        return
    headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers.items()]
    assert call(app, f"/webhooks/{slug}/main", headers, request.body) in {200, 401}


def test_all_of_that_was_recorded(app: Any):
    until(lambda: is_recorded(app.state.ledger))
