"""Reading webhooks, ours against django-anymail's: ``python -m tests.benchmarks.against_anymail``.

Both sides are given the same WSGI environ with the same bytes, in turn and in the same process. Theirs: a
real ``WSGIHandler`` with no middleware, its tracking view, and one receiver of the signal, so that events are
built; the response is closed, as a WSGI server does. Ours: the same environ made into a WebhookRequest and
read by the provider. Both verify: basic credentials, and of the batch an ECDSA signature. Ours also checks
the signed time, validates, classifies failures and keeps the bytes of every event; none of it is taken out.
"""

import argparse
import base64
import gc
import importlib.util
import json
import statistics
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from types import ModuleType
from typing import Any

from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest
from tests.benchmarks.workload import SECRETS, now, requests, timed

PASSWORD = "hooks:correct horse"
AUTHORIZATION = {"Authorization": "Basic " + base64.b64encode(PASSWORD.encode()).decode()}
BAR, GOAL = 1.5, 2.0
BATCHES, SINGLES = 5, 500
"""Requests that are timed together, so that neither side always begins with what the other left."""
Environ = dict[str, Any]
Call = Callable[[Environ], object]


def environ_of(path: str, request: WebhookRequest) -> Environ:
    """A POST as a WSGI server hands it over (PEP 3333)."""
    fields = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "ats.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": "ats.example",
        "HTTP_USER_AGENT": "Hooks/1.0",
        "HTTP_ACCEPT": "*/*",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(request.body),
        **fields,
    }


def ours(slug: str, secrets: Mapping[str, str]) -> Call:
    """Read by our adapter, out of the environ."""
    provider = providers.get(slug)

    def read(environ: Environ) -> int:
        headers = {
            name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        headers["content-type"] = environ["CONTENT_TYPE"]
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        url = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
        request = WebhookRequest(environ["REQUEST_METHOD"], url, headers, body)
        return len(provider.read(request, secrets, now=now()).reports)

    return read


def theirs() -> tuple[Call, list[object]]:
    """Read by django-anymail, and the list that its signal fills."""
    import django
    from django.conf import settings

    urls = ModuleType("benchmark_urls")
    settings.configure(
        ROOT_URLCONF=urls,
        ALLOWED_HOSTS=["ats.example"],
        INSTALLED_APPS=["anymail"],
        MIDDLEWARE=[],
        LOGGING_CONFIG=None,
        ANYMAIL={
            "WEBHOOK_SECRET": PASSWORD,
            "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": SECRETS["public_key"],
        },
    )
    django.setup()
    from anymail.signals import tracking
    from anymail.webhooks.postmark import PostmarkTrackingWebhookView
    from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import path

    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("sendgrid", SendGridTrackingWebhookView.as_view()),
        path("postmark", PostmarkTrackingWebhookView.as_view()),
    ]
    events: list[object] = []

    def receive(sender: object, event: object, **_: object) -> None:
        events.append(event)

    tracking.connect(receive, weak=False)
    handler = WSGIHandler()

    def read(environ: Environ) -> int:
        answered: list[str] = []
        response = handler(environ, lambda status, _headers: answered.append(status))
        response.close()
        assert answered == ["200 OK"], answered
        return len(events)

    return read, events


def bounces(count: int) -> list[WebhookRequest]:
    """Single hard and soft bounces as Postmark posts them."""
    made = []
    for number in range(count):
        kind, code, words = _BOUNCES[number % len(_BOUNCES)]
        event = {
            "RecordType": "Bounce",
            "MessageStream": "outbound",
            "ID": 4323372036854775807 - number,
            "Type": kind,
            "TypeCode": code,
            "Name": "Hard bounce",
            "Tag": "interview",
            "MessageID": f"883953f4-6105-42a2-a16a-{number:012}",
            "ServerID": 23,
            "Description": "The server was unable to deliver your message.",
            "Details": words,
            "Email": f"candidate.{number}@example{number % 97}.org",
            "From": "jobs@acme.example",
            "BouncedAt": "2026-11-14T09:32:07.1234567Z",
            "DumpAvailable": True,
            "Inactive": True,
            "CanActivate": True,
            "Subject": "Invitation to an interview",
            "Content": "",
            "Metadata": {"deliveryledger_message_id": f"msg-{number}", "round": "2"},
        }
        body = json.dumps(event).encode()
        made.append(WebhookRequest("POST", "", AUTHORIZATION, body))
    return made


_BOUNCES = (
    ("HardBounce", 1, "smtp;550 5.1.1 The email account that you tried to reach does not exist"),
    ("SoftBounce", 4096, "smtp;452 4.2.2 The recipient's inbox is out of storage space"),
    ("Transient", 2, "smtp;421 4.7.0 Try again later, closing connection"),
)


def compare(
    name: str,
    path: str,
    sent: Sequence[WebhookRequest],
    we: Call,
    they: Call,
    events: list[object],
    rounds: int,
) -> None:
    """Time both sides in turn, and print the ratio of their best and of their median times."""
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(rounds + 2):
        sides = [("ours", we), ("theirs", they)]
        for side, call in sides if number % 2 else reversed(sides):
            environs = [environ_of(path, request) for request in sent]
            events.clear()
            gc.collect()
            seconds = timed(lambda c=call, each=environs: [c(environ) for environ in each])
            if number > 1:  # the first two warm up
                times[side].append(seconds)
    best = min(times["theirs"]) / min(times["ours"])
    median = statistics.median(times["theirs"]) / statistics.median(times["ours"])
    each = " and ".join(f"{side} {min(times[side]) / len(sent) * 1000:.3f} ms" for side in times)
    print(f"  {name:<46} {best:5.2f} x anymail  (median {median:.2f})  {each} a request   {verdict(best)}")


def verdict(ratio: float) -> str:
    """Where a ratio stands."""
    missed = "" if ratio >= GOAL else "not "
    return f"bar {BAR} {'reached' if ratio >= BAR else 'MISSED'}, goal {GOAL} {missed}reached"


def main() -> None:
    """Print the table, or what is missing for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    if any(importlib.util.find_spec(name) is None for name in ("anymail", "django")):
        print("reading webhooks against django-anymail: not measured; pip install django-anymail")
        return
    from anymail import __version__

    print(f"reading webhooks against django-anymail {__version__}, best of {rounds}, both in this process")
    warnings.simplefilter("ignore")  # it says at every request that it gives SendGrid up
    they, events = theirs()
    batch = [replace(each, headers={**each.headers, **AUTHORIZATION}) for each in requests(1_000 * BATCHES)]
    we = ours("sendgrid", {**SECRETS, "basic_auth": PASSWORD})
    assert we(environ_of("/sendgrid", batch[0])) == they(environ_of("/sendgrid", batch[0])) == 1_000
    compare("signed 1,000-event SendGrid batch", "/sendgrid", batch, we, they, events, rounds)
    singles = bounces(SINGLES)
    we = ours("postmark", {"basic_auth": PASSWORD})
    compare("single Postmark bounces", "/postmark", singles, we, they, events, rounds)


if __name__ == "__main__":
    main()
