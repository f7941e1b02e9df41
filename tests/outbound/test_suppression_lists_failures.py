"""What every adapter to a provider's suppression lists does when its provider fails, is busy or says no."""

from collections.abc import Callable
from typing import Any

import pytest

from deliveryledger.application.suppression_lists import Addition, SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import ProviderError, ProviderRefused, ProviderUnavailable
from tests.outbound.imitations.every import IMITATIONS, those
from tests.outbound.imitations.vendor import ADA, Opener, Told, Vendor

CALLS: dict[str, Callable[[SuppressionList], Any]] = {
    "entries": lambda lists: list(lists.entries()),
    "find": lambda lists: lists.find(ADA),
    "add": lambda lists: [lists.add(ADA, cause) for cause in Cause],
    "remove": lambda lists: lists.remove(ADA),
}
ASKING = [
    (slug, name) for slug, kind in IMITATIONS.items() for name in CALLS if name != "add" or kind.ADDABLE
]
"""Each adapter with each call that asks its provider; ``add`` asks nothing where nothing can be added."""
calls = pytest.mark.parametrize(
    ("vendor", "call"),
    [pytest.param(slug, CALLS[name], id=f"{slug}-{name}") for slug, name in ASKING],
    indirect=["vendor"],
)


def failure(call: Callable[[], Any], words: str = "Ada") -> ProviderError:
    """The error of a call, which must not repeat a word of the address, the credentials or the answer."""
    with pytest.raises(ProviderError) as raised:
        call()
    error: BaseException | None = raised.value
    while error is not None:
        assert words.lower() not in str(error).lower()
        assert "example.org" not in str(error).lower()
        error = error.__context__
    return raised.value


@calls
def test_a_throttled_call_is_tried_again_when_the_provider_says(
    lists: SuppressionList, vendor: Vendor, naps: list[float], call: Callable[[SuppressionList], Any]
) -> None:
    vendor.faults += [Told(429, headers=(("retry-after", "7"),)), Told(503), Told(500, b"<html>Ada</html>")]
    call(lists)
    assert naps == [7.0, 2.0, 4.0]


@calls
def test_a_provider_that_is_busy_for_ever_is_given_up(
    lists: SuppressionList, vendor: Vendor, naps: list[float], call: Callable[[SuppressionList], Any]
) -> None:
    vendor.always = Told(429, {"message": "Ada waits"})
    error = failure(lambda: call(lists))
    assert isinstance(error, ProviderUnavailable)
    assert naps == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("vendor", those(lambda kind: not kind.ADDABLE), indirect=True)
def test_where_nothing_can_be_added_a_failing_provider_is_not_asked(
    lists: SuppressionList, vendor: Vendor
) -> None:
    vendor.always = Told(503)
    assert CALLS["add"](lists) == [Addition.NOT_POSSIBLE for _ in Cause]
    assert vendor.asked == []


def test_a_provider_that_wants_more_patience_than_we_have_is_left_alone(
    lists: SuppressionList, vendor: Vendor, naps: list[float]
) -> None:
    vendor.always = Told(429, headers=(("retry-after", "900"),))
    error = failure(lambda: lists.find(ADA))
    assert isinstance(error, ProviderUnavailable)
    assert (error.retry_after, naps, len(vendor.asked)) == (900.0, [], 1)


@calls
def test_wrong_credentials_are_refused_at_once(
    opened: Opener, vendor: Vendor, naps: list[float], call: Callable[[SuppressionList], Any]
) -> None:
    lists = opened(vendor.WRONG_SECRETS)
    assert isinstance(failure(lambda: call(lists)), ProviderRefused)
    assert naps == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Ada</html>",
        b'"Ada"',
        b"[[[",
        b"{}",
        b'{"Suppressions":[{"Ada":1}]}',
        b"[" * 100_000,
        b"\xff",
    ],
    ids=range(8),
)
def test_an_answer_that_is_not_of_the_documented_form_is_an_error(
    lists: SuppressionList, vendor: Vendor, body: bytes
) -> None:
    vendor.always = Told(200, body)
    assert isinstance(failure(lambda: list(lists.entries())), ProviderError)
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderError)


def test_an_answer_that_is_too_large_is_not_read(opened: Opener, vendor: Vendor) -> None:
    lists = opened(largest_answer=10_000)
    vendor.always = Told(200, b" " * 10_001)
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderRefused)
    assert len(vendor.asked) == 1


def test_a_packed_answer_is_not_unpacked(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.always = Told(200, b"\x1f\x8b", headers=(("content-encoding", "gzip"),))
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderRefused)
    assert vendor.asked[0].headers["accept-encoding"] == "identity"


def test_a_busy_provider_is_busy_whatever_its_answer_looks_like(
    opened: Opener, vendor: Vendor, naps: list[float]
) -> None:
    lists = opened(largest_answer=10_000)
    vendor.faults += [Told(503, b"\x1f", (("content-encoding", "gzip"),)), Told(502, b"x" * 20_000)]
    assert lists.find(ADA) == ()
    assert naps == [1.0, 2.0]


def test_a_server_that_hangs_is_left_after_the_timeout(opened: Opener, vendor: Vendor) -> None:
    lists = opened(timeout=0.3, tries=2)
    vendor.always = Told(200, b"{}", pause=0.05)
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderUnavailable)
    assert len(vendor.asked) == 2


def test_a_server_that_is_not_there_can_be_tried_later(opened: Opener, naps: list[float]) -> None:
    lists = opened(base_url="http://127.0.0.1:1")
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderUnavailable)
    assert len(naps) == 4


def test_a_redirect_is_not_followed(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.always = Told(302, headers=(("location", vendor.url + "/elsewhere"),))
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderRefused)
    assert len(vendor.asked) == 1
