"""The endpoint inside of other applications: the views are those of the documentation, the requests real."""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from deliveryledger import Ledger
from deliveryledger.web import Answer, Receiver, create_app
from tests.architecture.source import ROOT
from tests.inbound.examples import EXAMPLES
from tests.web.servers import is_recorded, post, running, send, until

PAGE = (ROOT / "docs" / "how-to" / "receive-webhooks.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
POSTMARK = EXAMPLES["postmark"]
WSGI = Callable[..., Any]


def documented(framework: str, ledger: Ledger, receiver: Receiver) -> ModuleType:
    """The page's block about a framework, run as a module."""
    pytest.importorskip(framework)
    (block,) = [block for block in BLOCKS if f"from {framework}" in block.lower()]
    module = ModuleType(f"documented_{framework}")
    vars(module).update(__file__=__file__, ledger=ledger, receiver=receiver, create_app=create_app)
    sys.modules[module.__name__] = module
    exec(block, vars(module))
    return module


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_wsgi(app: WSGI) -> Iterator[int]:
    server: WSGIServer = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check(port: int, ledger: Ledger, prefix: str = "") -> None:
    """It answers as the service does, and records."""
    path = f"{prefix}/webhooks/postmark/main"
    good = POSTMARK.sign(POSTMARK.body(POSTMARK.good))
    assert [post(port, path, good).status, post(port, path, good).status] == [200, 200]
    refused = post(port, path, POSTMARK.forge(good.body))
    assert refused.status == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert send(port, path, method="HEAD").status == 200
    assert send(port, path, method="GET").status == 200
    assert post(port, f"{prefix}/webhooks/nobody/main", good).status == 404
    refused = send(port, path, good.body, good.headers, method="PUT")
    assert (refused.status, "POST" in refused.headers["allow"]) == (405, True)
    until(lambda: is_recorded(ledger))
    assert len(ledger.intake.unmatched()) == 1
    ledger.close()
    other = POSTMARK.sign(POSTMARK.body({**POSTMARK.good, "MessageID": "another"}))
    assert post(port, path, other).status == 503


@pytest.mark.parametrize(("framework", "prefix"), [("starlette", "/mail"), ("fastapi", "")])
def test_mounted(framework: str, prefix: str, ledger: Ledger, receiver: Receiver):
    module = documented(framework, ledger, receiver)
    with running(module.app) as port:
        assert send(port, f"{prefix}/ready", method="GET").status == 200
        check(port, ledger, prefix)


def test_a_view_of_flask(ledger: Ledger, receiver: Receiver):
    module = documented("flask", ledger, receiver)
    with running_wsgi(module.app) as port:
        check(port, ledger)


def test_a_view_of_django(ledger: Ledger, receiver: Receiver):
    pytest.importorskip("django")
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.test.utils import override_settings

    module = documented("django", ledger, receiver)
    if not settings.configured:
        settings.configure(SECRET_KEY="made up")
    with override_settings(
        ROOT_URLCONF=module.__name__,
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=10 * 1024 * 1024,
        USE_I18N=False,
    ):
        import django

        django.setup(set_prefix=False)
        with running_wsgi(WSGIHandler()) as port:
            check(port, ledger)
            assert post(port, "/webhooks/postmark/main", POSTMARK.sign(b" " * 3_000_000)).status == 503
            with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000):
                assert post(port, "/webhooks/postmark/main", POSTMARK.sign(b" " * 1_001)).status == 413


def test_what_a_framework_lets_through_is_limited(ledger: Ledger, receiver: Receiver):
    def answer(body: bytes = b"", method: str = "POST", **headers: str) -> Answer:
        return receiver.answer(
            "postmark", "main", method=method, url="/x", headers=headers, body=body, max_body=10
        )

    assert [answer(b"x" * 11).status, answer(x="x" * 70_000).status, answer().status] == [413, 431, 401]
    assert answer(method="delete") == (405, {"Allow": "POST, GET, HEAD"}, "no such method\n")
