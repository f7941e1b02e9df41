"""A request as it came."""

from typing import Any

import pytest

from deliveryledger.errors import InvalidInput, PayloadTooLarge
from deliveryledger.inbound.request import MAX_BODY, WebhookRequest

URL = "https://user:secret@ats.example/hooks"


def test_headers_are_found_without_case_and_joined_when_repeated():
    request = WebhookRequest("post", URL, {"X-Key": "1", "x-key": "2"}, b"")
    assert (request.method, request.headers["X-KEY"], len(request.headers)) == ("POST", "1, 2", 1)


@pytest.mark.parametrize("body", ["{}", {}, bytearray(b"{}"), None])
def test_a_parsed_body_is_refused_because_signatures_cover_raw_bytes(body: Any):
    with pytest.raises(InvalidInput, match="raw bytes"):
        WebhookRequest("POST", URL, {}, body)


def test_header_bytes_are_refused():
    headers: Any = {b"x-key": b"1"}
    with pytest.raises(InvalidInput, match="latin-1"):
        WebhookRequest("POST", URL, headers, b"")


def test_limits_are_kept_before_anything_is_parsed():
    with pytest.raises(PayloadTooLarge):
        WebhookRequest("POST", URL, {}, bytes(MAX_BODY + 1))
    with pytest.raises(PayloadTooLarge):
        WebhookRequest("POST", URL, {}, b"12345", max_body=4)
    with pytest.raises(PayloadTooLarge):
        WebhookRequest("POST", URL, {f"x-{number}": "" for number in range(201)}, b"")
    with pytest.raises(PayloadTooLarge):
        WebhookRequest("POST", URL, {"x-key": "v" * 70_000}, b"")


def test_its_text_form_shows_no_credentials():
    request = WebhookRequest("POST", URL, {"Authorization": "Basic c2VjcmV0"}, b"body")
    assert "secret" not in repr(request)
    assert "c2VjcmV0" not in repr(request) + repr(request.headers)
