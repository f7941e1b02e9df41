"""What is answered over HTTP, for every provider that there is."""

import json

import pytest

from deliveryledger import Ledger
from deliveryledger.settings import WebhookSettings
from deliveryledger.web import Receiver
from deliveryledger.web.serving import policies_of
from tests.inbound.examples import EXAMPLES, Example
from tests.inbound.requests import ADA, PASSWORD, with_password
from tests.web.servers import is_recorded, post, raw, send, until

ALL = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
POSTMARK = EXAMPLES["postmark"]
PATH = "/webhooks/postmark/main"


def path_of(example: Example) -> str:
    return f"/webhooks/{example.slug}/main"


@ALL
def test_a_signed_request_is_answered_with_200_and_recorded(example: Example, port: int, ledger: Ledger):
    answered = post(port, path_of(example), example.sign(example.body(example.good)))
    assert (answered.status, answered.body) == (200, b"")
    until(lambda: is_recorded(ledger))
    (report,) = ledger.intake.unmatched()
    assert (report.provider, report.recipient, report.outcome) == (example.slug, ADA, "bounced")


@ALL
def test_the_same_again_is_answered_with_200_and_adds_nothing(example: Example, port: int, ledger: Ledger):
    request = example.sign(example.body(example.good))
    assert post(port, path_of(example), request).status == 200
    until(lambda: is_recorded(ledger))
    before = ledger.status().last_position
    assert post(port, path_of(example), request).status == 200
    assert is_recorded(ledger)
    assert ledger.status().last_position == before


@ALL
def test_a_forged_request_is_answered_with_401_and_leaves_nothing(
    example: Example, port: int, ledger: Ledger
):
    answered = post(port, path_of(example), example.forge(example.body(example.good)))
    assert answered.status == 401
    # SNS, and whoever follows RFC 9110, presents its credentials only after it was asked like this.
    assert answered.headers["www-authenticate"].startswith('Basic realm="')
    assert is_recorded(ledger)
    assert ledger.status().last_position == 0


@ALL
def test_an_account_that_is_not_configured_is_answered_with_401(example: Example, port: int, ledger: Ledger):
    request = example.sign(example.body(example.good))
    assert post(port, f"/webhooks/{example.slug}/other", request).status == 401
    assert is_recorded(ledger)


@ALL
def test_what_cannot_be_read_is_answered_with_200_and_quarantined(
    example: Example, port: int, ledger: Ledger
):
    assert post(port, path_of(example), example.sign(example.body(example.bad))).status == 200
    until(lambda: is_recorded(ledger))
    assert len(ledger.intake.quarantined()) == 1


@ALL
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_asks_whether_anybody_is_there_gets_200(example: Example, method: str, port: int, ledger: Ledger):
    assert send(port, path_of(example), method=method).status == 200
    assert send(port, path_of(example) + "/", method=method).status == 200
    assert is_recorded(ledger)


@pytest.mark.parametrize("body", [b'[{"msys":{}}]', b"[]"])
def test_sparkposts_test_posts_are_answered_with_200(body: bytes, port: int, ledger: Ledger):
    sign = EXAMPLES["sparkpost"].sign
    assert post(port, "/webhooks/sparkpost/main", sign(body)).status == 200
    until(lambda: is_recorded(ledger))
    assert ledger.intake.quarantined() == ledger.intake.unmatched() == ()


@pytest.mark.parametrize("slug", ["postmark", "sendgrid", "mailjet"])
def test_an_empty_post_with_credentials_is_answered_with_200(slug: str, port: int, ledger: Ledger):
    """Vendors' test buttons send all kinds of things."""
    assert post(port, f"/webhooks/{slug}/main", EXAMPLES[slug].sign(b"")).status == 200
    until(lambda: is_recorded(ledger))


@pytest.mark.parametrize("path", ["/", "/webhooks", "/webhooks/postmark", "/webhooks/nobody/main", "/x/y/z"])
def test_what_does_not_exist_is_answered_with_404(path: str, port: int):
    assert post(port, path, with_password(b"{}")).status == 404


@pytest.mark.parametrize("account", ["a%40b.example", "%00", "a" * 65, "%2e%2e%20", "%F0%9F%92%A9"])
def test_an_account_with_an_impossible_name_is_answered_with_404(account: str, port: int):
    assert post(port, f"/webhooks/postmark/{account}", with_password(b"{}")).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_answered_with_405(method: str, port: int):
    answered = send(port, PATH, b"{}", with_password(b"").headers, method=method)
    assert answered.status == 405
    assert set(answered.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_many_requests_may_use_one_connection(port: int, ledger: Ledger):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for number in range(5):
        body = json.dumps({**POSTMARK.good, "MessageID": f"m-{number}"})
        connection.request("POST", PATH, body, dict(with_password(b"").headers))
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")
    connection.close()
    until(lambda: is_recorded(ledger))
    assert len(ledger.intake.unmatched()) == 5


def test_what_is_not_http_is_answered_with_400(port: int):
    assert b" 400 " in raw(port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").splitlines()[0]


def test_a_mailgun_token_that_was_moved_to_another_body_is_answered_with_401(port: int, ledger: Ledger):
    mailgun = EXAMPLES["mailgun"]
    request = mailgun.sign(mailgun.body(mailgun.good))
    assert post(port, "/webhooks/mailgun/main", request).status == 200
    moved = request.body.replace(ADA.encode(), b"mallory@example.org")
    assert send(port, "/webhooks/mailgun/main", moved, request.headers).status == 401
    assert post(port, "/webhooks/mailgun/main", request).status == 200  # a retry of the true one
    until(lambda: is_recorded(ledger))
    assert [report.recipient for report in ledger.intake.unmatched()] == [ADA]


def test_health_says_that_it_lives_and_readiness_what_waits(port: int, ledger: Ledger):
    assert send(port, "/health", method="GET").body == b"ok\n"
    answered = send(port, "/ready", method="GET")
    assert answered.status == 200
    assert json.loads(answered.body) == {
        "ready": True, "waiting": 0, "unverified": 0, "oldest": None, "audit": None
    }  # fmt: skip


def test_no_answer_repeats_anything_of_a_request(port: int):
    answered = send(port, f"/webhooks/postmark/{PASSWORD[:5]}", b'{"Email":"ada@example.org"}')
    assert b"ada" not in answered.body
    assert PASSWORD[:5].encode() not in answered.body


@pytest.mark.parametrize(("slug", "status"), [("postmark", 503), ("brevo", 429)])
def test_what_cannot_be_kept_is_answered_so_that_it_comes_again(slug: str, status: int):
    """Brevo drops an event after any 5xx (developers.brevo.com/docs/retry-mechanism)."""
    example = EXAMPLES[slug]
    with Ledger.open(":memory:") as ledger:
        receiver = Receiver(ledger, {f"{slug}/main": example.secrets})
    answer = receiver.receive(slug, "main", example.sign(example.body(example.good)))
    assert (answer.status, answer.headers["Retry-After"]) == (status, "30")


def test_an_account_of_one_tenant_fills_its_filter_even_without_a_message():
    accounts = {"postmark/main": {"basic_auth": PASSWORD, "tenant": "acme"}}
    settings = WebhookSettings.from_environment(url="l.db", webhooks=accounts)
    example = EXAMPLES["postmark"]
    with Ledger.open(":memory:", policies=policies_of(settings)) as ledger:
        with Receiver(ledger, settings.webhooks) as receiver:
            receiver.receive("postmark", "main", example.sign(example.body(example.good)))
        assert not ledger.suppression_filters.may_send(ADA, tenant="acme")
        assert ledger.suppression_filters.may_send(ADA)
