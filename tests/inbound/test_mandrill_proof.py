"""What Mandrill's signature covers: nothing marks where the URL, a field's name and its value begin."""

from urllib.parse import urlencode

import pytest

from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound.providers.mandrill import MANDRILL
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.examples.mandrill import KEY, signature, signed
from tests.inbound.requests import NOW, post
from tests.inbound.test_forms import FIELD, multipart
from tests.inbound.test_mandrill import accepts


def test_the_one_field_is_signed_in_either_encoding():
    posted = {"mandrill_events": '[{"event": "ä & ö"}]'}
    header = {"X-Mandrill-Signature": signature(posted)}
    assert accepts(post(urlencode(posted).encode(), header))
    assert accepts(post(multipart(*((FIELD.format(name), text) for name, text in posted.items())), header))
    assert not accepts(post(urlencode({**posted, "b": ""}).encode(), header))


@pytest.mark.parametrize(
    "posted",
    [
        {"z": "last", "mandrill_events": "[]", "a": "ä & ö"},
        {"mandrill_events": "[]", "more": ""},
        {"events": "[]"},
        {"": "mandrill_events[]"},
    ],
)
def test_another_grouping_of_what_was_signed_is_refused(posted: dict[str, str]):
    """Nothing stands between names and values: ``mandrill_events`` could be a part of another's value."""
    header = {"X-Mandrill-Signature": signature(posted)}
    assert not accepts(post(urlencode(posted).encode(), header))


def test_the_beginning_of_a_value_cannot_become_the_end_of_the_requests_url():
    events = '[{"event": "sent", "said": "mandrill_events[]'
    captured = signed(urlencode({"mandrill_events": events}).encode(), url="https://ats.example/hooks")
    assert MANDRILL.read(captured, {"signing_key": KEY}, now=NOW)
    url = captured.url + "mandrill_events" + events.removesuffix("mandrill_events[]")
    shifted = WebhookRequest("POST", url, captured.headers, urlencode({"mandrill_events": "[]"}).encode())
    with pytest.raises(Unauthenticated, match="webhook_url"):
        MANDRILL.read(shifted, {"signing_key": KEY}, now=NOW)
    assert MANDRILL.read(shifted, {"signing_key": KEY, "webhook_url": url}, now=NOW)
